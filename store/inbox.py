"""The inbox as it is drawn: each function is one keyset query over one index; its cost is that of the rows returned.

Order: newest activity first, ties by row id. What user.db knows of the rows (drafts, outbox) is asked for those rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from postroom.terms import ConversationKey, Direction, Micros, Verdict
from store.connection import Value
from store.database import Store
from store.inbox_rows import Anchor, InboxRow, View, ViewCount
from store.lookalikes import lookalike_companies, lookalikes
from store.marks import drafts, mark_bits, outbox_states, providers_by_person
from store.workspaces import number_of

_INBOX = "folder = 'inbox'"
WHERE: dict[View, str] = {
    View.INBOX: _INBOX,
    View.NEEDS_REPLY: f"{_INBOX} and last_direction = 'in'",
    View.INTERESTED: f"{_INBOX} and interested = 1",
    View.WAITING: f"{_INBOX} and last_direction = 'out'",
    View.SNOOZED: "folder = 'snoozed'",
    View.DONE: "folder = 'done'",
    View.ALL: "true",
}
"""What a conversation must be to stand in a view."""

_INDEX: dict[View, str] = {
    View.INBOX: "by_folder",
    View.NEEDS_REPLY: "by_direction",
    View.INTERESTED: "interested",
    View.WAITING: "by_direction",
    View.SNOOZED: "by_folder",
    View.DONE: "by_folder",
    View.ALL: "by_time",
}

COLUMNS = """
c.sort_at, c.id, w.name, c.native, c.ref, w.provider, c.lead_name, c.company, c.position, c.subject, c.preview,
c.last_direction, c.last_at, c.waiting_since, c.unread, c.starred, c.verdict, c.verdict_raw, c.folder, c.wake_at,
c.campaign_id, c.blocked, c.gone, c.person, c.version
"""


@dataclass(frozen=True, slots=True)
class _Found:
    """The columns of a row, before the marks are added."""

    sort_at: int
    rowid: int
    workspace: str
    native: str
    ref: str
    provider: str
    lead_name: str
    company: str
    position: str
    subject: str
    preview: str
    last_direction: str
    last_at: int | None
    waiting_since: int | None
    unread: int
    starred: int
    verdict: str
    verdict_raw: str
    folder: str
    wake_at: int | None
    campaign_id: str | None
    blocked: int
    gone: int
    person: str | None
    version: int


def view_counts(store: Store, *, workspace: str | None = None) -> dict[View, ViewCount]:
    """The numbers beside the tabs, from the counter table."""
    return {view: _count(store, view, workspace) for view in View}


def inbox_count(store: Store, view: View, *, workspace: str | None = None) -> int:
    """How many conversations stand in a view."""
    return _count(store, view, workspace).total


def inbox_rows(
    store: Store, view: View, *, workspace: str | None = None, after: Anchor | None = None, limit: int = 128
) -> list[InboxRow]:
    """The first rows of a view, or those that follow an anchor."""
    keyset = "and (c.sort_at, c.id) < (:sort_at, :rowid)" if after else ""
    return _select(store, view, workspace, keyset, "c.sort_at desc, c.id desc", anchor=after, limit=limit)


def inbox_rows_before(
    store: Store, view: View, *, workspace: str | None = None, before: Anchor, limit: int = 128
) -> list[InboxRow]:
    """The nearest rows that stand before an anchor, in the view's order."""
    keyset = "and (c.sort_at, c.id) > (:sort_at, :rowid)"
    return _select(store, view, workspace, keyset, "c.sort_at, c.id", anchor=before, limit=limit)[::-1]


def inbox_rows_at(
    store: Store, view: View, *, workspace: str | None = None, offset: int, limit: int = 128
) -> list[InboxRow]:
    """Rows from an offset, for jumps alone: the index is stepped through, from the nearer end."""
    count = inbox_count(store, view, workspace=workspace)
    offset = max(0, offset)
    limit = min(limit, count - offset)
    if limit <= 0:
        return []
    backwards = offset > count // 2
    order = "c.sort_at, c.id" if backwards else "c.sort_at desc, c.id desc"
    skip = count - offset - limit if backwards else offset
    rows = _select(store, view, workspace, "", order, limit=limit, offset=skip)
    return rows[::-1] if backwards else rows


def inbox_position(store: Store, view: View, *, workspace: str | None = None, anchor: Anchor) -> int:
    """How many rows stand before an anchor."""
    source, where, parameters = _source(store, view, workspace)
    return store.cache.number(
        f"select count(*) from {source} where {where} and (c.sort_at, c.id) > (:sort_at, :rowid)",
        {**parameters, **anchor._asdict()},
    )


def next_unread(
    store: Store, view: View, *, workspace: str | None = None, anchor: Anchor | None, backwards: bool = False
) -> InboxRow | None:
    """The nearest unread row after an anchor (before it, with `backwards`); without one the first. None: no more."""
    compare, order = (">", "c.sort_at, c.id") if backwards else ("<", "c.sort_at desc, c.id desc")
    keyset = f"and (c.sort_at, c.id) {compare} (:sort_at, :rowid)" if anchor else ""
    index = "unread_by_time" if view is View.ALL else "unread_by_folder"
    _, where, parameters = _source(store, view, workspace)
    found = store.cache.rows(
        _Found,
        f"""
        select {COLUMNS} from conversation c indexed by {index} cross join workspace w on w.id = c.workspace
        where c.unread = 1 and {where} {keyset} order by {order} limit 1
        """,
        {**parameters, **(anchor._asdict() if anchor else {})},
    )
    return next(iter(finish(store, found)), None)


