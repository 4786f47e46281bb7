"""When a reply must not leave: checked on the thread as it is just before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from postroom.commands import MarkSeen
from postroom.records import ConversationKey, Direction, Health, ProviderName
from store import outbox, queries
from sync.clock import MINUTE
from sync.preconditions import ANSWERED, CHANGED, RENEWED, REPLIED
from tests.builders import conversation, inbound, outbound, row_fingerprint, sender
from tests.sync.far_side import FarSide
from tests.sync.places import WORKSPACE, Place


async def test_a_reply_is_held_when_they_wrote_meanwhile(place: Place) -> None:
    """An answer that arrives while somebody types stops the reply before it leaves."""
    await place.pull()
    entry = place.enqueue(place.reply())
    place.far.write("c1", "Actually, please stop writing to me")

    row = await place.push(entry)

    assert (row.state, row.error) == ("held", REPLIED)
    assert place.far.calls["send"] == 0
    assert place.bodies()[-1] == "Actually, please stop writing to me"


async def test_a_held_reply_leaves_when_its_writer_says_so(place: Place) -> None:
    """“Send again” after reading what they wrote sends, unless they wrote yet again."""
    await place.pull()
    entry = place.enqueue(place.reply("Understood"))
    place.far.write("c1", "One more thing")
    await place.push(entry)

    place.clock.advance(5)
    outbox.resolve(place.store, entry.id, "resend", now=place.clock.now())
    row = await place.push(entry)

    assert row.state == "accepted"
    assert place.far.delivered == [("c1", "Understood")]


async def test_a_held_reply_is_held_again_when_they_write_again(place: Place) -> None:
    """“Send again” covers what was shown then, not what came since."""
    await place.pull()
    entry = place.enqueue(place.reply())
    place.far.write("c1", "One more thing")
    await place.push(entry)
    outbox.resolve(place.store, entry.id, "resend", now=place.clock.now())
    place.clock.advance(5)
    place.far.write("c1", "And another")

    row = await place.push(entry)

    assert row.state == "held"
    assert place.far.calls["send"] == 0


async def test_a_reply_is_held_when_somebody_else_answered(place: Place) -> None:
    """A colleague or the campaign wrote meanwhile: the reply waits for its writer."""
    await place.pull()
    entry = place.enqueue(place.reply())
    place.far.write("c1", "Hello from a colleague", Direction.OUTBOUND)

    row = await place.push(entry)

    assert (row.state, row.error) == ("held", ANSWERED)


async def test_our_own_reply_before_is_not_somebody_else(place: Place) -> None:
    """Two replies written one after the other both leave, although the first was not in the thread yet."""
    await place.pull()
    first, second = place.enqueue(place.reply("One")), place.enqueue(place.reply("Two"))

    states = [(await place.push(first)).state, (await place.push(second)).state]

    assert states == ["accepted", "accepted"]
    assert place.far.delivered == [("c1", "One"), ("c1", "Two")]


async def test_what_cannot_be_answered_is_held_with_the_reason(place: Place) -> None:
    """Blocked by the lead, a sender signed out, a conversation gone: each is said before anything is sent."""
    await place.pull()
    blocked = replace(place.far.threads["c1"], blocked=True)
    place.far.threads["c1"] = blocked
    by_block = await place.send()
    place.far.threads["c1"] = replace(blocked, blocked=False)
    place.far.sender_list[:] = [sender(health=Health.BROKEN, note="Signed out of LinkedIn.")]
    await place.pull(full=True)
    by_sender = await place.send()
    del place.far.threads["c1"]
    by_absence = await place.send()

    assert {row.state for row in (by_block, by_sender, by_absence)} == {"held"}
    assert "blocks" in by_block.error
    assert "Signed out" in by_sender.error
    assert "no longer exists" in by_absence.error
    assert place.far.calls["send"] == 0


async def test_an_answer_to_a_message_that_is_no_longer_there_is_held(place: Place) -> None:
    """The message that was being answered has been edited, so its writer looks again; “send again” then sends."""
    await place.pull()
    reply = place.reply("Gladly", seen_upto="of another text#0")
    entry = place.enqueue(reply)

    first = await place.push(entry)
    place.clock.advance(5)
    outbox.resolve(place.store, entry.id, "resend", now=place.clock.now())
    second = await place.push(entry)

    assert (first.state, first.error) == ("held", CHANGED)
    assert second.state == "accepted"


async def test_a_conversation_under_a_new_id_gets_nothing_at_the_old_one(place: Place) -> None:
    """HeyReach answers with another conversation of that lead: what is new there is not in this thread."""
    await place.pull()
    entry = place.enqueue(place.reply())
    place.far.threads["c1"] = replace(place.far.threads["c1"], id="c9")

    row = await place.push(entry)

    assert (row.state, row.error) == ("held", RENEWED)
    assert place.far.calls["send"] == 0


async def test_nothing_is_sent_that_the_provider_does_not_offer(places: Callable[..., Place], place: Place) -> None:
    """NetworkHQ cannot be told what was read, so it is not, and nobody is bothered with it."""
    networkhq = places(FarSide(place.clock, provider_name=ProviderName.NETWORKHQ))
    await networkhq.pull()

    row = await networkhq.push(networkhq.enqueue(MarkSeen(WORKSPACE, "c1")))

    assert row.state == "discarded"
    assert networkhq.far.calls["mark_seen"] == 0


def backdated(place: Place, text: str, *, minutes: int) -> None:
    """The lead's message appears now, dated so many minutes before the newest one."""
    thread = place.far.threads["c1"]
    earlier = replace(inbound(text, minutes=0), sent_at=(thread.last_at or 0) - minutes * MINUTE)
    after = replace(thread, messages=(earlier, *thread.messages), total_messages=len(thread.messages) + 1)
    place.far.threads["c1"] = replace(after, fingerprint=row_fingerprint(after))


