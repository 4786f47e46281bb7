"""The outbox on the screen: what is in doubt, failed or held is settled by the reader, and by nobody else."""

from __future__ import annotations

import pytest

from postroom.commands import PauseCampaign, Reply
from postroom.sight import Sight, digest
from store import outbox, queries, writes
from store.database import Store
from tests import builders as make
from tests.tui.conftest import ADA, HEYREACH, NOW, Desktop
from tui.screens.confirm import ConfirmScreen
from tui.screens.outbox import OutboxScreen


def leave_in(d: Desktop, state: str, text: str = "Hello Ada") -> int:
    """A reply that ended in a state."""
    store = Store.open(d.state_dir, session="test")
    number = outbox.enqueue(
        store, Reply(ADA.workspace, ADA.id, text, sender_id="sender-1", lead_name="Ada Lovelace"), now=NOW
    )
    if state == "held":
        outbox.hold(store, number, "They replied meanwhile.", now=NOW)
    else:
        assert outbox.claim(store, number, baseline=outbox.Baseline(0), now=NOW)
        outbox.settle(store, number, state=state, error="The connection was lost.", now=NOW)
    store.close()
    return number


def states(d: Desktop) -> list[str]:
    """The states of all entries, the oldest first."""
    return [row.state for row in reversed(d.read(lambda store: outbox.rows(store, open_only=False)))]


async def test_empty_outbox_says_so(desktop) -> None:
    """Nothing is on its way: that is worth a sentence."""
    async with desktop() as d:
        await d.press("ctrl+o")

        assert "Nothing is on its way" in d.text


async def test_doubt_is_shown_in_words_with_its_choices(desktop) -> None:
    """An entry in doubt says that it may have arrived, why, and what can be done."""
    async with desktop() as d:
        leave_in(d, "in_doubt")
        await d.press("ctrl+o")
        await d.settled()

        for words in (
            "IN DOUBT: may have arrived",
            "The connection was lost.",
            "Hello Ada",
            "it arrived",
            "send again",
        ):
            assert words in d.text


async def test_a_notes_that_it_arrived(desktop) -> None:
    """The reader saw it in LinkedIn: it is sent."""
    async with desktop() as d:
        leave_in(d, "in_doubt")
        await d.press("ctrl+o", "a")
        await d.until(lambda: states(d) == ["sent"])


async def test_resending_what_may_have_arrived_needs_typed_words(desktop) -> None:
    """Neither `y` nor enter sends a second time; only the words do."""
    async with desktop() as d:
        leave_in(d, "in_doubt")
        await d.press("ctrl+o", "r", "y", "enter")
        assert isinstance(d.app.screen, ConfirmScreen)
        assert states(d) == ["in_doubt"]

        await d.press(*"send", "space", *"again", "enter")
        await d.until(lambda: states(d) == ["discarded", "queued"])


@pytest.mark.parametrize("state", ["in_doubt", "failed", "held"])
async def test_d_discards_after_a_yes(desktop, state: str) -> None:
    """Giving up on an entry is asked for once."""
    async with desktop() as d:
        leave_in(d, state)
        await d.press("ctrl+o", "d", "y")

        await d.until(lambda: states(d) == ["discarded"])


@pytest.mark.parametrize("state", ["failed", "held"])
async def test_e_takes_the_text_back_into_the_composer(desktop, state: str) -> None:
    """What did not leave can be rewritten."""
    async with desktop() as d:
        leave_in(d, state)
        await d.press("ctrl+o", "e")
        await d.until(lambda: d.app.main.widgets.composer.has_focus)

        assert d.app.main.widgets.composer.text == "Hello Ada"
        assert states(d) == ["discarded"]


async def test_letters_that_do_not_fit_the_state_do_nothing(desktop) -> None:
    """A failed reply cannot have arrived."""
    async with desktop() as d:
        leave_in(d, "failed")
        await d.press("ctrl+o", "a")

        assert isinstance(d.app.screen, OutboxScreen)
        assert states(d) == ["failed"]


