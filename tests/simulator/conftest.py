"""Clients of a small simulator."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.server import SimulatorServer
from tests.simulator.clients import Client, heyreach, networkhq


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
