"""Text measured in cells: nothing a lead writes may move a column."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import get_character_cell_size

from tui.cells import cell_len, cut, fit, steady, wrap

HOSTILE = (
    "plain",
    "日本語の名前",
    "e\u0301\u0301\u0301\u0301\u0301\u0301\u0301 Zalgo",
    "👩‍👩‍👧 family",
    "❤️ heart",
    "👍🏽 thumb",
    "🇫🇷 flag",
    "\u0301 starts with a mark",
    "مرحبا",
    "a\x1b[31mb",
    "tab\there",
    "\u202edlrow",
    "\ud800 broken",
    "[@click=app.quit]x[/]",
)


def test_every_text_fits_exactly() -> None:
    """A fitted text has its width, not one cell more or less."""
    widths = [[cell_len(fit(text, width)) for text in HOSTILE] for width in range(1, 30)]

    assert widths == [[width] * len(HOSTILE) for width in range(1, 30)]


def test_joined_emoji_are_taken_apart() -> None:
    """What terminals disagree about is drawn as what they agree about."""
    assert [steady(text) for text in ("👩‍👩‍👧", "❤️", "👍🏽", "🇫🇷")] == ["👩👩👧", "❤", "👍", "FR"]


def test_a_mark_without_a_base_gets_one() -> None:
    """A combining mark at the start of a name cannot draw over the column before it."""
    assert steady("\u0301x") == "◌\u0301x"


def test_controls_are_shown_not_obeyed() -> None:
    """An escape in a name is a picture of an escape."""
    assert steady("a\x1b[31mb") == "a␛[31mb"


def test_a_cut_text_says_so_and_keeps_marks_with_their_base() -> None:
    """The ellipsis stands after a whole character."""
    assert (fit("Grace Hopper", 8), fit("ne\u0301e\u0301e\u0301", 3), fit("日本語", 4)) == (
        "Grace H…",
        "néé…"[:2] + "…",
        "日… ",
    )


def test_text_is_aligned_as_asked() -> None:
    """Ages stand at the right, empty states in the middle."""
    assert (fit("4m", 4, align="right"), fit("ab", 6, align="centre"), fit("x", 0)) == ("  4m", "  ab  ", "")


def test_lines_break_at_spaces() -> None:
    """Words stay whole where a line can hold them."""
    assert wrap("Could we talk on Thursday", 10) == ["Could we", "talk on", "Thursday"]


def test_a_word_longer_than_a_line_is_broken() -> None:
    """A long link is shown in full."""
    assert wrap("see https://example.com/abc now", 10) == ["see", "https://ex", "ample.com/", "abc now"]


def test_indentation_and_empty_lines_stay() -> None:
    """A list in a message keeps its shape."""
    assert (wrap("  - numbers", 20), wrap("", 20), wrap("     ", 20)) == (["  - numbers"], [""], [""])


@given(st.text(max_size=200), st.integers(2, 40))
def test_wrapped_lines_are_never_wider_than_the_pane(text: str, width: int) -> None:
    """No line of any text reaches beyond its pane."""
    lines = wrap(steady(text), width)

    assert max(cell_len(line) for line in lines) <= width


@given(st.text(max_size=200), st.integers(2, 40))
def test_wrapping_loses_nothing_but_spaces(text: str, width: int) -> None:
    """Every character of a message is shown."""
    whole = steady(text)

    assert "".join(wrap(whole, width)).replace(" ", "") == whole.replace(" ", "")


@given(st.text(max_size=60))
def test_a_steady_text_is_as_wide_as_its_characters(text: str) -> None:
    """Width is a sum, so it can be cut anywhere without surprises."""
    whole = steady(text)

    assert cell_len(whole) == sum(get_character_cell_size(char) for char in whole)
    assert steady(whole) == whole


@given(st.text(max_size=60), st.integers(0, 30))
def test_a_cut_text_is_a_beginning(text: str, width: int) -> None:
    """Cutting only leaves out what follows."""
    whole = steady(text)
    part = cut(whole, width)

    assert whole.startswith(part)
    assert cell_len(part) <= width
