"""The inbox is read in blocks in both directions, counted without counting, and never scanned or sorted."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from postroom.commands import MarkSeen, Reply
from postroom.records import ConversationKey, Direction, Verdict
from store import journal, outbox, queries, search, writes
from store.connection import Connection
from store.database import Store
from store.inbox import WHERE
from store.rows import Anchor, InboxRow, View
from tests.builders import at, conversation, inbound, lead, outbound, page

WORKSPACES = (None, "acme", "beta")


def fill(store: Store, count: int = 60, *, ties: bool = True) -> None:
    """Conversations of every kind in two workspaces, several at the same moment."""
    chance = random.Random(7)
    for n in range(count):
        minutes = n // 3 if ties else n
        message = inbound(f"m{n}", minutes=minutes) if chance.random() < 0.5 else outbound(f"m{n}", minutes=minutes)
        record = conversation(
            f"c{n}", message, who=lead(f"Lead {n % 7}"), unread=chance.random() < 0.3,
            verdict=chance.choice([Verdict.NONE, Verdict.INTERESTED, Verdict.NOT_INTERESTED]),
        )  # fmt: skip
        workspace = chance.choice(["acme", "beta"])
        writes.apply_conversations(store, workspace, "heyreach", page(record), now=at(1000))
        if chance.random() < 0.2:
            journal.record(store, ConversationKey(workspace, f"c{n}"), "done", now=at(1001))
        elif chance.random() < 0.2:
            journal.record(store, ConversationKey(workspace, f"c{n}"), "snooze", {"until": at(9999)}, now=at(1001))


def everything(store: Store, view: View, workspace: str | None) -> list[InboxRow]:
    """The whole view at once."""
    return queries.inbox_rows(store, view, workspace=workspace, limit=10_000)


def test_blocks_join_into_the_view_in_both_directions(store: Store) -> None:
    """Scrolling down and up again shows every conversation once, in one order."""
    fill(store)
    for view in View:
        for workspace in WORKSPACES:
            whole = everything(store, view, workspace)
            down: list[InboxRow] = queries.inbox_rows(store, view, workspace=workspace, limit=7)
            while (
                block := queries.inbox_rows(store, view, workspace=workspace, after=down[-1].anchor, limit=7)
                if down
                else []
            ):
                down += block
            up = whole[-1:]
            while (
                block := queries.inbox_rows_before(store, view, workspace=workspace, before=up[0].anchor, limit=7)
                if up
                else []
            ):
                up = block + up

            assert whole == down
            assert whole == up
            assert [row.anchor for row in whole] == sorted((row.anchor for row in whole), reverse=True)


def test_jumps_land_where_the_position_says(store: Store) -> None:
    """Dragging the scroll bar and coming back to a conversation agree with each other."""
    fill(store)
    for view in View:
        for workspace in WORKSPACES:
            whole = everything(store, view, workspace)
            for offset in range(0, len(whole), 5):
                block = queries.inbox_rows_at(store, view, workspace=workspace, offset=offset, limit=6)

                assert whole[offset : offset + 6] == block
                assert offset == queries.inbox_position(store, view, workspace=workspace, anchor=whole[offset].anchor)
            assert queries.inbox_rows_at(store, view, workspace=workspace, offset=len(whole), limit=5) == []


def test_next_unread_goes_from_one_to_the_next(store: Store) -> None:
    """n visits the unread ones of the view in order, N comes back."""
    fill(store)
    for view in View:
        for workspace in WORKSPACES:
            unread = [row for row in everything(store, view, workspace) if row.unread]
            visited: list[InboxRow] = []
            anchor: Anchor | None = None
            while (row := queries.next_unread(store, view, workspace=workspace, anchor=anchor)) is not None:
                visited.append(row)
                anchor = row.anchor
            back: list[InboxRow] = []
            while anchor and (
                row := queries.next_unread(store, view, workspace=workspace, anchor=anchor, backwards=True)
            ):
                back.insert(0, row)
                anchor = row.anchor

            assert unread == visited
            assert unread[:-1] == back


def test_counts_are_those_of_the_rows(store: Store) -> None:
    """The numbers beside the tabs are the numbers of rows in them."""
    fill(store)
    for workspace in WORKSPACES:
        counts = queries.view_counts(store, workspace=workspace)
        for view in View:
            rows = everything(store, view, workspace)

            assert (len(rows), sum(row.unread for row in rows)) == (counts[view].total, counts[view].unread)


DECISIONS = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.sampled_from(["done", "inbox", "snooze", "read", "unread", "classify", "arrive", "answer", "gone"]),
        st.integers(1, 50),
    ),
    max_size=25,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(DECISIONS)
def test_counters_never_drift(store: Store, decisions: list[tuple[int, str, int]]) -> None:
    """Whatever is done in whatever order, the counters equal a count."""
    for number, what, minutes in decisions:
        key = ConversationKey("acme", f"c{number}")
        if what in {"arrive", "answer"}:
            message = inbound(minutes=minutes) if what == "arrive" else outbound(minutes=minutes)
            record = conversation(key.id, message, unread=what == "arrive", complete=False)
            writes.apply_conversations(store, "acme", "heyreach", page(record), now=at(1000))
        elif what == "gone":
            writes.mark_gone(store, "acme", key.id, now=at(1000))
        else:
            value: dict[str, object] = {"until": at(minutes), "verdict": "interested"}
            journal.record(store, key, what, value if what in {"snooze", "classify"} else None, now=at(1000))
    counts = queries.view_counts(store)

    for view in View:
        total = store.cache.number(f"select count(*) from conversation where {WHERE[view]}")
        unread = store.cache.number(f"select count(*) from conversation where {WHERE[view]} and unread = 1")
        assert (total, unread) == (counts[view].total, counts[view].unread)


def test_marks_of_drafts_and_sends_are_on_the_row(store: Store) -> None:
    """A row shows its draft and the send that needs the eye most; a read mark is nobody's business."""
    writes.apply_conversations(
        store, "acme", "heyreach", page(conversation("c1", inbound()), conversation("c2", inbound())), now=at(5)
    )
    first, second = ConversationKey("acme", "c1"), ConversationKey("acme", "c2")
    plain = queries.inbox_row(store, first)
    outbox.enqueue(store, Reply("acme", "c1", "one", "s"), now=at(6))
    failing = outbox.enqueue(store, Reply("acme", "c1", "two", "s"), now=at(7))
    outbox.settle(store, failing, state="failed", error="refused", now=at(8))
    outbox.enqueue(store, MarkSeen("acme", "c2"), now=at(8))
    outbox.save_draft(store, first, "a draft", seen_upto="", now=at(9))
    rows = {row.key: row for row in queries.inbox_rows(store, View.ALL)}

    assert plain is not None
    assert (rows[first].has_draft, rows[first].outbox_state) == (True, "failed")
    assert (rows[second].has_draft, rows[second].outbox_state) == (False, "")
    assert plain.version != rows[first].version


