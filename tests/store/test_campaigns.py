"""Campaigns and enrolments are shown as the provider says they are, with what is on its way."""

from __future__ import annotations

import pytest

from postroom.commands import PauseCampaign, ResumeCampaign, StopLead
from postroom.errors import Ambiguous, NotFound
from postroom.records import (
    CampaignKey,
    CampaignState,
    ConversationKey,
    EnrolmentState,
    Health,
    Statistics,
    StatisticsDay,
)
from store import outbox, queries, writes
from store.database import Store
from tests.builders import at, campaign, conversation, enrolment, inbound, lead, page, sender

ADA = ConversationKey("acme", "c1")
Q3 = CampaignKey("acme", "q3")


def fill(store: Store) -> None:
    """One conversation and two campaigns."""
    writes.apply_conversations(store, "acme", "heyreach", page(conversation("c1", inbound(minutes=1))), now=at(5))
    writes.apply_campaigns(
        store, "acme", "heyreach", page(campaign(), campaign("q4", "Q4 founders", CampaignState.PAUSED)), now=at(5)
    )
    writes.apply_senders(store, "acme", page(sender(health=Health.BROKEN, note="signed out")), now=at(5))


def test_a_campaign_is_shown_with_its_senders(store: Store) -> None:
    """The pane says what runs, how it goes, and whose account is broken."""
    fill(store)
    shown = queries.campaign(store, Q3)

    assert shown is not None
    assert (shown.name, shown.state, shown.state_raw) == ("Q3 founders", CampaignState.RUNNING, "IN_PROGRESS")
    assert shown.totals == (("leads", 412), ("in progress", 40))
    assert shown.senders == (("Jane Doe", Health.BROKEN, "signed out"),)
    assert queries.campaign(store, CampaignKey("acme", "none")) is None


def test_unchanged_campaigns_and_senders_are_not_written(store: Store) -> None:
    """Polling costs no write when nothing changed."""
    fill(store)

    again = writes.apply_campaigns(store, "acme", "heyreach", page(campaign()), now=at(6))
    renamed = writes.apply_campaigns(store, "acme", "heyreach", page(campaign(name="Q3")), now=at(6))
    senders = writes.apply_senders(store, "acme", page(sender(health=Health.BROKEN, note="signed out")), now=at(6))

    assert (again, renamed, senders) == (0, 1, 0)


def test_statistics_stay_with_their_campaign(store: Store) -> None:
    """Days and rates are kept over a later list page."""
    fill(store)
    days = tuple(StatisticsDay(f"2026-01-{n:02d}", {"replies": n, "messages sent": 2 * n}) for n in range(1, 32))
    writes.apply_statistics(store, "acme", "q3", Statistics(days, {"replies": 9}, {"reply rate": 0.12}), now=at(6))
    writes.apply_campaigns(store, "acme", "heyreach", page(campaign(name="Q3")), now=at(7))
    shown = queries.campaign(store, Q3)

    assert shown is not None
    assert len(shown.days) == 30
    assert shown.days[-1] == ("2026-01-31", 31, 62)
    assert (shown.rates, shown.statistics_at) == ((("reply rate", 0.12),), at(6))


def test_enrolments_of_a_lead_are_replaced_as_a_whole(store: Store) -> None:
    """A campaign that the lead left is not listed any more."""
    fill(store)
    writes.apply_enrolments(store, "acme", lead(), (enrolment(), enrolment("q4", campaign_name="")), now=at(6))
    both = queries.enrolments(store, ADA)
    changed = writes.apply_enrolments(store, "acme", lead(), (enrolment(state=EnrolmentState.STOPPED),), now=at(7))
    left = queries.enrolments(store, ADA)

    assert [(row.campaign_name, row.campaign_state) for row in both] == [
        ("Q3 founders", CampaignState.RUNNING), ("Q4 founders", CampaignState.PAUSED),
    ]  # fmt: skip
    assert changed == 2
    assert [(row.campaign_id, row.state) for row in left] == [("q3", EnrolmentState.STOPPED)]
    assert left[0].lead_url == "https://www.linkedin.com/in/ada-lovelace"


