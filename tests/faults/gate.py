"""A gate in front of a server: TCP passes through it until it is told otherwise.

For faults of the network that no server can make: a door that is shut while those inside talk on, a line that is dead
and does not say so.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Gate:
    """One port that leads to another."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._server: asyncio.Server | None = None
        self._port = 0
        self._shutting: bytes | None = None
        self._dead: set[asyncio.StreamWriter] = set()
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.connections = 0
        """How many were ever accepted."""

    @property
    def url(self) -> str:
        """The address in front."""
        return f"http://127.0.0.1:{self._port}"

    async def open(self) -> None:
        """Let new connections in."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    def shut(self) -> None:
        """Refuse new connections; those that are open go on."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def shut_after(self, sign: bytes) -> None:
        """Refuse new connections from the moment a request with this in it has passed."""
        self._shutting = sign

    def deaden(self) -> None:
        """From now on nothing passes through the connections that are open now, and nobody is told."""
        self._dead |= self._open

    async def close(self) -> None:
        """Hang up everywhere."""
        self.shut()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        self._open.add(writer)
        try:
            ways = (self._pass(reader, far_writer, writer), self._pass(far_reader, writer, writer))
            _, left = await asyncio.wait(map(asyncio.ensure_future, ways), return_when=asyncio.FIRST_COMPLETED)
            for way in left:
                way.cancel()
            await asyncio.gather(*left, return_exceptions=True)
        except asyncio.CancelledError:
            pass  # the gate is closed
        finally:
            self._open.discard(writer)
            self._tasks.discard(task)
            far_writer.close()
            writer.close()

    async def _pass(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, line: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            if self._shutting is not None and sink is not line and self._shutting in data:
                self._shutting = None
                self.shut()
            if line not in self._dead:
                sink.write(data)
                await sink.drain()


@asynccontextmanager
async def opened(target: int) -> AsyncIterator[Gate]:
    """A gate to a port of this machine, on a port of its own."""
    gate = Gate(target)
    await gate.open()
    try:
        yield gate
    finally:
        await gate.close()
