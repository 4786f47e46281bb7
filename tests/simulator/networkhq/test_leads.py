"""Leads, lists and credits of the simulated NetworkHQ."""

from __future__ import annotations

from tests.conftest import MakeSimulator
from tests.simulator.clients import Client, networkhq
from tests.simulator.networkhq.test_inbox import walk

NEW = {"linkedin_url": "https://www.linkedin.com/in/ada-example", "first_name": "Ada", "company": "Example"}


def test_lists_are_made_one_by_one(hq: Client) -> None:
    """All made: 201. Some malformed: 207. None made: 400."""
    good, bad = {"name": "Founders", "description": None}, {"name": ""}
    answers = [hq.post("/lead_lists", {"lead_lists": lists}) for lists in ([good], [good, bad], [bad], [])]

    assert [answer.status_code for answer in answers] == [201, 207, 400, 400]
    assert answers[1].json()["summary"] == {"attempted": 2, "created": 1, "malformed": 1}
    made = answers[0].json()["data"][0]
    assert hq.get(f"/lead_lists/{made['id']}").json()["data"] == made


def test_one_lead_is_answered_with_one_object(hq: Client) -> None:
    """Created, then already there; in another list, attached."""
    first, second = (row["id"] for row in walk(hq, "/lead_lists")[:2])
    answers = [hq.post(f"/lead_lists/{id_}/leads", {"leads": [NEW]}) for id_ in (first, first, second)]

    assert [(answer.status_code, answer.json()["result"]) for answer in answers] == [
        (201, "created"),
        (200, "already_in_list"),
        (201, "added_existing"),
    ]
    assert answers[0].json()["data"]["id"] in {row["id"] for row in walk(hq, f"/lead_lists/{first}/leads")}


def test_several_leads_are_answered_with_a_batch(hq: Client) -> None:
    """Part malformed: 207 with what became of each."""
    id_ = walk(hq, "/lead_lists")[0]["id"]
    other = NEW | {"linkedin_url": "https://www.linkedin.com/in/bo-example"}
    mixed = hq.post(f"/lead_lists/{id_}/leads", {"leads": [NEW, {"linkedin_url": 5}, NEW | {"age": 3}]})
    whole = hq.post(f"/lead_lists/{id_}/leads", {"leads": [NEW, other]})
    again = hq.post(f"/lead_lists/{id_}/leads", {"leads": [NEW, other]})

    assert [answer.status_code for answer in (mixed, whole, again)] == [207, 201, 200]
    assert mixed.json()["summary"]["malformed"] == 2
    assert hq.post(f"/lead_lists/{id_}/leads", {"leads": [{}]}).status_code == 400
    assert hq.post("/lead_lists/nothing/leads", {"leads": [NEW]}).status_code == 404


def test_leads_are_found_by_words_and_lists(hq: Client) -> None:
    """A query narrows, and so do lists."""
    rows = walk(hq, "/leads")
    row = rows[3]

    assert row["id"] in {found["id"] for found in walk(hq, "/leads", query=str(row["last_name"]))}
    listed = str(walk(hq, "/lead_lists")[0]["id"])
    assert all(listed in found["lead_list_ids"] for found in walk(hq, "/leads", list_ids=listed))
    assert hq.get(f"/leads/{row['id']}").json()["data"] == row
    assert hq.get("/leads/lead_nobody").status_code == 404


def test_enriching_costs_a_credit_once_and_says_when_there_is_none(make_simulator: MakeSimulator) -> None:
    """All of it is told inside a 200."""
    server = make_simulator(credits=1)
    with networkhq(server) as client:
        told = [
            client.post(f"/leads/{row['id']}/enrich").json()["enrichment"]
            for row in walk(client, "/leads", limit=100)
            for _ in range(2)
        ]

    statuses = {each["status"] for each in told}
    assert {"enriched", "already_enriched", "insufficient_credits"} <= statuses
    assert sum(each["charged"] for each in told) == 1
    assert told[-1]["credits_remaining"] == 0
