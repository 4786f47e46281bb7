"""Going through the inbox by keyboard: the cursor, the panes, what counts as read."""

from __future__ import annotations

from postroom.records import ConversationKey
from store import outbox
from tests.tui.conftest import ADA, ALAN, GRACE, KATHERINE
from tui.stage import Pane


async def test_j_and_k_move_and_the_thread_follows(desktop) -> None:
    """The thread beside the list is always that of the row under the cursor."""
    async with desktop() as d:
        await d.press("j", "j")
        await d.until(lambda: d.app.main.stage.shown.dossier.key == d.row.key)
        assert d.row.key == ALAN
        assert "May I ask again in spring?" in d.text

        await d.press("k")
        assert d.row.key == GRACE


async def test_g_and_capital_g_go_to_the_ends(desktop) -> None:
    """`g`, also pressed twice, is the top; `G` is the end."""
    async with desktop() as d:
        await d.press("G")
        assert d.row.key == KATHERINE

        await d.press("g", "g")
        assert d.row.key == ADA


async def test_half_pages(desktop) -> None:
    """Ctrl+d and ctrl+u move by half a page, and stop at the ends."""
    async with desktop() as d:
        await d.press("ctrl+d")
        assert d.row.key == KATHERINE

        await d.press("ctrl+u")
        assert d.row.key == ADA


async def test_n_goes_from_unread_to_unread(desktop) -> None:
    """`n` skips what was read; `N` goes back; the end is said."""
    async with desktop() as d:
        await d.press("n", "n")
        assert d.row.key == KATHERINE

        await d.press("N")
        assert d.row.key == GRACE

        await d.press("G", "n")
        assert "Nothing unread below" in d.said


async def test_moving_never_marks_as_read(desktop) -> None:
    """Passing by leaves a conversation unread."""
    async with desktop() as d:
        await d.press("j", "k")
        await d.until(lambda: "Thursday would suit me" in d.text)

        assert d.stored(ADA).unread
        assert d.read(outbox.rows) == []


async def test_opening_marks_as_read_and_tells_the_provider(desktop) -> None:
    """A conversation opened in front of the reader is read, here and at HeyReach."""
    async with desktop() as d:
        await d.press("enter")
        await d.until(lambda: not d.stored(ADA).unread)
        await d.until(lambda: "push" in d.syncs[0].asked)

        assert [row.kind for row in d.read(outbox.rows)] == ["mark_seen"]
        assert d.app.main.stage.pane is Pane.THREAD


async def test_provider_that_cannot_be_told_is_not_told(desktop) -> None:
    """NetworkHQ has no read mark: it stays in Postroom."""
    async with desktop() as d:
        await d.press("G", "enter")
        await d.until(lambda: not d.stored(KATHERINE).unread)

        assert d.read(outbox.rows) == []


async def test_mark_seen_can_be_switched_off(desktop) -> None:
    """The provider is told only where the settings say so."""
    async with desktop(mark_seen=False) as d:
        await d.press("l")
        await d.until(lambda: not d.stored(ADA).unread)

        assert d.read(outbox.rows) == []


async def test_terminal_out_of_focus_marks_nothing(desktop) -> None:
    """What nobody looks at is not read; coming back to it is looking."""
    async with desktop() as d:
        d.app.app_focus = False
        await d.settled()
        d.app.main.areas.act("thread.open")
        for _ in range(10):
            await d.settled()
        assert d.stored(ADA).unread

        d.app.app_focus = True
        await d.until(lambda: not d.stored(ADA).unread)


async def test_opening_asks_for_the_whole_thread(desktop) -> None:
    """What is opened is fetched before anything else."""
    async with desktop() as d:
        await d.press("right")

        assert f"open {ADA.id}" in d.syncs[0].asked


async def test_escape_goes_one_level_up(desktop) -> None:
    """From the thread to the list, however it was entered."""
    async with desktop() as d:
        for back in ("escape", "h", "left"):
            await d.press("enter")
            assert d.app.main.stage.pane is Pane.THREAD
            await d.press(back)
            assert d.app.main.stage.pane is Pane.INBOX


async def test_j_scrolls_inside_the_thread(desktop) -> None:
    """In the thread `j` scrolls and the cursor of the list stays."""
    async with desktop() as d:
        await d.press("2", "j", "ctrl+d", "G", "g")

        assert d.row.key == ADA


async def test_hostile_names_are_only_words(desktop) -> None:
    """Markup from outside is shown as it is and does nothing."""
    async with desktop() as d:
        await d.press("G")
        await d.until(lambda: "[@click=app.quit]here[/]" in d.text)

        assert d.app.is_running


async def test_thread_that_changes_under_the_reader_is_read_again(desktop) -> None:
    """A key of a conversation that does not exist any more shows nothing instead of failing."""
    async with desktop() as d:
        assert d.app.main.stage.row is not None
        d.app.main.widgets.inbox.move_to(ConversationKey("acme-linkedin", "no such"))
        await d.settled()

        assert d.row.key == ADA
