"""Texts and addresses as a record may hold them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postroom.records import Direction
from postroom.text import sanitise, sanitise_line
from providers.shaping import (
    MAX_LINE,
    body,
    direction_of,
    full_name,
    identifier,
    in_time_order,
    line,
    mapped,
    web_address,
)


@given(st.text(max_size=MAX_LINE // 40))
def test_a_line_is_what_the_sanitiser_makes_of_it(text: str) -> None:
    """The short way for plain texts gives the same as the long one."""
    assert line(text) == sanitise_line(text)


def test_texts_are_bounded() -> None:
    """A name of a megabyte is no name; a body of five is cut at one."""
    assert len(line("x" * 10**6)) == MAX_LINE
    assert len(line("é" * 10**6)) == MAX_LINE
    assert len(body("x" * 5_000_000)) == 1_000_000
    assert body(None) == line(None) == ""
    assert body("a\x1bb\r\nc") == "a␛b\nc"


@pytest.mark.parametrize(
    ("parts", "name"),
    [(("Ada", "Lovelace"), "Ada Lovelace"), ((None, "L"), "L"), (("", None), "Unknown"), ((" ", "\t"), "Unknown")],
)
def test_a_name_is_what_is_known_of_it(parts: tuple[str | None, ...], name: str) -> None:
    """Half a name is a name; none is “Unknown”."""
    assert full_name(*parts) == name


@pytest.mark.parametrize("value", [None, "", "a\nb", "a\x1b[31m", "\u202ex", "x" * 3000, "\x00"])
def test_what_must_go_back_unchanged_is_kept_only_when_it_is_safe(value: str | None) -> None:
    """A profile address with a control code in it is dropped, not mended: mended it would name nobody."""
    assert identifier(value) is None


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://www.linkedin.com/in/ada", "https://www.linkedin.com/in/ada"),
        ("http://www.linkedin.com/in/ada", "https://www.linkedin.com/in/ada"),
        ("www.linkedin.com/in/ada", "https://www.linkedin.com/in/ada"),
        ("https://example.com:443/x", "https://example.com:443/x"),
        ("http://example.com/x", None),
        ("example.com/x", None),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("-flag", None),
        ("https://linkedin.com@evil.example", None),
        ("https://user:pw@linkedin.com/in/x", None),
        ("https://linkedin.com:8443/in/x", None),
        ("https://linkedin.com:bad/in/x", None),
        ("https://lïnkedin.com/in/x", None),
        ("https://localhost/x", None),
        ("https://[bad", None),
        ("https://a b.example/", None),
        ("https://x.example/\nnext", None),
        (None, None),
    ],
)
def test_hc09_a_person_is_sent_to_https_alone(url: str | None, address: str | None) -> None:
    """No scheme but https, no user in the address, no odd port, no look-alike letters."""
    assert web_address(url) == address


@pytest.mark.parametrize(
    ("raw", "direction"),
    [
        ("ME", Direction.OUTBOUND),
        ("me ", Direction.OUTBOUND),
        ("CORRESPONDENT", Direction.INBOUND),
        ("Ada", Direction.UNKNOWN),
        ("", Direction.UNKNOWN),
        (None, Direction.UNKNOWN),
    ],
)
def test_only_known_words_make_a_direction(raw: str | None, direction: Direction) -> None:
    """An unknown sender is shown, and never counted as a reply."""
    assert direction_of(raw, inbound="correspondent", outbound="me") is direction


def test_words_are_known_in_any_spelling() -> None:
    """IN_PROGRESS, in progress and InProgress are one."""
    table = {"inprogress": 1}

    assert [mapped(word, table, 0) for word in ("IN_PROGRESS", "in progress", "InProgress", "?", None)] == [
        1,
        1,
        1,
        0,
        0,
    ]


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([(1, "a"), (2, "b")], "ab"),
        ([(2, "b"), (1, "a")], "ab"),
        ([(3, "d"), (2, "c"), (2, "b"), (1, "a")], "abcd"),
        ([(1, "a"), (2, "b"), (2, "c"), (3, "d")], "abcd"),
        ([(2, "b"), (None, "c"), (3, "d"), (1, "a")], "abcd"),
        ([(None, "a"), (1, "b")], "ab"),
        ([], ""),
    ],
)
def test_df07_the_order_is_that_of_time_however_it_came(items: list[tuple[int | None, str]], expected: str) -> None:
    """Newest first, oldest first or shuffled: one thread. Without a time, behind its predecessor."""
    assert "".join(in_time_order(items)) == expected


@given(st.text())
def test_a_body_is_sanitised_once_and_stays(text: str) -> None:
    """What is stored does not change when it is shown."""
    assert sanitise(body(text)) == body(text)
