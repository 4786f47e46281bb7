"""Keys, limits and workspaces of the simulated HeyReach."""

from __future__ import annotations

import httpx
import pytest

from simulator.server import SimulatorServer
from tests.conftest import MakeSimulator
from tests.simulator.clients import Client, heyreach


def test_a_good_key_is_answered_with_nothing(hey: Client) -> None:
    """A bare 200 is the whole answer."""
    answer = hey.get("/auth/CheckApiKey")

    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    ("headers", "sentence"),
    [({}, "Missing API key"), ({"X-API-KEY": "wrong"}, "Invalid API key")],
)
def test_a_bad_key_is_answered_in_plain_text_without_a_type(
    simulator: SimulatorServer, headers: dict[str, str], sentence: str
) -> None:
    """The two sentences tell a missing key from a wrong one."""
    answer = httpx.get(f"{simulator.heyreach_url}/auth/CheckApiKey", headers=headers, trust_env=False)

    assert (answer.status_code, answer.text, answer.headers.get("content-type")) == (401, sentence, None)


def test_the_other_providers_key_does_not_fit(simulator: SimulatorServer) -> None:
    """A key opens one provider."""
    with heyreach(simulator, key=simulator.networkhq_key) as client:
        assert client.get("/auth/CheckApiKey").status_code == 401


def test_the_301st_request_of_a_minute_is_refused_and_a_minute_later_it_is_not(make_simulator: MakeSimulator) -> None:
    """One bucket for everything, and no header that says when to come back."""
    server = make_simulator(heyreach_per_minute=3)
    with heyreach(server) as client:
        answers = [client.get("/auth/CheckApiKey") for _ in range(4)]
        server.world.clock.advance(61)
        later = client.get("/auth/CheckApiKey")

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert "retry-after" not in answers[3].headers
    assert later.status_code == 200


def test_keys_open_workspaces_of_their_own(make_simulator: MakeSimulator) -> None:
    """Each key has its own inbox and its own bucket."""
    server = make_simulator(heyreach_keys=("simulator-a", "simulator-b"), heyreach_per_minute=1)
    with heyreach(server, key="simulator-a") as first, heyreach(server, key="simulator-b") as second:
        answers = [client.get("/auth/CheckApiKey").status_code for client in (first, second, first)]

    sizes = {space.name: len(space.conversations) for space in server.world.workspaces.values()}
    assert answers == [200, 200, 429]
    assert sizes == {"heyreach-1": 13, "heyreach-2": 13, "networkhq": 14, "instantly": 0}


def test_a_body_that_is_not_json_is_refused(hey: Client) -> None:
    """Broken requests are the client's mistake."""
    answer = hey.http.post("/campaign/GetAll", content=b"{")

    assert answer.status_code == 400
