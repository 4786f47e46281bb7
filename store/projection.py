"""What a journal entry does to the cache's columns, and what its opposite is. The journal decides; this only applies.

Applying an entry again, or applying all of them in order from the start, gives the same columns.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from postroom.records import ConversationKey, Micros
from store import kinship
from store.connection import Connection

Value = dict[str, object]

_WHERE = "where native = :native and workspace = (select id from workspace where name = :workspace)"

# A newer inbound message than the one known at the decision takes the conversation back to the inbox at once.
_HANDLED = """
    folder = iif(last_inbound_at > :inbound_at, 'inbox', :folder),
    handled_at = iif(last_inbound_at > :inbound_at, null, :inbound_at),
    wake_at = iif(last_inbound_at > :inbound_at, null, :until)
"""

_SETS = {
    "done": _HANDLED,
    "snooze": _HANDLED,
    "inbox": "folder = 'inbox', handled_at = null, wake_at = null",
    "unsnooze": "folder = 'inbox', handled_at = null, wake_at = null",
    "star": "starred = 1",
    "unstar": "starred = 0",
    "read": "unread = coalesce(last_inbound_at > :upto_at, 0), read_upto = :upto_at",
    "unread": "unread = 1",
    "classify": "verdict_local = :verdict",
    "tag": """tags_local = case when exists (select 1 from json_each(tags_local) where value = :tag)
        then tags_local else json_insert(tags_local, '$[#]', :tag) end""",
    "untag": """tags_local = (
        select json_group_array(value) from (select value from json_each(tags_local) where value <> :tag order by key)
    )""",
    "note": "note = :text",
    "apart": "apart = 1",
    "together": "apart = 0",
    "join": """hand_keys = case when exists (select 1 from json_each(hand_keys) where value = :key)
        then hand_keys else json_insert(hand_keys, '$[#]', :key) end""",
    "unjoin": """hand_keys = (
        select json_group_array(value) from (select value from json_each(hand_keys) where value <> :key order by key)
    )""",
}
_WHO = frozenset({"apart", "together", "join", "unjoin"})
"""Decisions on who is one person: everybody whom they touch is worked out anew."""


@dataclass(frozen=True, slots=True)
class Before:
    """What a conversation's columns said before a decision."""

    lead_name: str = ""
    folder: str = "inbox"
    handled_at: Micros | None = None
    wake_at: Micros | None = None
    starred: bool = False
    unread: bool = False
    read_upto: Micros | None = None
    last_inbound_at: Micros | None = None
    verdict_local: str | None = None
    tags_local: str = "[]"
    note: str = ""
    apart: bool = False

    def completed(self, kind: str, value: Value) -> Value:
        """The decision's value with what was known when it was made, so that it can be applied again later."""
        if kind in {"done", "snooze"}:
            return {"inbound_at": self.last_inbound_at or 0, **value}
        if kind == "read" and value.get("upto_at") is None:
            return {**value, "upto_at": self.last_inbound_at or 0}
        return value


def read_before(cache: Connection, key: ConversationKey) -> Before:
    """The columns as they are; those of an untouched conversation when the cache does not have it."""
    return (
        cache.row(
            Before,
            f"""
            select lead_name, folder, handled_at, wake_at, starred, unread, read_upto, last_inbound_at, verdict_local,
                tags_local, note, apart
            from conversation {_WHERE}
            """,  # a constant
            {"native": key.id, "workspace": key.workspace},
        )
        or Before()
    )


def inverse_of(before: Before, kind: str, value: Value) -> tuple[str, Value]:
    """The entry that brings back what was there before."""
    if kind in {"done", "snooze", "inbox", "unsnooze"}:
        return _folder_of(before)
    if kind in {"star", "unstar"}:
        return ("star" if before.starred else "unstar"), {}
    if kind in {"read", "unread"}:
        return ("unread", {}) if before.unread else ("read", {"upto_at": before.last_inbound_at or 0})
    if kind == "classify":
        return "classify", {"verdict": before.verdict_local}
    if kind in {"tag", "untag"}:
        tag = value.get("tag")
        return ("tag" if tag in json.loads(before.tags_local) else "untag"), {"tag": tag}
    if kind in _WHO:
        return _who_before(before, kind, value)
    return "note", {"text": before.note}


def apply_entry(cache: Connection, key: ConversationKey, kind: str, value: Value) -> None:
    """Apply one entry. An unknown kind, written by a newer Postroom, is left to it."""
    sets = _SETS.get(kind)
    if sets is None:
        return
    inbound = value.get("inbound_at")
    cache.execute(
        f"update conversation set {sets}, version = version + 1 {_WHERE}",  # constants
        {
            "native": key.id,
            "workspace": key.workspace,
            "folder": "snoozed" if kind == "snooze" else "done",
            # Snoozed "even if they reply": no inbound message counts as newer.
            "inbound_at": None if value.get("unless_reply") is False else _number(inbound) or 0,
            "until": _number(value.get("until")) if kind == "snooze" else None,
            "upto_at": _number(value.get("upto_at")) or 0,
            "verdict": _text(value.get("verdict")),
            "tag": _text(value.get("tag")) or "",
            "text": _text(value.get("text")) or "",
            "key": _text(value.get("key")) or "",
        },
    )
    if kind in _WHO:
        number = "select id from conversation " + _WHERE
        kinship.settle(cache, cache.rows(int, number, {"native": key.id, "workspace": key.workspace}))


def reset(cache: Connection) -> None:
    """Take every projected column back to what the providers alone say."""
    cache.execute(
        """
        update conversation set folder = 'inbox', handled_at = null, wake_at = null, starred = 0, read_upto = null,
            verdict_local = null, tags_local = '[]', note = '', apart = 0, hand_keys = '[]', version = version + 1,
            unread = coalesce(unread_remote, last_direction = 'in')
        """
    )
    kinship.settle(cache, cache.rows(int, "select id from conversation"))


def _folder_of(before: Before) -> tuple[str, Value]:
    if before.folder == "done":
        return "done", {"inbound_at": before.handled_at or 0}
    if before.folder == "snoozed":
        if before.handled_at is None:
            return "snooze", {"until": before.wake_at, "unless_reply": False}
        return "snooze", {"until": before.wake_at, "inbound_at": before.handled_at}
    return "inbox", {}


def _who_before(before: Before, kind: str, value: Value) -> tuple[str, Value]:
    if kind in {"apart", "together"}:
        return ("apart" if before.apart else "together"), {}
    return ("unjoin" if kind == "join" else "join"), {"key": value.get("key")}


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
