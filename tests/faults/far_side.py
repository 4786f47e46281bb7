"""A simulator in a process of its own, so that a test may fork and kill without taking the oracle with it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from postroom.records import ProviderName
from simulator.config import HEYREACH_KEY, NETWORKHQ_KEY
from tests.faults.lives import Place

_PROGRAM = """
import json, sys
from simulator.config import SimulatorConfig
from simulator.server import SimulatorServer
settings = json.loads(sys.argv[1])
with SimulatorServer(SimulatorConfig(**settings)) as simulator:
    print(json.dumps([simulator.heyreach_url, simulator.networkhq_url, simulator.control_url]), flush=True)
    sys.stdin.read()
"""


@dataclass(frozen=True, slots=True)
class FarSide:
    """Where the simulated providers are."""

    places: tuple[Place, ...]
    control_url: str

    def delivered(self) -> Counter[str]:
        """How often each text was delivered, by the ledger."""
        with urlopen(f"{self.control_url}/ledger?kind=message") as answer:
            events = json.load(answer)["events"]
        return Counter(event["text"] for event in events)


@contextmanager
def far_side(**settings: object) -> Iterator[FarSide]:
    """Run a simulator with these settings of SimulatorConfig until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, json.dumps(settings)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        heyreach, networkhq, control = json.loads(process.stdout.readline())
        places = (
            Place("acme-linkedin", ProviderName.HEYREACH, heyreach, HEYREACH_KEY),
            Place("acme-networkhq", ProviderName.NETWORKHQ, networkhq, NETWORKHQ_KEY),
        )
        yield FarSide(places, control)
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()
