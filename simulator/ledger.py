"""The ledger: everything that happened in the world since it began, in order. Above all, what was delivered.

It is the oracle of the tests ("was it delivered, and how often?") and, kept in a JSON-lines file, the memory of a
simulator that was stopped and started again. Nothing changes the world but an event that is written here first.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import IO, Literal

Kind = Literal[
    "message",
    "inbound",
    "seen",
    "pause",
    "resume",
    "start",
    "stop",
    "add_tags",
    "replace_tags",
    "create_tags",
    "create_list",
    "add_to_list",
    "add_to_campaign",
    "enrich",
    "settle",
    "edit",
    "gone",
    "interest",
    "block",
    "unblock",
]

ACTIONS: frozenset[str] = frozenset(
    {
        "seen",
        "pause",
        "resume",
        "start",
        "stop",
        "add_tags",
        "replace_tags",
        "create_tags",
        "interest",
        "block",
        "unblock",
    }
)
"""The control actions: what a client did that is not a message."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. Fields that a kind has no use for stay empty."""

    seq: int
    """Counts from 1."""
    at: int
    """World time, microseconds since the epoch."""
    kind: Kind
    provider: str
    workspace: str
    conversation: str = ""
    """The provider's id."""
    campaign: str = ""
    """The provider's id."""
    lead: str = ""
    """The profile address, or the provider's id of the lead."""
    sender: str = ""
    """The provider's id of the sender that the client named or that owns the conversation."""
    text: str = ""
    subject: str = ""
    message: str = ""
    """The id under which the message can be read; HeyReach does not show it."""
    visible_at: int = 0
    pending: bool = False
    flag: bool = False
    """The value of a switch: seen or not."""
    names: tuple[str, ...] = ()
    """Tags, or what a list or lead is called."""

    def row(self) -> dict[str, object]:
        """The event as JSON, without what is empty."""
        return {key: value for key, value in asdict(self).items() if value or key in {"seq", "at"}}


class LedgerError(Exception):
    """A file is no ledger, or no longer one. The message is a sentence for the person who named it."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a ledger file says of its world, so that the same world is made again."""

    seed: int
    conversations: int
    networkhq_share: float
    now: int
    instantly_conversations: int = 0


class Ledger:
    """Events in order; safe to use from any thread."""

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._events: list[Event] = []
        self._file: IO[str] | None = None
        self.header: Header | None = None
        """What the file said when it was opened. None: it is new, or there is none."""
        if path is not None:
            self._open(path)

    def begin(self, header: Header) -> None:
        """Write the header into a new file. Does nothing where there is one already."""
        if self.header is None:
            self.header = header
            self._write(asdict(header))

    def add(self, event: Event) -> None:
        """Keep the event; on disk, where there is a file, when this returns."""
        with self._lock:
            self._events.append(event)
            self._write(event.row())

    @property
    def next_seq(self) -> int:
        """The number of the next event."""
        return len(self._events) + 1

    def events(self, *, since: int = 0) -> tuple[Event, ...]:
        """What happened after event number `since`."""
        with self._lock:
            return tuple(self._events[since:])

    def delivered(self, *, provider: str = "", conversation: str = "", text: str | None = None) -> tuple[Event, ...]:
        """The messages that were delivered to leads, narrowed by what is given."""
        return tuple(
            event
            for event in self.events()
            if event.kind == "message"
            and provider in {"", event.provider}
            and conversation in {"", event.conversation}
            and text in {None, event.text}
        )

    def actions(self, kind: str = "") -> tuple[Event, ...]:
        """The control actions, or those of one kind."""
        return tuple(event for event in self.events() if (event.kind == kind if kind else event.kind in ACTIONS))

    def deliveries(self) -> Counter[tuple[str, str, str]]:
        """How often each (provider, conversation, text) was delivered. Above 1 and not wished for: a double send."""
        return Counter((event.provider, event.conversation, event.text) for event in self.delivered())

    def counts(self) -> Counter[str]:
        """How many events there are of each kind."""
        return Counter(event.kind for event in self.events())

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None

    def _open(self, path: Path) -> None:
        """Read what is there and go on writing behind it. A last line cut by a crash is dropped."""
        number = 0
        try:
            for number, line in enumerate(_whole_lines(path), 1):
                if number == 1:
                    self.header = Header(**json.loads(line))
                else:
                    self._events.append(_read(line))
            self._file = path.open("a", encoding="utf-8")
        except (ValueError, TypeError) as error:
            message = f"{path} is not a simulator's ledger (line {number}). Name another file, or move this one away."
            raise LedgerError(message) from error
        except OSError as error:
            message = f"{path} cannot be used as a ledger ({error.strerror}). Name another file."
            raise LedgerError(message) from error

    def _write(self, row: dict[str, object]) -> None:
        """One line, handed to the operating system before this returns."""
        if self._file is not None:
            # ASCII: a lone surrogate is kept as its escape
            self._file.write(json.dumps(row) + "\n")
            self._file.flush()


def _whole_lines(path: Path) -> Sequence[str]:
    """The complete lines of a file; what a crash cut off is removed from it."""
    if not path.exists():
        return []
    text = path.read_text(encoding="utf-8")
    whole, newline, cut = text.rpartition("\n")
    if cut:
        path.write_text(whole + newline, encoding="utf-8")
    return whole.split("\n") if whole else []


def _read(line: str) -> Event:
    """An event from its JSON. Keys of a later version are ignored."""
    row = json.loads(line)
    known = {field.name for field in fields(Event)}
    row["names"] = tuple(row.get("names", ()))
    return Event(**{key: value for key, value in row.items() if key in known})
