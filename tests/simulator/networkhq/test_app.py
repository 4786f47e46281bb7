"""Keys, scopes and limits of the simulated NetworkHQ."""

from __future__ import annotations

import httpx
import pytest

from simulator.config import NETWORKHQ_KEY
from simulator.server import SimulatorServer
from tests.conftest import MakeSimulator
from tests.simulator.clients import networkhq


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer nhq_live_wrong", "Basic abc", "Bearer simulator-heyreach-key"]
)
def test_a_bad_key_is_answered_in_json(simulator: SimulatorServer, header: str) -> None:
    """Missing, wrong and foreign keys."""
    answer = httpx.get(f"{simulator.networkhq_url}/conversations", headers={"Authorization": header}, trust_env=False)

    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthorized")


def test_a_missing_scope_is_named(make_simulator: MakeSimulator) -> None:
    """A key without a scope is told which one."""
    server = make_simulator(scopes={NETWORKHQ_KEY: ("conversations:read",)})
    with networkhq(server) as client:
        reading = client.get("/conversations")
        sending = client.post("/conversations/anything/messages", {"content": "Hello"})

    assert (reading.status_code, sending.status_code) == (200, 403)
    assert sending.json()["error"] == {"code": "forbidden", "message": "Missing scope: conversations:write"}


def test_too_many_requests_are_refused_in_json(make_simulator: MakeSimulator) -> None:
    """The limit is not published; the refusal has no header."""
    with networkhq(make_simulator(networkhq_per_minute=2)) as client:
        answers = [client.get("/campaigns") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json()["error"]["code"] == "rate_limited"
    assert "retry-after" not in answers[2].headers
