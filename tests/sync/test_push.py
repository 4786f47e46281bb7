"""Replies on their way out: never twice, never lost, never pretended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from postroom.commands import MarkSeen, ResumeCampaign
from postroom.errors import (
    Forbidden,
    Gone,
    NeverSent,
    ProviderError,
    RateLimited,
    Refused,
    Rejected,
    Unauthorised,
    Uncertain,
)
from postroom.records import Direction, ProviderName, SendResult
from store import outbox
from sync.clock import MINUTE
from sync.push import push
from tests.builders import conversation, inbound, outbound
from tests.providers.samples import nhq_sent
from tests.providers.stage import always, staged
from tests.providers.virtual import VirtualClock as Standing
from tests.providers.virtual import settle
from tests.sync.far_side import FarSide
from tests.sync.places import WORKSPACE, Place


async def test_a_reply_leaves_once_and_is_settled_by_its_echo(place: Place) -> None:
    """A reply that HeyReach takes is “accepted”, and “sent” once the thread shows it."""
    await place.pull()

    row = await place.send("Gladly")
    state = row.state
    await place.pull()

    assert state == "accepted"
    assert place.row(row.id).state == "sent"
    assert place.row(row.id).matched_by == "text"
    assert place.far.delivered == [("c1", "Gladly")]
    assert place.bodies().count("Gladly") == 1


async def test_an_answer_with_an_id_is_sent_at_once(place: Place) -> None:
    """Where the provider names the message, nothing is left to wait for."""
    await place.pull()
    place.far.answer = SendResult("sent", remote_id="m-77")

    row = await place.send()

    assert (row.state, row.remote_id, row.matched_by) == ("sent", "m-77", "id")


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (NeverSent("No connection."), "queued"),
        (RateLimited("Too fast.", retry_after=7), "queued"),
        (Rejected("Too long.", status=422), "failed"),
        (Gone("No such conversation.", status=404), "failed"),
        (Refused("Longer than 8,000 characters."), "failed"),
        (Uncertain("No answer."), "in_doubt"),
        (Uncertain("Bad gateway.", status=502), "in_doubt"),
        (Rejected("Conflict.", status=409), "in_doubt"),
    ],
)
async def test_each_failure_is_called_what_it_is(place: Place, error: ProviderError, state: str) -> None:
    """Only what is proven not sent is queued or failed; the rest is in doubt, with the provider's reason."""
    await place.pull()
    place.far.troubles["send"] = [error]

    row = await place.send()

    assert row.state == state
    assert row.error == str(error)
    assert place.far.calls["send"] == 1


async def test_a_delivered_send_without_an_answer_is_settled_by_the_next_poll(place: Place) -> None:
    """A connection lost after delivery: in doubt at first, then found in the thread, never sent again."""
    await place.pull()
    place.far.deliver_and_raise = Uncertain("The connection was lost.")
    row = await place.send("Gladly")
    doubt = row.state

    for _ in range(3):
        await place.pull()

    assert doubt == "in_doubt"
    assert place.row(row.id).state == "sent"
    assert place.far.delivered == [("c1", "Gladly")]


async def test_doubt_never_ends_by_itself(place: Place) -> None:
    """A send that nobody can find stays in doubt, however long it takes."""
    await place.pull()
    place.far.hidden = True
    place.far.deliver_and_raise = Uncertain("The connection was lost.")
    row = await place.send()

    for _ in range(5):
        place.clock.advance(24 * 3600)
        await place.pull()

    assert place.row(row.id).state == "in_doubt"
    assert place.far.calls["send"] == 1


async def test_a_bug_of_ours_during_the_send_is_doubt(place: Place) -> None:
    """Whatever breaks in Postroom while bytes may be leaving, the reply is never sent again by itself."""
    await place.pull()
    place.far.troubles["send"] = [RuntimeError("a bug")]
    entry = place.enqueue(place.reply())

    with pytest.raises(RuntimeError):
        await push(place.link, entry)

    assert place.row(entry.id).state == "in_doubt"


async def test_a_cancelled_send_is_in_doubt(place: Place) -> None:
    """Quitting while a reply is on its way leaves it in doubt, to be settled by its echo."""
    await place.pull()
    place.far.hang = asyncio.Event()
    entry = place.enqueue(place.reply("Gladly"))
    task = asyncio.create_task(push(place.link, entry))
    await place.far.reached.wait()

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    state = place.row(entry.id).state
    await place.pull()

    assert state == "in_doubt"
    assert place.row(entry.id).state == "sent"


