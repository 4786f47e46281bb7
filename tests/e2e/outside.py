"""What a person beside the screen can do: run other commands, ask the simulator what arrived, speak as a provider."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.request import Request, urlopen

from simulator.config import HEYREACH_KEY, INSTANTLY_KEY

ROOT = Path(__file__).parents[2]
Json = Mapping[str, object]


def environment(**extra: str) -> dict[str, str]:
    """The environment of a process that runs Postroom from this tree, with a plain locale and no colour settings."""
    plain = {"PATH", "HOME", "TMPDIR", "VIRTUAL_ENV"}
    kept = {name: value for name, value in os.environ.items() if name in plain or name.startswith("COVERAGE_")}
    return {**kept, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", "TZ": "UTC", **extra}


def command(*arguments: object) -> list[str]:
    """A command line of Postroom."""
    return [sys.executable, "-m", "postroom", *(str(argument) for argument in arguments)]


def run(*arguments: object, code: int = 0, **extra: str) -> str:
    """Run a command of Postroom to its end, expect its exit code, and return what it printed."""
    done = subprocess.run(
        command(*arguments), env=environment(**extra), capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == code, f"exit {done.returncode}: {done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr
    return done.stdout


def lines(*arguments: object, **extra: str) -> list[dict[str, object]]:
    """Run a command that prints JSON lines."""
    return [json.loads(line) for line in run(*arguments, **extra).splitlines()]


def free_port() -> int:
    """A port of loopback that nobody uses at present."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Ledger:
    """The simulator's memory, asked over its control port."""

    def __init__(self, port: int) -> None:
        self._base = f"http://127.0.0.1:{port}"

    def deliveries(self, text: str) -> int:
        """How often a text was delivered."""
        return sum(1 for event in self._events("message") if event.get("text") == text)

    def stops(self) -> set[tuple[str, str]]:
        """The leads that were stopped: campaign id and profile address."""
        return {(str(event["campaign"]), str(event["lead"])) for event in self._events("stop")}

    def campaign_status(self, campaign: str) -> str:
        """What HeyReach says of a campaign."""
        campaigns = self.ask("/__sim/state")["workspaces"]["heyreach"]["campaigns"]  # type: ignore[index]  # JSON
        return next(each["status"] for each in campaigns if each["id"] == campaign)

    def active_campaigns(self, profile_url: str) -> list[str]:
        """The running campaigns in which HeyReach may still write to a lead."""
        body = {"email": None, "linkedinId": None, "profileUrl": profile_url, "offset": 0, "limit": 100}
        answer = self.ask("/api/public/campaign/GetCampaignsForLead", body, **{"X-API-KEY": HEYREACH_KEY})
        return [
            str(item["campaignId"])
            for item in answer["items"]  # type: ignore[union-attr]  # JSON
            if item["campaignStatus"] == "IN_PROGRESS" and item["leadStatus"] in {"Pending", "InSequence"}
        ]

    def written_to_by_mail(self, email: str) -> bool:
        """Whether Instantly may still write to an address in some campaign."""
        headers = {"Authorization": f"Bearer {INSTANTLY_KEY}"}
        leads = self.ask("/api/v2/leads/list", {"contacts": [email]}, **headers)["items"]
        return any(lead["campaign"] and lead["status"] == 1 for lead in leads)  # type: ignore[attr-defined]  # JSON

    def ask(self, path: str, body: object = None, **headers: str) -> dict[str, object]:
        """One request to the simulator; with a body it is a POST."""
        data = None if body is None else json.dumps(body).encode()
        request = Request(self._base + path, data=data, headers={"Content-Type": "application/json", **headers})
        with urlopen(request, timeout=10) as answer:
            found: dict[str, object] = json.load(answer)
            return found

    def _events(self, kind: str) -> Iterator[dict[str, object]]:
        yield from self.ask(f"/__sim/ledger?kind={kind}")["events"]  # type: ignore[misc]  # JSON
