"""Everything that is kept of a conversation, to be taken elsewhere: what the providers sent and what the user added."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from postroom.records import CampaignKey, ConversationKey, Micros
from store import inbox, outbox_reads, queries
from store.database import Store
from store.drafts import Draft, draft
from store.erasing_rows import entries_of
from store.people import Person
from store.rows import CampaignRow, ConversationRow, EnrolmentRow, MessageRow, OutboxRow, View

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Decision:
    """One entry of the journal."""

    id: int
    at: Micros
    kind: str
    value: dict[str, object]
    sentence: str
    undoes: int | None
    """The decision that this one took back. None: it took none back."""
    redoes: int | None


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to an outbox entry."""

    at: Micros
    state: str
    note: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A conversation with all that belongs to it."""

    head: ConversationRow
    messages: tuple[MessageRow, ...]
    versions: dict[int, list[tuple[str, Micros]]]
    """The texts that a message had before, by its number, each with the time it was replaced."""
    draft: Draft | None
    decisions: tuple[Decision, ...]
    entries: tuple[OutboxRow, ...]
    """Its outbox entries, settled ones included, oldest first."""
    steps: dict[int, list[Step]]
    """What happened to each of them."""
    enrolments: tuple[EnrolmentRow, ...]
    campaign: CampaignRow | None
    """The campaign that it came from. None: nobody knows."""


def kept(store: Store, key: ConversationKey) -> Kept | None:
    """All of one conversation. None: it is not in the cache."""
    head = queries.conversation(store, key)
    if head is None:
        return None
    messages = _messages(store, key)
    numbers = store.user.rows(
        int, "select id from outbox where workspace = ? and conversation = ? order by id", tuple(key)
    )
    campaign_id = head.row.campaign_id
    return Kept(
        head=head,
        messages=messages,
        versions={each.id: queries.message_versions(store, each.id) for each in messages if each.edited},
        draft=draft(store, key),
        decisions=_decisions(store, key),
        entries=_entries(store, numbers),
        steps={number: _steps(store, number) for number in numbers},
        enrolments=tuple(queries.enrolments(store, key)),
        campaign=queries.campaign(store, CampaignKey(key.workspace, campaign_id)) if campaign_id else None,
    )


def actions_elsewhere(store: Store, person: Person) -> list[OutboxRow]:
    """What was done to the person as a lead, outside their conversations."""
    known = set(person.conversations)
    rows = _entries(store, sorted(set(entries_of(store.user, person))))
    return [row for row in rows if ConversationKey(row.workspace, row.conversation) not in known]


def enrolled(store: Store, person: Person) -> list[tuple[str, str, str, str]]:
    """(workspace, campaign's id, its name, state) of every campaign that the person is in."""
    return store.cache.rows(
        lambda *words: (str(words[0]), str(words[1]), str(words[2]), str(words[3])),
        """
        select w.name, e.campaign, coalesce(nullif(e.campaign_name, ''), c.name, ''), e.state_raw
        from enrolment e join workspace w on w.id = e.workspace
        left join campaign c on c.workspace = e.workspace and c.native = e.campaign
        where (w.name, e.lead, e.campaign) in (
            select value ->> 0, value ->> 1, value ->> 2 from json_each(?)
        ) order by w.name, e.campaign
        """,
        (json.dumps(sorted(person.enrolments)),),
    )


def keys_in(store: Store, view: View, *, workspace: str | None = None) -> Iterator[ConversationKey]:
    """The conversations of a view, in its order."""
    after = None
    while rows := inbox.inbox_rows(store, view, workspace=workspace, after=after, limit=_PAGE):
        yield from (row.key for row in rows)
        after = rows[-1].anchor


def _messages(store: Store, key: ConversationKey) -> tuple[MessageRow, ...]:
    pages: list[list[MessageRow]] = []
    before: int | None = None
    while page := queries.thread(store, key, before_id=before, limit=_PAGE):
        pages.append(page)
        before = page[0].id
    return tuple(message for page in reversed(pages) for message in page)


def _decisions(store: Store, key: ConversationKey) -> tuple[Decision, ...]:
    def decision(
        number: int, at: int, kind: str, value: str, sentence: str, undoes: int | None, redoes: int | None
    ) -> Decision:
        return Decision(number, at, kind, json.loads(value), sentence, undoes, redoes)

    return tuple(
        store.user.rows(
            decision,
            """
            select id, at, kind, value, sentence, undoes, redoes from journal
            where workspace = ? and conversation = ? order by id
            """,
            key,
        )
    )


def _entries(store: Store, numbers: list[int]) -> tuple[OutboxRow, ...]:
    return tuple(row for number in numbers if (row := outbox_reads.row(store, number)) is not None)


def _steps(store: Store, entry: int) -> list[Step]:
    return store.user.rows(Step, "select at, state, note from outbox_event where entry = ? order by id", (entry,))
