"""What an operation is asked and what it answers, without HTTP: handlers are functions from one to the other."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from simulator.workspace import Workspace
from simulator.world import World

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Call:
    """One request, authenticated and parsed."""

    world: World
    workspace: Workspace
    now: int
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Mapping[str, object]
    """The JSON object that was sent; empty when there was none."""
    raw_path: str = ""
    """The path as it came over the wire, percent-encoded."""
    force_pending: bool = False
    """A fault demands that this send is accepted without a message."""
    last_page: bool = False
    """A fault demands that an offset beyond the last whole page brings that page again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One response. At most one of `json` and `text` is set."""

    status: int = 200
    json: object = None
    text: str | None = None
    """Plain text, sent without a content type."""
    headers: Mapping[str, str] = field(default_factory=dict)

    def encoded(self) -> tuple[bytes, str | None]:
        """The body's bytes and its content type."""
        if self.text is not None:
            return self.text.encode(), None
        if self.json is None:
            return b"", None
        try:
            body = json.dumps(self.json, ensure_ascii=False, separators=(",", ":")).encode()
        except UnicodeEncodeError:
            # a lone surrogate goes over the wire as its escape
            body = json.dumps(self.json, separators=(",", ":")).encode()
        return body, "application/json; charset=utf-8"


class Declined(Exception):
    """The operation will not be done; the answer on its way says why."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


Handler = Callable[[Call], Answer]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a provider's API."""

    name: str
    """What faults and counts call it."""
    method: str
    path: str
    """Below the provider's prefix, in Starlette's notation."""
    handler: Handler
    scope: str = ""
    """What a NetworkHQ or Instantly key must hold."""
    bucket: str = ""
    """The narrower limit that it counts in too, where the provider has one."""


def seal(values: Mapping[str, object]) -> str:
    """An opaque cursor that holds `values`; one that was edited cannot be opened."""
    inside = json.dumps(values, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_signature(inside) + inside).decode().rstrip("=")


def open_seal(cursor: str) -> Json | None:
    """What a cursor holds. None: it was not made here, or it was edited."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        values = json.loads(raw[6:]) if raw[:6] == _signature(raw[6:]) else None
    except ValueError:
        return None
    return values if isinstance(values, dict) else None


def _signature(inside: bytes) -> bytes:
    return hashlib.blake2b(inside, digest_size=6, key=b"simulator").digest()
