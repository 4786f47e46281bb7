"""Pausing, resuming, starting and stopping at the simulated HeyReach, each read back."""

from __future__ import annotations

import pytest

from simulator.server import SimulatorServer
from tests.simulator.clients import Client, listing

ALL = {"offset": 0, "limit": 100}


def campaigns(client: Client) -> dict[str, dict[str, object]]:
    """Every campaign by name."""
    return {row["name"]: row for row in client.post("/campaign/GetAll", ALL).json()["items"]}


def status(client: Client, id_: object) -> str:
    """What GetById says."""
    return str(client.get("/campaign/GetById", campaignId=str(id_)).json()["status"])


def lead_of(client: Client) -> tuple[int, str]:
    """A campaign and the profile address of somebody in it who can be stopped."""
    for row in client.post("/inbox/GetConversationsV3", listing()).json()["items"]:
        url = row["correspondentProfile"]["profileUrl"]
        for enrolment in enrolments(client, url):
            if enrolment["leadStatus"] == "InSequence":
                return enrolment["campaignId"], url
    raise AssertionError("nobody is in a sequence")


def enrolments(client: Client, url: str) -> list[dict[str, object]]:
    """The campaigns of a lead."""
    body = ALL | {"profileUrl": url, "email": None, "linkedinId": None}
    return client.post("/campaign/GetCampaignsForLead", body).json()["items"]


def test_campaigns_come_in_every_state(hey: Client) -> None:
    """Running, paused, finished, canceled, failed, draft and scheduled campaigns are there to be handled."""
    states = {row["status"] for row in campaigns(hey).values()}

    assert states == {"IN_PROGRESS", "PAUSED", "FINISHED", "CANCELED", "FAILED", "DRAFT", "SCHEDULED"}


def test_campaigns_are_narrowed_by_word_state_and_sender(hey: Client) -> None:
    """The list can be asked for less."""
    every = campaigns(hey)
    account = every["Q3 founders"]["campaignAccountIds"][0]

    def names(**changes: object) -> set[str]:
        return {row["name"] for row in hey.post("/campaign/GetAll", ALL | changes).json()["items"]}

    assert names(keyword="FOUNDERS") == {"Q3 founders"}
    assert names(statuses=["PAUSED"]) == {name for name, row in every.items() if row["status"] == "PAUSED"}
    assert names(accountIds=[account]) == {name for name, row in every.items() if account in row["campaignAccountIds"]}


def test_reading_campaigns_with_the_wrong_verb_is_not_allowed(hey: Client) -> None:
    """Reads are mostly POST; GET answers 405, and GetById the other way round."""
    assert hey.get("/campaign/GetAll").status_code == 405
    assert hey.post("/campaign/GetById", None, campaignId=1).status_code == 405


def test_a_pause_is_read_back(simulator: SimulatorServer, hey: Client) -> None:
    """Pausing pauses, and pausing again changes nothing."""
    id_ = campaigns(hey)["Q3 founders"]["id"]

    answers = [hey.post("/campaign/Pause", None, campaignId=id_) for _ in range(2)]

    assert [(answer.status_code, answer.content) for answer in answers] == [(200, b"")] * 2
    assert status(hey, id_) == "PAUSED"
    assert {event.campaign for event in simulator.ledger.actions("pause")} == {str(id_)}


@pytest.mark.parametrize("name", ["Q3 founders", "Spring relaunch", "Event: booth 214"])
def test_what_is_not_paused_cannot_be_resumed(hey: Client, name: str) -> None:
    """A campaign that runs, a draft and a canceled one are refused with a sentence."""
    answer = hey.post("/campaign/Resume", None, campaignId=campaigns(hey)[name]["id"])

    assert answer.status_code == 400
    assert answer.json()["errorMessage"].endswith("is not paused, finished or failed.")


def test_a_paused_campaign_runs_again(simulator: SimulatorServer, hey: Client) -> None:
    """Resuming works, and holds."""
    id_ = campaigns(hey)["DACH Geschäftsführer"]["id"]

    hey.post("/campaign/Resume", None, campaignId=id_)
    simulator.world.clock.advance(5)

    assert status(hey, id_) == "IN_PROGRESS"


def test_a_campaign_without_leads_is_paused_again_after_a_second(simulator: SimulatorServer, hey: Client) -> None:
    """The answer 200 does not prove that a campaign runs."""
    id_ = campaigns(hey)["Black Friday ad leads"]["id"]

    answer = hey.post("/campaign/Resume", None, campaignId=id_)
    at_once = status(hey, id_)
    simulator.world.clock.advance(1.1)

    assert (answer.status_code, at_once, status(hey, id_)) == (200, "IN_PROGRESS", "PAUSED")


def test_a_draft_is_started(hey: Client) -> None:
    """StartCampaign is for drafts alone."""
    id_ = campaigns(hey)["Spring relaunch"]["id"]

    answers = [hey.post("/campaign/StartCampaign", None, campaignId=id_).status_code for _ in range(2)]

    assert answers == [200, 400]
    assert status(hey, id_) == "IN_PROGRESS"


