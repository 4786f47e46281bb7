"""Mail bodies as a person reads them: HTML as text, and what is repeated told apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.instantly.reading import split_quoted, text_of_html


def test_html_reads_as_text() -> None:
    """Paragraphs, lines, lists and links stay; styles and scripts do not."""
    html = (
        "<html><head><style>p{color:red}</style></head><body><p>Hi Sam,</p><div>sounds <b>good</b>&nbsp;to me.<br>"
        'Call <a href="https://example.com/book">here</a></div><ul><li>one</li><li>two</li></ul>'
        "<script>alert(1)</script></body></html>"
    )

    assert text_of_html(html) == (
        "Hi Sam,\n\nsounds good to me.\nCall here (https://example.com/book)\n\n• one\n\n• two"
    )


def test_a_link_that_shows_its_address_is_not_told_twice() -> None:
    """The address once is enough."""
    assert text_of_html('<a href="https://example.com/a">https://example.com/a</a>') == "https://example.com/a"


@pytest.mark.parametrize(
    ("body", "fresh", "quoted"),
    [
        ("Sure.\n\nOn Tue, 4 Aug 2026 at 10:00, Sam <sam@acme.example> wrote:\n> hi", "Sure.", 4),
        ("Sure.\n\nOn Tue, 4 Aug 2026 at 10:00, Sam Sender\n<sam@acme.example> wrote:\n> hi\n> there", "Sure.", 4),
        ("Ja.\n\nAm Di., 4. Aug. 2026 um 10:00 Uhr schrieb Sam <sam@acme.example>:\n> hallo", "Ja.", 2),
        ("Oui.\n\nLe mar. 4 août 2026 à 10:00, Sam <sam@acme.example> a écrit :\n> bonjour", "Oui.", 2),
        ("Ja.\n\nVon: Sam\nGesendet: heute\nAn: Ada\nBetreff: x\n\nhallo", "Ja.", 6),
        ("Ok.\n\n-----Original Message-----\nFrom: Sam\nTo: Ada\n\nhello", "Ok.", 5),
        ("Ok.\n\n________________________________\nFrom: Sam\nSent: today\nTo: Ada\n\nhello", "Ok.", 6),
        ("Ok.\n\n> hi\n> there\n", "Ok.", 2),
        ("From: is a word that I like to begin with.", "From: is a word that I like to begin with.", 0),
        ("> I agree with this part\n\nbut not with that one.", "> I agree with this part\n\nbut not with that one.", 0),
        ("On Monday she wrote: a novel.", "On Monday she wrote: a novel.", 0),
        ("", "", 0),
    ],
)
def test_what_a_mail_repeats_is_told_apart(body: str, fresh: str, quoted: int) -> None:
    """In the words of several mail programs; a sentence that only looks like it stays."""
    found = split_quoted(body)

    assert found[0] == fresh
    assert (len(found[1].split("\n")) if found[1] else 0) >= min(quoted, 2)


def test_the_quotation_of_an_html_mail_is_told_apart() -> None:
    """By what mail programs call it."""
    html = (
        '<div dir="ltr">Gladly!</div><div class="gmail_quote"><div>On Monday Sam wrote:</div>'
        "<blockquote>old words</blockquote></div>"
    )

    assert split_quoted(text_of_html(html)) == ("Gladly!", "On Monday Sam wrote:\n\nold words")


def test_a_mail_that_is_nothing_but_a_quotation_is_shown() -> None:
    """An empty message would hide what was sent."""
    assert split_quoted("> only this") == ("> only this", "")


@given(st.text())
def test_no_word_of_a_mail_is_lost(body: str) -> None:
    """Whatever is in it, what is new and what is repeated make the whole."""
    fresh, quoted = split_quoted(body)

    assert sorted("".join((fresh + quoted).split())) == sorted("".join(body.replace("\ue0f1", "").split()))


@given(st.text(alphabet="<>/abdivp =\"'&;", max_size=300))
def test_no_html_is_too_broken_to_read(html: str) -> None:
    """It is text in the end."""
    assert "\ue0f1" not in text_of_html(html)


def test_endless_nesting_comes_to_an_end() -> None:
    """A mail may be nested as deep as its writer likes."""
    assert text_of_html("<div>" * 50_000 + "here").endswith("here")
