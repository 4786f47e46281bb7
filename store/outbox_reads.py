"""Reads of the outbox: entries for sync, rows for the screen."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import get_args

from postroom.commands import (
    Command,
    MarkSeen,
    NeverContact,
    PauseCampaign,
    Reply,
    ResumeCampaign,
    SetVerdict,
    StopLead,
    from_json,
)
from postroom.errors import PostroomError
from postroom.records import Micros
from store.database import Store
from store.outbox_states import BLOCKING, IDEMPOTENT, TERMINAL
from store.room import why_no_sends
from store.rows import OutboxRow


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """A command on its way to a provider."""

    id: int
    workspace: str
    command: Command
    state: str
    attempts: int
    created_at: Micros
    claimed_at: Micros | None
    ended_at: Micros | None
    baseline: int | None
    """Remote outbound messages with the same text when it was claimed. None: not claimed, or not a reply."""
    known_ids: tuple[str, ...]
    """Remote ids of all outbound messages known when it was claimed."""
    remote_id: str | None
    error: str
    undo_until: Micros | None
    resend_of: int | None
    verified: bool
    next_attempt_at: Micros | None
    session: str
    text_hash: str = ""
    queued_at: Micros | None = None
    """When it first could leave. None: it never could."""
    matched_by: str = ""
    """What settled it as sent: `id`, `text` (an equal text appeared) or `user`. Empty: nothing so far."""


_ENTRY = """
select id, workspace, kind, payload, state, attempts, created_at, claimed_at, ended_at, baseline, known_ids,
    remote_id, error, undo_until, resend_of, verified, next_attempt_at, session, text_hash, queued_at, matched_by
from outbox o"""

_ROW = """
select id, workspace, kind, payload, state, conversation, error, attempts, created_at, updated_at, undo_until,
    next_attempt_at, remote_id, matched_by, resend_of, verified
