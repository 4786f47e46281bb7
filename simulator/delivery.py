"""Giving an answer over HTTP, whole or in one of the ways in which answers go wrong."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.utils import formatdate

from starlette.types import Receive, Scope, Send

from simulator.answers import Answer
from simulator.clock import SECOND
from simulator.connections import Connections
from simulator.faults import Fault

_PAGE = "<!doctype html><html><head><title>Sign in</title></head><body><h1>Sign in to continue</h1></body></html>"
_JSON = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Line:
    """The line to the client, for one request."""

    scope: Scope
    receive: Receive
    send: Send
    connections: Connections
    moment: int
    """World time, for the `Date` header."""

    async def give(self, answer: Answer, *, announce: int | None = None) -> None:
        """Send a whole answer; `announce` another length than it has."""
        body, content_type = answer.encoded()
        await self.begin(answer.status, content_type, announce or len(body), answer.headers)
        await self.write(body, more=announce is not None)

    async def begin(self, status: int, content_type: str | None, length: int, headers: Mapping[str, str]) -> None:
        """Send the status line and the headers."""
        sent = {"date": formatdate(self.moment / SECOND, usegmt=True), "content-length": str(length), **headers}
        if content_type is not None:
            sent["content-type"] = content_type
        raw = [(name.lower().encode(), value.encode()) for name, value in sent.items()]
        await self.send({"type": "http.response.start", "status": status, "headers": raw})

    async def write(self, body: bytes, *, more: bool = False) -> None:
        """Send a part of the body."""
        await self.send({"type": "http.response.body", "body": body, "more_body": more})

    async def gone(self) -> None:
        """Return when the client has gone, or the server stops."""
        while (await self.receive())["type"] != "http.disconnect":
            pass

    async def gone_within(self, seconds: float) -> bool:
        """Whether the client goes within some seconds."""
        watch = asyncio.ensure_future(self.gone())
        done, _ = await asyncio.wait({watch}, timeout=seconds)
        watch.cancel()
        return bool(done)

    async def drop(self, *, reset: bool = False) -> None:
        """Close the connection."""
        self.connections.close(self.scope, reset=reset)
        await self.gone()


Way = Callable[[Line, Fault, Answer], Awaitable[int]]


async def give_spoiled(line: Line, fault: Fault, answer: Answer) -> int:
    """Answer in the fault's way; the status that was given, 0 for none."""
    return await _WAYS.get(fault.kind, _whole)(line, fault, answer)


async def _whole(line: Line, _: Fault, answer: Answer) -> int:
    await line.give(answer)
    return answer.status


async def _late(line: Line, fault: Fault, answer: Answer) -> int:
    if fault.processed and await line.gone_within(fault.seconds):
        return 0
    return await _whole(line, fault, answer)


async def _never(line: Line, _fault: Fault, _answer: Answer) -> int:
    await line.gone()
    return 0


async def _closed(line: Line, fault: Fault, _: Answer) -> int:
    await line.drop(reset=fault.kind == "reset")
    return 0


async def _truncated(line: Line, _: Fault, answer: Answer) -> int:
    body, content_type = answer.encoded()
    half = body[: max(1, len(body) // 2)] or b"{"
    await line.begin(answer.status, content_type or _JSON, len(half), {})
    await line.write(half)
    return answer.status


async def _cut(line: Line, _: Fault, answer: Answer) -> int:
    body, content_type = answer.encoded()
    await line.begin(answer.status, content_type or _JSON, max(len(body), 64), {})
    await line.write(body[: len(body) // 2], more=True)
    await line.drop()
    return answer.status


async def _dripped(line: Line, fault: Fault, answer: Answer) -> int:
    body, content_type = answer.encoded()
    body = body or b" " * 1_000_000
    await line.begin(answer.status, content_type or _JSON, len(body), {})
    for position in range(len(body)):
        await line.write(body[position : position + 1], more=position < len(body) - 1)
        if await line.gone_within(fault.seconds):
            break
    return answer.status


async def _page(line: Line, _fault: Fault, _answer: Answer) -> int:
    await line.begin(200, "text/html; charset=utf-8", len(_PAGE), {})
    await line.write(_PAGE.encode())
    return 200


async def _text(line: Line, fault: Fault, _: Answer) -> int:
    # "surrogatepass" lets a test put bytes on the wire that are not UTF-8
    body = b"" if fault.kind == "empty" else fault.body.encode("utf-8", "surrogatepass")
    await line.begin(200, None if fault.kind == "empty" else _JSON, len(body), {})
    await line.write(body)
    return 200


async def _huge(line: Line, fault: Fault, _: Answer) -> int:
    filler = b'{"items":[],"hasNextPage":false,"data":[],"padding":"' + b"x" * max(0, fault.size - 55) + b'"}'
    headers = {}
    if fault.kind == "bomb":
        filler, headers = gzip.compress(filler, 1), {"content-encoding": "gzip"}
    await line.begin(200, _JSON, len(filler), headers)
    await line.write(filler)
    return 200


_WAYS: dict[str, Way] = {
    "delay": _late,
    "hang": _never,
    "close": _closed,
    "reset": _closed,
    "truncated": _truncated,
    "cut": _cut,
    "drip": _dripped,
    "html": _page,
    "empty": _text,
    "text": _text,
    "huge": _huge,
    "bomb": _huge,
}
