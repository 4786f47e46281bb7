"""DF11 and DF13, and the figure `doubts`: which doubtful send is whose echo, where texts are alike.

The judge is the ledger. At NetworkHQ and Instantly it knows each message by its id. HeyReach gives none: there a
send may be called sent only while the thread shows at least as many equal texts as there are sends of it called sent.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from postroom.records import ConversationKey
from postroom.text import canonical_hash
from simulator.faults import FaultKind
from simulator.instantly.naming import mail_id
from store import outbox
from tests.conftest import MakeSimulator
from tests.faults.matrix import amount, measured
from tests.faults.stand import ALL, HR, IN, NH, Stand, native

UNHURRIED: Mapping[str, Any] = {
    "heyreach_per_minute": None, "networkhq_per_minute": None, "instantly_per_minute": None,
    "instantly_mails_per_minute": None, "pending_share": 0.0,
}  # fmt: skip
"""No limits, and no message that is shown later than it was sent."""

WORDS = (
    "Thanks!",
    "Thanks! ",
    "ok",
    "See you then.",
    "https://example.com/a/very/long/path?with=a&query=1 is the link",
)
SILENCES: Sequence[tuple[FaultKind, dict[str, object]]] = (
    ("close", {}),
    ("reset", {}),
    ("status", {"status": 502}),
    ("status", {"status": 503, "retry_after": "1"}),
    ("html", {}),
    ("cut", {}),
)


@dataclass(frozen=True)
class Doubtful:
    """A send in doubt, and the delivery that it made."""

    entry: int
    key: ConversationKey
    text: str
    message: str
    """The provider's id of it, by the ledger."""


@pytest.mark.parametrize("workspace", ALL)
@pytest.mark.parametrize("chunk", range(amount(1, 10)))
async def test_df11_doubtful_sends_that_arrived_are_settled_by_their_own_echoes(
    make_simulator: MakeSimulator, tmp_path: Path, workspace: str, chunk: int
) -> None:
    """Equal texts, colleagues who write the same, edited spaces: each is found within two syncs, none is mistaken."""
    far = make_simulator(
        seed=chunk + 1, conversations=40 * (workspace != IN), networkhq_share=float(workspace == NH),
        instantly_conversations=40 * (workspace == IN), **UNHURRIED,
    )  # fmt: skip
    dice = random.Random(f"{workspace} {chunk}")
    doubtful: list[Doubtful] = []
    settled = wrong = 0
    async with Stand(far, tmp_path, providers=[workspace]) as stand:
        await stand.sync()
        keys = [key for key in stand.answerable(workspace) if can_receive(stand, key)][:30]
        for _ in range(amount(1, 8)):
            made = [await one_doubt(stand, key, dice) for key in keys]
            doubtful += made
            for each in made:
                if dice.random() < 0.3:
                    stand.simulator.world.deliver(
                        far.world.workspace(workspace), stand.there(each.key), dice.choice((each.text, *WORDS))
                    )
            await stand.sync()
            await stand.sync()
            wrong += mistaken(stand, workspace, doubtful)
            settled += sum(stand.row(each.entry).state == "sent" for each in made)
            assert all(stand.row(each.entry).state in {"sent", "in_doubt"} for each in made)
            for each in made:
                if stand.row(each.entry).state == "in_doubt":
                    outbox.resolve(stand.store, each.entry, "discard", now=stand.time.now())

        measured("doubts", doubtful=len(doubtful), settled=settled, wrong_matches=wrong)
        assert wrong == 0
        assert settled >= 0.99 * len(doubtful)
        assert stand.tries(workspace) == len(doubtful)


async def one_doubt(stand: Stand, key: ConversationKey, dice: random.Random) -> Doubtful:
    """Send something that arrives and whose answer does not; a colleague may have written the same a moment before."""
    text = dice.choice(WORDS)
    if dice.random() < 0.2:
        stand.simulator.world.deliver(stand.simulator.world.workspace(key.workspace), stand.there(key), text.strip())
        await stand.engine.open_thread(key)
        stand.simulator.world.clock.advance(61)
        await stand.engine.open_thread(key)
    kind, details = dice.choice(SILENCES)
    stand.fault_on_send(key.workspace, kind, delivered=True, **details)
    row = await stand.send(key, text)
    assert row.state == "in_doubt", row.error
    stand.simulator.world.clock.advance(dice.choice((0.5, 30, 200)))
    event = stand.simulator.ledger.delivered(provider=key.workspace, conversation=native(key))[-1]
    assert event.text == text
    return Doubtful(row.id, key, text, message_id(stand, key, event.message))


