"""Clients of a small simulator."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.server import SimulatorServer
from tests.conftest import MakeSimulator
from tests.simulator.clients import Client, heyreach, instantly, networkhq


@pytest.fixture
def hey(simulator: SimulatorServer) -> Iterator[Client]:
    """A HeyReach client."""
    with heyreach(simulator) as client:
        yield client


@pytest.fixture
def hq(simulator: SimulatorServer) -> Iterator[Client]:
    """A NetworkHQ client."""
    with networkhq(simulator) as client:
        yield client


@pytest.fixture
def mails(make_simulator: MakeSimulator) -> SimulatorServer:
    """A simulator whose Instantly has mails, and does not count who reads them."""
    return make_simulator(instantly_conversations=60, instantly_mails_per_minute=None)


@pytest.fixture
def inst(mails: SimulatorServer) -> Iterator[Client]:
    """An Instantly client."""
    with instantly(mails) as client:
        yield client
