"""What a conversation's row says of itself: last message, unread, waiting, folder. Derived, never typed in. Pure.

Unread: the lead wrote something newer than what was read, or the provider's mark flipped to unread after ours; the
provider's own "read" clears it. Waiting since: their first message after our last. Done and snoozed hold until a newer
inbound message than the one known at the decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from postroom.records import Conversation, Direction, Micros
from postroom.text import sanitise_line

PREVIEW_LENGTH = 200
_DAY: Micros = 86_400_000_000

Times = Sequence[tuple[str, Micros | None, str]]
"""(direction, time, body) of messages in order."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The derived columns of a conversation's row."""

    last_at: Micros | None = None
    last_direction: str = Direction.UNKNOWN.value
    preview: str = ""
    sort_at: Micros = 0
    last_inbound_at: Micros | None = None
    waiting_since: Micros | None = None
    unread_remote: bool | None = None
    unread: bool = False
    folder: str = "inbox"
    handled_at: Micros | None = None
    """The newest inbound message known when it was done or snoozed."""
    wake_at: Micros | None = None


def derive(before: Standing | None, record: Conversation, messages: Times, *, now: Micros) -> Standing:
    """The row's standing after an answer.

    `messages` is the thread as stored, the new ones included; empty when the answer brought none.
    """
    last_at, last_direction, preview = _last(before, record, messages)
    last_inbound = _last_inbound(before, last_at, last_direction, messages)
    waiting = _waiting_since(before, last_at, last_direction, messages)
    remote = record.unread if record.unread is not None else before.unread_remote if before else None
    sort_at = last_at or (before.sort_at if before else 0)
    folder, handled_at, wake_at = "inbox", None, None
    if before is not None and not _newer(last_inbound, before.handled_at):
        folder, handled_at, wake_at = before.folder, before.handled_at, before.wake_at
    return Standing(
        last_at=last_at,
        last_direction=last_direction,
        preview=preview,
        # A message from the far future must not sit on top of the inbox for ever.
        sort_at=sort_at if sort_at <= now + _DAY else now,
        last_inbound_at=last_inbound,
        waiting_since=waiting,
        unread_remote=remote,
        unread=_unread(before, remote, last_inbound, inbound_is_last=last_direction == Direction.INBOUND),
        folder=folder,
        handled_at=handled_at,
        wake_at=wake_at,
    )


def _newer(moment: Micros | None, than: Micros | None) -> bool:
    return moment is not None and than is not None and moment > than


def _last(before: Standing | None, record: Conversation, messages: Times) -> tuple[Micros | None, str, str]:
    """The newest of what the row says, what the thread holds and what was known: an old copy never wins."""
    last_at, direction, text = record.last_at, record.last_direction.value, record.last_text
    newest = next((m for m in reversed(messages) if m[1] is not None), None)
    if newest is not None and newest[1] is not None:
        if last_at is None or newest[1] // 1000 > last_at // 1000:
            last_at, direction, text = newest[1], newest[0], newest[2]
        elif newest[1] // 1000 == last_at // 1000:
            text = text or newest[2]
            direction = newest[0] if direction == Direction.UNKNOWN else direction
    preview = sanitise_line(text[: PREVIEW_LENGTH * 2])[:PREVIEW_LENGTH]
    if before is not None and before.last_at is not None and (last_at is None or before.last_at > last_at):
        return before.last_at, before.last_direction, before.preview
    if before is not None and before.last_at == last_at and not preview:
        preview = before.preview
    return last_at, direction, preview


def _last_inbound(
    before: Standing | None, last_at: Micros | None, last_direction: str, messages: Times
) -> Micros | None:
    known = [at for direction, at, _ in messages if direction == Direction.INBOUND and at is not None]
    if last_direction == Direction.INBOUND and last_at is not None:
        known.append(last_at)
    if before is not None and before.last_inbound_at is not None:
        known.append(before.last_inbound_at)
    return max(known, default=None)


def _waiting_since(
    before: Standing | None, last_at: Micros | None, last_direction: str, messages: Times
) -> Micros | None:
    if last_direction != Direction.INBOUND:
        return None
    ours = max((at for direction, at, _ in messages if direction == Direction.OUTBOUND and at is not None), default=0)
    theirs = [at for direction, at, _ in messages if direction == Direction.INBOUND and at is not None and at > ours]
    if last_at is not None and last_at > ours:
        theirs.append(last_at)
    if before is not None and before.waiting_since is not None and before.waiting_since > ours:
        theirs.append(before.waiting_since)
    return min(theirs, default=None)


def _unread(
    before: Standing | None, remote: bool | None, last_inbound: Micros | None, *, inbound_is_last: bool
) -> bool:
    if before is None:
        return inbound_is_last if remote is None else remote
    arrived = last_inbound is not None and (before.last_inbound_at is None or last_inbound > before.last_inbound_at)
    if remote is False:
        # A remote mark that was "read" all along says nothing about a local "unread".
        return before.unread if before.unread_remote is False and not arrived else False
    if arrived:
        return True
    if remote is True and before.unread_remote is False:
        return True
    return before.unread
