"""How an answer's messages join those that are stored: a union that never shrinks, and the ids that keep it in order.

Pure. A message is known by `(key, ordinal)`: the n-th of several equal ones in an answer is the n-th equal one stored,
so overlapping windows align instead of adding. Message ids grow with time, so one order (by id) serves the thread and
the search: an id is the time in steps of 16 ms since 2010, moved up past ids that are taken.
"""

from __future__ import annotations

import zlib
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from postroom.records import Message, Micros

_EPOCH: Micros = 1_262_304_000_000_000
_STEP_BITS = 14


@dataclass(frozen=True, slots=True)
class Stored:
    """A message as the cache has it."""

    id: int
    key: str
    ordinal: int
    direction: str
    sent_at: Micros | None
    body: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Edit:
    """A stored message whose text was replaced."""

    before: Stored
    after: Message


@dataclass(frozen=True, slots=True)
class Union:
    """What an answer adds to a stored thread."""

    added: tuple[tuple[Message, Micros], ...] = ()
    """New messages in the order of time, with their ordinals, each with the time it sorts by."""
    edits: tuple[Edit, ...] = ()
    unsure: bool = False
    """The answer is a part that does not reach back to what is stored, or has an unknown text at its edge: only the
    whole thread tells what changed."""
    relabelled: tuple[Edit, ...] = ()
    """Messages of which more is known now: an automatic reply, or one that was only scheduled and has left."""


@dataclass(slots=True)
class _Moment:
    """Stored messages of one writer at one millisecond that the answer did not show."""

    stored: list[Stored] = field(default_factory=list)
    candidates: list[Message] = field(default_factory=list)


def in_order(messages: Sequence[Message]) -> list[tuple[Message, Micros]]:
    """The messages by time, each with the time it sorts by.

    A message without a time follows its predecessor. Equal times keep the answer's order, which is turned round first
    when the answer is newest first.
    """
    times = [m.sent_at for m in messages if m.sent_at is not None]
    backwards = len(times) > 1 and times[0] > times[-1] and all(a >= b for a, b in pairwise(times))
    ordered: list[tuple[Message, Micros]] = []
    previous = min(times, default=_EPOCH)
    for message in reversed(messages) if backwards else messages:
        previous = message.sent_at if message.sent_at is not None else previous
        ordered.append((message, previous))
    ordered.sort(key=lambda pair: pair[1])
    return ordered


def union(stored: Sequence[Stored], messages: Sequence[Message], *, complete: bool) -> Union:
    """What `messages` adds to `stored`. `complete`: the answer is the whole thread."""
    if not messages:
        return Union()
    known = {(s.key, s.ordinal): s for s in stored}
    ordered = _numbered(in_order(messages))
    fresh = [(m, at) for m, at in ordered if (m.key, m.ordinal) not in known]
    edits = [
        Edit(before, m)
        for m, _ in ordered
        if m.remote_id and (before := known.get((m.key, m.ordinal))) and before.body != m.body
    ]
    relabelled = tuple(
        Edit(before, m)
        for m, _ in ordered
        if m.remote_id and (before := known.get((m.key, m.ordinal))) and _tells_more(before, m)
    )
    if not fresh or not stored:
        return Union(tuple(fresh), tuple(edits), relabelled=relabelled)
    shown = {(m.key, m.ordinal) for m, _ in ordered}
    earliest, latest = ordered[0][1], ordered[-1][1]
    same, replaced, edge = _replacements(
        [s for s in stored if (s.key, s.ordinal) not in shown],
        [m for m, _ in fresh],
        covered=lambda at: complete or earliest < at < latest,
    )
    gone = same | {id(edit.after) for edit in replaced}
    added = tuple(pair for pair in fresh if id(pair[0]) not in gone)
    begins_later = not complete and fresh[0][0] is ordered[0][0]
    return Union(added, (*edits, *replaced), unsure=begins_later or edge, relabelled=relabelled)


