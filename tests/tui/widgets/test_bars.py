"""The three bars of one line: views, freshness, hints."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from store.rows import View, ViewCount
from tests.tui.builders import HOUR, MINUTE, NOW
from tests.tui.test_cells import HOSTILE
from tests.tui.widgets.stage import on_stage
from tui.desk import BESIDE
from tui.widgets.hint_bar import HintBar
from tui.widgets.status_bar import StatusBar, WorkspaceStatus
from tui.widgets.view_tabs import ViewTabs

COUNTS = {view: ViewCount(view, total, 1) for view, total in zip(View, (1312, 42, 9, 130, 7, 900, 4000), strict=True)}


async def test_tabs_show_what_waits() -> None:
    """The views with their counts; what is done is not counted."""
    async with on_stage(ViewTabs(), size=(120, 1)) as play:
        play.widget.show(COUNTS, active=View.NEEDS_REPLY, workspace="acme")

        assert play.drawn()[0].split("  ")[:4] == [" acme ▾", "Inbox 1,312", "Needs reply 42", "Interested 9"]


async def test_the_active_tab_is_in_sight_at_any_width() -> None:
    """With less room the counts go, then the farthest views."""
    async with on_stage(ViewTabs(), size=(120, 1)) as play:
        lines = []
        for width in (100, 60, 30, 14):
            await play.pilot.resize_terminal(width, 1)
            while play.widget.size.width != width:
                await play.pilot.pause()
            play.widget.show(COUNTS, active=View.WAITING)
            lines.append(play.drawn()[0])

        assert ["Waiting" in line for line in lines] == [True] * 4
        assert [cell_len(line) for line in lines] == [100, 60, 30, 14]


@pytest.mark.parametrize(
    ("active", "width", "workspace", "expected"),
    [
        (View.INBOX, 58, None, "Inbox 1,312  Needs reply 42  Interested 9  Waiting 130"),
        (View.DONE, 58, None, "Inbox 1,312  Needs reply 42  Snoozed 7  Done  All"),
        (View.INBOX, 70, None, "Inbox 1,312  Reply 42  Interest 9  Waiting 130  Snooze 7  Done  All"),
        (View.WAITING, 38, None, "Inbox 1,312  Reply 42  Waiting 130"),
        (View.INBOX, 36, "acme-linkedin", "acme-li… ▾  Inbox 1,312  Reply 42"),
        (View.SNOOZED, 12, None, "Snooze 7"),
    ],
)
async def test_how_many_wait_for_an_answer_is_in_sight_at_eighty_columns(
    active: View, width: int, workspace: str | None, expected: str
) -> None:
    """Beside a status line, and whichever view is active; far views give way before the counts do."""
    async with on_stage(ViewTabs(), size=(width, 1)) as play:
        play.widget.show(COUNTS, active=active, workspace=workspace)

        assert play.drawn()[0].strip() == expected


async def test_a_click_picks_a_view() -> None:
    """The mouse works as one expects."""
    async with on_stage(ViewTabs(), size=(120, 1)) as play:
        play.widget.show(COUNTS, active=View.INBOX, workspace="acme")
        line = play.drawn()[0]
        await play.pilot.click(ViewTabs, offset=(line.index("Waiting") + 1, 0))
        await play.pilot.click(ViewTabs, offset=(2, 0))

        assert [picked.view for picked in play.of(ViewTabs.Picked)] == [View.WAITING]
        assert len(play.of(ViewTabs.WorkspacePicked)) == 1


async def test_a_filter_is_named_above_the_list() -> None:
    """One never wonders why rows are missing."""
    async with on_stage(ViewTabs(), size=(80, 1)) as play:
        play.widget.show(COUNTS, active=View.INBOX, filter_text="[/ada]")

        assert "Inbox · filter: [/ada]" in play.drawn()[0]


def status(**changes: object) -> WorkspaceStatus:
    given = {"name": "acme", "provider": "heyreach", "state": "ok", "synced_at": NOW - 4 * MINUTE}
    return WorkspaceStatus(**{**given, **changes})


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("ok", "HR ✓ 4m"),
        ("syncing", "HR ↻ 4m"),
        ("offline", "HR ○ offline 4m"),
        ("limited", "HR ⧖ limited 4m"),
        ("incomplete", "HR ⧖ incomplete 4m"),
        ("denied", "HR ✗ key refused"),
        ("failed", "HR ✗ failed 4m"),
        ("odd", "HR ? odd 4m"),
    ],
)
async def test_each_workspace_says_how_fresh_it_is(state: str, expected: str) -> None:
    """A sign, a word, and the age of the last complete sync."""
    async with on_stage(StatusBar(), size=(60, 1)) as play:
        play.widget.show([status(state=state)], now=NOW)

        assert play.drawn()[0].strip() == expected


async def test_a_workspace_never_read_says_never() -> None:
    """No age is made up."""
    async with on_stage(StatusBar(), size=(60, 1)) as play:
        play.widget.show([status(synced_at=None)], now=NOW)

        assert play.drawn()[0].strip() == "HR ✓ never"


@pytest.mark.parametrize(
    ("progress", "wide", "narrow"),
    [("importing 60/110", "HR ↻ importing 60/110", "HR ↻ 60/110"), ("", "HR ↻ first sync", "HR ↻ sync")],
)
async def test_a_first_sync_says_how_far_it_is_instead_of_an_age(progress: str, wide: str, narrow: str) -> None:
    """It has no age yet, and that is no trouble."""
    drawn = []
    for width in (60, 16):
        async with on_stage(StatusBar(), size=(width, 1)) as play:
            play.widget.show([status(state="syncing", synced_at=None, progress=progress)], now=NOW)
            drawn.append(play.drawn()[0].strip())

    assert drawn == [wide, narrow]


async def test_trouble_is_one_sentence_where_there_is_room() -> None:
    """What is wrong and what to do; offline is quiet."""
    async with on_stage(StatusBar(), size=(90, 1)) as play:
        play.widget.show(
            [status(state="denied", sentence="The key was refused. Make a new one."), status(state="offline")], now=NOW
        )
        wrong = play.drawn()[0]
        play.widget.show([status(state="offline", sentence="No network.")], now=NOW)

        assert "acme: The key was refused. Make a new one." in wrong
        assert "No network" not in play.drawn()[0]


async def test_where_not_all_workspaces_fit_those_in_trouble_come_first() -> None:
    """A narrow terminal may hide who is fresh, never who has failed."""
    async with on_stage(StatusBar(), size=(24, 1)) as play:
        fresh = [status(name=f"w{number}") for number in range(4)]
        play.widget.show([*fresh, status(name="mail", state="denied")], now=NOW)

        assert "key refused" in play.drawn()[0]


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (60, "IN ✗ key refused  HR ⧖ limited 4m  38 ✓ 9m"),
        (32, "IN ✗  HR ⧖  38 ✓"),
        (15, "IN ✗  HR ⧖"),
        (6, "✗ 2"),
    ],
)
async def test_forty_workspaces_fit_into_any_line(width: int, expected: str) -> None:
    """The fresh become one number with the age of the oldest; trouble stays apart, and none is cut in half."""
    async with on_stage(StatusBar(), size=(width, 1)) as play:
        fresh = [status(name=f"w{number}", synced_at=NOW - number * MINUTE // 4) for number in range(38)]
        mail = status(name="mail", provider="instantly", state="denied")
        play.widget.show([mail, *fresh, status(name="slow", state="limited")], now=NOW)

        assert play.drawn()[0].strip() == expected


async def test_a_budget_is_shown_when_it_runs_low() -> None:
    """A quarter left is not worth a word, a tenth is."""
    async with on_stage(StatusBar(), size=(60, 1)) as play:
        play.widget.show([status(budget_left=150, budget=300)], now=NOW)
        half = play.drawn()[0]
        play.widget.show([status(budget_left=30, budget=300)], now=NOW)

        assert ("/300" in half, "30/300" in play.drawn()[0]) == (False, True)


async def test_what_is_in_doubt_is_never_pushed_out_of_sight() -> None:
    """The badge stays, however narrow the bar; a click on it leads there."""
    many = [status(name=f"client {number}", provider=("heyreach", "networkhq")[number % 2]) for number in range(12)]
    async with on_stage(StatusBar(), size=(40, 1)) as play:
        play.widget.show(many, in_doubt=1, unsettled=3, now=NOW)
        await play.pilot.click(StatusBar, offset=(36, 0))

        assert play.drawn()[0].rstrip().endswith("⚠ 1 in doubt  ✗ 2 not sent")
        assert len(play.of(StatusBar.DoubtPicked)) == 1


async def test_a_viewer_says_so() -> None:
    """Who cannot send here knows it before trying."""
    async with on_stage(StatusBar(), size=(80, 1)) as play:
        play.widget.show([status()], viewer=BESIDE.badge, now=NOW + HOUR)

        assert "viewer: another Postroom writes" in play.drawn()[0]


async def test_the_last_decision_can_be_taken_back() -> None:
    """`z undo …` stays until the next decision, with the keys that matter here."""
    async with on_stage(HintBar(), size=(80, 1)) as play:
        play.widget.show(decision="done Grace Hopper", hints=(("j/k", "move"), ("r", "reply"), ("?", "keys")))

        assert play.drawn()[0].startswith(" z undo: done Grace Hopper ")
        assert play.drawn()[0].endswith("j/k move  r reply  ? keys  ")


async def test_the_way_to_all_keys_goes_last() -> None:
    """With less room, hints go; the one that leads to all others stays longest."""
    async with on_stage(HintBar(), size=(36, 1)) as play:
        play.widget.show(decision="done Grace Hopper", hints=(("j/k", "move"), ("r", "reply"), ("?", "keys")))

        assert play.drawn()[0] == " z undo: done Grace Hopper  ? keys  "


async def test_a_notice_stands_with_its_sign_until_it_is_taken_away() -> None:
    """An error is a sign and a sentence."""
    async with on_stage(HintBar(), size=(80, 1)) as play:
        play.widget.show(decision="done Grace Hopper")
        play.widget.notice("The disk is full.", severity="error")
        during = play.drawn()[0].strip()
        play.widget.notice("")

        assert (during, play.drawn()[0].strip()) == ("✗ The disk is full.", "z undo: done Grace Hopper")


@pytest.mark.parametrize("width", [1, 10, 38, 80])
async def test_hc06_bars_are_exactly_as_wide_as_the_screen(width: int) -> None:
    """Whatever workspaces, errors and decisions are called."""
    async with on_stage(HintBar(), size=(width, 1)) as play:
        for hostile in HOSTILE:
            play.widget.show(decision=hostile, hints=((hostile, hostile),))
            play.widget.notice("")
            bar = play.drawn()[0]
            play.widget.notice(hostile, severity="warning")

            assert (cell_len(bar), cell_len(play.drawn()[0])) == (width, width)
    async with on_stage(StatusBar(), size=(width, 1)) as play:
        for hostile in HOSTILE:
            play.widget.show([status(name=hostile, state="failed", sentence=hostile)] * 2, now=NOW)

            assert cell_len(play.drawn()[0]) == width
    async with on_stage(ViewTabs(), size=(width, 1)) as play:
        for hostile in HOSTILE:
            play.widget.show(COUNTS, active=View.INBOX, workspace=hostile, filter_text=hostile)

            assert cell_len(play.drawn()[0]) == width