def test_the_residual_of_a_campaign_can_be_negative(hey: Client) -> None:
    """Nobody should show “in progress” as a count by itself."""
    figures = campaigns(hey)["Black Friday ad leads"]["progressStats"]
    assert isinstance(figures, dict)

    assert figures["totalUsersInProgress"] < 0


def test_a_stopped_lead_leaves_the_sequence(simulator: SimulatorServer, hey: Client) -> None:
    """Stopping is read back; stopping again says that it was done already."""
    campaign, url = lead_of(hey)
    body = {"campaignId": campaign, "leadMemberId": None, "leadUrl": url}

    first, second = (hey.post("/campaign/StopLeadInCampaign", body) for _ in range(2))

    states = {row["campaignId"]: row["leadStatus"] for row in enrolments(hey, url)}
    assert (first.status_code, first.content, states[campaign]) == (200, b"", "Finished")
    assert second.status_code == 400
    assert second.json()["errorMessage"].endswith("workflow is in FAILED state.")
    assert [(event.campaign, event.lead) for event in simulator.ledger.actions("stop")] == [(str(campaign), url)]


def test_a_lead_who_is_not_in_the_campaign_is_not_found(hey: Client) -> None:
    """404 means: not in that campaign."""
    _, url = lead_of(hey)
    held = {row["campaignId"] for row in enrolments(hey, url)}
    other = next(row["id"] for row in campaigns(hey).values() if row["id"] not in held)

    answer = hey.post("/campaign/StopLeadInCampaign", {"campaignId": other, "leadMemberId": None, "leadUrl": url})

    assert answer.status_code == 404


def test_a_lead_can_be_stopped_by_member_id(hey: Client) -> None:
    """Leads that are known by email alone have no profile address to name."""
    campaign, url = lead_of(hey)
    member = hey.post("/lead/GetLead", {"profileUrl": url}).json()["linkedin_id"]

    answer = hey.post("/campaign/StopLeadInCampaign", {"campaignId": campaign, "leadMemberId": member, "leadUrl": None})

    assert answer.status_code == 200


def test_nobody_known_is_in_no_campaign(hey: Client) -> None:
    """An unknown person is an empty page; naming nobody at all is a mistake."""
    nobody = hey.post("/campaign/GetCampaignsForLead", ALL | {"email": "nobody@example.com"})
    unnamed = hey.post("/campaign/GetCampaignsForLead", ALL)

    assert nobody.json()["items"] == []
    assert unnamed.status_code == 400


def test_pending_leads_are_not_listed_in_their_campaign(hey: Client) -> None:
    """An empty or short page does not mean that there are no leads."""
    row = campaigns(hey)["Q3 founders"]
    figures = row["progressStats"]
    assert isinstance(figures, dict)

    page = hey.post("/campaign/GetLeadsFromCampaign", ALL | {"campaignId": row["id"]}).json()

    assert page["totalCount"] == figures["totalUsers"] - figures["totalUsersPending"]


def test_the_leads_of_a_campaign_are_narrowed_by_time(hey: Client) -> None:
    """Only time filters exist."""
    id_ = campaigns(hey)["Q3 founders"]["id"]
    body = ALL | {"campaignId": id_, "timeFilter": "CreationTime"}

    none = hey.post("/campaign/GetLeadsFromCampaign", body | {"timeTo": "2001-01-01T00:00:00Z"}).json()
    wrong = hey.post("/campaign/GetLeadsFromCampaign", body | {"timeFilter": "Never", "timeTo": "2001-01-01T00:00:00Z"})

    assert none["items"] == []
    assert wrong.status_code == 400


def test_added_leads_are_counted_and_found(hey: Client) -> None:
    """Adding is an upsert: new, known, and refused leads are counted apart."""
    row = campaigns(hey)["Nordics – logistics leaders"]
    seats = row["campaignAccountIds"]
    assert isinstance(seats, list)
    new = {"firstName": "Ada", "lastName": "Example", "profileUrl": "https://www.linkedin.com/in/ada-example"}
    pairs = [
        {"linkedInAccountId": seats[0], "lead": new},
        {"linkedInAccountId": 1, "lead": new | {"profileUrl": "https://www.linkedin.com/in/bob-example"}},
    ]
    body = {"campaignId": row["id"], "accountLeadPairs": pairs}

    first, second = (hey.post("/campaign/AddLeadsToCampaignV2", body).json() for _ in range(2))

    assert first == {"addedLeadsCount": 1, "updatedLeadsCount": 0, "failedLeadsCount": 1}
    assert second == {"addedLeadsCount": 0, "updatedLeadsCount": 1, "failedLeadsCount": 1}
    assert [each["campaignId"] for each in enrolments(hey, new["profileUrl"])] == [row["id"]]
