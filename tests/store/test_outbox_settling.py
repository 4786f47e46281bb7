"""How entries end: only by lawful steps, after a crash in doubt, and by what the person decides."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from postroom.commands import (
    AddTags,
    Command,
    MarkSeen,
    NeverContact,
    PauseCampaign,
    Reply,
    ResumeCampaign,
    SetVerdict,
)
from postroom.errors import NotFound, ReadOnlyState, Refused
from postroom.records import ConversationKey
from store import outbox, queries, writes
from store.database import Store, prepare
from store.outbox_states import CONTROL_FOLLOWERS, FOLLOWERS, State, may_follow
from tests.builders import HOUR, at, conversation, inbound, outbound, page
from tests.store.conftest import SESSION
from tests.store.outbox_hands import ADA, PAUSE, RESUME, STOP, draft_text, in_state, reply, state_of


@pytest.mark.parametrize("before", State)
@pytest.mark.parametrize("kind", ["reply", "pause"])
def test_only_lawful_steps_are_possible(store: Store, before: State, kind: str) -> None:
    """No bug elsewhere can call a doubtful send failed, or send a sent one again."""
    table = FOLLOWERS if kind == "reply" else CONTROL_FOLLOWERS
    for after in State:
        command: Command = (
            reply("Hello", f"to {after}") if kind == "reply" else PauseCampaign("acme", f"to {after}", "")
        )
        number = in_state(store, before, command)

        if after is before:
            assert not outbox.settle(store, number, state=after, now=at(9))
        elif after in table[before]:
            assert outbox.settle(store, number, state=after, now=at(9))
        else:
            with pytest.raises(outbox.IllegalTransition):
                outbox.settle(store, number, state=after, now=at(9))
        assert state_of(store, number) == (after if after in table[before] else before)


def test_the_law_itself() -> None:
    """Said once more, by hand: what may never happen to a reply."""
    forbidden = [
        ("in_doubt", "queued"), ("in_doubt", "failed"), ("in_doubt", "sending"), ("accepted", "queued"),
        ("accepted", "failed"), ("pending", "queued"), ("pending", "failed"), ("sent", "queued"),
        ("discarded", "queued"), ("held", "sending"), ("failed", "sending"), ("undo", "sending"),
    ]  # fmt: skip

    assert [pair for pair in forbidden if may_follow("reply", *pair)] == []


def test_a_crash_while_sending_leaves_doubt(state_dir: Path, store: Store) -> None:
    """After a kill nothing is sent again, and nothing is called failed."""
    sending = in_state(store, State.SENDING, reply("one"))
    resuming = in_state(store, State.SENDING, RESUME)
    stopping = in_state(store, State.SENDING, STOP) if outbox.claimable(store, now=at(9)) else None
    undoing = outbox.enqueue(store, reply("two", "c2"), now=at(0), undo_seconds=10)
    store.close()

    for _ in range(3):
        prepare(state_dir, session="next")
    after = Store.open(state_dir, session="next")
    states = {row.id: (row.state, row.error) for row in outbox.rows(after)}
    after.close()

    assert stopping is None
    assert states[sending][0] == "in_doubt"
    assert states[resuming][0] == "in_doubt"
    assert states[undoing] == ("held", "Postroom ended before the undo time was over, so this was not sent.")


@pytest.mark.parametrize("command", [STOP, PAUSE, MarkSeen("acme", "c1"), AddTags("acme", "url", ("vip",))])
def test_a_crash_while_doing_something_repeatable_does_it_again(store: Store, command: Command) -> None:
    """Stopping twice is stopping once, so it is finished after a crash."""
    number = in_state(store, State.SENDING, command)

    outbox.recover(store, session="next", now=at(5))

    assert state_of(store, number) == "queued"


def test_recovery_leaves_its_own_undo_time_alone(store: Store) -> None:
    """Only what nobody watches any more is held."""
    number = outbox.enqueue(store, reply(), now=at(0), undo_seconds=10)

    assert outbox.recover(store, session=SESSION, now=at(0)) == 0
    assert state_of(store, number) == "undo"


def test_offline_replies_and_pauses_expire(store: Store) -> None:
    """What waited too long is asked about again; a stop is still a stop."""
    old = outbox.enqueue(store, reply(), now=at(0))
    pause = outbox.enqueue(store, PAUSE, now=at(0))
    stop = outbox.enqueue(store, STOP, now=at(0))

    pauses = outbox.expire(store, at(30))
    replies = outbox.expire(store, at(0) + 4 * HOUR)

    assert (pauses, replies) == ([pause], [old])
    assert [state_of(store, n) for n in (old, pause, stop)] == ["held", "held", "queued"]


def test_leaving_holds_what_could_still_be_undone(store: Store) -> None:
    """Quitting within the undo time sends nothing by itself."""
    number = outbox.enqueue(store, reply(), now=at(0), undo_seconds=10)

    assert outbox.hold_all_undo(store, now=at(0), reason="Held when you quit.") == 1
    row = outbox.row(store, number)
    assert row is not None
    assert (row.state, row.error) == ("held", "Held when you quit.")


def test_opposite_actions_are_asked_about(store: Store) -> None:
    """Pause and resume on one campaign never cancel out silently."""
    pause = outbox.enqueue(store, PAUSE, now=at(0))
    with pytest.raises(Refused, match="Pause Q3 founders"):
        outbox.enqueue(store, RESUME, now=at(1))
    other = outbox.enqueue(store, ResumeCampaign("acme", "q4", "Q4"), now=at(1))

    resume = outbox.enqueue(store, RESUME, now=at(2), replace=True)

    assert [state_of(store, n) for n in (pause, other, resume)] == ["discarded", "queued", "queued"]


def test_it_arrived_settles_doubt(store: Store) -> None:
    """The user has seen it at the provider."""
    number = in_state(store, State.IN_DOUBT)

    assert outbox.resolve(store, number, "arrived", now=at(5)) is None
    row = outbox.row(store, number)
    assert row is not None
    assert (row.state, row.matched_by) == ("sent", "user")


def test_sending_again_is_a_new_entry(store: Store) -> None:
    """What may have arrived keeps its own line in the ledger."""
    number = in_state(store, State.IN_DOUBT)
    outbox.save_draft(store, ADA, "next thought", seen_upto="", now=at(4))

    again = outbox.resolve(store, number, "resend", now=at(5))
    assert again is not None
    row = outbox.row(store, again)

    assert row is not None
    assert (row.state, row.resend_of, state_of(store, number)) == ("queued", number, "discarded")
    assert draft_text(store) == "next thought"


@pytest.mark.parametrize("state", [State.FAILED, State.HELD])
def test_what_did_not_arrive_is_queued_again_itself(store: Store, state: State) -> None:
    """A refused or held reply that is sent after all is the same reply."""
    number = in_state(store, state)

    assert outbox.resolve(store, number, "resend", now=at(5)) == number
    assert [e.id for e in outbox.claimable(store, now=at(5))] == [number]


def test_nothing_to_decide_is_a_sentence(store: Store) -> None:
    """A settled entry cannot be settled again, a foreign number does not exist, and there are three answers."""
    sent = in_state(store, State.SENT)
    doubtful = in_state(store, State.IN_DOUBT, reply("other", "c2"))
    failed = in_state(store, State.FAILED, reply("third", "c3"))

    for number, how, error in (
        (sent, "resend", Refused), (doubtful, "shrug", Refused), (failed, "arrived", Refused), (99, "resend", NotFound),
    ):  # fmt: skip
        with pytest.raises(error):
            outbox.resolve(store, number, how, now=at(5))
    assert state_of(store, doubtful) == "in_doubt"


def test_discarding_ends_doubt(store: Store) -> None:
    """The user does not want it any more."""
    number = in_state(store, State.IN_DOUBT)
    before = outbox.unsettled_count(store)

    outbox.resolve(store, number, "discard", now=at(5))

    assert (before, outbox.unsettled_count(store)) == (1, 0)


@pytest.mark.parametrize("state", [State.FAILED, State.HELD, State.QUEUED])
def test_a_reply_that_did_not_leave_can_be_edited(store: Store, state: State) -> None:
    """Its text is back in the composer."""
    number = in_state(store, state, reply("Hello"))

    assert outbox.edit(store, number, now=at(5))
    assert (state_of(store, number), draft_text(store)) == ("discarded", "Hello")


def test_a_reply_that_may_have_left_cannot_be_edited(store: Store) -> None:
    """Editing must not look like unsending."""
    number = in_state(store, State.IN_DOUBT)

    assert not outbox.edit(store, number, now=at(5))
    assert draft_text(store) is None


def test_a_control_action_is_done_when_reading_back_shows_it(store: Store) -> None:
    """Accepted is not done; done is proven."""
    number = in_state(store, State.ACCEPTED, PAUSE)

    assert outbox.verified(store, number, now=at(5))
    assert not outbox.verified(store, number, now=at(6))
    row = outbox.row(store, number)
    assert row is not None
    assert (row.state, row.verified) == ("sent", True)


def test_titles_say_what_will_happen(store: Store) -> None:
    """The list of what is on its way reads like sentences."""
    never = NeverContact("acme", "lead-1", "Ada Lovelace", "https://www.linkedin.com/in/ada", "ada@lovelace.example")
    verdict = SetVerdict("acme", "lead-1", "Ada Lovelace", "not_interested")
    for command in (
        reply(), STOP, PAUSE, RESUME, MarkSeen("acme", "c9"), AddTags("acme", "u", ("vip", "x")), never, verdict,
    ):  # fmt: skip
        outbox.enqueue(store, command, now=at(0), replace=True)

    assert [row.title for row in outbox.rows(store, open_only=False)][::-1] == [
        "Reply to Ada Lovelace", "Stop Ada Lovelace in Q3 founders", "Pause Q3 founders", "Resume Q3 founders",
        "Mark as read at the provider", "Tag with vip, x", "Never contact Ada Lovelace again",
        "Say that Ada Lovelace is “not interested”",
    ]  # fmt: skip


def test_an_action_of_a_newer_postroom_is_shown_and_left_alone(store: Store) -> None:
    """After a downgrade nothing breaks over an entry that this version does not know."""
    outbox.enqueue(store, reply(), now=at(0))
    store.user.execute("update outbox set kind = 'teleport', payload = '{}'")

    assert outbox.claimable(store, now=at(1)) == []
    assert outbox.open_entries(store) == []
    assert ["teleport" in row.title for row in outbox.rows(store)] == [True]


def test_a_viewer_sends_nothing(state_dir: Path, store: Store) -> None:
    """A second window may write drafts, not messages."""
    outbox.save_draft(store, ADA, "Hello", seen_upto="", now=at(0))
    viewer = Store.open(state_dir, writable=False)
    with pytest.raises(ReadOnlyState):
        outbox.enqueue(viewer, reply(), now=at(1))
    viewer.close()

    assert draft_text(store) == "Hello"


def test_an_echo_is_shown_until_the_thread_shows_it(store: Store) -> None:
    """A reply is one bubble: first ours, then the provider's."""
    writes.apply_conversations(
        store, "acme", "heyreach", page(conversation("c1", outbound("Hello", minutes=1), inbound(minutes=2))), now=at(3)
    )
    hash_of_hello = outbound("Hello").text_hash
    first = outbox.enqueue(store, reply("Hello"), now=at(4))
    baseline = outbox.Baseline(len(queries.outbound_with_hash(store, ADA, hash_of_hello)))
    outbox.claim(store, first, baseline=baseline, now=at(4))
    outbox.settle(store, first, state="accepted", now=at(5))
    second = outbox.enqueue(store, reply("More"), now=at(6), undo_seconds=10)
    waiting = queries.echoes(store, ADA)
    answer = conversation(
        "c1", outbound("Hello", minutes=1), inbound(minutes=2), outbound("Hello", minutes=5), unread=False
    )
    writes.apply_conversations(store, "acme", "heyreach", page(answer), now=at(7))
    shown = queries.echoes(store, ADA)

    assert [(echo.entry_id, echo.state, echo.text) for echo in waiting] == [
        (first, "accepted", "Hello"), (second, "undo", "More"),
    ]  # fmt: skip
    assert [echo.entry_id for echo in shown] == [second]


