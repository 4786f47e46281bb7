"""The simulator as a server: all providers and the control endpoints over real HTTP on loopback.

One port speaks for all providers and for `/__sim`. A second port speaks for `/__sim` alone, so that the providers can
be taken off the network and brought back.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self, TypeVar

import uvicorn
from starlette.applications import Starlette
from uvicorn.server import ServerState

from simulator.config import (
    HEYREACH_KEY,
    HEYREACH_PREFIX,
    INSTANTLY_KEY,
    INSTANTLY_PREFIX,
    NETWORKHQ_KEY,
    NETWORKHQ_PREFIX,
    SimulatorConfig,
)
from simulator.connections import Connections, protocol
from simulator.control import control
from simulator.faults import Fault, Faults
from simulator.heyreach.app import RULES as HEYREACH
from simulator.instantly.app import RULES as INSTANTLY
from simulator.ledger import Ledger
from simulator.life import Life
from simulator.networkhq.app import RULES as NETWORKHQ
from simulator.serving import mounted
from simulator.simulation import Traffic, make_simulation
from simulator.world import World

T = TypeVar("T")

_HOST = "127.0.0.1"
_PATIENCE = 10.0
_PROVIDERS = (HEYREACH, NETWORKHQ, INSTANTLY)
_ROUNDS = 5
"""Turns of the loop at the end, in which a connection that was just accepted is closed rather than forgotten."""


class SimulatorServer:
    """A simulator that runs in a thread of its own. Usable as a context manager.

    `world`, `ledger`, `faults` and `traffic` may be used from the test's thread.
    """

    def __init__(self, config: SimulatorConfig | None = None, *, port: int = 0) -> None:
        self._simulation = make_simulation(config or SimulatorConfig())
        self.config = self._simulation.config
        """How it is set up; seed and size are those of the ledger's file, where that was there before."""
        self.life = Life(self._simulation)
        self._port = port
        self._control_port = 0
        self._connections = Connections()
        self._state = ServerState()
        self._listener: asyncio.Server | None = None
        self._stopping = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._ready = threading.Event()

    @property
    def world(self) -> World:
        """What is simulated."""
        return self._simulation.world

    @property
    def ledger(self) -> Ledger:
        """What was delivered and done."""
        return self._simulation.world.ledger

    @property
    def faults(self) -> Faults:
        """What goes wrong."""
        return self._simulation.faults

    @property
    def traffic(self) -> Traffic:
        """What was asked."""
        return self._simulation.traffic

    @property
    def port(self) -> int:
        """The port of the providers; 0 before the start, where any will do."""
        return self._port

    @property
    def url(self) -> str:
        """The address of everything."""
        return f"http://{_HOST}:{self._port}"

    @property
    def heyreach_url(self) -> str:
        """HeyReach's base URL."""
        return f"{self.url}{HEYREACH_PREFIX}"

    @property
    def networkhq_url(self) -> str:
        """NetworkHQ's base URL."""
        return f"{self.url}{NETWORKHQ_PREFIX}"

    @property
    def instantly_url(self) -> str:
        """Instantly's base URL."""
        return f"{self.url}{INSTANTLY_PREFIX}"

    @property
    def control_url(self) -> str:
        """The address of the control endpoints, which answers even while the providers are off the network."""
        return f"http://{_HOST}:{self._control_port}/__sim"

    @property
    def heyreach_key(self) -> str:
        """The key of the first HeyReach workspace."""
        return next(iter(self.config.heyreach_keys), HEYREACH_KEY)

    @property
    def networkhq_key(self) -> str:
        """The key of the first NetworkHQ workspace."""
        return next(iter(self.config.networkhq_keys), NETWORKHQ_KEY)

    @property
    def instantly_key(self) -> str:
        """The key of the first Instantly workspace."""
        return next(iter(self.config.instantly_keys), INSTANTLY_KEY)

    def start(self) -> Self:
        """Listen, and answer from now on, once. Raises OSError when the port is taken."""
        listening, steering = _listen(self._port), _listen(0)
        self._port, self._control_port = listening.getsockname()[1], steering.getsockname()[1]
        self._thread = threading.Thread(target=self._run, args=(listening, steering), name="simulator", daemon=True)
        self._thread.start()
        self._ready.wait(_PATIENCE)
        return self

    def stop(self) -> None:
        """Stop at once: open connections are closed, unfinished answers are not finished."""
        if self._thread is None or self._loop is None:
            return
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(_PATIENCE)
        self._thread = None
        self.ledger.close()

    def meanwhile(self, happens: Callable[[str, str, bytes], None] | None) -> None:
        """Let something happen just before each request is done, in the server's thread; None: nothing any more.

        It is told the provider, the operation and the body that was sent.
        """
        self._simulation.meanwhile = happens

    def fault(self, fault: Fault) -> None:
        """Switch a fault on."""
        self.faults.add(fault)

    def offline(self) -> None:
        """Refuse connections, and close those that are open."""
        self._wait(self.go_offline())

    def online(self) -> None:
        """Accept connections again, at the same address."""
        self._wait(self.go_online())

    async def go_offline(self) -> None:
        """`offline`, from the server's own thread."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        self._connections.close_all()

    async def go_online(self) -> None:
        """`online`, from the server's own thread."""
        if self._listener is None:
            self._connections.welcome()
            self._listener = await self._serve(_listen(self._port), self._app)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self, listening: socket.socket, steering: socket.socket) -> None:
        """The thread's life."""
        with asyncio.Runner() as runner:
            runner.run(self._main(listening, steering))

    @asynccontextmanager
    async def here(self) -> AsyncIterator[Self]:
        """Answer from the running loop, for a test whose loop has a time of its own. Nobody lives in this world."""
        listening, steering = _listen(self._port), _listen(0)
        self._port, self._control_port = listening.getsockname()[1], steering.getsockname()[1]
        async with self._serving(listening, steering):
            yield self
        self.ledger.close()

    async def _main(self, listening: socket.socket, steering: socket.socket) -> None:
        """Serve until told to stop."""
        async with self._serving(listening, steering):
            living = asyncio.create_task(self.life.live())
            self._ready.set()
            await self._stopping.wait()
            living.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await living

    @asynccontextmanager
    async def _serving(self, listening: socket.socket, steering: socket.socket) -> AsyncIterator[None]:
        """Both ports are open."""
        self._loop = asyncio.get_running_loop()
        steering_routes = control(self._simulation, self.life, self)
        providers = [mounted(self._simulation, self._connections, rules) for rules in _PROVIDERS]
        self._app = Starlette(routes=[*providers, steering_routes])
        self._listener = await self._serve(listening, self._app)
        self._steering = Connections()
        steered = await self._serve(steering, Starlette(routes=[steering_routes]), self._steering)
        try:
            yield
        finally:
            steered.close()
            self._steering.close_all()
            await self.go_offline()
            for task in list(self._state.tasks):
                task.cancel()
            await asyncio.gather(*self._state.tasks, return_exceptions=True)
            for _ in range(_ROUNDS):
                await asyncio.sleep(0)

    async def _serve(
        self, sock: socket.socket, app: Starlette, connections: Connections | None = None
    ) -> asyncio.Server:
        """Answer on a socket with an application."""
        speak = protocol(connections or self._connections)
        config = uvicorn.Config(
            app,
            http=speak,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_keep_alive=75,
        )
        config.load()

        def connect() -> asyncio.Protocol:
            return speak(config=config, server_state=self._state, app_state={})

        return await asyncio.get_running_loop().create_server(connect, sock=sock)

    def _wait(self, work: Coroutine[object, object, T]) -> T:
        """Do something in the server's thread and wait for it."""
        if self._loop is None:
            work.close()
            message = "The simulator has not been started."
            raise RuntimeError(message)
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE)


def _listen(port: int) -> socket.socket:
    """A listening socket on loopback."""
    # The protocol is named because asyncio switches Nagle's delay (40 ms an answer) off only where it is.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((_HOST, port))
        sock.listen(256)
    except OSError:
        sock.close()
        raise
    return sock
