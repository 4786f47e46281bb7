"""What the faults do to a JSON answer: cursors that never end, totals that lie, records that cannot be read."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace

from simulator.answers import Answer, Json
from simulator.faults import Fault
from simulator.hostile import with_hostile_text

PAGING_KINDS = frozenset({"endless_cursor", "repeated_cursor", "cursor_cycle"})
"""Kinds for which the cursor of a request is not looked at."""

_numbers = itertools.count(1)


def spoiled(fault: Fault, answer: Answer) -> Answer:
    """The answer with the fault in it; unchanged where the fault is not about JSON or the answer is an error."""
    if answer.status >= 300 or not isinstance(answer.json, (dict, list)):
        return answer
    if fault.kind == "hostile":
        return replace(answer, json=with_hostile_text(answer.json))
    body = dict(answer.json) if isinstance(answer.json, dict) else {}
    if fault.kind == "ok_false":
        return replace(answer, json={"data": {"ok": False, "pending": False, "message": None}})
    if fault.kind in PAGING_KINDS:
        number = next(_numbers)
        shown = {"endless_cursor": number, "repeated_cursor": 0, "cursor_cycle": number % 2}[fault.kind]
        return replace(answer, json=_with_cursor(body, f"c_{shown}"))
    if fault.kind in {"missing_cursor", "empty_page"}:
        cursor = None if fault.kind == "missing_cursor" else f"c_{next(_numbers)}"
        return replace(answer, json=_with_cursor(body if cursor is None else body | {_records_key(body): []}, cursor))
    if fault.kind == "wrong_total":
        told = {} if fault.body == "absent" else {"totalCount": fault.index}
        return replace(answer, json={key: value for key, value in body.items() if key != "totalCount"} | told)
    if fault.kind == "bad_record":
        return replace(answer, json=_with_bad_record(body, fault))
    return answer


def _records_key(body: Json) -> str:
    """Where a page keeps its records."""
    return "items" if "items" in body else "data"


def _with_cursor(body: Json, cursor: str | None) -> Json:
    """A page that says that more follows at `cursor`."""
    pagination = body.get("pagination")
    if isinstance(pagination, dict):
        return body | {"pagination": pagination | {"has_more": True, "next_cursor": cursor}}
    if "next_starting_after" in body:
        return body | {"next_starting_after": cursor}
    return body | {"hasNextPage": True, "nextCursor": cursor}


def _with_bad_record(body: Json, fault: Fault) -> Json:
    """A page whose record at an index cannot be read."""
    records = body.get(_records_key(body))
    if not isinstance(records, list) or fault.index >= len(records):
        return body
    bad: object = json.loads(fault.body) if fault.body else {"id": None, "linkedInAccountId": None}
    return body | {_records_key(body): [*records[: fault.index], bad, *records[fault.index + 1 :]]}