from outbox o"""

LONGEST_WAIT: Micros = 3_600_000_000
"""No attempt is put off for longer: one that seems to be was dated by a clock that has been set back since."""

_KNOWN = f"kind in ({', '.join(repr(command.kind) for command in get_args(Command))})"
"""An action that a newer Postroom wrote is shown, and left to it."""

_NOT_ENDED = f"state not in ({', '.join(repr(state.value) for state in sorted(TERMINAL, reverse=True))})"
_BLOCKERS = ", ".join(repr(state.value) for state in BLOCKING)
_SAFE = ", ".join(repr(kind) for kind in sorted(IDEMPOTENT))

UNBLOCKED = f"""
not exists (select 1 from stopped_lane s where s.workspace = o.workspace)
and not exists (
    select 1 from outbox earlier
    where earlier.workspace = o.workspace and earlier.lane = o.lane and earlier.id < o.id
        and earlier.state in ({_BLOCKERS}) and earlier.{_NOT_ENDED}
        and not (earlier.state = 'in_doubt' and o.kind in ({_SAFE}))
)
"""  # constants
"""Nothing before it in its lane is open, and its workspace may send. A safe action never waits for one in doubt."""


def claimable(store: Store, *, now: Micros) -> list[OutboxEntry]:
    """Entries that may leave now, oldest first."""
    if why_no_sends(store):
        return []
    return store.user.rows(
        _read_entry,
        f"""
        {_ENTRY} indexed by outbox_open
        where state = 'queued' and {_NOT_ENDED} and {_KNOWN}
            and (next_attempt_at is null or next_attempt_at not between :now + 1 and :now + {LONGEST_WAIT})
            and {UNBLOCKED}
        order by id
        """,
        {"now": now},
    )


def entry(store: Store, entry_id: int) -> OutboxEntry | None:
    """One entry. None: there is no such number."""
    return store.user.row(_read_entry, f"{_ENTRY} where id = ?", (entry_id,))


def open_entries(store: Store, workspace: str | None = None, conversation: str | None = None) -> list[OutboxEntry]:
    """Entries that are neither sent nor discarded, oldest first."""
    index = "outbox_open" if workspace is None or conversation is None else "outbox_conversation"
    return store.user.rows(
        _read_entry,
        f"""
        {_ENTRY} indexed by {index} where {_NOT_ENDED} and {_KNOWN}
            {"and workspace = :workspace" if workspace is not None else ""}
            {"and conversation = :conversation" if conversation is not None else ""} order by id
        """,
        {"workspace": workspace, "conversation": conversation},
    )


def attempted_replies(store: Store, workspace: str, conversation: str) -> list[OutboxEntry]:
    """The replies of a conversation that were given to the provider, whatever became of them, oldest first."""
    return store.user.rows(
        _read_entry,
        f"""
        {_ENTRY} indexed by outbox_conversation
        where workspace = ? and conversation = ? and kind = 'reply' and attempts > 0 order by id
        """,
        (workspace, conversation),
    )


def rows(store: Store, *, open_only: bool = True, limit: int = 200) -> list[OutboxRow]:
    """The outbox as it is shown, newest first."""
    where = f"indexed by outbox_open where {_NOT_ENDED}" if open_only else ""
    return store.user.rows(_read_row, f"{_ROW} {where} order by id desc limit ?", (limit,))


def row(store: Store, entry_id: int) -> OutboxRow | None:
    """One entry as it is shown. None: there is no such number."""
    return store.user.row(_read_row, f"{_ROW} where id = ?", (entry_id,))


def unsettled_count(store: Store) -> int:
    """How many entries wait for the user: in doubt, failed or held."""
    return store.user.number(
        f"""
        select count(*) from outbox indexed by outbox_open
        where state in ('in_doubt', 'failed', 'held') and {_NOT_ENDED}
        """
    )


def lane_stopped(store: Store, workspace: str) -> str:
    """Why nothing is sent from a workspace. Empty: it sends."""
    stopped = store.user.row(str, "select reason from stopped_lane where workspace = ?", (workspace,))
    return stopped or why_no_sends(store)


def _read_entry(
    number: int, workspace: str, kind: str, payload: str, state: str, attempts: int, created_at: int,
    claimed_at: int | None, ended_at: int | None, baseline: int | None, known_ids: str, remote_id: str | None,
    error: str, undo_until: int | None, resend_of: int | None, verified: int, next_attempt_at: int | None,
    session: str, text_hash: str, queued_at: int | None, matched_by: str,
) -> OutboxEntry:  # fmt: skip
    return OutboxEntry(
        number, workspace, from_json(kind, payload), state, attempts, created_at, claimed_at, ended_at, baseline,
        tuple(json.loads(known_ids)), remote_id, error, undo_until, resend_of, bool(verified), next_attempt_at,
        session, text_hash, queued_at, matched_by,
    )  # fmt: skip


def _read_row(
    number: int, workspace: str, kind: str, payload: str, state: str, conversation: str, error: str, attempts: int,
    created_at: int, updated_at: int, undo_until: int | None, next_attempt_at: int | None, remote_id: str | None,
    matched_by: str, resend_of: int | None, verified: int,
) -> OutboxRow:  # fmt: skip
    title, text = _title(kind, payload)
    return OutboxRow(
        number, workspace, kind, state, conversation, title, text, error, attempts, created_at, updated_at, undo_until,
        next_attempt_at, remote_id, matched_by, resend_of, bool(verified),
    )  # fmt: skip


def _title(kind: str, payload: str) -> tuple[str, str]:
    """What an entry does, in a few words, and its text. One written by a newer Postroom is shown, never run."""
    try:
        command = from_json(kind, payload)
    except (PostroomError, TypeError):
        return f"An action that this Postroom does not know ({kind})", ""
    return title_of(command), command.text if isinstance(command, Reply) else ""


def title_of(command: Command) -> str:
    """What a command does, in a few words."""
    match command:
        case Reply():
            return f"Reply to {command.lead_name or command.conversation}"
        case StopLead():
            return f"Stop {command.lead_name or command.lead_id} in {command.campaign_name or command.campaign_id}"
        case PauseCampaign():
            return f"Pause {command.campaign_name or command.campaign_id}"
        case ResumeCampaign():
            return f"Resume {command.campaign_name or command.campaign_id}"
        case MarkSeen():
            return "Mark as read at the provider"
        case NeverContact():
            return f"Never contact {command.lead_name or command.lead_id} again"
        case SetVerdict():
            return f"Say that {command.lead_name or command.lead_id} is “{command.verdict.replace('_', ' ')}”"
    return f"Tag with {', '.join(command.tags)}"
