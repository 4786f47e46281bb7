"""The outbox on the screen: what is in doubt, failed or held is settled by the reader, and by nobody else."""

from __future__ import annotations

import pytest

from postroom.commands import Reply
from store import outbox
from store.database import Store
from tests.tui.conftest import ADA, NOW, Desktop
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
