"""The server: starting, stopping, ports, and what goes over the wire."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading

import httpx
import pytest

from simulator.config import SimulatorConfig
from simulator.server import SimulatorServer
from tests.builders import START
from tests.conftest import MakeSimulator
from tests.simulator.clients import heyreach, listing

TINY = SimulatorConfig(conversations=4)


def test_a_server_answers_once_it_has_started_and_not_once_it_has_stopped() -> None:
    """Nobody has to wait for it or guess."""
    with SimulatorServer(TINY) as server:
        answer = httpx.get(f"{server.heyreach_url}/auth/CheckApiKey", trust_env=False)

    assert answer.status_code == 401
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{server.heyreach_url}/auth/CheckApiKey", trust_env=False)


def test_a_server_stops_while_a_client_asks() -> None:
    """A busy client does not keep it."""
    with SimulatorServer(TINY) as server, httpx.Client(trust_env=False) as client:
        waiting = threading.Thread(target=lambda: _quietly(client, server))
        waiting.start()
    waiting.join(30)

    assert not waiting.is_alive()


def test_a_taken_port_is_told() -> None:
    """The caller hears of it, at once."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match="in use"):
            SimulatorServer(TINY, port=taken.getsockname()[1]).start()


def test_a_server_listens_where_it_is_told_and_on_loopback_alone() -> None:
    """The same port twice in a row works."""
    with SimulatorServer(TINY) as first:
        port = first.port
    with SimulatorServer(TINY, port=port) as second:
        answer = httpx.get(f"{second.heyreach_url}/auth/CheckApiKey", trust_env=False)

    assert (second.port, answer.status_code) == (port, 401)
    assert second.url == f"http://127.0.0.1:{port}"


def test_the_date_header_is_the_worlds(make_simulator: MakeSimulator) -> None:
    """Clients learn the provider's clock from it."""
    server = make_simulator(now=START)
    with heyreach(server) as client:
        date = client.get("/auth/CheckApiKey").headers["date"]

    assert date.startswith("Mon, 05 Jan 2026 00:0")


def test_all_text_is_hostile_where_asked_for(make_simulator: MakeSimulator) -> None:
    """The configuration's own switch, for every answer."""
    with heyreach(make_simulator(hostile=True)) as client:
        names = [
            row["correspondentProfile"]["firstName"]
            for row in client.post("/inbox/GetConversationsV3", listing()).json()["items"]
        ]

    assert len(names) == 26
    assert any("\x1b" in name for name in names)


def test_going_offline_before_the_start_is_refused() -> None:
    """A slip in a test says what is wrong."""
    with pytest.raises(RuntimeError, match="has not been started"):
        SimulatorServer(TINY).offline()


def test_the_package_itself_imports_no_server() -> None:
    """Importing `simulator` costs nothing."""
    code = "import sys, simulator; print('uvicorn' in sys.modules or 'starlette' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"


def _quietly(client: httpx.Client, server: SimulatorServer) -> None:
    with pytest.raises(httpx.HTTPError):  # noqa: PT012 # the last of many requests fails
        for _ in range(100_000):
            client.get(f"{server.heyreach_url}/auth/CheckApiKey")