def test_one_person_in_two_providers_is_marked(store: Store) -> None:
    """Somebody who also writes through another service is shown as such."""
    grace = lead("Grace Hopper")
    writes.apply_conversations(store, "acme", "heyreach", page(conversation("c1", inbound(), who=grace)), now=at(5))
    writes.apply_conversations(store, "net", "networkhq", page(conversation("n1", inbound(), who=grace)), now=at(5))
    writes.apply_conversations(
        store, "net", "networkhq",
        page(conversation("n2", inbound(), who=lead("Alan Turing", profile_url=None))), now=at(5),
    )  # fmt: skip
    rows = {row.key.id: row.also_in for row in queries.inbox_rows(store, View.ALL)}
    same = queries.same_person(store, ConversationKey("net", "n1"))

    assert rows == {"c1": ("networkhq",), "n1": ("heyreach",), "n2": ()}
    assert same == [ConversationKey("net", "n1"), ConversationKey("acme", "c1")]


def test_unknown_places_are_empty(store: Store) -> None:
    """A workspace that was never synced has an empty inbox, not somebody else's."""
    fill(store, 6)

    assert queries.inbox_rows(store, View.ALL, workspace="nobody") == []
    assert queries.inbox_count(store, View.ALL, workspace="nobody") == 0
    assert queries.inbox_row(store, ConversationKey("nobody", "c1")) is None


ALLOWED_SCANS = ("wanted", "chosen", "found", "tally", "w", "workspace", "used", "VIRTUAL TABLE", "CONSTANT ROW")


