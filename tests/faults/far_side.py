"""A simulator in a process of its own, so that a test may fork and kill without taking the oracle with it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

from postroom.records import ProviderName
from simulator.config import HEYREACH_KEY, INSTANTLY_KEY, NETWORKHQ_KEY
from tests.faults.lives import Place

WEATHER: tuple[dict[str, object] | None, ...] = (
    None,
    {"kind": "hang", "operation": "SendMessage"},
    {"kind": "close", "operation": "send"},
    {"kind": "status", "status": 503, "operation": "SendMessage", "delivered": True, "retry_after": "1"},
    {"kind": "status", "status": 502, "operation": "send", "delivered": False},
    None,
    {"kind": "delay", "seconds": 0.2, "operation": "SendMessage"},
    {"kind": "status", "status": 500, "operation": "campaign/Pause", "delivered": True},
    {"kind": "close", "operation": "StopLeadInCampaign"},
    {"kind": "status", "status": 401, "operation": "send", "times": 1},
    {"kind": "status", "status": 429, "operation": "SendMessage", "retry_after": "0", "times": 2},
    {"kind": "reset", "operation": "GetChatroom", "probability": 0.5},
    {"kind": "hang", "operation": "reply"},
    {"kind": "text", "operation": "reply", "body": '{"error": "ACC_AUTH_ERROR"}', "delivered": True},
)
"""What goes wrong at the providers in one life after the other."""

_PROGRAM = """
import json, sys
from simulator.config import SimulatorConfig
from simulator.server import SimulatorServer
settings = json.loads(sys.argv[1])
with SimulatorServer(SimulatorConfig(**settings)) as simulator:
    urls = [simulator.heyreach_url, simulator.networkhq_url, simulator.instantly_url, simulator.control_url]
    print(json.dumps(urls), flush=True)
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

    def paused(self) -> set[str]:
        """The campaigns that are paused now."""
        with urlopen(f"{self.control_url}/state") as answer:
            spaces = json.load(answer)["workspaces"].values()
        return {campaign["id"] for space in spaces for campaign in space["campaigns"] if campaign["status"] == "PAUSED"}

    def weather(self, life: int | None) -> None:
        """Let go wrong what goes wrong in this life. None: nothing."""
        self._ask("DELETE", "faults")
        fault = None if life is None else WEATHER[life % len(WEATHER)]
        if fault is not None:
            self.let(fault)

    def let(self, fault: Mapping[str, object]) -> None:
        """Let one thing more go wrong: the fields of the simulator's `Fault`."""
        self._ask("POST", "faults", fault)

    def _ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> None:
        request = Request(f"{self.control_url}/{path}", json.dumps(dict(body or {})).encode(), method=method)
        with urlopen(request) as answer:
            answer.read()


@contextmanager
def far_side(**settings: object) -> Iterator[FarSide]:
    """Run a simulator with these settings of SimulatorConfig until the block ends; Instantly where it has mails."""
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
        heyreach, networkhq, instantly, control = json.loads(process.stdout.readline())
        places: tuple[Place, ...] = (
            Place("acme-linkedin", ProviderName.HEYREACH, heyreach, HEYREACH_KEY),
            Place("acme-networkhq", ProviderName.NETWORKHQ, networkhq, NETWORKHQ_KEY),
        )
        if settings.get("instantly_conversations"):
            places += (Place("acme-mail", ProviderName.INSTANTLY, instantly, INSTANTLY_KEY),)
        yield FarSide(places, control)
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()