def _tells_more(before: Stored, message: Message) -> bool:
    """Whether an answer knows better what kind of message this is. A list does not say what a single mail did."""
    if message.kind == "auto_reply":
        return before.kind != "auto_reply"
    return before.kind == "scheduled" and message.kind != "scheduled"


def _numbered(ordered: list[tuple[Message, Micros]]) -> list[tuple[Message, Micros]]:
    """Ordinals among equals; a message with an id that is shown twice is one message."""
    seen: dict[str, int] = {}
    numbered: list[tuple[Message, Micros]] = []
    for message, at in ordered:
        ordinal = seen.get(message.key, 0)
        seen[message.key] = ordinal + 1
        if ordinal and message.remote_id:
            continue
        numbered.append((message if message.ordinal == ordinal else replace(message, ordinal=ordinal), at))
    return numbered


def _replacements(
    unseen: Sequence[Stored], fresh: Sequence[Message], *, covered: Callable[[Micros], bool]
) -> tuple[set[int], list[Edit], bool]:
    """Among messages without ids: those that are stored already under another key, and those that replace one.

    Only where the writer and the millisecond agree (providers differ in the digits they give), and for an edit only
    where exactly one stored text was replaced by exactly one other, in a part of the thread that the answer covers.
    Also returns whether there was one at the edge of that part, which is neither added nor taken for an edit.
    """
    moments: dict[tuple[str, int], _Moment] = {}
    for message in fresh:
        if message.remote_id is None and message.sent_at is not None:
            moment = moments.setdefault((message.direction.value, message.sent_at // 1000), _Moment())
            moment.candidates.append(message)
    for known in unseen:
        if known.sent_at is not None and (known.direction, known.sent_at // 1000) in moments:
            moments[known.direction, known.sent_at // 1000].stored.append(known)
    same: set[int] = set()
    edits: list[Edit] = []
    edge = False
    for moment in moments.values():
        left = list(moment.stored)
        others: list[Message] = []
        for candidate in moment.candidates:
            twin = next((s for s in left if s.body == candidate.body), None)
            if twin is None:
                others.append(candidate)
            else:
                left.remove(twin)
                same.add(id(candidate))
        if len(left) == len(others) == 1:
            if covered(others[0].sent_at or 0):
                edits.append(Edit(left[0], others[0]))
            else:
                edge = True  # an edit, or a second message of that moment: the whole thread will tell
                same.add(id(others[0]))
    return same, edits, edge


def place(
    stored: Mapping[int, Micros], added: Sequence[tuple[Message, Micros]], *, taken: Callable[[int], bool]
) -> list[int]:
    """Ids for `added`, in its order, such that ids follow time within the thread and none is taken.

    `stored` maps the thread's ids to the times they sort by.
    """
    line = sorted((at, number) for number, at in stored.items())
    ids: list[int] = []
    mine: set[int] = set()
    for message, at in added:
        index = len(line) if not line or line[-1][0] <= at else bisect_left(line, (at + 1, 0))
        low = line[index - 1][1] if index else 0
        high = line[index][1] if index < len(line) else None
        first = max(low + 1, moment_id(at))
        if high is not None and first >= high:
            first = low + 1
        number = first
        attempt = 0
        while number in mine or taken(number):
            attempt += 1
            number = first + _step(message.key, attempt, room=high - first if high is not None else None)
        mine.add(number)
        ids.append(number)
        line.insert(index, (at, number))
    return ids


def moment_id(at: Micros) -> int:
    """The id that a message of that time gets when it is free."""
    return max(1, (at - _EPOCH) >> _STEP_BITS)


def _step(key: str, attempt: int, *, room: int | None) -> int:
    """How far to look at the n-th attempt: further and further, since many messages may share a moment.

    Stays below the neighbour's id while there is room; order within one thread then yields to uniqueness.
    """
    reach = 1 << min(attempt, 30)
    if room is not None and 1 < room < reach and attempt < 30:
        reach = room
    return 1 + zlib.crc32(key.encode("utf-8", "replace"), attempt) % reach if reach > 1 else 1
