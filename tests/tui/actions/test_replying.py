"""Writing and sending: nothing is lost, nothing is sent twice, everything can be taken back for a moment."""

from __future__ import annotations

import pytest
from textual import events

from store import drafts, outbox, writes
from store.database import Store
from sync.events import Pulled
from tests import builders as make
from tests.tui.conftest import ADA, GRACE, HEYREACH, KATHERINE, Desktop
from tui.stage import Pane


async def write(d: Desktop, text: str) -> None:
    """Open the composer and type."""
    await d.press("r")
    await d.until(lambda: d.app.main.widgets.composer.has_focus)
    await d.pilot.press(*text)


def replies(d: Desktop) -> list[tuple[str, str]]:
    """State and text of every reply, the oldest first."""
    rows = d.read(lambda store: outbox.rows(store, open_only=False))
    return [(row.state, row.text) for row in reversed(rows) if row.kind == "reply"]


async def test_r_opens_the_composer_and_says_who_writes_to_whom(desktop) -> None:
    """Sender, recipient and channel stand in the border."""
    async with desktop() as d:
        await write(d, "Hi")

        assert "Ada" in str(d.app.main.widgets.composer.border_title)
        assert "Jane Doe" in str(d.app.main.widgets.composer.border_title)
        assert d.app.main.widgets.composer.text == "Hi"


async def test_ctrl_s_puts_one_reply_into_its_undo_window(desktop) -> None:
    """The echo is on the screen at once; nothing has left yet."""
    async with desktop() as d:
        await write(d, "Thursday")
        await d.press("ctrl+s")

        assert replies(d) == [("undo", "Thursday")]
        assert "Thursday" in d.text
        assert "undo: reply to Ada Lovelace" in d.said


async def test_double_ctrl_s_sends_once(desktop) -> None:
    """A key pressed twice in a hurry is one reply."""
    async with desktop() as d:
        await write(d, "Once")
        await d.pilot.press("ctrl+s", "ctrl+s")
        await d.settled()

        assert replies(d) == [("undo", "Once")]


async def test_z_brings_the_text_back_into_the_composer(desktop) -> None:
    """A reply taken back was never sent, and can be gone on with."""
    async with desktop() as d:
        await write(d, "Wait")
        await d.press("ctrl+s", "z")
        await d.until(lambda: d.app.main.widgets.composer.has_focus)

        assert replies(d) == [("discarded", "Wait")]
        assert d.app.main.widgets.composer.text == "Wait"


async def test_sent_again_is_not_called_taken_back(desktop) -> None:
    """What was said of the first try does not stand there during the second."""
    async with desktop() as d:
        await write(d, "Thursday")
        await d.press("ctrl+s", "z")
        taken_back = d.said
        await d.press("ctrl+s")

        assert "Nothing was sent" in taken_back
        assert "undo: reply to Ada Lovelace" in d.said


async def test_reply_leaves_when_the_window_is_over(desktop) -> None:
    """After the countdown it is queued and sync is told; then there is nothing to take back."""
    async with desktop(undo_seconds=4) as d:
        await write(d, "Go")
        await d.press("ctrl+s")
        d.clock.pass_seconds(4)
        await d.until(lambda: replies(d) == [("queued", "Go")])
        await d.until(lambda: "push" in d.syncs[0].asked)
        await d.press("z")

        assert replies(d) == [("queued", "Go")]


async def test_no_window_queues_at_once(desktop) -> None:
    """With `undo_seconds = 0` a reply leaves directly."""
    async with desktop(undo_seconds=0) as d:
        await write(d, "Now")
        await d.press("ctrl+s")

        assert replies(d) == [("queued", "Now")]
        assert "push" in d.syncs[0].asked


async def test_alt_enter_sends_is_done_and_goes_on(desktop) -> None:
    """The common path: one key, and the next conversation is there."""
    async with desktop() as d:
        await write(d, "Yes")
        await d.press("alt+enter")

        assert replies(d) == [("undo", "Yes")]
        assert d.stored(ADA).folder == "done"
        assert d.row.key == GRACE
        assert d.app.main.stage.pane is Pane.INBOX


async def test_z_takes_back_both_halves_of_send_and_done(desktop) -> None:
    """One key made both, one key takes both back."""
    async with desktop() as d:
        await write(d, "Yes")
        await d.press("alt+enter", "z")
        await d.until(lambda: d.app.main.widgets.composer.text == "Yes")

        assert replies(d) == [("discarded", "Yes")]
        assert d.stored(ADA).folder == "inbox"


async def test_escape_keeps_the_draft_and_r_brings_it_back(desktop) -> None:
    """Leaving the composer never loses a word."""
    async with desktop() as d:
        await write(d, "Half a")
        await d.press("escape")
        assert d.read(lambda store: drafts.draft(store, ADA)).text == "Half a"
        assert d.stored(ADA).has_draft

        await d.press("escape", "j", "k", "r")
        assert d.app.main.widgets.composer.text == "Half a"


async def test_draft_is_on_disk_without_a_key(desktop) -> None:
    """Half a second after the last letter the draft is safe."""
    async with desktop() as d:
        await write(d, "Typing")

        await d.until(lambda: d.read(lambda store: drafts.draft(store, ADA)) is not None)


async def test_emptied_draft_is_no_draft(desktop) -> None:
    """Deleting everything leaves nothing behind."""
    async with desktop() as d:
        await write(d, "x")
        await d.press("escape", "r", "backspace", "escape")

        assert d.read(lambda store: drafts.draft(store, ADA)) is None