def plans(connection: Connection, statements: list[str]) -> list[str]:
    """What SQLite does for the statements, one step a line."""
    steps: list[str] = []
    for sql in dict.fromkeys(statements):
        if sql.lstrip().startswith("select"):
            steps += [str(row[3]) for row in connection.execute(f"explain query plan {sql}").fetchall()]
    return steps


def bad_steps(steps: list[str]) -> list[str]:
    """Steps whose cost grows with the inbox."""
    bad = []
    for step in steps:
        scan = re.match(r"SCAN (\w+)(.*)", step)
        sorts = "TEMP B-TREE" in step and "DISTINCT" not in step
        scans = scan and scan[1] not in ALLOWED_SCANS and not re.search("USING .*INDEX", scan[2])
        if sorts or scans:
            bad.append(step)
    return bad


@pytest.mark.parametrize("view", View)
@pytest.mark.parametrize("workspace", [None, "acme"])
def test_no_view_scans_or_sorts(store: Store, view: View, workspace: str | None) -> None:
    """A million conversations feel like a thousand: each block is read from an index in order."""
    fill(store, 12)
    anchor = Anchor(at(3), 5)
    cache_statements: list[str] = []
    user_statements: list[str] = []
    store.cache.set_trace_callback(cache_statements.append)
    store.user.set_trace_callback(user_statements.append)
    for read in (
        lambda: queries.inbox_rows(store, view, workspace=workspace),
        lambda: queries.inbox_rows(store, view, workspace=workspace, after=anchor),
        lambda: queries.inbox_rows_before(store, view, workspace=workspace, before=anchor),
        lambda: queries.inbox_rows_at(store, view, workspace=workspace, offset=1, limit=2),
        lambda: queries.inbox_position(store, view, workspace=workspace, anchor=anchor),
        lambda: queries.next_unread(store, view, workspace=workspace, anchor=anchor),
        lambda: queries.next_unread(store, view, workspace=workspace, anchor=None, backwards=True),
        lambda: queries.view_counts(store, workspace=workspace),
    ):
        read()
    store.cache.set_trace_callback(None)
    store.user.set_trace_callback(None)
    steps = plans(store.cache, cache_statements)

    assert bad_steps(steps) == []
    assert bad_steps(plans(store.user, user_statements)) == []
    assert any("conversation_" in step or "workspace_" in step for step in steps)


def test_no_read_of_one_conversation_scans(store: Store) -> None:
    """Opening, finding and searching cost what they show, not what there is."""
    fill(store, 12)
    search.index_pending(store)
    key = ConversationKey("acme", "c1")
    outbox.enqueue(store, Reply("acme", "c1", "one", "s"), now=at(6))
    cache_statements: list[str] = []
    user_statements: list[str] = []
    store.cache.set_trace_callback(cache_statements.append)
    store.user.set_trace_callback(user_statements.append)
    queries.conversation(store, key)
    queries.thread(store, key)
    queries.thread(store, key, before_id=5)
    queries.echoes(store, key)
    queries.enrolments(store, key)
    queries.outbound_with_hash(store, key, "00")
    queries.same_person(store, key)
    outbox.draft(store, key)
    outbox.claimable(store, now=at(9))
    outbox.unsettled_count(store)
    journal.last_decision(store)
    writes.wake_due(store, at(1))
    writes.incomplete_threads(store, "acme", limit=5)
    writes.missing_conversations(store, "acme", limit=5)
    store.cache.set_trace_callback(None)
    store.user.set_trace_callback(None)
    sorts_what_is_shown = ("USE TEMP B-TREE FOR ORDER BY", "USE TEMP B-TREE FOR RIGHT PART OF ORDER BY")

    assert [s for s in bad_steps(plans(store.cache, cache_statements)) if s not in sorts_what_is_shown] == []
    assert [s for s in bad_steps(plans(store.user, user_statements)) if s not in sorts_what_is_shown] == []


def test_an_unknown_direction_is_in_neither_tab(store: Store) -> None:
    """A message of which nobody can say who wrote it is never counted as a reply."""
    record = conversation("c1", complete=False, last_at=at(1), last_direction=Direction.UNKNOWN)
    writes.apply_conversations(store, "acme", "heyreach", page(record), now=at(5))
    counts = queries.view_counts(store)

    assert (counts[View.INBOX].total, counts[View.NEEDS_REPLY].total, counts[View.WAITING].total) == (1, 0, 0)
