"""The open connections of a server, so that one can be closed in the middle of an answer."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import cast

from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

_NO_LINGER = struct.pack("ii", 1, 0)

Address = tuple[str, int]


class Connections:
    """The connections of one server, by the client's address."""

    def __init__(self) -> None:
        self._open: dict[Address, asyncio.Transport] = {}
        self._welcome = True

    def add(self, transport: asyncio.Transport) -> None:
        """A client has connected; one that was on its way when all were closed is closed too."""
        self._open[_client(transport)] = transport
        if not self._welcome:
            transport.abort()

    def remove(self, transport: asyncio.Transport) -> None:
        """A client is gone."""
        self._open.pop(_client(transport), None)

    def close(self, scope: Scope, *, reset: bool = False) -> None:
        """Close the connection that a request came over, after what was written; with `reset`, at once and rudely."""
        transport = self._open.get(tuple(scope["client"]))
        if transport is None:
            return
        if reset:
            _reset(transport)
        else:
            transport.close()

    def welcome(self) -> None:
        """Keep connections open again."""
        self._welcome = True

    def close_all(self) -> None:
        """Close every connection at once, those too that come in from now on."""
        self._welcome = False
        for transport in list(self._open.values()):
            transport.abort()


def protocol(connections: Connections) -> type[H11Protocol]:
    """HTTP as uvicorn speaks it, telling `connections` who comes and goes."""

    class TrackedProtocol(H11Protocol):
        """One connection."""

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn's own way
            super().connection_made(transport)
            connections.add(transport)

        def connection_lost(self, exc: Exception | None) -> None:
            connections.remove(self.transport)
            super().connection_lost(exc)

    return TrackedProtocol


def _client(transport: asyncio.Transport) -> Address:
    return cast("Address", tuple(transport.get_extra_info("peername")[:2]))


def _reset(transport: asyncio.Transport) -> None:
    """Close so that the client sees a reset, not an orderly end."""
    opened = transport.get_extra_info("socket")
    if opened is not None:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()