def test_a_stop_on_its_way_is_not_a_stop(store: Store) -> None:
    """Until it is verified, the enrolment says so in capitals."""
    fill(store)
    writes.apply_enrolments(store, "acme", lead(), (enrolment(),), now=at(6))
    stop = StopLead("acme", "q3", "Q3 founders", "lead-ada-lovelace", "Ada", "https://www.linkedin.com/in/ada-lovelace")
    number = outbox.enqueue(store, stop, now=at(7))
    waiting = queries.enrolments(store, ADA)[0].pending_action
    outbox.claim(store, number, baseline=None, now=at(8))
    outbox.settle(store, number, state="accepted", now=at(8))
    accepted = queries.enrolments(store, ADA)[0].pending_action
    outbox.verified(store, number, now=at(9))

    assert (waiting, accepted) == ("NOT YET STOPPED", "NOT YET STOPPED")
    assert queries.enrolments(store, ADA)[0].pending_action == ""


def test_a_pause_on_its_way_is_not_a_pause(store: Store) -> None:
    """A campaign that is being paused still sends, and the pane says so."""
    fill(store)
    number = outbox.enqueue(store, PauseCampaign("acme", "q3", "Q3 founders"), now=at(7))
    outbox.enqueue(store, ResumeCampaign("acme", "q4", "Q4 founders"), now=at(7))
    waiting = {row.id: row.pending_action for row in queries.campaigns(store)}
    outbox.hold(store, number, "offline", now=at(8))
    held = queries.campaign(store, Q3)

    assert waiting == {"q3": "pausing: not yet paused", "q4": "resuming: not yet running"}
    assert held is not None
    assert held.pending_action == "pause held back"


def test_a_conversation_learns_its_only_campaign(store: Store) -> None:
    """Where the inbox names no campaign, the campaign's leads tell; with two, nobody guesses."""
    fill(store)
    writes.apply_campaign_leads(store, "acme", "q3", page(enrolment()), now=at(6))
    learned = queries.inbox_row(store, ADA)
    grace = lead("Grace Hopper")
    writes.apply_campaign_leads(store, "acme", "q3", page(enrolment(who=grace)), now=at(6))
    writes.apply_campaign_leads(store, "acme", "q4", page(enrolment("q4", who=grace)), now=at(6))
    writes.apply_conversations(
        store, "acme", "heyreach", page(conversation("c2", inbound(minutes=1), who=grace)), now=at(7)
    )
    writes.apply_campaign_leads(store, "acme", "q4", page(enrolment("q4", who=grace)), now=at(8))
    hidden = lead("Mary Somerville", profile_url=None)
    writes.apply_conversations(
        store, "acme", "heyreach", page(conversation("c3", inbound(minutes=2), who=hidden)), now=at(9)
    )
    writes.apply_campaign_leads(store, "acme", "q4", page(enrolment("q4", who=hidden)), now=at(9))
    unsure, by_id = (queries.inbox_row(store, ConversationKey("acme", each)) for each in ("c2", "c3"))

    assert learned is not None
    assert unsure is not None
    assert by_id is not None
    assert (learned.campaign_id, unsure.campaign_id, by_id.campaign_id) == ("q3", None, "q4")


def test_a_campaign_is_found_by_ref_prefix_id_or_name(store: Store) -> None:
    """Whatever the user copies works, and what fits several says which."""
    fill(store)
    ref = queries.campaigns(store)[0].ref

    assert [queries.find_campaign(store, text).id for text in (ref, ref[:9], "q3", "Q3 founders")] == ["q3"] * 4
    with pytest.raises(Ambiguous, match="Q4 founders"):
        queries.find_campaign(store, "hr:")
    for nothing in ("", "none"):
        with pytest.raises(NotFound):
            queries.find_campaign(store, nothing)
