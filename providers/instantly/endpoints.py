"""What Instantly's groups of operations share: pages, single records, and calls that change something."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from providers.base import Lane
from providers.endpoints import Endpoints, WirePage, text_or_none
from providers.failures import Answer
from providers.http import Call
from providers.wire import Wire, read_all

M = TypeVar("M", bound=Wire)

PAGE = 100
"""Rows of a page; Instantly takes no more."""
MAILS = "mails"
"""The limit that reads of mails count in. Nobody has said whether one mail read by itself does: it is counted too."""


class InstantlyEndpoints(Endpoints):
    """One way to read a page, one to read a record, one to change something."""

    async def page_of(
        self, model: type[M], call: Call, *, cursor: str | None, stream: str, lane: Lane, limit: int = PAGE
    ) -> WirePage[M]:
        """One page of a list that is paged by `starting_after`, in the query or, where a read is a POST, in the body.

        A last page may still carry a cursor, and there is no `has_more`: an empty page ends a list, whatever it says.
        """
        place: dict[str, object] = {"limit": limit} | ({"starting_after": cursor} if cursor is not None else {})
        query, body = call.query, call.body
        if isinstance(body, Mapping):
            body = {**body, **place}
        else:
            query = {**(query or {}), **{name: str(value) for name, value in place.items()}}
        asked = Call(call.method, call.path, query=query, body=body, scope=call.scope, bucket=call.bucket)
        answer = await self.http.read(asked, lane=lane)
        envelope = self.envelope(answer)
        records, rejected, items = self.listed(model, envelope, answer, under="items", stream=stream)
        following = text_or_none(envelope.get("next_starting_after")) if items else None
        return WirePage(records, tuple(rejected), next_cursor=following, more=following is not None)

    async def fetched(self, model: type[M], call: Call, *, lane: Lane) -> M:
        """One record that is read."""
        answer = await self.http.read(call, lane=lane)
        return self.one(model, self.envelope(answer), answer)

    async def rows_of(self, model: type[M], call: Call, *, lane: Lane) -> list[M]:
        """The rows of an answer that is a bare list."""
        answer = await self.http.read(call, lane=lane)
        items = self.decoded(answer)
        if not isinstance(items, list):
            raise self.http.unreadable(answer)
        return read_all(model, items, stream="statistics")[0]

    async def changed(self, model: type[M], call: Call) -> M:
        """The record that a change, asked for once, answers with. Raises Uncertain when it cannot be read."""
        answer = await self.http.act(call)
        return self.one(model, self.envelope(answer), answer)

    async def done(self, call: Call) -> Answer:
        """A change, asked for once, whose answer says nothing of use. Raises Uncertain for a web page in its place."""
        answer = await self.http.act(call)
        if answer.is_page:
            raise self.http.unreadable(answer)
        return answer


def without_none(fields: Mapping[str, object]) -> dict[str, object]:
    """The fields that were given."""
    return {name: value for name, value in fields.items() if value is not None}
