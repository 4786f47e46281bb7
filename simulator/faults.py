"""Faults that can be switched on for an operation: what they are, and which one the next request meets."""

from __future__ import annotations

import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

FaultKind = Literal[
    "status",  # any status, with any Retry-After
    "delay",  # processed, then answered late; `delivered=False`: waits first
    "hang",  # never answered
    "close",  # connection closed without an answer
    "reset",  # the same, with a TCP reset
    "truncated",  # a whole HTTP answer with half the JSON
    "cut",  # half the answer that was announced, then closed
    "drip",  # the answer, one byte every `seconds`
    "html",  # a web page with status 200
    "empty",  # status 200 and nothing
    "text",  # status 200 with exactly `body`, declared as JSON
    "redirect",  # 307, or the `status` that is given, to `location`
    "huge",  # a valid answer of `size` bytes
    "bomb",  # the same, compressed
    "ok_false",  # NetworkHQ: 200 with ok:false
    "pending",  # NetworkHQ: 200 with pending:true
    "endless_cursor",  # the first page for ever, always with a new cursor
    "repeated_cursor",  # the first page for ever, always with the same cursor
    "cursor_cycle",  # the first page for ever, with two cursors in turn
    "missing_cursor",  # more is said to follow, and no cursor given
    "empty_page",  # no records, and more is said to follow
    "last_page",  # HeyReach's V2: an offset beyond the last whole page brings that page again
    "wrong_total",  # HeyReach: `index` as the total; `body="absent"`: none
    "bad_record",  # the record at `index` replaced by `body`
    "hostile",  # every text field carries something that a terminal must not obey
]

UNDELIVERED: frozenset[str] = frozenset({"status", "redirect", "ok_false", "text"})
"""Kinds that keep the request from being processed unless `delivered=True` is given."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong, where and how often."""

    kind: FaultKind
    provider: str = ""
    """Empty: both."""
    operation: str = ""
    """Such as `inbox/SendMessage`, `SendMessage` or `send`. Empty: every operation."""
    times: int | None = None
    """How many requests meet it. None: all, until it is cleared."""
    skip: int = 0
    """How many matching requests pass before it begins."""
    probability: float = 1.0
    delivered: bool | None = None
    """Whether the request is processed all the same. None: as the kind suggests."""
    status: int = 500
    retry_after: str | None = None
    seconds: float = 1.0
    index: int = 0
    body: str = ""
    location: str = "https://provider.invalid/elsewhere"
    size: int = 25_000_000

    def __post_init__(self) -> None:
        if self.kind not in get_args(FaultKind):
            message = f"There is no fault called {self.kind!r}. There are: {', '.join(get_args(FaultKind))}."
            raise ValueError(message)

    @property
    def processed(self) -> bool:
        """Whether the request does what it asks for."""
        return self.kind not in UNDELIVERED if self.delivered is None else self.delivered

    def meets(self, provider: str, operation: str) -> bool:
        """Whether it is about this operation."""
        if self.provider not in {"", provider}:
            return False
        return not self.operation or operation == self.operation or operation.endswith(f"/{self.operation}")


_TYPES: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("kind", "provider", "operation", "retry_after", "body", "location"), str),
    **dict.fromkeys(("times", "skip", "status", "index", "size"), int),
    **dict.fromkeys(("probability", "seconds"), (int, float)),
    "delivered": bool,
}


def read_fault(row: Mapping[str, object]) -> Fault:
    """A fault from JSON. Raises ValueError, naming what is wrong."""
    for name, value in row.items():
        if name not in _TYPES:
            message = f"A fault has no {name}. It has: {', '.join(sorted(_TYPES))}."
            raise ValueError(message)
        if not isinstance(value, _TYPES[name]):
            message = f"{name} cannot be {value!r}."
            raise ValueError(message)  # noqa: TRY004 # the caller tells all of these as one kind of mistake
    return Fault(**row)  # type: ignore[arg-type]  # looked at one by one above


class Faults:
    """The faults that are switched on, oldest first; safe to use from any thread."""

    def __init__(self, seed: int) -> None:
        self._lock = threading.Lock()
        self._chance = random.Random(seed)
        self._active: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Switch a fault on."""
        with self._lock:
            self._active.append(fault)

    def clear(self, *, provider: str = "", operation: str = "") -> None:
        """Switch off all faults, or those of a provider or operation."""
        with self._lock:
            self._active = [
                fault
                for fault in self._active
                if (provider and fault.provider != provider) or (operation and fault.operation != operation)
            ]

    def active(self) -> tuple[Fault, ...]:
        """What is switched on."""
        with self._lock:
            return tuple(self._active)

    def take(self, provider: str, operation: str) -> Fault | None:
        """The fault that this request meets, used up once. None: it meets none."""
        with self._lock:
            for position, fault in enumerate(self._active):
                if not fault.meets(provider, operation):
                    continue
                if fault.skip > 0:
                    self._active[position] = replace(fault, skip=fault.skip - 1)
                    continue
                if self._chance.random() >= fault.probability:
                    continue
                self._use(position, fault)
                return fault
        return None

    def _use(self, position: int, fault: Fault) -> None:
        """Count the fault down, and forget it when it is used up."""
        if fault.times is None:
            return
        if fault.times <= 1:
            del self._active[position]
        else:
            self._active[position] = replace(fault, times=fault.times - 1)
