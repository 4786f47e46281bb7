"""Which rows of a damaged user.db are as they were written: SQLite calls a file whole whose values are nonsense.

Pure.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from postroom.commands import from_json
from postroom.errors import PostroomError
from store.connection import Value
from store.outbox_states import State

_DOCUMENTS: dict[str, type] = {"payload": dict, "value": dict, "inverse": list, "known_ids": list}
"""Columns that hold JSON, and of which kind."""

_STATES = frozenset(state.value for state in State)


@dataclass(frozen=True, slots=True)
class Column:
    """A column as its table declares it."""

    name: str
    type: str
    required: int


def header_fits(head: bytes, *, size: int | None = None) -> bool:
    """Whether a file's first bytes are what SQLite writes, and if `size` is told, whether it ends where a page does.

    SQLite calls other numbers too new, not damaged, and reads zeroes where the last page breaks off.
    """
    if len(head) < 100:
        return True  # too short to say: SQLite decides
    versions, schema = head[18:20], int.from_bytes(head[44:48], "big")  # https://sqlite.org/fileformat.html
    page = int.from_bytes(head[16:18], "big")
    whole = size is None or page < 512 or size % page == 0
    return set(versions) <= {1, 2} and schema <= 4 and whole


def text_or_none(raw: bytes) -> str | None:
    """A text of the file; None where its bytes are no text."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def as_written(columns: Sequence[Column], row: Sequence[Value]) -> bool:
    """Whether every value of a row could have been written there."""
    values = {column.name: value for column, value in zip(columns, row, strict=True)}
    if not all(_fits(column, values[column.name]) for column in columns):
        return False
    # Only the outbox has states of ours.
    return "lane" not in values or (values["state"] in _STATES and _is_command(values))


def _fits(column: Column, value: Value) -> bool:
    if value is None:
        return not column.required
    if column.name in _DOCUMENTS:
        return isinstance(value, str) and _is(value, _DOCUMENTS[column.name])
    kind = column.type.lower()
    return isinstance(value, int) if kind == "integer" else isinstance(value, str) if kind == "text" else True


def _is(text: str, kind: type) -> bool:
    try:
        return isinstance(json.loads(text), kind)
    except ValueError:
        return False


def _is_command(values: dict[str, Value]) -> bool:
    """Whether an entry's command can be read. One of a kind that only a newer Postroom knows is left to it."""
    try:
        from_json(str(values["kind"]), str(values["payload"]))
    except (TypeError, ValueError):
        return False
    except PostroomError:
        return True
    return True
