"""What every provider's wire models share: tolerant reading of one record, of a page, and of a time.

A field that cannot be read counts as absent; a record is refused only when it has lost what names it. Each record is
read apart, so a page never suffers for one of them.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from postroom.records import Micros, Rejection

Id = Annotated[
    str,
    Field(
        min_length=1,
        max_length=512,
        pattern=(
            r"^[^\x00-\x20\x7f-\xa0\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff0-\uffff"
            r"\U000e0000-\U000e0fff]+$"
        ),
    ),
]
"""What names a thing at its provider. It goes back unchanged, so one that could not be shown safely names nothing."""

RawTime = str | int | float | None
"""A time as providers spell it: ISO 8601, or seconds or milliseconds since the epoch. Read with `micros`."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNSET_YEAR = 1  # .NET spells “no time” 0001-01-01T00:00:00
_DIGITS = re.compile(r"\d{10}|\d{13}|\d{16}")
_LATEST = 1e17  # microseconds: the year 5138
_MAX_ROUNDS = 4
_MAX_RAW = 4_000
_PLAIN = re.compile(r"(?!.*//)[A-Za-z0-9_:.+/=-]{0,64}")
_SAFE_KEY = re.compile(r"(?:^|_)(?:id|status|type|direction|sender|intent)$|(?:Id|Status|Type|Sender|At|Time|_at)$")
_LARGEST = 2**63
_NOTHING = object()


class Wire(BaseModel):
    """A record in snake_case as the provider spells it. Unknown fields are ignored, numbers may stand for text."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, populate_by_name=True)


class CamelWire(Wire):
    """A record that the provider spells in camelCase."""

    model_config = ConfigDict(alias_generator=to_camel)


M = TypeVar("M", bound=Wire)


@dataclass(frozen=True, slots=True)
class Read(Generic[M]):
    """One record as far as it could be read."""

    record: M | None
    """None: it has lost what names it."""
    problem: str = ""
    """What could not be read, without the values."""
    lost_messages: int = 0
    """Messages in it that could not be read."""


def read(model: type[M], value: object) -> Read[M]:
    """`value` as a `model`, without the fields that cannot be read."""
    try:
        return Read(model.model_validate(value))
    except ValidationError as error:
        if not isinstance(value, dict):
            return Read(None, _problem(error))
        return _read_patiently(model, copy.deepcopy(value), error)


def read_all(model: type[M], values: Iterable[object], *, stream: str) -> tuple[list[M], list[Rejection]]:
    """Every record of `values`, and a Rejection for each that names nothing."""
    records: list[M] = []
    rejected: list[Rejection] = []
    for value in values:
        result = read(model, value)
        if result.record is None:
            rejected.append(rejection(value, stream=stream, reason=result.problem))
        else:
            records.append(result.record)
            if result.lost_messages:
                rejected.append(rejection(value, stream="messages", reason=result.problem))
    return records, rejected


def rejection(value: object, *, stream: str, reason: str) -> Rejection:
    """The note for quarantine: the record with its texts and names blacked out."""
    raw = json.dumps(_blacked_out(value), ensure_ascii=True, separators=(",", ":"), default=str)
    return Rejection(stream=stream, reason=reason[:500], raw=raw[:_MAX_RAW])


def micros(raw: RawTime) -> Micros | None:
    """The time `raw` spells; without an offset it is UTC. None when it spells none."""
    if isinstance(raw, str):
        if not _DIGITS.fullmatch(raw):
            return _from_iso(raw)
        raw = int(raw)
    if raw is None or isinstance(raw, bool) or not 0 < raw < _LATEST:
        return None
    if raw < 1e11:
        return int(raw * 1_000_000)
    if raw < 1e14:
        return int(raw * 1_000)
    return int(raw)


def number(value: int | float | None) -> int | None:
    """`value` when the database can hold it."""
    # Comparing is safe for NaN and for a number of any length; `math.isfinite` overflows on 400 digits.
    if value is None or not -_LARGEST <= value < _LARGEST:
        return None
    return int(value)


def _from_iso(raw: str) -> Micros | None:
    try:
        moment = datetime.fromisoformat(raw.strip())
    except ValueError:
        return None
    if moment.year == _UNSET_YEAR:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _read_patiently(model: type[M], value: dict[str, object], error: ValidationError) -> Read[M]:
    """Take out what `error` names, and read again; a record that loses its name is lost."""
    problem, lost = _problem(error), 0
    for _ in range(_MAX_ROUNDS):
        places = {_culprit(value, details["loc"], missing=details["type"] == "missing") for details in error.errors()}
        if () in places:
            break
        # Highest index first, so that the others keep their places.
        for place in sorted(places, key=_descending, reverse=True):
            lost += _take_out(value, place)
        try:
            return Read(model.model_validate(value), problem, lost)
        except ValidationError as next_error:
            error = next_error
    return Read(None, problem)


def _culprit(value: object, loc: tuple[int | str, ...], *, missing: bool) -> tuple[int | str, ...]:
    """The part of `value` to take out for an error at `loc`: the field, or the object that lacks it."""
    if missing:
        loc = loc[:-1]
    place: list[int | str] = []
    for step in loc:
        inner = _inside(value, step)
        if inner is _NOTHING:
            # What follows names a branch of a union, not a place in the data.
            break
        value = inner
        place.append(step)
    return tuple(place)


def _inside(value: object, step: int | str) -> object:
    """What `value` holds at `step`, or _NOTHING."""
    if isinstance(value, dict):
        return value.get(step, _NOTHING)
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return value[step]
    return _NOTHING


def _take_out(value: object, place: tuple[int | str, ...]) -> int:
    """Remove what is at `place`. 1 when it was a message, else 0."""
    for step in place[:-1]:
        value = _inside(value, step)
    last = place[-1]
    if isinstance(value, dict):
        value.pop(last, None)
    elif isinstance(value, list) and isinstance(last, int) and last < len(value):
        del value[last]
        return int(place[0] == "messages" and len(place) == 2)
    return 0


def _descending(place: tuple[int | str, ...]) -> tuple[tuple[int, str], ...]:
    """Sorts places; numbers by size."""
    return tuple((step, "") if isinstance(step, int) else (-1, step) for step in place)


def _problem(error: ValidationError) -> str:
    """What is wrong, field by field, without the values."""
    details = error.errors(include_input=False, include_url=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, item['loc'])) or 'record'}: {item['msg']}" for item in details[:5])


def _blacked_out(value: object, key: str = "") -> object:
    """`value` with only its shape, its ids, words of status and times left."""
    if isinstance(value, dict):
        return {str(name)[:60]: _blacked_out(item, str(name)) for name, item in list(value.items())[:80]}
    if isinstance(value, list):
        return [_blacked_out(item, key) for item in value[:20]]
    if isinstance(value, str) and not (_SAFE_KEY.search(key) and _PLAIN.fullmatch(value)):
        return f"█ {len(value)} characters"
    return value