async def test_a_backdated_message_that_a_poll_brings_holds_the_reply(place: Place) -> None:
    """It is dated before what the writer had seen and is in the cache by the time of the check: it was not in sight."""
    await place.pull()
    entry = place.enqueue(place.reply())
    backdated(place, "Please call me instead", minutes=20)
    await place.pull()

    row = await place.push(entry)

    assert "Please call me instead" in place.bodies()
    assert (row.state, row.error) == ("held", REPLIED)
    assert place.far.calls["send"] == 0


async def test_a_message_dated_hours_back_holds_the_reply_where_the_whole_thread_was_seen(place: Place) -> None:
    """However late a provider tells of it."""
    await place.pull()
    entry = place.enqueue(place.reply())
    backdated(place, "An e-mail that LinkedIn had lost", minutes=600)
    await place.pull()

    row = await place.push(entry)

    assert (row.state, place.far.calls["send"]) == ("held", 0)


async def test_send_again_covers_what_was_before_the_writers_eyes_and_no_more(place: Place) -> None:
    """Between the question and its answer a poll brings a backdated message: the reply is held once more."""
    await place.pull()
    entry = place.enqueue(place.reply("Understood"))
    place.far.write("c1", "One more thing")
    await place.push(entry)
    asked = queries.sight(place.store, ConversationKey(WORKSPACE, "c1"))
    backdated(place, "And call me", minutes=5)
    await place.pull()
    outbox.resolve(place.store, entry.id, "resend", now=place.clock.now(), seen=asked)
    first = await place.push(entry)
    outbox.resolve(place.store, entry.id, "resend", now=place.clock.now())
    second = await place.push(entry)

    assert (first.state, second.state) == ("held", "accepted")
    assert place.far.delivered == [("c1", "Understood")]


async def test_the_rest_of_a_thread_is_no_news(place: Place) -> None:
    """Only its last message was in the cache: the older ones that the check brings hold nothing back."""
    thread = conversation("c1", outbound("Hi Ada", minutes=-600), inbound("Tell me more", minutes=2))
    place.far.threads["c1"] = replace(
        thread, messages=thread.messages[-1:], messages_complete=False, total_messages=2, fingerprint="short"
    )
    await place.pull(all_threads=False)
    entry = place.enqueue(place.reply("Gladly"))
    place.far.threads["c1"] = thread

    row = await place.push(entry)

    assert row.state == "accepted"
