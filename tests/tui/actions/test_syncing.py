"""News from sync: shown without moving anything under the reader's eyes."""

from __future__ import annotations

from store import writes
from store.database import Store
from sync.events import Progressed, Pulled, Settled, StatusChanged
from tests import builders as make
from tests.tui.conftest import ADA, GRACE, HEYREACH, Desktop


def arrive(d: Desktop, name: str, text: str) -> str:
    """A new conversation reaches the store, newer than all others."""
    store = Store.open(d.state_dir, session="test")
    news = make.conversation("c9", make.inbound(text, minutes=1439), who=make.lead(name), unread=True)
    writes.apply_conversations(store, HEYREACH, "heyreach", make.page(news), now=d.clock.now)
    store.close()
    return news.id


async def test_new_conversation_appears_and_the_cursor_stays(desktop) -> None:
    """The list grows above the cursor; the cursor stays with its conversation."""
    async with desktop() as d:
        await d.press("j")
        d.syncs[0].hear(Pulled(HEYREACH, (arrive(d, "Barbara Liskov", "Hello there"),)))
        await d.until(lambda: "Inbox 5" in d.line(0))

        assert d.row.key == GRACE


async def test_news_in_the_open_thread_is_shown(desktop) -> None:
    """An answer to the conversation on screen appears in it."""
    async with desktop() as d:
        store = Store.open(d.state_dir, session="test")
        news = make.conversation("c1", make.inbound("And one more thing", minutes=1439), complete=False)
        writes.apply_conversations(store, HEYREACH, "heyreach", make.page(news), now=d.clock.now)
        store.close()
        d.syncs[0].hear(Pulled(HEYREACH, (ADA.id,)))

        await d.until(lambda: "And one more thing" in d.text)


async def test_trouble_is_said_once_and_stands_in_the_status_line(desktop) -> None:
    """A refused key is one sentence and a word in the top line."""
    async with desktop() as d:
        d.syncs[0].hear(StatusChanged(HEYREACH, "denied", "The key was refused. Check api_key."))
        await d.until(lambda: "key refused" in d.line(0))

        assert "The key was refused" in d.said


async def test_progress_of_an_import_is_shown(desktop) -> None:
    """A long walk says how far it is."""
    async with desktop() as d:
        d.syncs[0].hear(StatusChanged(HEYREACH, "syncing"))
        d.syncs[0].hear(Progressed(HEYREACH, "threads", 120, 400))

        await d.until(lambda: "threads 120/400" in d.line(0))


async def test_an_import_over_several_pulls_counts_on(desktop) -> None:
    """Each pull counts from nothing what is still missing; the reader sees one number that grows."""
    async with desktop() as d:
        d.syncs[0].hear(StatusChanged("new-client", "syncing"))
        d.syncs[0].hear(Progressed("new-client", "threads", 20, 110))
        await d.until(lambda: "importing 20/110" in d.line(0))
        d.syncs[0].hear(StatusChanged("new-client", "syncing"))
        d.syncs[0].hear(Progressed("new-client", "threads", 5, 90))

        await d.until(lambda: "importing 25/110" in d.line(0))


async def test_send_that_ends_in_doubt_is_said_aloud(desktop) -> None:
    """Doubt is never silent, and stays in the activity."""
    async with desktop() as d:
        d.syncs[0].hear(Settled(HEYREACH, 1, "reply", "in_doubt", ADA.id, "The reply to Ada may have arrived."))
        await d.until(lambda: "may have arrived" in d.said)
        await d.press("exclamation_mark")

        assert "00:00  The reply to Ada may have arrived." in d.text


async def test_capital_r_asks_for_news(desktop) -> None:
    """`R` syncs now."""
    async with desktop() as d:
        await d.press("R")

        assert "sync None" in d.syncs[0].asked


async def test_without_sync_r_says_so(desktop) -> None:
    """Where there is nothing to sync with, the key answers."""
    async with desktop(online=False) as d:
        await d.press("R")

        assert "nothing to sync with" in d.said


async def test_sync_learns_whether_anybody_looks(desktop) -> None:
    """Polling follows the terminal's focus."""
    async with desktop() as d:
        d.app.app_focus = False
        await d.settled()
        d.app.app_focus = True
        await d.settled()

        assert [each for each in d.syncs[0].asked if "focused" in each] == ["unfocused", "focused"]


async def test_viewer_follows_the_writer(desktop) -> None:
    """A second Postroom shows what the first one fetched, without asking anybody."""
    async with desktop(writable=False, online=False) as d:
        assert "viewer" in d.line(0)
        d.app.main.areas.syncing.follow_writer()
        await d.settled()
        arrive(d, "Barbara Liskov", "Hello there")
        d.app.main.areas.syncing.follow_writer()

        await d.until(lambda: "Barbara Liskov" in d.text)
