"""Pages that show only some messages of a thread: nothing moves backwards, and what is missing stays as it was."""

from __future__ import annotations

import itertools
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from postroom.records import Conversation, ConversationKey, Direction, Message, Verdict
from store import queries, writes
from store.database import Store
from store.rows import InboxRow
from tests.builders import at, conversation, lead, message, page

ADA = ConversationKey("mail", "t1")
_examples = itertools.count()


def mail(name: str, minutes: float, *, ours: bool = False, **more: object) -> Message:
    """A mail with an id."""
    direction = Direction.OUTBOUND if ours else Direction.INBOUND
    made = message(f"text of {name}", minutes=minutes, direction=direction, remote_id=name)
    return replace(made, **more)  # type: ignore[arg-type]  # the names are checked by dataclasses.replace


def fragment(*mails: Message, unread: bool | None = None, **more: object) -> Conversation:
    """What a page of mails shows of the conversation."""
    last = mails[-1]
    made = conversation("t1", *mails, unread=unread)
    return replace(
        made,
        **{  # type: ignore[arg-type]  # the names are checked by dataclasses.replace
            "fragment": True,
            "messages_complete": False,
            "total_messages": None,
            "fingerprint": "f",
            "last_at": last.sent_at,
            "last_text": last.body,
            "last_direction": last.direction,
            **more,
        },
    )


def apply(store: Store, *records: Conversation, now: float = 1_000) -> writes.Applied:
    """A page from Instantly."""
    return writes.apply_conversations(store, "mail", "instantly", page(*records), now=at(now))


def row_of(store: Store) -> InboxRow:
    row = queries.inbox_row(store, ADA)
    assert row is not None
    return row


def test_an_older_page_does_not_move_the_row_backwards(store: Store) -> None:
    """Newest first is how a first import comes."""
    apply(store, fragment(mail("m3", 30), unread=True))
    apply(store, fragment(mail("m1", 10, ours=True), mail("m2", 20), unread=False))
    row = row_of(store)

    assert (row.preview, row.last_at, row.unread) == ("text of m3", at(30), True)
    assert row.waiting_since == at(20)
    assert [each.body for each in queries.thread(store, ADA)] == ["text of m1", "text of m2", "text of m3"]


def test_no_thread_need_be_read_by_itself_for_a_fragment(store: Store) -> None:
    """Each mail is in some page; reads of single threads are few."""
    apply(store, fragment(mail("m3", 30)))

    assert writes.incomplete_threads(store, "mail", limit=10) == []


def test_a_fragment_seen_again_changes_nothing(store: Store) -> None:
    """A poll overlaps with the one before, and each page shows other mails."""
    apply(store, fragment(mail("m1", 10, ours=True), mail("m2", 20)))
    apply(store, fragment(mail("m2", 20)))
    before = store.cache.total_changes

    result = apply(store, fragment(mail("m1", 10, ours=True)), fragment(mail("m2", 20)))

    assert result.conversations_changed == ()
    assert store.cache.total_changes == before


def test_what_a_fragment_does_not_say_stays(store: Store) -> None:
    """A mail of ours knows neither the name nor the verdict of the lead."""
    known = lead("Ada Lovelace", email="ada@example.com")
    bare = replace(known, name="ada@example.com", company="", profile_url=None)
    apply(store, fragment(mail("m1", 10), lead=known, verdict=Verdict.INTERESTED, verdict_raw="Interested"))

    apply(store, fragment(mail("m2", 20, ours=True), lead=bare, verdict=Verdict.NONE, verdict_raw="", fingerprint=""))
    row, head = row_of(store), queries.conversation(store, ADA)

    assert head is not None
    assert (row.lead_name, row.company, row.verdict) == ("Ada Lovelace", "Analytical Engines", Verdict.INTERESTED)
    assert head.profile_url == known.profile_url
    assert row.preview == "text of m2"


def test_an_automatic_reply_is_not_an_answer(store: Store) -> None:
    """Nobody waits for us because a machine said that they are away."""
    apply(store, fragment(mail("m1", 10, ours=True), mail("m2", 20, kind="auto_reply")))
    row = row_of(store)

    assert (row.last_direction, row.waiting_since) == (Direction.UNKNOWN, None)
    assert row.preview == "text of m2"


def test_a_mail_that_turns_out_to_be_an_automatic_reply_is_one_from_then_on(store: Store) -> None:
    """The list does not say so, the mail read by itself does; the next list does not unsay it."""
    ours = mail("m1", 10, ours=True)
    apply(store, fragment(ours, mail("m2", 20)))
    waiting = row_of(store).waiting_since
    apply(store, fragment(mail("m2", 20, kind="auto_reply")))
    learned = row_of(store).waiting_since
    apply(store, fragment(ours, mail("m2", 20)))

    assert (waiting, learned, row_of(store).waiting_since) == (at(20), None, None)
    assert [each.kind for each in queries.thread(store, ADA)] == ["text", "auto_reply"]


def test_a_scheduled_mail_that_has_left_is_ours(store: Store) -> None:
    """Before that it was nobody's, and their question was as good as answered."""
    planned = replace(mail("m2", 20), kind="scheduled", direction=Direction.UNKNOWN)
    apply(store, fragment(mail("m1", 10), planned))
    before = row_of(store).waiting_since
    apply(store, fragment(mail("m2", 20, ours=True)))

    assert before is None
    assert [each.kind for each in queries.thread(store, ADA)] == ["text", "text"]
    assert row_of(store).last_direction is Direction.OUTBOUND


def test_what_a_mail_quotes_is_kept_apart(store: Store) -> None:
    """So that the screen can fold it."""
    apply(store, fragment(mail("m1", 10, quoted="> old words", participants="From Ada to Sam")))
    (shown,) = queries.thread(store, ADA)

    assert (shown.body, shown.quoted, shown.participants) == ("text of m1", "> old words", "From Ada to Sam")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(
    order=st.permutations(range(6)),
    sizes=st.lists(st.integers(1, 3), min_size=6, max_size=6),
    ours=st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_in_whatever_pages_a_thread_comes_the_row_is_the_same(
    store: Store, order: list[int], sizes: list[int], ours: list[bool]
) -> None:
    """Any order, any size of page, any overlap. Each example has a workspace of its own."""
    workspace = f"mail-{next(_examples)}"
    mails = [mail(f"m{number}", 10 * number + 10, ours=ours[number]) for number in range(6)]
    for start, size in zip(order, sizes, strict=True):
        shown = page(fragment(*mails[start : start + size]))
        writes.apply_conversations(store, workspace, "instantly", shown, now=at(1_000))
    row = queries.inbox_row(store, ConversationKey(workspace, "t1"))
    last_ours = max((each.sent_at or 0 for each in mails if each.direction is Direction.OUTBOUND), default=0)
    waiting = [
        each.sent_at for each in mails if each.direction is Direction.INBOUND and (each.sent_at or 0) > last_ours
    ]

    assert row is not None
    assert (row.preview, row.last_at) == ("text of m5", at(60))
    assert row.waiting_since == (min(each for each in waiting if each is not None) if waiting else None)