def message_id(stand: Stand, key: ConversationKey, message: str) -> str:
    """What the provider calls a message of the ledger, where it has ids."""
    row = stand.there(key)
    if key.workspace == IN:
        return next(mail_id(row, spoken) for spoken in stand.said(key) if spoken.id == message)
    return f"msg_{row.seed:016x}_{message}"


def can_receive(stand: Stand, key: ConversationKey) -> bool:
    """Whether the provider delivers in this conversation: else a lost answer hides a refusal, not a delivery."""
    row = stand.simulator.world.workspace(key.workspace).by_id.get(native(key))
    if row is None:  # a mail whose thread the provider does not know: its answers are shown elsewhere
        return False
    seat = stand.simulator.world.workspace(key.workspace).senders[row.sender]
    return seat.usable and not row.blocked_by_me and not row.blocked_by_lead


def mistaken(stand: Stand, workspace: str, doubtful: Sequence[Doubtful]) -> int:
    """How many sends were taken for a message that is not theirs."""
    sent = [(each, stand.row(each.entry)) for each in doubtful if stand.row(each.entry).state == "sent"]
    if workspace != HR:
        return sum(row.remote_id != each.message for each, row in sent)
    claimed = Counter((each.key, canonical_hash(each.text)) for each, _ in sent)
    return sum(
        max(0, count - sum(canonical_hash(said.text) == text and said.side == "us" for said in stand.said(key)))
        for (key, text), count in claimed.items()
    )


@pytest.mark.parametrize("workspace", ALL)
async def test_df11_the_same_text_twice_needs_two_echoes(
    make_simulator: MakeSimulator, tmp_path: Path, workspace: str
) -> None:
    """“Thanks!” twice, of which the second was lost: one is sent, the other stays in doubt, however often one looks."""
    far = make_simulator(instantly_conversations=30 * (workspace == IN), **UNHURRIED)
    async with Stand(far, tmp_path, providers=[workspace]) as stand:
        await stand.sync()
        key = stand.answerable(workspace)[0]
        first = await stand.send(key, "Thanks!")
        stand.fault_on_send(workspace, "close", delivered=False)
        second = await stand.send(key, "Thanks! ")
        for seconds in (1, 60, 3600, 86_460):
            await stand.sync(after=seconds)
        await stand.restart()
        await stand.sync()

        assert second.state == "in_doubt"
        assert (stand.row(first.id).state, stand.row(second.id).state) == ("sent", "in_doubt")
        assert stand.delivered("Thanks!") == 1
        assert stand.tries(workspace) == 2


@pytest.mark.parametrize("workspace", ALL)
async def test_df11_an_echo_that_was_there_before_is_nobodys(
    make_simulator: MakeSimulator, tmp_path: Path, workspace: str
) -> None:
    """The same words of last week, and a send of them that was lost: not taken for it."""
    far = make_simulator(instantly_conversations=30 * (workspace == IN), **UNHURRIED)
    async with Stand(far, tmp_path, providers=[workspace]) as stand:
        await stand.sync()
        key = stand.answerable(workspace)[0]
        far.world.deliver(far.world.workspace(workspace), stand.there(key), "Thanks!")
        await stand.sync(after=7200)
        stand.fault_on_send(workspace, "close", delivered=False)
        row = await stand.send(key, "Thanks!")
        for _ in range(3):
            await stand.sync(after=7200)

        assert row.state == "in_doubt"
        assert stand.row(row.id).state == "in_doubt"


@pytest.mark.parametrize("workspace", ALL)
async def test_df13_a_text_that_came_back_shortened_is_left_to_the_person(
    make_simulator: MakeSimulator, tmp_path: Path, workspace: str
) -> None:
    """The provider shortened the address: almost equal proves nothing. The person says that it arrived."""
    far = make_simulator(instantly_conversations=30 * (workspace == IN), **UNHURRIED)
    async with Stand(far, tmp_path, providers=[workspace]) as stand:
        await stand.sync()
        key = stand.answerable(workspace)[0]
        stand.fault_on_send(workspace, "close", delivered=False)
        row = await stand.send(key, "Here it is: https://example.com/stories/renewals?utm_source=postroom&utm_id=7731")
        far.world.deliver(far.world.workspace(workspace), stand.there(key), "Here it is: https://lnkd.in/e7Kq")
        for _ in range(3):
            await stand.sync(after=600)
        doubted = stand.row(row.id)
        outbox.resolve(stand.store, row.id, "arrived", now=stand.time.now())
        await stand.sync()

        assert (row.state, doubted.state) == ("in_doubt", "in_doubt")
        assert "Here it is: https://lnkd.in/e7Kq" in stand.bodies(key)
        assert stand.row(row.id).state == "sent"
        assert stand.row(row.id).matched_by == "user"
        assert stand.tries(workspace) == 1
