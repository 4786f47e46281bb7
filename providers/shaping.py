"""From a provider's strings to those that a record may hold: sanitised, bounded, one line where one is meant."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Mapping
from typing import TypeVar
from urllib.parse import urlsplit

from postroom.links import web_host
from postroom.records import Direction, Micros
from postroom.text import MAX_STORED, sanitise, sanitise_line

MAX_LINE = 500
"""Characters of a name, a headline or a preview that are kept."""

MAX_URL = 2_000

S = TypeVar("S")


def line(text: str | None) -> str:
    """`text` as one safe line; empty for None."""
    if not text:
        return ""
    return sanitise_line(text[: 2 * MAX_LINE])[:MAX_LINE]


def body(text: str | None) -> str:
    """`text` as a safe message body; empty for None."""
    return sanitise((text or "")[:MAX_STORED])


def known_name(*parts: str | None) -> str:
    """The parts of a name that are known, joined; empty when none is."""
    return " ".join(filter(None, map(line, parts)))


def full_name(*parts: str | None) -> str:
    """The parts of a name that are known, joined; “Unknown” when none is."""
    return known_name(*parts) or "Unknown"


def identifier(text: str | None) -> str | None:
    """A short value that must go back to the provider unchanged. None when it is not fit to be shown."""
    if not text or len(text) > MAX_URL or sanitise(text) != text or "\n" in text:
        return None
    return text


def web_address(url: str | None) -> str | None:
    """`url` when a person may be sent there: see `postroom.links`. LinkedIn's own are made https."""
    kept = identifier(url)
    if kept is None or not kept.isascii():
        return None
    try:
        parts = urlsplit(kept if "//" in kept else f"https://{kept}")
        host = parts.hostname or ""
    except ValueError:
        return None
    linkedin = host == "linkedin.com" or host.endswith(".linkedin.com")
    if linkedin and parts.scheme == "http":
        parts = parts._replace(scheme="https")
    address = parts.geturl()
    return address if ("//" in kept or linkedin) and web_host(address) is not None else None


def mapped(raw: str | None, table: Mapping[str, S], default: S) -> S:
    """What the provider's word means, whatever its case, spaces and underscores."""
    return table.get("".join(char for char in (raw or "").casefold() if char.isalnum()), default)


def direction_of(raw: str | None, *, inbound: str, outbound: str) -> Direction:
    """By allow-list: a word that is neither counts as nobody's. The words are in lower case."""
    word = raw.strip().lower() if raw else ""
    if word == inbound:
        return Direction.INBOUND
    return Direction.OUTBOUND if word == outbound else Direction.UNKNOWN


def digest(*parts: object) -> str:
    """32 hexadecimal digits that change when any part does."""
    text = "\x1f".join(["" if part is None else str(part) for part in parts])
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def in_time_order(items: Iterable[tuple[Micros | None, S]]) -> list[S]:
    """The items by time; one without a time stays behind its predecessor, equal times keep their order.

    An answer that runs backwards is turned round first, or those of one second would end up swapped.
    """
    listed = list(items)
    times = [time for time, _ in listed if time is not None]
    if len(times) > 1 and times[0] > times[-1] and all(a >= b for a, b in itertools.pairwise(times)):
        listed.reverse()
    keyed: list[tuple[Micros, int, S]] = []
    last = -(2**62)
    for place, (time, item) in enumerate(listed):
        last = last if time is None else time
        keyed.append((last, place, item))
    keyed.sort(key=lambda entry: entry[:2])
    return [item for _, _, item in keyed]
