"""Panes and sizes: three, two or one, and one key to each."""

from __future__ import annotations

import pytest

from tests.tui.conftest import Desktop
from tui.stage import Pane

PANES = ("pane-inbox", "pane-thread", "pane-campaign")


def visible(d: Desktop) -> list[str]:
    """The panes that can be seen."""
    return [name for name in PANES if d.app.main.query_one(f"#{name}").display]


@pytest.mark.parametrize(
    ("width", "seen"),
    [(200, PANES), (140, PANES), (139, PANES[:2]), (90, PANES[:2]), (89, PANES[:1]), (80, PANES[:1])],
)
async def test_as_many_panes_as_fit(desktop, width: int, seen: tuple[str, ...]) -> None:
    """Three panes from 140 columns, two from 90, one below."""
    async with desktop(size=(width, 30)) as d:
        assert visible(d) == list(seen)


async def test_digits_go_to_panes_and_zoom_the_second_time(desktop) -> None:
    """The same digit again gives the pane the whole screen, and once more gives it back."""
    async with desktop() as d:
        await d.press("3")
        assert d.app.main.stage.pane is Pane.CAMPAIGN
        await d.press("3")
        assert visible(d) == ["pane-campaign"]
        await d.press("3")
        assert visible(d) == list(PANES)
        await d.press("1", "1")
        assert visible(d) == ["pane-inbox"]
        await d.press("escape")
        assert visible(d) == list(PANES)


async def test_one_pane_follows_the_keys(desktop) -> None:
    """At 80 columns enter shows the thread alone, and escape the list."""
    async with desktop(size=(80, 24)) as d:
        await d.press("enter")
        assert visible(d) == ["pane-thread"]
        await d.press("3")
        assert visible(d) == ["pane-campaign"]
        await d.press("escape")
        assert visible(d) == ["pane-inbox"]


async def test_two_panes_show_the_campaign_in_place_of_the_thread(desktop) -> None:
    """At 100 columns `3` and `2` take turns beside the inbox."""
    async with desktop(size=(100, 30)) as d:
        await d.press("3")
        assert visible(d) == ["pane-inbox", "pane-campaign"]
        await d.press("1", "2")
        assert visible(d) == ["pane-inbox", "pane-thread"]


async def test_resizing_keeps_the_place(desktop) -> None:
    """A smaller window shows the pane that has the keys."""
    async with desktop() as d:
        await d.press("2")
        await d.pilot.resize_terminal(80, 24)
        await d.settled()

        assert visible(d) == ["pane-thread"]
        assert d.app.main.widgets.thread.has_focus


async def test_click_on_a_pane_takes_the_keys_along(desktop) -> None:
    """After a click in the thread `j` scrolls there."""
    async with desktop() as d:
        await d.pilot.click("#thread")
        await d.settled()

        assert d.app.main.stage.pane is Pane.THREAD
