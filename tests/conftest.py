"""Fixtures for everybody: a simulator of both providers, over real HTTP on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest

from simulator.config import SimulatorConfig
from simulator.server import SimulatorServer

SMALL = SimulatorConfig(conversations=40, networkhq_share=0.35)
"""26 conversations at HeyReach and 14 at NetworkHQ, and nobody writes unless the test says so."""

MakeSimulator = Callable[..., SimulatorServer]


@pytest.fixture
def make_simulator() -> Iterator[MakeSimulator]:
    """Starts simulators; a test names only the settings of `SimulatorConfig` that it is about."""
    with ExitStack() as stack:

        def make(**settings: object) -> SimulatorServer:
            return stack.enter_context(SimulatorServer(replace(SMALL, **settings)))  # type: ignore[arg-type]  # the names are checked by dataclasses.replace

        yield make


@pytest.fixture
def simulator(make_simulator: MakeSimulator) -> SimulatorServer:
    """A simulator with a small world that stands still."""
    return make_simulator()