async def test_two_equal_replies_need_two_echoes(place: Place) -> None:
    """“Thanks!” sent twice and shown once: one is sent, the other stays open."""
    await place.pull()
    place.far.hidden = True
    first, second = await place.send("Thanks!"), await place.send("Thanks! ")
    place.far.write("c1", "Thanks!", Direction.OUTBOUND)
    await place.pull()
    once = place.row(first.id).state, place.row(second.id).state
    place.clock.advance(60)
    place.far.write("c1", "Thanks!", Direction.OUTBOUND)
    await place.pull()

    assert once == ("sent", "accepted")
    assert place.row(second.id).state == "sent"


async def test_an_older_equal_text_is_no_echo(place: Place) -> None:
    """The “Thanks!” of last month does not confirm today's."""
    place.far.threads["c1"] = conversation("c1", outbound("Thanks!", minutes=1), inbound("Sure", minutes=2))
    await place.pull()
    place.far.hidden = True

    row = await place.send("Thanks!")
    await place.pull()

    assert place.row(row.id).state == "accepted"


async def test_a_thread_that_cannot_be_read_first_sends_nothing(place: Place) -> None:
    """Offline, a reply waits; nothing leaves unseen, and it leaves once when the network is back."""
    await place.pull()
    place.far.troubles["thread"] = [NeverSent("No connection."), NeverSent("No connection.")]
    entry = place.enqueue(place.reply())

    states = [(await place.push(entry)).state for _ in range(3)]

    assert states == ["queued", "queued", "accepted"]
    assert len(place.far.delivered) == 1


@pytest.mark.parametrize("error", [None, NeverSent("No connection."), Gone("It is not there.", status=404)])
async def test_what_its_writer_takes_back_during_the_look_is_theirs(place: Place, error: ProviderError | None) -> None:
    """However the look ends: the words are a draft again, nothing leaves, and nothing is said of it."""
    await place.pull()
    entry = place.enqueue(place.reply("Tuesday?"))

    def take_back() -> None:
        outbox.edit(place.store, entry.id, now=place.clock.now())
        if error is not None:
            raise error

    place.far.troubles["thread"] = [take_back]
    row = await place.push(entry)
    draft = outbox.draft(place.store, place.link.key("c1"))

    assert draft is not None
    assert (row.state, draft.text) == ("discarded", "Tuesday?")
    assert (place.far.delivered, place.settled()) == ([], [])


async def test_a_late_resume_that_was_dropped_is_not_refused_as_well(place: Place) -> None:
    """The user has dropped it just before: there is nothing to tell them."""
    entry = place.enqueue(ResumeCampaign(WORKSPACE, "q3", "Q3 founders"))
    place.clock.advance(3600)
    outbox.resolve(place.store, entry.id, "discard", now=place.clock.now())

    assert await push(place.link, entry) == "discarded"
    assert place.settled() == []
    assert place.far.calls["resume"] == 0


async def test_a_waiting_reply_says_when_it_is_tried_again(place: Place) -> None:
    """The wait after a failed attempt is bounded, and a provider that names one is obeyed."""
    await place.pull()
    place.far.troubles["thread"] = [NeverSent("No connection."), RateLimited("Too fast.", retry_after=7)]
    entry = place.enqueue(place.reply())

    first = await place.push(entry)
    waits = [(first.next_attempt_at or 0) - place.clock.now()]
    second = await place.push(entry)
    waits.append((second.next_attempt_at or 0) - place.clock.now())

    assert 0 < waits[0] <= 2_000_000
    assert waits[1] == 7_000_000


async def test_a_limit_that_lasts_gives_the_reply_back(place: Place) -> None:
    """After a quarter of an hour of “too many requests” the reply is held, with the reason."""
    await place.pull()
    entry = place.enqueue(place.reply())
    place.clock.advance(15 * 60)
    place.far.troubles["send"] = [RateLimited("Too fast.")]

    row = await place.push(entry)

    assert row.state == "held"
    assert "15 minutes" in row.error


