"""The chart of replies by day."""

from __future__ import annotations

from tui.glyphs import ASCII, UNICODE
from tui.widgets.chart import bars, chart

DAYS = [(f"2025-10-{day:02}", day % 4) for day in range(1, 31)]


def test_the_highest_day_fills_the_height() -> None:
    """Bars are drawn to scale in eighths of a cell."""
    assert bars([0, 4, 8, 16], 2, UNICODE.bars) == ["   █", " ▄██"]


def test_one_reply_among_many_is_still_seen() -> None:
    """A value above zero is never drawn as nothing."""
    assert bars([1, 1000], 2, UNICODE.bars)[1] == "▁█"


def test_a_week_without_replies_is_flat() -> None:
    """All zeros do not divide by zero."""
    assert bars([0, 0], 2, UNICODE.bars) == ["  ", "  "]


def test_axes_name_the_scale_and_the_days() -> None:
    """The highest value stands at the top left, the first and last day below."""
    lines = chart(DAYS, width=36, height=4, signs=UNICODE.bars, rule="─")

    assert (lines[0][:2], lines[3][:2], lines[-1].split()) == ("3 ", "0 ", ["1", "Oct", "30", "Oct"])
    assert max(map(len, lines)) <= 36


def test_a_narrow_pane_shows_the_newest_days() -> None:
    """Where thirty days do not fit, the oldest go."""
    assert chart(DAYS, width=20, height=3, signs=UNICODE.bars, rule="─")[-1].split() == ["13", "Oct", "30", "Oct"]


def test_no_days_and_no_room_draw_nothing() -> None:
    """No empty frame stands for figures that are not there."""
    assert [
        chart(days, width=width, height=4, signs=ASCII.bars, rule="-") for days, width in (([], 40), (DAYS, 8))
    ] == [[], []]


def test_a_day_that_is_not_a_day_is_shown_as_it_came() -> None:
    """A provider's odd label does not stop the pane."""
    lines = chart([("week", 1), *DAYS[:10], ("2025-99-01", 2)], width=40, height=2, signs=ASCII.bars, rule="-")

    assert lines[-1].split() == ["week", "2025-99-01"]
