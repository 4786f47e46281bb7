"""Text from outside is made safe to show, and two texts a person would call equal compare as equal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postroom.text import (
    MAX_COMBINING,
    canonical,
    canonical_hash,
    person_key,
    profile_key,
    sanitise,
    sanitise_line,
    short_ref,
)

ANY_TEXT = st.text(alphabet=st.characters(), max_size=60) | st.text(
    alphabet=st.sampled_from(
        "a \n\r\t\x00\x1b\x9b\x7f\u202e\u2066\u200b\u200d\u0301\ufe0f👩👧🏽\u2028\ud800\U000e0041\uffff"
    ),
    max_size=30,
)


@given(ANY_TEXT)
def test_nothing_that_a_terminal_obeys_survives(text: str) -> None:
    """Whatever a stranger writes, the terminal is given letters only."""
    shown = sanitise(text)

    assert [c for c in shown if unicodedata.category(c) in {"Cc", "Cs"} and c != "\n"] == []
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


@given(ANY_TEXT)
def test_sanitising_twice_changes_nothing_more(text: str) -> None:
    """A text may pass the ingest and the screen's filter and still read the same."""
    assert sanitise(text) == sanitise(sanitise(text))


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("a\x1b[31mred", "a␛[31mred"),
        ("price \u202e001$", "price <U+202E>001$"),
        ("pay\u200bpal", "pay·pal"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("a\tb", "a    b"),
        ("\x00\ud800\x9b", "\ufffd\ufffd\ufffd"),
        ("👩\u200d👧 a\u200db", "👩\u200d👧 a·b"),
        ("z" + "\u0301" * 50 + "!", "z" + "\u0301" * MAX_COMBINING + "!"),
        ("z" + "\U0001d167" * 50 + "!", "z" + "\U0001d167" * MAX_COMBINING + "!"),
        ("z" + "\u0301\U0001d167" * 25 + "!", "z" + "\u0301\U0001d167" * (MAX_COMBINING // 2) + "!"),
    ],
)
def test_what_hides_is_made_visible(hostile: str, shown: str) -> None:
    """Escape sequences, direction tricks and invisible characters are seen for what they are."""
    assert shown == sanitise(hostile)


@pytest.mark.parametrize("text", ["Zoë Müller 🚀", "naïve — “quoted”", "北京 こんにちは", "مرحبا", "शुभ", "👍🏽 ok"])
def test_honest_text_stays_as_it_was_written(text: str) -> None:
    """People keep their names and their emoji."""
    assert text == sanitise(text)


def test_a_line_is_one_line() -> None:
    """A name with a line feed in it cannot draw into the row below."""
    assert sanitise_line(" Ada\nLovelace\r\n\tCountess ") == "Ada Lovelace Countess"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Thanks!\r\n\r\nJane", "Thanks!\nJane"),
        ("caf\u00e9", "cafe\u0301"),
        ("  ok  then ", "ok then"),
        ("👍\ufe0f", "👍"),
        ("so\u200bon", "soon"),
    ],
)
def test_texts_that_differ_only_in_transport_are_equal(one: str, other: str) -> None:
    """A provider that re-wraps a message still confirms it."""
    assert canonical_hash(one) == canonical_hash(other)


def test_texts_with_other_words_are_not_equal() -> None:
    """Two different answers are never taken for one."""
    assert canonical("Yes, Monday") != canonical("Yes, Tuesday")


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.linkedin.com/in/Zo%C3%AB-M/?trk=1", "in/zoë-m"),
        ("linkedin.com/in/ada", "in/ada"),
        ("https://uk.linkedin.com/in/ada/", "in/ada"),
        ("https://evil.example/in/ada", None),
        ("https://notlinkedin.com/in/ada", None),
        ("https://www.linkedin.com/in/", None),
        ("http://[broken", None),
        (None, None),
    ],
)
def test_a_profile_is_known_by_its_path(url: str | None, key: str | None) -> None:
    """One person is one person, however their profile link is spelled."""
    assert key == profile_key(url)


def test_a_person_is_known_by_profile_before_email() -> None:
    """The profile decides; the address serves where there is no profile."""
    assert person_key("https://www.linkedin.com/in/Ada", "ada@example.com") == "linkedin:in/ada"
    assert person_key(None, " Ada@Example.com ") == "email:ada@example.com"
    assert person_key(None, None) is None


def test_a_short_id_is_stable_and_tells_the_provider() -> None:
    """An id copied today still works tomorrow, after the cache was rebuilt."""
    assert short_ref("heyreach", "acme", "1/2-x") == short_ref("heyreach", "acme", "1/2-x")
    assert short_ref("heyreach", "acme", "1/2-x").startswith("hr:")
    assert short_ref("heyreach", "acme", "1/2-x") != short_ref("heyreach", "other", "1/2-x")


def test_the_short_way_for_plain_texts_changes_nothing() -> None:
    """What is told to be plain at a glance is what the long search would leave alone."""
    for code in range(0x110000):
        char = chr(code)
        if char.isprintable() and (char.isascii() or char.encode("cp1252", "ignore")):
            # The marks after it force the long way, and are themselves left as they are.
            assert sanitise(f"{char}e\u0301") == f"{char}e\u0301"
            assert canonical(f"{char}\u4e00") == f"{char}\u4e00".strip()
