"""The control endpoints, as a test from outside uses them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import httpx
import pytest

from simulator.server import SimulatorServer
from tests.simulator.clients import Client, can_be_answered, listing, message_to
from tests.simulator.heyreach.test_inbox import walk


@pytest.fixture
def panel(simulator: SimulatorServer) -> Iterator[httpx.Client]:
    """The control endpoints, from outside."""
    with httpx.Client(base_url=simulator.control_url, trust_env=False) as client:
        yield client


def test_the_ledger_can_be_read(panel: httpx.Client, hey: Client) -> None:
    """Messages by conversation and text, also from the providers' own port, also with what JSON can hardly say."""
    row = next(row for row in walk(hey) if can_be_answered(row))
    body = json.dumps(message_to(row, "\ud800"))
    hey.http.post("/inbox/SendMessage", content=body)

    told = panel.get("/ledger", params={"kind": "message"}).json()

    assert told["counts"] == {"message": 1}
    assert [(event["conversation"], event["text"]) for event in told["events"]] == [(row["id"], "\ud800")]
    assert panel.get("/ledger", params={"since": 1}).json()["events"] == []


def test_the_state_can_be_read(panel: httpx.Client, hey: Client) -> None:
    """Campaigns with their states and stopped leads, and how much is unread."""
    campaign = hey.post("/campaign/GetAll", {"offset": 0, "limit": 1}).json()["items"][0]
    hey.post("/campaign/Pause", None, campaignId=campaign["id"])

    spaces = panel.get("/state").json()["workspaces"]

    assert spaces["heyreach"]["campaigns"][0]["status"] == "PAUSED"
    assert spaces["heyreach"]["conversations"] == 26
    assert 0 < spaces["heyreach"]["unread"] < 26


def test_requests_are_counted_and_the_key_is_not_kept(
    simulator: SimulatorServer, panel: httpx.Client, hey: Client
) -> None:
    """How often each operation was asked for."""
    for _ in range(3):
        hey.post("/inbox/GetConversationsV3", listing(limit=1))

    told = panel.get("/requests")

    assert told.json()["counts"] == {"heyreach inbox/GetConversationsV3": 3}
    assert [entry["status"] for entry in told.json()["log"]] == [200, 200, 200]
    assert simulator.heyreach_key not in told.text
    assert simulator.traffic.count("GetConversationsV3") == simulator.traffic.count() == 3
    panel.delete("/requests")
    assert simulator.traffic.count() == 0


def test_faults_are_switched_on_and_off(panel: httpx.Client, hey: Client) -> None:
    """From outside, with the fields of a fault; a slip is told."""
    added = panel.post("/faults", json={"kind": "status", "operation": "CheckApiKey", "status": 500})
    wrong = panel.post("/faults", json={"kind": "statsu"})
    failing = hey.get("/auth/CheckApiKey").status_code
    panel.delete("/faults")

    assert added.json()["faults"][0]["status"] == 500
    assert (wrong.status_code, "statsu" in wrong.json()["error"]) == (400, True)
    assert (failing, hey.get("/auth/CheckApiKey").status_code) == (500, 200)


@pytest.mark.parametrize("provider", ["heyreach", "networkhq"])
def test_a_lead_can_be_made_to_write(simulator: SimulatorServer, panel: httpx.Client, provider: str) -> None:
    """In the conversation that is named, or in the newest."""
    workspace = simulator.world.workspace(provider)
    oldest = list(workspace.newest())[-1]

    panel.post("/inbound", json={"provider": provider, "conversation": oldest.id, "text": "Are you there?"})

    assert next(workspace.newest()) is oldest
    assert workspace.history(oldest)[-1].text == "Are you there?"
    assert panel.post("/inbound", json={"provider": provider}).status_code == 200
    assert panel.post("/inbound", json={"provider": provider, "conversation": "none"}).status_code == 400
    assert panel.post("/inbound", json=[]).status_code == 400


def test_the_network_can_be_taken_away_and_brought_back(panel: httpx.Client, hey: Client) -> None:
    """Connections are refused, at the same address, until they are not."""
    hey.get("/auth/CheckApiKey")
    panel.post("/offline")
    with pytest.raises(httpx.TransportError):
        hey.get("/auth/CheckApiKey")
    with pytest.raises(httpx.ConnectError):
        hey.get("/auth/CheckApiKey")
    panel.post("/online")

    assert hey.get("/auth/CheckApiKey").status_code == 200


def test_one_provider_can_be_cut_off(panel: httpx.Client, hey: Client, hq: Client) -> None:
    """Its connections are closed without an answer, and nothing is delivered; the other goes on."""
    panel.post("/offline", json={"provider": "heyreach"})
    with pytest.raises(httpx.RemoteProtocolError):
        hey.get("/auth/CheckApiKey")
    other = hq.get("/campaigns").status_code
    panel.post("/online")

    assert (other, hey.get("/auth/CheckApiKey").status_code) == (200, 200)


def test_time_pending_messages_and_life_are_steered(simulator: SimulatorServer, panel: httpx.Client) -> None:
    """An hour passes, what is pending appears, and life is switched."""
    before = simulator.world.now()
    after = panel.post("/advance", json={"seconds": 3600}).json()["now"]
    settled = panel.post("/settle").status_code
    life = panel.post("/life", json={"running": True, "speed": 5}).json()

    assert after - before >= 3_600_000_000
    assert settled == 200
    assert life == {"running": True, "speed": 5.0}
    assert simulator.life.running


def test_a_reply_to_a_delivered_message_comes_by_itself(
    simulator: SimulatorServer, panel: httpx.Client, hey: Client
) -> None:
    """Life at full speed answers at once, in the running server."""
    panel.post("/life", json={"running": True, "speed": 10_000})
    rows = [row for row in walk(hey) if can_be_answered(row)][:6]
    for row in rows:
        hey.post("/inbox/SendMessage", message_to(row, "Hello?"))
    wanted = {row["id"] for row in rows}
    deadline = time.monotonic() + 10
    heard: set[object] = set()
    while not heard & wanted and time.monotonic() < deadline:
        heard = {event["conversation"] for event in panel.get("/ledger", params={"kind": "inbound"}).json()["events"]}

    assert heard & wanted