async def test_badge_stays_until_it_is_settled(desktop) -> None:
    """The top line counts what is in doubt."""
    async with desktop() as d:
        leave_in(d, "in_doubt")
        d.app.main.areas.syncing.refresh_status()
        await d.until(lambda: "1 in doubt" in d.line(0))
        await d.press("ctrl+o", "a")

        await d.until(lambda: "in doubt" not in d.line(0))


def they_wrote(d: Desktop, text: str, *, minutes: float = 1438) -> None:
    """Ada writes, and a sync brings it."""
    store = Store.open(d.state_dir, session="test")
    news = make.conversation(
        "c1", make.inbound(text, minutes=minutes), who=make.lead(), campaign_id="q3", complete=False
    )
    writes.apply_conversations(store, HEYREACH, "heyreach", make.page(news), now=NOW)
    store.close()


async def test_the_message_that_held_a_reply_is_shown_before_it_is_sent(desktop) -> None:
    """Why it is held, what they wrote, and the reply, side by side; a message that comes later is not covered."""
    async with desktop() as d:
        number = leave_in(d, "held")
        they_wrote(d, "Please stop writing")
        await d.press("ctrl+o", "r")
        asked = d.text
        they_wrote(d, "And I mean it", minutes=1439)
        await d.press("y")
        await d.until(lambda: states(d) == ["queued"])
        command = d.read(lambda store: outbox.entry(store, number)).command
        thread = {m.body: m for m in d.read(lambda store: queries.thread(store, ADA))}

        for words in ("They replied meanwhile.", "They wrote: “Please stop writing”", "Hello Ada"):
            assert words in asked
        seen = Sight(command.seen_upto, command.seen).marks
        assert digest(thread["Please stop writing"]) in seen
        assert digest(thread["And I mean it"]) not in seen


async def test_a_held_reply_is_edited_beside_the_message_that_held_it(desktop) -> None:
    """The text is in the composer, the message in the thread above it, and the line below says what came."""
    async with desktop() as d:
        leave_in(d, "held")
        they_wrote(d, "Please stop writing")
        await d.press("ctrl+o", "e")
        await d.until(lambda: d.app.main.widgets.composer.has_focus)
        await d.settled()

        assert d.text.count("Please stop writing") >= 2
        assert "wrote after you had begun this" in d.said


async def test_what_is_queued_can_be_dropped(desktop) -> None:
    """Offline, a decision can be taken back as long as nothing has left."""
    async with desktop() as d:
        store = Store.open(d.state_dir, session="test")
        outbox.enqueue(store, PauseCampaign(HEYREACH, "q3", "Q3 founders"), now=NOW)
        store.close()
        await d.press("ctrl+o", "d", "y")

        await d.until(lambda: states(d) == ["discarded"])


@pytest.mark.parametrize("state", ["in_doubt", "pending", "accepted"])
async def test_v_looks_at_the_conversation_at_the_provider(desktop, state: str) -> None:
    """The host is shown before the browser opens."""
    async with desktop() as d:
        leave_in(d, state)
        await d.press("ctrl+o", "v")
        await d.until(lambda: isinstance(d.app.screen, ConfirmScreen) or "No page" in d.said)

        assert "Open" in d.text or "No page of this conversation is known" in d.said
        assert states(d) == [state]


async def test_what_came_back_in_other_letters_is_pointed_at_and_concluded_from_by_nobody(desktop) -> None:
    """The provider shortened the address: the outbox shows the message beside the doubt, and asks for a look."""
    async with desktop() as d:
        leave_in(d, "in_doubt", "Here it is: https://example.com/stories/renewals?utm_source=postroom")
        store = Store.open(d.state_dir, session="test")
        news = make.conversation(
            "c1", make.outbound("Here it is: https://lnkd.in/e7Kq", minutes=1440), who=make.lead(), complete=False
        )
        writes.apply_conversations(store, HEYREACH, "heyreach", make.page(news), now=NOW)
        store.close()
        await d.press("ctrl+o")
        await d.settled()

        assert "The thread shows something much like it: “Here it is: https://lnkd.in/e7Kq”" in d.text
        assert states(d) == ["in_doubt"]