@pytest.mark.parametrize("where", ["thread", "send"])
@pytest.mark.parametrize("error", [Unauthorised("The key is wrong.", status=401), Forbidden("No scope.", status=403)])
async def test_a_refused_key_stops_all_sends(place: Place, where: str, error: ProviderError) -> None:
    """A 401 fails this reply and keeps the others in the queue, instead of failing them one by one."""
    place.far.threads["c2"] = conversation("c2", inbound("Hi", minutes=3))
    await place.pull()
    place.far.troubles[where] = [error]
    row = await place.send()
    other = place.enqueue(place.reply(conversation="c2"))

    assert row.state == "failed"
    assert outbox.lane_stopped(place.store, WORKSPACE) == str(error)
    assert outbox.claimable(place.store, now=place.clock.now()) == []
    assert place.row(other.id).state == "queued"


async def test_doubt_pauses_its_conversation_and_no_other(place: Place) -> None:
    """After a doubtful send, only the same conversation waits for the user."""
    place.far.threads["c2"] = conversation("c2", inbound("Hi", minutes=3))
    await place.pull()
    place.far.hidden = True
    place.far.troubles["send"] = [Uncertain("No answer.")]
    await place.send()
    same, other = place.enqueue(place.reply("Again")), place.enqueue(place.reply(conversation="c2"))

    assert [entry.id for entry in outbox.claimable(place.store, now=place.clock.now())] == [other.id]
    assert (await place.push(same)).state == "queued"
    assert place.far.calls["send"] == 1


async def test_pending_becomes_sent_by_its_echo(places: Callable[..., Place], place: Place) -> None:
    """NetworkHQ says that a message will appear later: pending, then sent, and one bubble."""
    far = FarSide(place.clock, provider_name=ProviderName.NETWORKHQ, answer=SendResult("pending"), hidden=True)
    networkhq = places(far)
    await networkhq.pull()
    row = await networkhq.send("Gladly")
    await networkhq.pull()
    before = networkhq.row(row.id).state
    far.write("c1", "Gladly", Direction.OUTBOUND, remote_id="m-9")
    await networkhq.pull()

    assert (row.state, before) == ("pending", "pending")
    assert networkhq.row(row.id).state == "sent"
    assert networkhq.bodies().count("Gladly") == 1


async def test_pending_becomes_doubt_after_time_and_syncs(place: Place) -> None:
    """A quarter of an hour and three complete syncs without it: shown as doubtful."""
    await place.pull()
    place.far.hidden, place.far.answer = True, SendResult("pending")
    row = await place.send()
    for _ in range(3):
        await place.pull()
    early = place.row(row.id).state
    place.clock.advance(15 * MINUTE / 1_000_000)
    await place.pull()

    assert early == "pending"
    assert place.row(row.id).state == "in_doubt"


async def test_a_read_mark_is_a_courtesy(place: Place) -> None:
    """A read mark is told once, and dropped without a word when the provider will not have it."""
    await place.pull()
    told = await place.push(place.enqueue(MarkSeen(WORKSPACE, "c1")))
    place.far.troubles["mark_seen"] = [Uncertain("No answer."), Uncertain("No answer."), Uncertain("No answer.")]
    entry = place.enqueue(MarkSeen(WORKSPACE, "c1"))
    states = [(await place.push(entry)).state for _ in range(3)]

    assert told.state == "sent"
    assert states == ["queued", "queued", "discarded"]
    assert outbox.unsettled_count(place.store) == 0


async def test_a_send_that_only_waited_for_its_turn_is_queued_again(place: Place) -> None:
    """Quitting while the request limit keeps a reply back: no byte has left, so there is no doubt about it."""
    await place.pull()
    spent = always(200, json=nhq_sent())
    async with staged(ProviderName.NETWORKHQ, spent, clock=Standing()) as stage:
        for number in range(12):
            await stage.client.send("conv_01", str(number))
        place.far.elsewhere = stage.client.send
        entry = place.enqueue(place.reply("Gladly"))
        task = asyncio.create_task(push(place.link, entry))
        await settle()
        waiting = place.row(entry.id).state
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

        assert (waiting, len(stage.requests)) == ("sending", 12)
    place.far.elsewhere = None
    assert place.row(entry.id).state == "queued"
    assert (await place.push(entry)).state == "accepted"
