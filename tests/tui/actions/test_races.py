"""Keys that come faster than the disk, and clocks that jump: what was written is in one place, and stays there."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from postroom.records import ConversationKey
from store import drafts, outbox
from tests.tui.actions.test_replying import replies, write
from tests.tui.conftest import ADA, GRACE, Desktop
from tui.stage import Pane


def draft(d: Desktop, key: ConversationKey = ADA) -> str | None:
    """The draft on disk. None: there is none."""
    found = d.read(lambda store: drafts.draft(store, key))
    return found.text if found else None


async def to_grace(d: Desktop) -> None:
    """Go to the second row."""
    d.app.main.stage.go_pane(Pane.INBOX)
    await d.press("j")
    assert d.row.key == GRACE


async def test_reopening_before_the_draft_is_on_disk_shows_it(desktop) -> None:
    """Escape and `r` in one breath: the composer has what was written, and keeps it."""
    async with desktop() as d:
        await write(d, "Half a thought")
        replying, composer = d.app.main.areas.replying, d.app.main.widgets.composer
        replying.park(composer.text)
        replying.open()
        await d.settled()
        shown = composer.text
        await d.press("escape")

        assert shown == "Half a thought"
        assert draft(d) == "Half a thought"


async def test_an_autosave_on_its_way_does_not_bring_back_what_was_sent(desktop) -> None:
    """The half second is over at the very moment of ctrl+s: the text is in the outbox and nowhere else."""
    async with desktop() as d:
        await write(d, "Thursday")
        replying = d.app.main.areas.replying
        replying.autosave("Thursday")
        replying.send("Thursday", done=False)
        await d.settled()

        assert replies(d) == [("undo", "Thursday")]
        assert draft(d) is None


async def test_an_autosave_of_another_conversation_is_not_taken_for_this_one(desktop) -> None:
    """What was written to Ada never becomes a draft to Grace."""
    async with desktop() as d:
        await write(d, "Dear Ada")
        replying = d.app.main.areas.replying
        await d.press("escape")
        await to_grace(d)
        await d.press("r")
        replying.autosave("Dear Ada")
        await d.settled()

        assert draft(d, GRACE) is None
        assert draft(d) == "Dear Ada"


async def test_a_reply_that_the_disk_refuses_is_in_the_composer_once(desktop) -> None:
    """The draft was there before; after the refusal it is there once, as it was last written."""
    async with desktop() as d:
        await write(d, "Old")
        await d.press("escape")
        await d.press("r")
        await d.pilot.press(*" and new")
        with closing(sqlite3.connect(d.state_dir / "user.db")) as user:
            user.execute("create trigger full before insert on outbox begin select raise(abort, 'no room'); end")
        await d.press("ctrl+s")

        assert replies(d) == []
        assert d.app.main.widgets.composer.text == "Old and new"
        assert draft(d) in {"Old", "Old and new"}


async def test_a_reply_that_the_disk_refuses_is_kept_when_another_is_being_written(desktop) -> None:
    """By the time the refusal comes, the composer belongs to Grace: Ada's text is her draft."""
    async with desktop() as d:
        await write(d, "Hi")
        with closing(sqlite3.connect(d.state_dir / "user.db")) as user:
            user.execute("create trigger full before insert on outbox begin select raise(abort, 'no room'); end")
        d.app.main.areas.replying.send("Hi", done=False)
        d.app.main.widgets.inbox.move(1)
        d.app.main.areas.replying.open()
        await d.settled()

        assert draft(d) == "Hi"
        assert d.app.main.widgets.composer.text == ""


async def test_a_machine_that_slept_releases_nothing_that_could_still_be_taken_back(desktop) -> None:
    """The lid was closed in the undo time: nobody saw it pass, and sync, which notices, lets go of it later."""
    async with desktop() as d:
        await write(d, "Wait")
        await d.press("ctrl+s")
        d.clock.pass_seconds(3600)
        await d.until(lambda: "push" in d.syncs[0].asked)
        await d.settled()

        assert replies(d) == [("undo", "Wait")]


async def test_taking_back_keeps_what_is_being_written(desktop) -> None:
    """`z` while the composer is open elsewhere: both texts are drafts, neither is lost."""
    async with desktop() as d:
        await write(d, "First")
        await d.press("ctrl+s")
        await to_grace(d)
        await write(d, "Second")
        d.app.main.areas.undoing.undo()
        await d.settled()

        assert d.app.main.widgets.composer.text == "First"
        assert draft(d) == "First"
        assert draft(d, GRACE) == "Second"


async def test_taking_back_into_a_conversation_that_is_being_written_in_keeps_both(desktop) -> None:
    """A second reply was begun before the first was taken back: the composer has the one above the other."""
    async with desktop() as d:
        await write(d, "First")
        await d.press("ctrl+s")
        await write(d, "Second")
        d.app.main.areas.undoing.undo()
        await d.settled()

        assert d.app.main.widgets.composer.text == "First\n\nSecond"
        assert d.read(outbox.rows) == []
