"""Senders, leads, tags and lists of the simulated HeyReach."""

from __future__ import annotations

import pytest

from simulator.server import SimulatorServer
from tests.conftest import MakeSimulator
from tests.simulator.clients import Client, heyreach, listing

ALL = {"offset": 0, "limit": 100}


@pytest.fixture
def url(hey: Client) -> str:
    """The profile address of a lead."""
    row = hey.post("/inbox/GetConversationsV3", listing()).json()["items"][0]
    return row["correspondentProfile"]["profileUrl"]


def test_one_sender_has_lost_its_session_and_one_cools_down(hey: Client) -> None:
    """Senders show what keeps them from sending, in booleans or in text."""
    senders = hey.post("/li_account/GetAll", ALL).json()["items"]

    assert [str(sender["authIsValid"]).lower() for sender in senders].count("false") == 1
    assert sum(sender["connectionRequestCooldown"] is not None for sender in senders) == 1
    assert senders[5]["isActive"] == "True"


def test_a_sender_is_read_by_id_with_its_status(hey: Client) -> None:
    """One sender, and how its session is."""
    senders = hey.post("/li_account/GetAll", ALL).json()["items"]
    broken = next(sender for sender in senders if sender["authIsValid"] is False)

    one = hey.get("/li_account/GetById", accountId=broken["id"]).json()
    state = hey.get(f"/li_account/GetAccountStatus/{broken['id']}").json()

    assert one == broken
    assert state["status"] == "Disconnected"
    assert hey.get("/li_account/GetById", accountId=1).status_code == 404


def test_a_lead_is_read_by_profile_address(hey: Client, url: str) -> None:
    """The lead's own record; nobody is a 404."""
    assert hey.post("/lead/GetLead", {"profileUrl": url}).json()["profileUrl"] == url
    assert hey.post("/lead/GetLead", {"profileUrl": url[:-1] + "x"}).status_code == 404


def test_adding_tags_keeps_the_others_and_replacing_does_not(simulator: SimulatorServer, hey: Client, url: str) -> None:
    """AddTags adds; ReplaceTags destroys."""

    def write(operation: str, *tags: str) -> object:
        body = {"leadProfileUrl": url, "tags": list(tags), "createTagIfNotExisting": True}
        return hey.post(f"/lead/{operation}", body).json()["newAssignedTags"]

    def held() -> object:
        return hey.post("/lead/GetTags", {"profileUrl": url}).json()["tags"]

    assert write("ReplaceTags", "Hot") == ["Hot"]
    assert write("AddTags", "Hot", "New one") == ["New one"]
    assert held() == ["Hot", "New one"]
    assert write("ReplaceTags", "Nurture") == held() == ["Nurture"]
    assert simulator.ledger.counts() == {"add_tags": 1, "replace_tags": 2}


def test_a_tag_that_is_not_there_has_to_be_made_first(hey: Client, url: str) -> None:
    """Without the wish to create it, an unknown tag is refused."""
    body = {"leadProfileUrl": url, "tags": ["Fresh"], "createTagIfNotExisting": False}
    before = hey.post("/lead/AddTags", body).status_code

    made = hey.post("/lead_tags/CreateTags", {"tags": [{"displayName": "Fresh", "color": "Red"}]})
    wrong = hey.post("/lead_tags/CreateTags", {"tags": [{"displayName": "Fresh", "color": "Beige"}]})

    assert (before, made.status_code, wrong.status_code) == (400, 200, 400)
    assert hey.post("/lead/AddTags", body).status_code == 200


def test_tags_may_be_told_as_a_bare_list(make_simulator: MakeSimulator) -> None:
    """Two shapes are told of this answer."""
    with heyreach(make_simulator(tags_answer="list")) as client:
        row = client.post("/inbox/GetConversationsV3", listing()).json()["items"][0]
        tags = client.post("/lead/GetTags", {"profileUrl": row["correspondentProfile"]["profileUrl"]}).json()

    assert isinstance(tags, list)


def test_lists_can_be_made_filled_and_read(hey: Client, url: str) -> None:
    """A new list is empty, takes leads once, and is named for each of them."""
    made = hey.post("/list/CreateEmptyList", {"name": "Mine", "type": "USER_LIST"}).json()
    lead = {"firstName": "Ada", "lastName": "Example", "profileUrl": url}
    body = {"listId": made["id"], "leads": [lead, lead | {"profileUrl": "nonsense"}]}

    first, second = (hey.post("/list/AddLeadsToListV2", body).json() for _ in range(2))

    page = hey.post("/list/GetLeadsFromList", ALL | {"listId": made["id"]}).json()
    named = hey.post("/list/GetListsForLead", ALL | {"profileUrl": url, "email": None, "linkedinId": None}).json()
    assert first == {"addedLeadsCount": 1, "updatedLeadsCount": 0, "failedLeadsCount": 1}
    assert second == {"addedLeadsCount": 0, "updatedLeadsCount": 1, "failedLeadsCount": 1}
    assert [row["profileUrl"] for row in page["items"]] == [url]
    assert {"listId": made["id"], "listName": "Mine"} in named["items"]
    assert hey.get("/list/GetById", listId=made["id"]).json()["totalItemsCount"] == 1


def test_lists_are_narrowed_by_kind(hey: Client) -> None:
    """Companies have lists of their own."""
    kinds = {row["listType"] for row in hey.post("/list/GetAll", ALL | {"listType": "COMPANY_LIST"}).json()["items"]}

    assert kinds == {"COMPANY_LIST"}
