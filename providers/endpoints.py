"""What the endpoint classes of every provider share: an answer's envelope, opened with care.

An envelope that is not there is an unreadable answer, never an empty page: an inbox that seems empty would be
believed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import quote

from postroom.records import Page, Rejection
from providers.decoding import Undecodable, decode
from providers.failures import Answer
from providers.http import Http
from providers.wire import Wire, read, read_all

M = TypeVar("M", bound=Wire)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class WirePage(Generic[M]):
    """One page of a list, as its provider spells it."""

    records: list[M]
    rejected: tuple[Rejection, ...] = ()
    next_cursor: str | None = None
    more: bool = False
    total: int | None = None


def paged(wire: WirePage[M], records: tuple[T, ...]) -> Page[T]:
    """`wire` with its records put into Postroom's words."""
    return Page(records, wire.next_cursor, wire.more, wire.rejected, wire.total)


class Endpoints:
    """The base of the classes that hold one method for each endpoint."""

    def __init__(self, http: Http) -> None:
        self.http = http

    def decoded(self, answer: Answer) -> object:
        """The JSON in an answer. Raises Uncertain."""
        try:
            return decode(answer.content)
        except Undecodable as error:
            raise self.http.unreadable(answer) from error

    def envelope(self, answer: Answer) -> dict[str, object]:
        """The JSON object in an answer. Raises Uncertain."""
        value = self.decoded(answer)
        if not isinstance(value, dict):
            raise self.http.unreadable(answer)
        return value

    def one(self, model: type[M], value: object, answer: Answer) -> M:
        """The one record of an answer. Raises Uncertain when it names nothing."""
        record = read(model, value).record
        if record is None:
            raise self.http.unreadable(answer)
        return record

    def listed(
        self, model: type[M], envelope: Mapping[str, object], answer: Answer, *, under: str, stream: str
    ) -> tuple[list[M], list[Rejection], list[object]]:
        """The records of a page, those that cannot be read, and all as they came. Raises Uncertain without a list."""
        items = envelope.get(under, False)
        if items is None:
            items = []
        if not isinstance(items, list):
            raise self.http.unreadable(answer)
        return *read_all(model, items, stream=stream), items


def segment(value: str) -> str:
    """`value` as one segment of a path; `/`, `+` and `=` in it are encoded too."""
    encoded = quote(value, safe="", errors="replace")
    # A segment of dots would be taken for a folder above.
    return encoded.replace(".", "%2E") if not encoded.strip(".") else encoded


def text_or_none(value: object) -> str | None:
    """A cursor, whatever scalar it came as. None for none, or for what cannot be one."""
    if isinstance(value, str):
        return value or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def flag(value: object) -> bool | None:
    """A boolean, also as a word or a number. None when it is neither."""
    if isinstance(value, (bool, int)):
        return bool(value)
    if isinstance(value, str):
        return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(value.casefold())
    return None


def whole_number(value: object) -> int | None:
    """A count, also as text. None when it is none, or negative."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63 else None
