"""Keys on their way: text typed by mistake runs nothing, keys typed before the rows are here are kept."""

from __future__ import annotations

from textual import events

from store import outbox
from tests.tui.conftest import ADA, ALAN, Desktop
from tui.app import PostroomApp
from tui.screens.main import MainScreen


def burst(d: Desktop, text: str) -> None:
    """Type text in one go, as a paste without brackets does."""
    for letter in text:
        d.app.post_message(events.Key("enter" if letter == "\n" else letter, None if letter == "\n" else letter))


async def test_text_typed_into_the_list_runs_no_command(desktop) -> None:
    """A sentence meant for somewhere else changes nothing and opens nothing."""
    async with desktop(burst_seconds=0.03) as d:
        burst(d, "please send Xavier the papers\n")
        await d.until(lambda: "looked like typed or pasted text" in d.said)

        assert isinstance(d.app.screen, MainScreen)
        assert d.row.key == ADA
        assert d.stored(ADA).folder == "inbox"
        assert not d.stored(ADA).starred
        assert d.read(outbox.rows) == []


async def test_decision_at_the_start_of_text_is_taken_back(desktop) -> None:
    """`e` is obeyed at once; when it turns out to be the start of a word, it was not meant."""
    async with desktop(burst_seconds=0.03) as d:
        burst(d, "essay")
        await d.until(lambda: "looked like typed or pasted text" in d.said)
        await d.until(lambda: d.stored(ADA).folder == "inbox" and d.row.key == ADA)


async def test_text_takes_back_no_decision_that_was_made_before_it(desktop) -> None:
    """`e` was meant; what is typed by mistake a while later has nothing to do with it."""
    async with desktop(burst_seconds=0.03) as d:
        await d.press("e")
        await d.until(lambda: d.stored(ADA).folder == "done")
        burst(d, "xx")
        await d.until(lambda: "looked like typed or pasted text" in d.said)
        await d.settled()

        assert d.stored(ADA).folder == "done"


async def test_bracketed_paste_into_the_list_runs_no_command(desktop) -> None:
    """A paste is no key."""
    async with desktop() as d:
        d.app.post_message(events.Paste("eeX\ny"))
        await d.settled()

        assert d.stored(ADA).folder == "inbox"
        assert isinstance(d.app.screen, MainScreen)


async def test_single_command_is_obeyed_after_a_blink(desktop) -> None:
    """The rule costs a command nothing that anybody could see."""
    async with desktop(burst_seconds=0.03) as d:
        await d.pilot.press("question_mark")

        await d.until(lambda: "Go one line down" in d.text)


async def test_held_motion_is_obeyed_completely(desktop) -> None:
    """`jj` in one go is two lines."""
    async with desktop(burst_seconds=0.03) as d:
        burst(d, "jj")
        await d.until(lambda: d.row.key == ALAN)


async def test_keys_pressed_before_the_rows_are_here_are_obeyed_in_order(state_dir, settings) -> None:
    """Whoever types ahead of the start is not ignored."""
    app = PostroomApp(state_dir, session="test", writable=True, settings=settings)
    async with app.run_test(size=(120, 30)) as pilot:
        for letter in "jje":
            app.post_message(events.Key(letter, letter))
        for _ in range(200):
            await pilot.pause(0.01)
            if app.main.stage.shown.decision:
                break

        assert "done Alan Turing" in app.main.stage.shown.decision
    app.close()
