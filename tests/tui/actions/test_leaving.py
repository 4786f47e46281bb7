"""Leaving: without a question when nothing hangs, with one when something would be left behind."""

from __future__ import annotations

from store import drafts, outbox
from tests.tui.conftest import ADA, Desktop
from tui.screens.pick import PickScreen


async def send(d: Desktop, text: str) -> None:
    """Reply to the row under the cursor."""
    await d.press("r", *text, "ctrl+s")


def states(d: Desktop) -> list[str]:
    """The states of the replies."""
    return [row.state for row in d.read(lambda store: outbox.rows(store, open_only=False)) if row.kind == "reply"]


async def test_q_leaves_at_once_when_nothing_is_unsent(desktop) -> None:
    """No question without a reason."""
    async with desktop() as d:
        await d.press("q")

        assert not d.app.is_running


async def test_q_asks_when_a_reply_has_not_left(desktop) -> None:
    """A reply in its undo window is worth a question; escape stays."""
    async with desktop() as d:
        await send(d, "Hi")
        await d.press("q")
        assert isinstance(d.app.screen, PickScreen)

        await d.press("escape")
        assert d.app.is_running
        assert states(d) == ["undo"]


async def test_hold_keeps_it_and_leaves(desktop) -> None:
    """Held: nothing is sent until the reader says so."""
    async with desktop() as d:
        await send(d, "Hi")
        await d.press("q", "h")
        await d.until(lambda: not d.app.is_running)

    assert states(d) == ["held"]


async def test_send_now_releases_and_leaves_when_it_is_settled(desktop) -> None:
    """The screen stays until the provider has answered."""
    async with desktop() as d:
        await send(d, "Hi")
        await d.press("q", "s")
        await d.until(lambda: states(d) == ["queued"])
        assert d.app.is_running
        assert "push" in d.syncs[0].asked

        number = d.read(outbox.rows)[0].id
        await d.app.desk.write(outbox.hold, number, "as if it had been settled", now=d.clock.now)
        await d.until(lambda: not d.app.is_running)


async def test_any_key_stays_after_all(desktop) -> None:
    """Whoever goes on working is not thrown out."""
    async with desktop(undo_seconds=4) as d:
        await send(d, "Hi")
        await d.press("q", "w", "j")
        d.clock.pass_seconds(4)
        await d.until(lambda: states(d) == ["queued"])
        await d.app.desk.write(outbox.hold, d.read(outbox.rows)[0].id, "settled", now=d.clock.now)
        for _ in range(50):
            await d.settled()

        assert d.app.is_running


async def test_half_written_reply_is_kept(desktop) -> None:
    """Textual's own quit key leaves no draft behind either."""
    async with desktop() as d:
        await d.press("r", *"Half", "ctrl+q")
        await d.until(lambda: not d.app.is_running)

    assert d.read(lambda store: drafts.draft(store, ADA)).text == "Half"
