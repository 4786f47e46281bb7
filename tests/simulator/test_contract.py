"""Every operation that a client calls is simulated, and a whole world of answers keeps to the contracts."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from simulator.answers import Operation
from simulator.faults import Fault
from simulator.heyreach.app import RULES as HEYREACH
from simulator.networkhq.app import RULES as NETWORKHQ
from simulator.server import SimulatorServer
from tests.conftest import MakeSimulator
from tests.contracts import document, needs_contracts
from tests.simulator.clients import FILTERS, Client, heyreach, listing, networkhq
from tests.simulator.heyreach import test_inbox as heyreach_inbox
from tests.simulator.networkhq import test_inbox as networkhq_inbox

pytestmark = [pytest.mark.contract, needs_contracts]

NOT_CALLED = ("/webhooks/",)
"""What Postroom has no use for."""


def simulated(operations: tuple[Operation, ...]) -> set[tuple[str, str]]:
    """Method and path of what is simulated, parameters without their names."""
    return {(operation.method, re.sub(r"{[^}]+}", "{}", operation.path)) for operation in operations}


def declared(provider: str) -> set[tuple[str, str]]:
    """Method and path of what the contract names."""
    paths = document(provider)["paths"]
    assert isinstance(paths, dict)
    return {
        (method.upper(), re.sub(r"{[^}]+}", "{}", path))
        for path, methods in paths.items()
        if not path.startswith(NOT_CALLED)
        for method in methods
    }


def test_every_operation_is_simulated() -> None:
    """33 of HeyReach's, all 14 of NetworkHQ's, and nothing that they do not have."""
    assert simulated(HEYREACH.operations) == declared("heyreach")
    assert simulated(NETWORKHQ.operations) == declared("networkhq")


@pytest.mark.parametrize("settings", [{}, {"hostile": True}, {"loose_numbers": True}, {"message_order": "newest"}])
def test_a_whole_world_keeps_to_the_contract(make_simulator: MakeSimulator, settings: dict[str, object]) -> None:
    """Hundreds of conversations with all their odd cases, campaigns, leads, lists and figures: none breaks a schema."""
    server = make_simulator(conversations=300, heyreach_per_minute=None, networkhq_per_minute=None, **settings)
    with heyreach(server) as hey, networkhq(server) as hq:
        asked = _ask_heyreach(hey) + _ask_networkhq(hq)

    assert asked > 60  # the client judges every answer


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500, 502, 503])
def test_errors_keep_to_the_contract(simulator: SimulatorServer, hey: Client, hq: Client, status: int) -> None:
    """A fault that is a status looks like the provider's own."""
    simulator.fault(Fault("status", status=status))
    if status not in {502, 503}:
        assert hey.post("/inbox/SendMessage", {}).status_code == status
    if status != 500:
        assert hq.post("/conversations/x/messages", {}).status_code == status


def _ask_heyreach(client: Client) -> int:
    """Ask for everything that can be read; how many requests that took."""
    before = 0
    every = {"offset": 0, "limit": 100}
    rows = heyreach_inbox.walk(client, limit=100)
    old = {key: value for key, value in FILTERS.items() if key != "latestAutoTagNames"}
    client.post("/inbox/GetConversationsV2", every | {"filters": old})
    client.post("/inbox/GetConversationsV3", listing(seen=False))
    for row in rows[::12]:
        lead = row["correspondentProfile"]
        assert isinstance(lead, dict)
        client.get(f"/inbox/GetChatroom/{row['linkedInAccountId']}/{quote(str(row['id']), safe='')}")
        client.post("/campaign/GetCampaignsForLead", every | {"profileUrl": lead["profileUrl"]})
        client.post("/lead/GetLead", {"profileUrl": lead["profileUrl"]})
        before += 3
    campaigns = client.post("/campaign/GetAll", every).json()["items"]
    for campaign in campaigns:
        client.get("/campaign/GetById", campaignId=campaign["id"])
        client.post("/campaign/GetLeadsFromCampaign", every | {"campaignId": campaign["id"]})
        before += 2
    days = {"startDate": "2026-01-01T00:00:00.000Z", "endDate": "2026-01-31T23:59:59.999Z"}
    for operation in ("GetOverallStats", "GetOverallStatsByCampaign"):
        client.post(f"/stats/{operation}", {"accountIds": [], "campaignIds": []} | days)
    client.post("/li_account/GetAll", every)
    for found in client.post("/list/GetAll", every).json()["items"]:
        client.post("/list/GetLeadsFromList", every | {"listId": found["id"]})
        before += 1
    return before


def _ask_networkhq(client: Client) -> int:
    """Ask for everything that can be read; how many requests that took."""
    rows = networkhq_inbox.walk(client, limit=50)
    for row in rows[::6]:
        client.get(f"/conversations/{row['id']}", limit=2)
    for path in ("/linkedin_accounts", "/leads", "/lead_lists"):
        networkhq_inbox.walk(client, path, limit=50)
    for found in networkhq_inbox.walk(client, "/lead_lists"):
        client.get(f"/lead_lists/{found['id']}/leads")
    for campaign in networkhq_inbox.walk(client, "/campaigns"):
        client.get(f"/campaigns/{campaign['id']}/leads", limit=500)
    return len(rows) // 6
