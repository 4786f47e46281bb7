"""The simulated Instantly's campaigns, leads, jobs and mailboxes. Every answer is judged by the contract."""

from __future__ import annotations

from pathlib import Path

from simulator.config import SimulatorConfig
from simulator.people import number_of
from simulator.server import SimulatorServer
from simulator.world import World
from tests.simulator.clients import Client

Json = dict[str, object]


def leads_of(client: Client, **wanted: object) -> list[Json]:
    found: list[Json] = client.post("/leads/list", wanted).json()["items"]
    return found


def an_active_lead(client: Client) -> Json:
    return next(lead for lead in leads_of(client) if lead["status"] == 1)


def move(client: Client, lead: Json) -> str:
    """Move a lead out of its campaign into a new list; the id of the job."""
    made = client.post("/lead-lists", {"name": "Stopped"}).json()
    body = {"ids": [lead["id"]], "campaign": lead["campaign"], "to_list_id": made["id"], "copy_leads": False}
    return str(client.post("/leads/move", body).json()["id"])


def test_a_lead_is_moved_by_a_job(inst: Client, mails: SimulatorServer) -> None:
    """Not at once: only when the job has ended is the lead out of the campaign."""
    lead = an_active_lead(inst)
    job = move(inst, lead)
    begun = (inst.get(f"/background-jobs/{job}").json()["status"], inst.get(f"/leads/{lead['id']}").json()["campaign"])
    mails.world.clock.advance(2)
    ended = (inst.get(f"/background-jobs/{job}").json()["status"], inst.get(f"/leads/{lead['id']}").json()["campaign"])

    assert begun == ("pending", lead["campaign"])
    assert ended == ("success", None)
    assert [event.campaign for event in mails.ledger.actions("stop")] == [lead["campaign"]]
    found = inst.get("/campaigns/search-by-contact", search=str(lead["email"])).json()["items"]
    assert lead["campaign"] not in [each["id"] for each in found]


def test_a_new_lead_appears_late(inst: Client, mails: SimulatorServer) -> None:
    """The answer has it at once, the list some seconds later."""
    campaign = inst.get("/campaigns").json()["items"][0]["id"]
    made = inst.post("/leads", {"email": "new@example.com", "campaign": campaign, "first_name": "New"}).json()
    early = leads_of(inst, contacts=["new@example.com"])
    mails.world.clock.advance(4)

    assert early == []
    assert [lead["id"] for lead in leads_of(inst, contacts=["new@example.com"])] == [made["id"]]


def test_an_interest_status_is_accepted_and_then_shown(inst: Client) -> None:
    """202: done later."""
    lead = an_active_lead(inst)
    answer = inst.post("/leads/update-interest-status", {"lead_email": lead["email"], "interest_value": -1})

    assert answer.status_code == 202
    assert inst.get(f"/leads/{lead['id']}").json()["lt_interest_status"] == -1


def test_a_campaign_is_paused_and_activated(inst: Client) -> None:
    """Both answer with the campaign; neither has a body."""
    campaign = next(each for each in inst.get("/campaigns").json()["items"] if each["status"] == 1)
    paused = inst.post(f"/campaigns/{campaign['id']}/pause").json()["status"]
    active = inst.post(f"/campaigns/{campaign['id']}/activate").json()["status"]

    assert (paused, active) == (2, 1)


def test_campaigns_and_mailboxes_have_many_states(inst: Client) -> None:
    """So that a client meets them."""
    campaigns = inst.get("/campaigns").json()["items"]
    accounts = inst.get("/accounts").json()["items"]

    assert {each["status"] for each in campaigns} >= {-99, -1, 0, 1, 2, 3, 4}
    assert {each["status"] for each in accounts} == {-1, 1, 2}


def test_figures_are_lists_and_empty_before_anything_was_sent(inst: Client) -> None:
    """An array even for one campaign."""
    campaigns = inst.get("/campaigns").json()["items"]
    draft = next(each["id"] for each in campaigns if each["status"] == 0)
    days = {"start_date": "2026-01-01", "end_date": "2026-01-14"}

    assert inst.get("/campaigns/analytics", id=draft).json() == []
    assert inst.get("/campaigns/analytics/daily", campaign_id=draft, **days).json() == []
    assert inst.get("/campaigns/analytics/steps", campaign_id=draft, **days).json() == []
    assert inst.get("/campaigns/analytics/overview", id=draft, **days).json()["emails_sent_count"] == 0
    assert inst.get(f"/campaigns/{draft}/sending-status").json()["diagnostics"]["status"] == "campaign_draft"


def test_an_address_is_blocked_and_unblocked(inst: Client) -> None:
    """For the whole workspace."""
    entry = inst.post("/block-lists-entries", {"bl_value": "ada@example.com"}).json()
    listed = inst.get("/block-lists-entries").json()["items"]
    inst.delete(f"/block-lists-entries/{entry['id']}")

    assert [each["bl_value"] for each in listed] == ["ada@example.com"]
    assert inst.get("/block-lists-entries").json()["items"] == []


def test_mailboxes_have_vitals_and_warm_up(inst: Client) -> None:
    """By domain and by address."""
    email = inst.get("/accounts").json()["items"][0]["email"]

    assert inst.post("/accounts/test/vitals", {"accounts": [email]}).json()["success_list"][0]["allPass"]
    assert email in inst.post("/accounts/warmup-analytics", {"emails": [email]}).json()["aggregate_data"]
    assert inst.get(f"/accounts/{email}").json()["email"] == email
    assert inst.get("/workspaces/current").json()["name"] == "Acme"
    assert inst.get("/lead-labels").json()["items"][0]["label"] == "Call in spring"


def test_some_people_write_by_mail_and_on_linkedin(inst: Client, mails: SimulatorServer) -> None:
    """Their profile address stands in the lead's payload."""
    linkedin = mails.world.workspace("heyreach").by_person
    addresses = [lead["payload"] for lead in leads_of(inst)]
    numbers = [
        number_of(mails.config.seed, str(payload["linkedin_url"])) for payload in addresses if isinstance(payload, dict)
    ]

    assert any(number in linkedin for number in numbers)
    assert any(number not in linkedin for number in numbers)


def test_a_world_with_mails_comes_back_from_its_ledger(tmp_path: Path) -> None:
    """Size, moves and labels too."""
    config = SimulatorConfig(conversations=10, instantly_conversations=20, ledger=tmp_path / "ledger.jsonl")
    first = World(config)
    space = first.workspace("instantly")
    campaign = next(each for each in space.campaigns if each.members)
    person = space.person(next(iter(campaign.members)))
    first.record(space, "stop", campaign=campaign.id, lead=person.url, message="list", visible_at=first.now())
    first.record(space, "interest", lead=person.url, text="-1")
    first.ledger.close()

    again = World(SimulatorConfig(ledger=tmp_path / "ledger.jsonl"))
    space = again.workspace("instantly")
    again.ledger.close()

    assert len(space.conversations) == 20
    assert [place for place, _ in space.moved.values()] == [first.ledger.events()[0].visible_at]
    assert space.interests == {person.number: -1}
