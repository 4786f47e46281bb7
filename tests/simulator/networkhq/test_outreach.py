"""Campaigns and accounts of the simulated NetworkHQ."""

from __future__ import annotations

from tests.simulator.clients import Client
from tests.simulator.networkhq.test_inbox import walk


def test_campaigns_are_told_in_their_own_words(hq: Client) -> None:
    """Four states, and five counters."""
    rows = walk(hq, "/campaigns")

    assert {row["status"] for row in rows} == {"draft", "started", "paused", "completed"}
    assert all(row["totalLeads"] >= row["repliesReceived"] for row in rows)


def test_the_leads_of_a_campaign_join_it_with_the_conversations(hq: Client) -> None:
    """Conversations do not say which campaign they belong to; the leads of the campaigns do."""
    wanted = {row["lead"]["id"] for row in walk(hq)}
    found = {
        lead["lead"]["id"]
        for campaign in walk(hq, "/campaigns")
        for lead in walk(hq, f"/campaigns/{campaign['id']}/leads")
    }

    assert len(wanted & found) >= 10


def test_an_unknown_campaign_is_not_found(hq: Client) -> None:
    """A JSON error with a code."""
    answer = hq.get("/campaigns/nothing/leads")

    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_accounts_show_what_keeps_them_from_sending(hq: Client) -> None:
    """Disconnected, cooling down, and never finished connecting."""
    rows = walk(hq, "/linkedin_accounts")

    assert {row["status"] for row in rows} == {"connected", "disconnected", "awaiting_code"}
    assert sum(row["cooldown_until"] is not None for row in rows) == 1
    assert sum(row["profile_name"] is None for row in rows) == 1
