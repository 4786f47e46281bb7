"""Nothing that was written is lost: not in the same breath, not beside another window, not on a disk that refuses."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from postroom.records import Message
from store import drafts, writes
from store.database import Store
from sync.events import Pulled
from tests import builders as make
from tests.tui.actions.test_replying import replies, write
from tests.tui.conftest import ADA, HEYREACH, Desktop
from tui.screens.pick import PickScreen


def refuse_drafts(d: Desktop, *, refuse: bool = True) -> None:
    """From now on the disk takes no draft, or takes them again."""
    with closing(sqlite3.connect(d.state_dir / "user.db")) as user:
        for when in ("insert", "update"):
            user.execute(
                f"create trigger no_{when} before {when} on draft begin select raise(abort, 'no room'); end"
                if refuse
                else f"drop trigger no_{when}"
            )


async def test_z_in_the_same_breath_takes_the_reply_back_and_not_the_step_before(desktop) -> None:
    """The outbox has not got the reply yet when `z` is pressed."""
    async with desktop() as d:
        await d.press("s")
        await write(d, "Too fast")
        d.app.main.areas.replying.send("Too fast", done=False)
        d.app.main.areas.undoing.undo()
        await d.settled()

        assert replies(d) == [("discarded", "Too fast")]
        assert d.stored(ADA).starred
        assert d.app.main.widgets.composer.text == "Too fast"


async def test_z_in_the_same_breath_takes_send_and_done_back_together(desktop) -> None:
    """Both halves, and nothing else."""
    async with desktop() as d:
        await d.press("s")
        await write(d, "Too fast")
        d.app.main.areas.replying.send("Too fast", done=True)
        d.app.main.areas.undoing.undo()
        await d.settled()

        assert replies(d) == [("discarded", "Too fast")]
        assert (d.stored(ADA).folder, d.stored(ADA).starred) == ("inbox", True)


async def test_z_after_a_reply_that_the_disk_refused_undoes_what_was_before(desktop) -> None:
    """The reply never went, so it is no step: its text is in the composer, and `z` means the star."""
    async with desktop() as d:
        await d.press("s")
        await write(d, "Hi")
        with closing(sqlite3.connect(d.state_dir / "user.db")) as user:
            user.execute("create trigger full before insert on outbox begin select raise(abort, 'no room'); end")
        await d.press("ctrl+s")
        d.app.main.areas.undoing.undo()
        await d.settled()

        assert not d.stored(ADA).starred


async def test_a_backdated_answer_asks_before_the_reply_leaves(desktop) -> None:
    """It stands above what the writer saw last, and is shown all the same."""
    async with desktop() as d:
        await write(d, "Thursday it is")
        store = Store.open(d.state_dir, session="test")
        news = make.conversation(
            "c1", make.inbound("Call me instead", minutes=1390), who=make.lead(), campaign_id="q3", complete=False
        )
        writes.apply_conversations(store, HEYREACH, "heyreach", make.page(news), now=d.clock.now)
        store.close()
        d.syncs[0].hear(Pulled(HEYREACH, (ADA.id,)))
        await d.until(lambda: len(d.app.main.stage.shown.dossier.messages) == 3)
        await d.press("ctrl+s")

        assert replies(d) == []
        assert "Call me instead" in d.text


async def test_the_rest_of_a_thread_that_comes_while_writing_is_in_sight(desktop) -> None:
    """It asks nothing; a message of theirs that comes after it, however it is dated, does."""

    def bring(d: Desktop, *messages: Message, complete: bool) -> None:
        store = Store.open(d.state_dir, session="test")
        news = make.conversation(
            "c1", *messages, who=make.lead(), campaign_id="q3", complete=complete, total_messages=len(messages)
        )
        writes.apply_thread(store, HEYREACH, "heyreach", news, complete=complete, now=d.clock.now)
        store.close()
        d.syncs[0].hear(Pulled(HEYREACH, (ADA.id,)))

    thread = [
        make.outbound("Hi Ada, may I show you something?", minutes=60),
        make.inbound("Sounds good, tell me more.\nThursday would suit me.", minutes=1400),
    ]
    older = make.inbound("A question of last week", minutes=-9000)
    async with desktop() as d:
        store = Store.open(d.state_dir, session="test")
        with closing(sqlite3.connect(d.state_dir / "cache-v4.db")) as cache:
            cache.execute("update conversation set complete = 0 where native = 'c1'")
            cache.commit()
        store.close()
        d.syncs[0].hear(Pulled(HEYREACH, (ADA.id,)))
        await d.until(lambda: not d.app.main.stage.shown.dossier.head.complete)
        await write(d, "Thursday it is")
        bring(d, older, *thread, complete=True)
        await d.until(lambda: len(d.app.main.stage.shown.dossier.messages) == 3)
        whole = d.app.main.areas.replying._sight.whole
        late = make.inbound("Lost in the mail", minutes=-8000)
        bring(d, older, late, *thread, complete=True)
        await d.until(lambda: len(d.app.main.stage.shown.dossier.messages) == 4)
        await d.press("ctrl+s")

        assert whole
        assert replies(d) == []
        assert "Lost in the mail" in d.text


async def test_a_draft_opened_again_tells_what_they_wrote_since(desktop) -> None:
    """Whoever goes on with an old draft is told of the newer message first."""
    async with desktop() as d:
        await write(d, "Thursday")
        await d.press("escape")
        store = Store.open(d.state_dir, session="test")
        news = make.conversation(
            "c1", make.inbound("I am away", minutes=1439), who=make.lead(), campaign_id="q3", complete=False
        )
        writes.apply_conversations(store, HEYREACH, "heyreach", make.page(news), now=d.clock.now)
        store.close()
        d.syncs[0].hear(Pulled(HEYREACH, (ADA.id,)))
        await d.until(lambda: len(d.app.main.stage.shown.dossier.messages) == 3)
        await d.press("r")

        assert "wrote after you had begun this: “I am away”" in d.said
        assert d.app.main.widgets.composer.text == "Thursday"


async def test_the_writer_and_a_viewer_in_one_conversation_keep_their_own_texts(desktop) -> None:
    """Two windows, one lead: neither overwrites the other, and each says that there is another."""
    async with desktop() as writer:
        await write(writer, "of the writer")
        await writer.press("escape")
        viewer = Store.open(writer.state_dir, writable=False, session="viewer")
        drafts.save_draft(viewer, ADA, "of the viewer", seen_upto="", now=writer.clock.now)
        viewer.close()
        await writer.press("r")
        said = writer.said
        await writer.press("!", "escape")

        assert "Another window on this inbox has a draft here too, kept apart: “of the viewer”" in said
        texts = writer.read(lambda store: [each.text for each in drafts.others_drafts(store, ADA)])
        assert texts == ["of the writer!", "of the viewer"]


async def test_a_viewer_begins_with_an_empty_composer_and_keeps_what_it_writes(desktop, state_dir) -> None:
    """The writer's draft is not the viewer's to change."""
    store = Store.open(state_dir, session="test")
    drafts.save_draft(store, ADA, "of the writer", seen_upto="", now=1)
    store.close()
    async with desktop(writable=False) as d:
        await write(d, "mine")
        said = d.said
        await d.press("escape")

        assert "“of the writer”" in said
        texts = d.read(lambda store: [each.text for each in drafts.others_drafts(store, ADA)])
        assert texts == ["of the writer", "mine"]


async def test_quitting_asks_when_the_disk_refuses_the_draft(desktop) -> None:
    """Staying keeps the text where it is; once the disk takes it again, leaving needs no word."""
    async with desktop() as d:
        await write(d, "Precious")
        refuse_drafts(d)
        await d.press("ctrl+q")
        asked, text = isinstance(d.app.screen, PickScreen), d.text
        await d.press("s")
        assert d.app.is_running
        refuse_drafts(d, refuse=False)
        await d.press("ctrl+q")
        await d.until(lambda: not d.app.is_running)

    assert asked
    assert "NOT on the disk" in text
    assert d.read(lambda store: drafts.draft(store, ADA)).text == "Precious"


async def test_an_unsaved_draft_can_be_copied_out_before_leaving(desktop, capsys) -> None:
    """The clipboard has it, the question comes again, and whoever leaves finds it printed."""
    async with desktop() as d:
        await write(d, "Precious")
        refuse_drafts(d)
        await d.press("ctrl+q", "c")
        copied, running = d.app.clipboard, d.app.is_running
        await d.press("l")
        await d.until(lambda: not d.app.is_running)

    assert (copied, running) == ("Precious", True)
    assert "Precious" in capsys.readouterr().err


async def test_a_draft_left_behind_that_the_disk_refused_is_asked_about_too(desktop) -> None:
    """The composer is closed, but what was written in it is nowhere else."""
    async with desktop() as d:
        refuse_drafts(d)
        await write(d, "Precious")
        await d.press("escape", "q")

        assert isinstance(d.app.screen, PickScreen)
        assert "NOT on the disk" in d.text