async def test_empty_reply_is_refused_and_the_composer_stays(desktop) -> None:
    """Nothing is sent by accident."""
    async with desktop() as d:
        await write(d, "  ")
        await d.press("ctrl+s")

        assert replies(d) == []
        assert d.app.main.widgets.composer.display


async def test_reply_that_is_too_long_is_refused_and_kept(desktop) -> None:
    """8,000 characters is the limit; the text stays to be shortened."""
    async with desktop() as d:
        await write(d, "")
        d.app.main.widgets.composer.text = "x" * 8001
        await d.press("ctrl+s")

        assert replies(d) == []
        assert len(d.app.main.widgets.composer.text) == 8001


async def test_unresolved_place_asks_first(desktop) -> None:
    """`{{first_name}}` reaches nobody without a `y`; enter is no yes."""
    async with desktop() as d:
        await write(d, "Hi {{first_name}}")
        await d.press("ctrl+s", "enter")
        assert replies(d) == []
        assert "{{first_name}}" in d.text

        await d.press("y")
        assert replies(d) == [("undo", "Hi {{first_name}}")]


async def test_what_is_typed_behind_a_send_key_that_asks_first_is_a_draft_of_its_own(desktop) -> None:
    """It is no part of what was asked about, and it is not lost."""
    async with desktop() as d:
        await write(d, "Hi {{first_name}}")
        for key in ("ctrl+s", "m", "o"):
            d.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await d.until(lambda: "{{first_name}}" in d.text and d.app.main.widgets.composer.text.endswith("mo"))
        await d.press("y")
        await d.until(lambda: "mo" in str(d.read(lambda store: drafts.draft(store, ADA))))

        assert replies(d) == [("undo", "Hi {{first_name}}")]


async def test_answer_that_came_meanwhile_asks_first(desktop) -> None:
    """When the lead writes while a reply is being written, the reader sees it before the reply leaves."""
    async with desktop() as d:
        await write(d, "Thursday it is")
        store = Store.open(d.state_dir, session="test")
        news = make.conversation(
            "c1", make.inbound("Please stop writing", minutes=1439), who=make.lead(), campaign_id="q3", complete=False
        )
        writes.apply_conversations(store, HEYREACH, "heyreach", make.page(news), now=d.clock.now)
        store.close()
        d.syncs[0].hear(Pulled(HEYREACH, (ADA.id,)))
        await d.until(lambda: len(d.app.main.stage.shown.dossier.messages) == 3)
        await d.press("ctrl+s")
        assert replies(d) == []
        assert "wrote while you were writing" in d.text

        await d.press("escape", "ctrl+s", "y")
        assert replies(d) == [("undo", "Thursday it is")]


async def test_moving_on_right_after_r_writes_to_the_right_lead(desktop) -> None:
    """The composer belongs to the row under the cursor, even before the thread pane has caught up."""
    async with desktop() as d:
        await d.pilot.press("G", "r")
        await d.until(lambda: d.app.main.widgets.composer.has_focus)
        await d.pilot.press(*"Hello")
        await d.press("ctrl+s")

        rows = d.read(outbox.rows)
        assert [(row.workspace, row.conversation) for row in rows] == [KATHERINE]


async def test_reply_goes_on_when_sync_takes_its_row_from_the_list(desktop) -> None:
    """A colleague answers, the row leaves “needs reply”, and whoever is writing is not thrown into the list."""
    async with desktop() as d:
        await d.press("tab")
        await write(d, "We will")
        store = Store.open(d.state_dir, session="test")
        news = make.conversation("c1", make.outbound("Thursday it is", minutes=1439), who=make.lead(), complete=False)
        writes.apply_conversations(store, HEYREACH, "heyreach", make.page(news), now=d.clock.now)
        store.close()
        d.syncs[0].hear(Pulled(HEYREACH, (ADA.id,)))
        await d.until(lambda: d.row.key == GRACE)
        await d.pilot.press(*" see")

        assert d.app.main.widgets.composer.text == "We will see"
        assert d.app.main.stage.shown.dossier.key == ADA
        await d.press("escape")
        await d.until(lambda: d.app.main.stage.shown.dossier.key == GRACE)
        assert d.read(lambda store: drafts.draft(store, ADA)).text == "We will see"


async def test_clicking_another_row_keeps_the_draft(desktop) -> None:
    """Going elsewhere with the mouse leaves the reply as escape does."""
    async with desktop() as d:
        await write(d, "Half")
        await d.pilot.click("#inbox", offset=(10, 3))
        await d.until(lambda: d.app.main.stage.shown.dossier.key == GRACE)

        assert not d.app.main.widgets.composer.display
        assert d.read(lambda store: drafts.draft(store, ADA)).text == "Half"


async def test_viewer_says_that_it_cannot_send(desktop) -> None:
    """Beside another Postroom nothing is sent, and the text stays in the composer."""
    async with desktop(writable=False) as d:
        await write(d, "Hello")
        assert "Another Postroom is the writer" in d.text

        await d.press("ctrl+s")
        assert replies(d) == []
        assert d.app.main.widgets.composer.text == "Hello"


@pytest.mark.parametrize("key", ["enter", "tab", "e", "q"])
async def test_no_plain_key_sends_or_commands_while_writing(desktop, key: str) -> None:
    """In the composer letters are letters and enter is a new line."""
    async with desktop() as d:
        await write(d, "a")
        await d.press(key)

        assert replies(d) == []
        assert d.app.main.widgets.composer.has_focus
        assert d.stored(ADA).folder == "inbox"
