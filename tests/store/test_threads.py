"""A thread only grows, says everything once, and stays in the order of time."""

from __future__ import annotations

import itertools
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from postroom.records import Direction, Message
from store.threads import Stored, in_order, place, union
from tests.builders import inbound, message, outbound

BODIES = st.sampled_from(["ok", "Thanks!", "Can we talk?"])
MESSAGES = st.builds(
    message,
    BODIES,
    minutes=st.sampled_from([0, 1, 2, 3]),
    direction=st.sampled_from([Direction.INBOUND, Direction.OUTBOUND]),
)
THREADS = st.lists(MESSAGES, max_size=8)


def stored(messages: list[Message]) -> list[Stored]:
    """The messages as an empty cache keeps them."""
    return after([], messages)


def after(before: list[Stored], messages: list[Message], *, complete: bool = True) -> list[Stored]:
    """The thread after an answer."""
    joined = union(before, messages, complete=complete)
    times = {s.id: s.sent_at or 0 for s in before}
    ids = place(times, joined.added, taken=lambda _: False)
    edited = {edit.before.id: edit.after for edit in joined.edits}
    kept = [replace(s, key=edited[s.id].key, body=edited[s.id].body) if s.id in edited else s for s in before]
    added = [
        Stored(n, m.key, m.ordinal, m.direction.value, m.sent_at, m.body)
        for n, (m, _) in zip(ids, joined.added, strict=True)
    ]
    return sorted([*kept, *added], key=lambda s: s.id)


@given(THREADS, st.randoms())
def test_the_same_answer_again_adds_nothing(messages: list[Message], random: object) -> None:
    """However often a thread is read, and in whatever order, each message is there once."""
    thread = stored(messages)
    shuffled = list(messages)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random

    assert union(thread, shuffled, complete=True).added == ()
    assert union(thread, messages[::-1], complete=False).edits == ()


@given(THREADS, THREADS)
def test_an_answer_never_shrinks_a_thread(first: list[Message], second: list[Message]) -> None:
    """A shorter or older copy of a thread loses nothing that was stored."""
    thread = stored(first)

    assert {s.id for s in thread} <= {s.id for s in after(thread, second, complete=False)}


@given(THREADS)
def test_equal_messages_are_counted(messages: list[Message]) -> None:
    """Two identical "ok" in one second are two messages."""
    thread = stored(messages)

    assert sorted(s.body for s in thread) == sorted(m.body for m in messages)
    assert len({(s.key, s.ordinal) for s in thread}) == len(messages)


@given(THREADS, st.data())
def test_overlapping_windows_meet_in_the_whole_thread(messages: list[Message], data: st.DataObject) -> None:
    """Two pages that overlap give the thread, not the thread and a half."""
    ordered = [m for m, _ in in_order(messages)]
    cut = data.draw(st.integers(0, len(ordered)))
    overlap = data.draw(st.integers(0, cut))
    older, newer = ordered[:cut], ordered[cut - overlap :]
    if {m.key for m in ordered[: cut - overlap]} & {m.key for m in newer}:
        return  # equal messages on both sides of the cut look like one: a provider that gives no ids cannot say more

    unsure = union(stored(newer), older, complete=False).unsure
    thread = after(stored(newer), older, complete=False)

    assert len(thread) <= len(ordered)
    assert unsure or len(thread) == len(ordered)
    assert len(after(thread, ordered, complete=True)) == len(ordered)


def test_an_edited_text_replaces_its_own() -> None:
    """A message that was corrected at the provider is one message with two versions."""
    thread = stored([outbound("Hi Ada", minutes=1), inbound("teh price?", minutes=2)])

    joined = union(thread, [outbound("Hi Ada", minutes=1), inbound("the price?", minutes=2)], complete=True)

    assert joined.added == ()
    assert [(e.before.body, e.after.body) for e in joined.edits] == [("teh price?", "the price?")]


def test_an_edited_message_with_an_id_is_known_by_it() -> None:
    """Where messages have ids, an edit is told by the id alone."""
    thread = stored([inbound("teh price?", minutes=2, remote_id="m1")])

    joined = union(thread, [inbound("the price?", minutes=2, remote_id="m1")], complete=False)

    assert joined.added == ()
    assert [e.after.body for e in joined.edits] == ["the price?"]


def test_a_part_of_a_thread_proves_no_edit() -> None:
    """When an answer may just begin there, the whole thread must tell a replaced text from a second one."""
    thread = stored([inbound("first", minutes=2)])

    joined = union(thread, [inbound("second", minutes=2)], complete=False)

    assert joined.edits == ()
    assert joined.added == ()
    assert joined.unsure
    both = [inbound("first", minutes=2), inbound("second", minutes=2)]
    assert [m.body for m, _ in union(thread, both, complete=True).added] == ["second"]
    assert [e.after.body for e in union(thread, both[1:], complete=True).edits] == ["second"]


def test_other_digits_of_the_same_moment_are_the_same_message() -> None:
    """One endpoint gives microseconds, another milliseconds: still one message."""
    precise = inbound("hello", minutes=1)
    rough = replace(precise, key="other-key", sent_at=(precise.sent_at or 0) + 400)

    assert union(stored([precise]), [rough], complete=True).added == ()


def test_a_message_shown_twice_by_its_id_is_one() -> None:
    """A provider that repeats a row on the next page does not double it."""
    twice = [inbound("hello", remote_id="m1"), inbound("hello", remote_id="m1")]

    assert len(stored(twice)) == 1


def test_newest_first_and_oldest_first_give_the_same_thread() -> None:
    """The order of the answer is not the order of the thread."""
    messages = [inbound(f"message {n}", minutes=n // 2) for n in range(8)]

    assert [s.body for s in stored(messages)] == [s.body for s in stored(messages[::-1])]


def test_a_message_without_a_time_follows_its_predecessor() -> None:
    """A date that cannot be read does not move the message to the top or the end."""
    messages = [inbound("one", minutes=1), inbound("undated", minutes=None), inbound("two", minutes=2)]

    assert [s.body for s in stored(messages)] == ["one", "undated", "two"]


@given(st.lists(st.integers(0, 5), min_size=1, max_size=40), st.sets(st.integers(0, 300)))
def test_ids_follow_time_even_where_many_are_taken(minutes: list[int], taken: set[int]) -> None:
    """However many messages share a moment, each gets its own place in order."""
    ordered = in_order([inbound(f"message {n}", minutes=m) for n, m in enumerate(minutes)])
    base = place({}, ordered[:1], taken=lambda _: False)[0]
    used = {base + n for n in taken}

    ids = place({}, ordered, taken=lambda number: number in used)

    assert ids == sorted(set(ids))
    assert not used & set(ids)


def test_older_messages_find_a_place_before_newer_ones() -> None:
    """A page of history that arrives late stands where it belongs."""
    newer = stored([inbound("new", minutes=10), inbound("newest", minutes=11)])

    whole = after(newer, [inbound(f"old {n}", minutes=0) for n in range(20)], complete=False)

    assert [s.body for s in whole][-2:] == ["new", "newest"]
    assert all(a.id < b.id for a, b in itertools.pairwise(whole))