def test_a_doubtful_echo_says_what_can_be_done(store: Store) -> None:
    """Doubt is shown with its three ways out."""
    in_state(store, State.IN_DOUBT)

    assert "resend" in queries.echoes(store, ADA)[0].sentence


STEPS = st.lists(
    st.sampled_from(
        ["release", "undo", "claim", "sent", "queued", "failed", "in_doubt", "hold", "crash", "resend", "edit"]
    ),
    max_size=14,
)


def take(store: Store, number: int, step: str, *, now: int) -> int:
    """Do one thing to an entry, lawful or not. Returns the entry that goes on."""
    if step == "release":
        outbox.release_now(store, number, now=now)
    elif step == "undo":
        outbox.undo_send(store, number, now=now)
    elif step == "claim":
        outbox.claim(store, number, baseline=None, now=now)
    elif step == "hold":
        outbox.hold(store, number, "they replied", now=now)
    elif step == "crash":
        outbox.recover(store, session="next", now=now)
    elif step == "edit":
        outbox.edit(store, number, now=now)
    elif step == "resend":
        return outbox.resolve(store, number, "resend", now=now) or number
    else:
        outbox.settle(store, number, state=step, now=now)
    return number


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(STEPS)
def test_a_text_is_always_somewhere_and_leaves_once_for_each_time_it_may(store: Store, steps: list[str]) -> None:
    """Whatever happens to a reply, its words are a draft, on their way, or sent, and nothing leaves by itself twice."""
    key = ConversationKey("acme", f"c{store.user.total_changes}")
    outbox.save_draft(store, key, "precious words", seen_upto="", now=at(0))
    number = outbox.enqueue(store, Reply("acme", key.id, "precious words", "s"), now=at(0), undo_seconds=10)
    may_leave = 1
    for n, step in enumerate(steps):
        before = state_of(store, number)
        with contextlib.suppress(outbox.IllegalTransition, Refused):
            number = take(store, number, step, now=at(n + 1))
            may_leave += step == "resend" or (step, before) == ("queued", "sending")
    on_the_way = outbox.open_entries(store, "acme", key.id)
    sent = store.user.number("select count(*) from outbox where state = 'sent' and conversation = ?", (key.id,))
    left = store.user.number("select sum(attempts) from outbox where conversation = ?", (key.id,))

    assert len(on_the_way) <= 1
    assert (outbox.draft(store, key) is not None) + len(on_the_way) + sent >= 1
    assert left <= may_leave
