"""What sync writes: everything once, nothing twice, nothing lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from postroom.records import ConversationKey, Direction, Page, Rejection
from store import journal, queries, writes
from store.database import Store
from store.rows import View
from tests.builders import at, conversation, inbound, lead, message, outbound, page

ADA = ConversationKey("acme", "c1")


def apply(store: Store, *records: object, now: float = 100, **options: object) -> writes.Applied:
    """A page from HeyReach."""
    return writes.apply_conversations(
        store,
        "acme",
        "heyreach",
        page(*records),
        now=at(now),
        **options,  # type: ignore[arg-type]
    )


def bodies(store: Store, key: ConversationKey = ADA) -> list[str]:
    """The thread's texts in order."""
    return [row.body for row in queries.thread(store, key)]


def test_a_page_is_shown_as_it_was_read(store: Store) -> None:
    """Names, messages and read marks arrive on the screen."""
    result = apply(store, conversation("c1", outbound(minutes=1), inbound("Yes", minutes=2), unread=True))
    row = queries.inbox_row(store, ADA)

    assert row is not None
    assert (row.lead_name, row.preview, row.unread, row.waiting_since) == ("Ada Lovelace", "Yes", True, at(2))
    assert bodies(store) == ["Hi Ada", "Yes"]
    assert (result.conversations_new, result.messages_new) == (1, 2)


def test_an_unchanged_page_writes_nothing(store: Store) -> None:
    """A quiet inbox costs no write at all."""
    records = [conversation(f"c{n}", outbound(minutes=n), inbound(minutes=n + 1)) for n in range(50)]
    apply(store, *records)
    before = store.cache.total_changes

    result = apply(store, *records, now=200)

    assert result.conversations_changed == ()
    assert store.cache.total_changes == before


def test_only_the_changed_row_is_written(store: Store) -> None:
    """One answer in a page of many changes one row."""
    records = [conversation(f"c{n}", outbound(minutes=n)) for n in range(5)]
    apply(store, *records)
    records[3] = conversation("c3", outbound(minutes=3), inbound(minutes=50))

    result = apply(store, *records)

    assert result.conversations_changed == ("c3",)
    assert result.messages_new == 1


def test_a_shorter_answer_does_not_shrink_the_thread(store: Store) -> None:
    """A preview of the newest message does not replace the thread."""
    apply(store, conversation("c1", outbound("one", minutes=1), inbound("two", minutes=2)))

    apply(store, conversation("c1", inbound("two", minutes=2), complete=False, unread=False))

    assert bodies(store) == ["one", "two"]


def test_an_edit_keeps_the_old_text(store: Store) -> None:
    """What they wrote first can still be read after they changed it."""
    apply(store, conversation("c1", outbound("Hi", minutes=1), inbound("teh price?", minutes=2)))
    corrected = conversation("c1", outbound("Hi", minutes=1), inbound("the price?", minutes=2))

    apply(store, corrected, now=200)
    row = queries.thread(store, ADA)[1]
    versions = queries.message_versions(store, row.id)

    assert (row.body, row.edited) == ("the price?", True)
    assert versions == [("teh price?", at(200))]


def test_an_old_copy_of_an_edited_text_changes_nothing(store: Store) -> None:
    """Two endpoints of which one lags do not edit a message back and forth."""
    old = conversation("c1", outbound("Hi", minutes=1), inbound("teh price?", minutes=2), fingerprint="same")
    new = conversation("c1", outbound("Hi", minutes=1), inbound("the price?", minutes=2), fingerprint="same")
    apply(store, old)
    apply(store, new)
    before = store.cache.total_changes

    for _ in range(3):
        apply(store, old)
        apply(store, new)

    assert store.cache.total_changes == before
    assert bodies(store) == ["Hi", "the price?"]


def test_a_text_that_is_changed_back_later_is_what_it_says_again(store: Store) -> None:
    """After an hour nobody shows an old copy any more."""
    first, other = (conversation("c1", inbound(text, minutes=2), fingerprint=text) for text in ("At ten.", "At noon."))
    apply(store, first)
    apply(store, other)

    apply(store, first, now=100 + 61)

    assert bodies(store) == ["At ten."]


def test_two_equal_messages_survive_ten_syncs(store: Store) -> None:
    """Two identical "ok" in the same second stay two."""
    twins = conversation("c1", inbound("ok", minutes=1), inbound("ok", minutes=1))

    for n in range(10):
        apply(store, replace(twins, fingerprint=str(n)), now=100 + n)

    assert bodies(store) == ["ok", "ok"]


