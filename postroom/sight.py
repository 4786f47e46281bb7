"""What the writer of a reply has seen of its thread, small enough to travel with the draft and the outbox entry.

A provider may date a message back, and a sync may bring it at any moment, so neither its time nor the cache tells
whether it was in sight when the draft was opened. This does, message by message. Pure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from postroom.records import Direction, Micros

_WHOLE, _PART = "whole", "part"


class Shown(Protocol):
    """One message in sight, as far as it matters here."""

    @property
    def key(self) -> str:
        """`key#ordinal`."""

    @property
    def direction(self) -> Direction:
        """Who wrote it."""

    @property
    def body(self) -> str:
        """What it says."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What was in sight when a draft was opened."""

    upto: str
    """`key#ordinal` of the newest message. Empty: there was none."""
    mark: str
    """The messages themselves, as `sight_of` writes them. Empty: not known, as in an entry of an older Postroom."""

    @property
    def whole(self) -> bool:
        """Whether it was the whole thread, so that anything else, however old its date, has come since."""
        return self.mark.startswith(f"{_WHOLE} ")

    @property
    def newest(self) -> Micros:
        """The time of the newest message that the conversation's row told of. 0: it told of none."""
        words = self.mark.split(" ", 2)
        return int(words[1]) if len(words) > 1 else 0

    @property
    def empty(self) -> bool:
        """Whether no message was in sight."""
        return not self.marks

    @property
    def marks(self) -> frozenset[str]:
        """The digests of the messages in sight."""
        return frozenset(self.mark.split(" ")[2:])


def sight_of(messages: Iterable[Shown], *, whole: bool, newest: Micros) -> Sight:
    """The sight of somebody who has these messages in front of them, in order of time."""
    shown = list(messages)
    words = [_WHOLE if whole else _PART, str(newest), *map(digest, shown)]
    return Sight(shown[-1].key if shown else "", " ".join(words))


def digest(message: Shown) -> str:
    """Short and different for every message; what the lead wrote is another message once its text was changed."""
    text = f"\0{message.body}" if message.direction is Direction.INBOUND else ""
    return hashlib.blake2b(f"{message.key}{text}".encode("utf-8", "replace"), digest_size=5).hexdigest()
