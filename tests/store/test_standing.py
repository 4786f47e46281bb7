"""Unread, waiting and done say what a person would say, whatever the provider leaves out."""

from __future__ import annotations

from postroom.records import Conversation, Direction, Micros
from store.standing import Standing, derive
from tests.builders import DAY, at, conversation, inbound, outbound

NOW = at(1000)


def stand(record: Conversation, before: Standing | None = None, *, now: Micros = NOW) -> Standing:
    """The standing after an answer that brings its messages."""
    times = [(m.direction.value, m.sent_at, m.body) for m in record.messages]
    return derive(before, record, times, now=now)


def row(minutes: float, direction: Direction, *, unread: bool | None = None) -> Conversation:
    """A list row without messages, as some providers give it."""
    return conversation(
        "c1", complete=False, last_at=at(minutes), last_direction=direction, last_text="text", unread=unread
    )


def test_waiting_counts_from_their_first_unanswered_message() -> None:
    """Three messages in a row have waited since the first of them."""
    record = conversation("c1", inbound(minutes=1), outbound(minutes=2), inbound(minutes=3), inbound(minutes=9))

    assert at(3) == stand(record).waiting_since


def test_nothing_waits_after_our_answer() -> None:
    """Whoever was answered does not wait."""
    record = conversation("c1", inbound(minutes=1), outbound(minutes=2))

    assert stand(record).waiting_since is None


def test_waiting_is_kept_over_rows_without_messages() -> None:
    """Where a list shows only the last message, the first one that waits is remembered."""
    first = stand(row(3, Direction.INBOUND))

    assert at(3) == stand(row(9, Direction.INBOUND), first).waiting_since


def test_an_older_copy_does_not_turn_the_row_back() -> None:
    """A page of history, or a list that lags, does not change what came last."""
    fresh = stand(conversation("c1", inbound("new", minutes=9)))

    old = stand(conversation("c1", outbound("old", minutes=1)), fresh)

    assert (old.last_at, old.preview, old.last_direction) == (at(9), "new", "in")


def test_a_thread_fresher_than_its_row_is_believed() -> None:
    """What the thread shows counts although the list does not know it yet."""
    record = conversation("c1", outbound(minutes=1), inbound("late", minutes=5), last_at=at(1), last_text="Hi Ada")

    assert (stand(record).last_at, stand(record).preview) == (at(5), "late")


def test_a_provider_without_read_marks_gives_unread_by_who_wrote_last() -> None:
    """Without a mark, what they wrote last is unread and what we wrote last is not."""
    assert stand(row(1, Direction.INBOUND)).unread
    assert not stand(row(1, Direction.OUTBOUND)).unread


def test_a_new_message_makes_unread() -> None:
    """An answer to something read is unread again."""
    before = stand(row(1, Direction.INBOUND, unread=False))

    assert stand(row(2, Direction.INBOUND, unread=True), before).unread


def test_reading_at_the_provider_clears_it_here() -> None:
    """Whoever read it in the web page has read it."""
    before = stand(row(1, Direction.INBOUND, unread=True))

    assert not stand(row(1, Direction.INBOUND, unread=False), before).unread


def test_a_remote_flip_to_unread_is_shown() -> None:
    """A colleague who marks it unread at the provider is heard, with no new message."""
    before = stand(row(1, Direction.INBOUND, unread=False))

    assert stand(row(1, Direction.INBOUND, unread=True), before).unread


def test_a_remote_mark_that_never_moved_says_nothing_new() -> None:
    """What was read here stays read although the provider was never told."""
    read_here = Standing(unread_remote=True, unread=False, last_at=at(1), last_inbound_at=at(1), last_direction="in")

    assert not stand(row(1, Direction.INBOUND, unread=True), read_here).unread


def test_a_local_unread_survives_a_remote_read_mark() -> None:
    """Marked unread here to come back to it: the provider's old read mark does not clear that."""
    kept = Standing(unread_remote=False, unread=True, last_at=at(1), last_inbound_at=at(1), last_direction="in")

    assert stand(row(1, Direction.INBOUND, unread=False), kept).unread


def test_done_holds_until_they_write_again() -> None:
    """Done does not come back on a refresh, and does come back on an answer."""
    done = Standing(folder="done", handled_at=at(3), last_inbound_at=at(3), last_at=at(3), last_direction="in")

    refreshed = stand(row(3, Direction.INBOUND), done)
    ours = stand(row(5, Direction.OUTBOUND), done)
    theirs = stand(row(5, Direction.INBOUND), done)

    assert (refreshed.folder, ours.folder, theirs.folder) == ("done", "done", "inbox")


def test_snoozed_comes_back_when_they_write() -> None:
    """An answer ends a snooze before its time."""
    asleep = Standing(folder="snoozed", handled_at=at(3), wake_at=at(500), last_inbound_at=at(3), last_at=at(3))

    awake = stand(row(5, Direction.INBOUND), asleep)

    assert (awake.folder, awake.wake_at) == ("inbox", None)


def test_snoozed_even_if_they_reply_stays() -> None:
    """Whoever snoozed it whatever happens is left alone."""
    asleep = Standing(folder="snoozed", handled_at=None, wake_at=at(500), last_inbound_at=at(3), last_at=at(3))

    assert stand(row(5, Direction.INBOUND), asleep).folder == "snoozed"


def test_a_message_from_the_future_does_not_stay_on_top() -> None:
    """A wrong date is shown, but does not pin the conversation to the top for years."""
    record = conversation("c1", inbound(minutes=1000 + 30 * DAY / 60_000_000))

    assert stand(record).sort_at == NOW


def test_the_preview_is_one_short_line() -> None:
    """A long letter does not fill the list."""
    record = conversation("c1", inbound("Dear all,\n\n" + "word " * 200))

    assert stand(record).preview.startswith("Dear all, word")
    assert len(stand(record).preview) <= 200