def test_a_row_repeated_within_a_page_is_one(store: Store) -> None:
    """A list that shifted while it was read shows a conversation twice; it is there once."""
    record = conversation("c1", inbound(minutes=1))

    result = apply(store, record, record)

    assert result.conversations_new == 1
    assert queries.inbox_count(store, View.ALL) == 1


def test_ids_are_unique_within_a_workspace_only(store: Store) -> None:
    """Two workspaces may see the same conversation id."""
    record = page(conversation("c1", inbound(minutes=1)))
    writes.apply_conversations(store, "acme", "heyreach", record, now=at(5))
    writes.apply_conversations(store, "beta", "networkhq", record, now=at(5))

    assert queries.inbox_count(store, View.ALL) == 2
    assert queries.inbox_count(store, View.ALL, workspace="beta") == 1


def test_a_row_without_messages_asks_for_its_thread(store: Store) -> None:
    """Where the list shows only the newest message, the thread is fetched, and not again and again."""
    row = conversation("c1", complete=False, last_at=at(5), last_text="Yes", last_direction=Direction.INBOUND)
    apply(store, row)
    wanted = writes.incomplete_threads(store, "acme", limit=10)
    thread = replace(row, fingerprint="", messages=(outbound(minutes=1), inbound("Yes", minutes=5)))
    writes.apply_thread(store, "acme", "networkhq", thread, complete=True, now=at(101))
    satisfied = writes.incomplete_threads(store, "acme", limit=10)
    apply(store, conversation("c1", complete=False, last_at=at(9), last_text="More", last_direction=Direction.INBOUND))
    again = writes.incomplete_threads(store, "acme", limit=10)

    assert [need.conversation for need in wanted] == ["c1"]
    assert satisfied == []
    assert [need.conversation for need in again] == ["c1"]


def test_a_thread_with_unreadable_messages_is_not_fetched_for_ever(store: Store) -> None:
    """A provider that counts one message more than it shows is asked once."""
    record = conversation("c1", inbound(minutes=1), total_messages=2)
    apply(store, record)
    first = writes.incomplete_threads(store, "acme", limit=10)
    writes.apply_thread(store, "acme", "heyreach", record, complete=True, now=at(101))
    apply(store, record)

    assert len(first) == 1
    assert writes.incomplete_threads(store, "acme", limit=10) == []
    head = queries.conversation(store, ADA)
    assert head is not None
    assert not head.complete


def test_reading_a_thread_again_writes_nothing(store: Store) -> None:
    """Opening a conversation that is known costs no write."""
    record = conversation("c1", outbound(minutes=1), inbound(minutes=2))
    apply(store, record)
    before = store.cache.total_changes

    result = writes.apply_thread(store, "acme", "heyreach", replace(record, fingerprint=""), complete=True, now=at(101))

    assert result.conversations_changed == ()
    assert store.cache.total_changes == before


def test_a_thread_read_by_itself_keeps_the_fingerprint(store: Store) -> None:
    """Only a list row has a fingerprint, so a thread must not make its row look changed."""
    record = conversation("c1", outbound(minutes=1), inbound(minutes=2))
    apply(store, record)
    longer = replace(record, fingerprint="", messages=(*record.messages, inbound("More", minutes=3)))

    writes.apply_thread(store, "acme", "heyreach", longer, complete=True, now=at(101))

    assert writes.known_fingerprints(store, "acme") == {"c1": record.fingerprint}
    assert bodies(store)[-1] == "More"


def test_a_thread_may_come_before_its_row(store: Store) -> None:
    """A conversation opened by a link is there before the list shows it."""
    record = conversation("c1", inbound(minutes=2))
    writes.apply_thread(store, "acme", "heyreach", replace(record, fingerprint=""), complete=True, now=at(101))

    result = apply(store, record)

    assert bodies(store) == ["Sounds good"]
    assert result.conversations_changed == ("c1",)


def test_a_long_thread_is_read_in_pages(store: Store) -> None:
    """Older messages come in pages, each in order, none twice and none missing."""
    apply(store, conversation("c1", *(inbound(f"m{n}", minutes=n) for n in range(25))))
    newest = queries.thread(store, ADA, limit=10)
    middle = queries.thread(store, ADA, before_id=newest[0].id, limit=10)
    oldest = queries.thread(store, ADA, before_id=middle[0].id, limit=10)

    assert [row.body for row in [*oldest, *middle, *newest]] == [f"m{n}" for n in range(25)]