def inbox_row(store: Store, key: ConversationKey) -> InboxRow | None:
    """The row of a conversation, in whatever folder it is. None: it is not in the cache."""
    rows = rows_where(
        store, "c.native = :native and c.workspace = (select id from workspace where name = :workspace)",
        {"native": key.id, "workspace": key.workspace}, limit=1,
    )  # fmt: skip
    return next(iter(rows), None)


def rows_where(
    store: Store, where: str, parameters: dict[str, Value], *, limit: int, source: str = "conversation c"
) -> list[InboxRow]:
    """The newest rows that fulfil a condition of this folder."""
    return finish(
        store,
        store.cache.rows(
            _Found,
            f"""
            select {COLUMNS}
            from (select c.id from {source} where {where} order by c.sort_at desc, c.id desc limit :limit) chosen
            cross join conversation c on c.id = chosen.id cross join workspace w on w.id = c.workspace
            order by c.sort_at desc, c.id desc
            """,
            {**parameters, "limit": limit},
        ),
    )


def scan_names(store: Store, view: View, *, workspace: str | None = None) -> Iterator[tuple[int, str, str]]:
    """(row id, lead's name, company) of a view's rows in its order, read as far as they are asked for."""
    source, where, parameters = _source(store, view, workspace)
    sql = f"select c.id, c.lead_name, c.company from {source} where {where} order by c.sort_at desc, c.id desc"
    cursor = store.cache.execute(sql, parameters)
    while (row := cursor.fetchone()) is not None:
        number, lead_name, company = row
        yield int(number or 0), str(lead_name), str(company)


def finish(store: Store, found: Sequence[_Found]) -> list[InboxRow]:
    """The rows with their marks."""
    if not found:
        return []
    keys = [ConversationKey(row.workspace, row.native) for row in found]
    drafted = drafts(store.user, keys)
    states = outbox_states(store.user, keys)
    people = providers_by_person(store.cache, {row.person for row in found if row.person})
    warnings = lookalikes(store.cache, [row.lead_name for row in found])
    companies = lookalike_companies(store.cache, [row.company for row in found])
    rows: list[InboxRow] = []
    for key, row in zip(keys, found, strict=True):
        also_in = tuple(sorted(people.get(row.person or "", frozenset()) - {row.provider}))
        made = _row(row, key, has_draft=key in drafted, outbox_state=states.get(key, ""), also_in=also_in)
        warning = warnings.get(row.lead_name) or companies.get(row.company)
        rows.append(replace(made, lookalike=warning) if warning else made)
    return rows


def _row(
    found: _Found, key: ConversationKey, *, has_draft: bool, outbox_state: str, also_in: tuple[str, ...]
) -> InboxRow:
    marks = mark_bits(has_draft=has_draft, outbox_state=outbox_state, also_in=also_in)
    return InboxRow(
        anchor=Anchor(found.sort_at, found.rowid),
        key=key,
        ref=found.ref,
        provider=found.provider,
        lead_name=found.lead_name,
        company=found.company,
        position=found.position,
        subject=found.subject,
        preview=found.preview,
        last_direction=Direction(found.last_direction),
        last_at=found.last_at,
        waiting_since=found.waiting_since,
        unread=bool(found.unread),
        starred=bool(found.starred),
        verdict=verdict_of(found.verdict),
        verdict_raw=found.verdict_raw,
        folder=found.folder,
        wake_at=found.wake_at,
        campaign_id=found.campaign_id,
        blocked=bool(found.blocked),
        gone=bool(found.gone),
        has_draft=has_draft,
        outbox_state=outbox_state,
        also_in=also_in,
        version=found.version << 8 | marks,
    )


def verdict_of(word: str) -> Verdict:
    """The verdict by its word; NONE for a word of a newer Postroom."""
    return Verdict(word) if word in Verdict.__members__.values() else Verdict.NONE


def _source(store: Store, view: View, workspace: str | None) -> tuple[str, str, dict[str, Value]]:
    """Which index, which condition, which parameters: the planner is told, so that no view ever scans or sorts."""
    if workspace is None:
        return f"conversation c indexed by conversation_{_INDEX[view]}", WHERE[view], {}
    where = f"c.workspace = :workspace and {WHERE[view]}"
    number: Micros = number_of(store.cache, workspace)
    return f"conversation c indexed by workspace_{_INDEX[view]}", where, {"workspace": number}


def _select(
    store: Store,
    view: View,
    workspace: str | None,
    keyset: str,
    order: str,
    *,
    limit: int,
    anchor: Anchor | None = None,
    offset: int = 0,
) -> list[InboxRow]:
    source, where, parameters = _source(store, view, workspace)
    # The rows are chosen on the index alone; only those that are drawn are read from the table.
    sql = f"""
        select {COLUMNS}
        from (select c.id from {source} where {where} {keyset} order by {order} limit :limit offset :offset) chosen
        cross join conversation c on c.id = chosen.id cross join workspace w on w.id = c.workspace
    """
    values = {**parameters, **(anchor._asdict() if anchor else {}), "limit": limit, "offset": offset}
    return finish(store, store.cache.rows(_Found, sql, values))


def _count(store: Store, view: View, workspace: str | None) -> ViewCount:
    where = WHERE[view].replace("last_direction", "direction")
    if workspace is not None:
        where = f"workspace = :workspace and {where}"
    total, unread = store.cache.row(
        lambda total, unread: (int(total or 0), int(unread or 0)),
        f"select sum(n), sum(iif(unread, n, 0)) from tally where {where}",
        {"workspace": number_of(store.cache, workspace)} if workspace is not None else {},
    ) or (0, 0)
    return ViewCount(view, total, unread)