def test_a_renamed_lead_is_renamed_here(store: Store) -> None:
    """A changed name or company is shown, with its messages untouched."""
    apply(store, conversation("c1", inbound(minutes=1)))

    apply(store, conversation("c1", inbound(minutes=1), who=lead("Ada King"), fingerprint="renamed"))
    row = queries.inbox_row(store, ADA)

    assert row is not None
    assert row.lead_name == "Ada King"


def test_a_campaign_once_known_is_not_forgotten(store: Store) -> None:
    """A list row that leaves the campaign out does not take it away."""
    apply(store, conversation("c1", inbound(minutes=1), campaign_id="q3"))

    apply(store, conversation("c1", inbound(minutes=1), campaign_id=None, unread=True))
    row = queries.inbox_row(store, ADA)

    assert row is not None
    assert row.campaign_id == "q3"


def test_what_is_gone_stays_readable_and_may_come_back(store: Store) -> None:
    """A conversation deleted at the provider is greyed, not deleted; when it reappears it is as before."""
    record = conversation("c1", inbound(minutes=1))
    apply(store, record)
    writes.mark_gone(store, "acme", "c1", now=at(101))
    gone = queries.inbox_row(store, ADA)
    apply(store, record)
    back = queries.inbox_row(store, ADA)

    assert gone is not None
    assert back is not None
    assert (gone.gone, back.gone) == (True, False)
    assert bodies(store) == ["Sounds good"]


def test_a_page_and_its_cursor_are_one(store: Store) -> None:
    """When the cursor cannot be kept, the page was not read; then it is read again."""
    store.cache.execute("create temp trigger full before insert on stream begin select raise(abort, 'full'); end")
    with pytest.raises(Exception, match="full"):
        apply(store, conversation("c1", inbound(minutes=1)), cursor="next")
    nothing = queries.inbox_count(store, View.ALL)
    store.cache.execute("drop trigger full")

    apply(store, conversation("c1", inbound(minutes=1)), cursor="next")

    assert nothing == 0
    assert writes.stream_state(store, "acme", "conversations").cursor == "next"
    assert queries.inbox_count(store, View.ALL) == 1


def test_an_unreadable_record_is_kept_and_the_page_goes_on(store: Store) -> None:
    """One bad record costs one record."""
    bad = Rejection("conversations", "id is missing", '{"id": null}')
    result = writes.apply_conversations(
        store, "acme", "heyreach", Page(records=(conversation("c1", inbound()),), rejected=(bad, bad)), now=at(5)
    )
    kept = queries.quarantined(store)

    assert result.quarantined == 2
    assert [(row.stream, row.reason, row.seen) for row in kept] == [("conversations", "id is missing", 1)]
    assert queries.workspaces(store)[0].quarantined == 1


def test_snoozed_conversations_wake_on_time(store: Store) -> None:
    """What was put off until Monday is back on Monday, not before."""
    apply(store, conversation("c1", inbound(minutes=1)))
    journal.record(store, ADA, "snooze", {"until": at(500)}, now=at(101))
    early = writes.wake_due(store, at(499))
    on_time = writes.wake_due(store, at(500))
    row = queries.inbox_row(store, ADA)

    assert (early, on_time) == ([], [ADA])
    assert row is not None
    assert (row.folder, row.wake_at) == ("inbox", None)


def test_a_message_without_a_body_is_kept(store: Store) -> None:
    """A voice note whose content no API shows still has its place in the thread."""
    apply(store, conversation("c1", message("", minutes=1, kind="VOICE")))

    assert [(row.body, row.kind) for row in queries.thread(store, ADA)] == [("", "VOICE")]


ANSWERS = st.lists(
    st.lists(
        st.builds(
            message,
            st.sampled_from(["ok", "Thanks!", "Can we talk?"]),
            minutes=st.integers(0, 4),
            direction=st.sampled_from([Direction.INBOUND, Direction.OUTBOUND]),
        ),
        min_size=1,
        max_size=5,
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANSWERS)
def test_replaying_any_answers_changes_nothing(store: Store, answers: list[list[object]]) -> None:
    """Pages may arrive twice and in any order of retries: the second time writes nothing."""
    key = f"c{store.cache.total_changes}"
    for n, messages in enumerate(answers):
        apply(store, conversation(key, *messages, fingerprint=str(n)))  # type: ignore[arg-type]
    last = conversation(key, *answers[-1], fingerprint=str(len(answers) - 1))  # type: ignore[arg-type]
    before = (bodies(store, ConversationKey("acme", key)), store.cache.total_changes)

    apply(store, last, now=130)

    assert before == (bodies(store, ConversationKey("acme", key)), store.cache.total_changes)
