"""HeyReach's campaigns, senders and figures in Postroom's words."""

from __future__ import annotations

import pytest

from postroom.records import CampaignState, EnrolmentState, Health
from providers.heyreach import outreach
from providers.heyreach.wire import (
    CampaignForLead,
    CampaignLead,
    HeyReachCampaign,
    LinkedInAccount,
    OverallStats,
)
from providers.wire import read
from tests.builders import START
from tests.providers.samples import (
    hr_account,
    hr_campaign,
    hr_campaign_for_lead,
    hr_campaign_lead,
    hr_counts,
    hr_profile,
    hr_stats,
)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("DRAFT", CampaignState.DRAFT),
        ("SCHEDULED", CampaignState.RUNNING),
        ("STARTING", CampaignState.RUNNING),
        ("IN_PROGRESS", CampaignState.RUNNING),
        ("PAUSED", CampaignState.PAUSED),
        ("FINISHED", CampaignState.FINISHED),
        ("CANCELED", CampaignState.CANCELED),
        ("FAILED", CampaignState.FAILED),
        ("ACTIVE", CampaignState.UNKNOWN),
        ("", CampaignState.UNKNOWN),
        (None, CampaignState.UNKNOWN),
    ],
)
def test_df02_a_status_that_is_new_disables_and_is_shown(status: str | None, state: CampaignState) -> None:
    """Every known word has its meaning; a new one has none, and is shown as it is."""
    record = read(HeyReachCampaign, hr_campaign(status=status)).record  # type: ignore[arg-type]
    assert record is not None
    campaign = outreach.campaign(record)

    assert (campaign.state, campaign.state_raw) == (state, status or "")


def test_a_count_below_zero_is_not_shown() -> None:
    """HeyReach's “in progress” is a residual and can be negative."""
    stats = {"totalUsers": 9, "totalUsersInProgress": -7, "totalUsersFinished": 12}
    record = read(HeyReachCampaign, hr_campaign(progressStats=stats)).record
    assert record is not None

    assert outreach.campaign(record).totals == {"leads": 9, "finished": 12}


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("Pending", EnrolmentState.ACTIVE),
        ("InSequence", EnrolmentState.ACTIVE),
        ("PendingOrExcludedToBeCalculated", EnrolmentState.ACTIVE),
        ("Finished", EnrolmentState.STOPPED),
        ("Failed", EnrolmentState.STOPPED),
        ("Excluded", EnrolmentState.STOPPED),
        ("Paused", EnrolmentState.UNKNOWN),
        ("Novel", EnrolmentState.UNKNOWN),
    ],
)
def test_a_lead_is_active_until_nothing_more_can_go_out(status: str, state: EnrolmentState) -> None:
    """Only a known final status counts as stopped."""
    record = read(CampaignForLead, hr_campaign_for_lead(leadStatus=status)).record
    assert record is not None
    enrolment = outreach.enrolment_of_lead(record, lead_id="l", lead_url="https://www.linkedin.com/in/ada")

    assert (enrolment.state, enrolment.state_raw) == (state, status)


def test_a_lead_of_a_campaign_says_why_it_failed() -> None:
    """In the provider's words, and the bare code where it has none."""
    wire = hr_campaign_lead(leadCampaignStatus="Failed", errorCode="CannotSend", leadCampaignStatusMessage="No.")
    record = read(CampaignLead, wire).record
    assert record is not None
    enrolment = outreach.enrolment_in_campaign(record, campaign_id="7")

    assert enrolment is not None
    assert (enrolment.state, enrolment.note) == (EnrolmentState.STOPPED, "No.")
    assert enrolment.lead_id == enrolment.lead_url == "https://www.linkedin.com/in/ada-lovelace"


@pytest.mark.parametrize("profile", [None, hr_profile(profileUrl=None)])
def test_a_lead_without_an_address_cannot_be_joined(profile: object) -> None:
    """It belongs to no conversation that we could know."""
    record = read(CampaignLead, hr_campaign_lead(linkedInUserProfile=profile)).record
    assert record is not None

    assert outreach.enrolment_in_campaign(record, campaign_id="7") is None


@pytest.mark.parametrize(
    ("change", "health", "note"),
    [
        ({}, Health.GOOD, ""),
        ({"authIsValid": "false"}, Health.BROKEN, "Signed out"),
        ({"isActive": False}, Health.BROKEN, "Switched off"),
        ({"authIsValid": None}, Health.UNKNOWN, "does not say"),
        ({"inMailCooldown": "2026-01-06T00:00:00Z"}, Health.COOLING, "InMails until 2026-01-06"),
        ({"connectionRequestCooldown": "2026-01-06T00:00:00Z"}, Health.COOLING, "connection requests"),
        ({"inMailCooldown": "2026-01-04T00:00:00Z"}, Health.GOOD, ""),
        ({"inMailCooldown": "whenever"}, Health.GOOD, ""),
    ],
)
def test_a_sender_says_whether_it_can_send(change: dict[str, object], health: Health, note: str) -> None:
    """The warning comes before the composing."""
    record = read(LinkedInAccount, hr_account(**change)).record
    assert record is not None
    sender = outreach.sender(record, now=START)

    assert sender.health is health
    assert note in sender.note


def test_figures_come_in_order_of_days() -> None:
    """Per day and in all, with ratios from 0 to 1."""
    record = read(OverallStats, hr_stats()).record
    assert record is not None
    statistics = outreach.statistics(record)

    assert [day.day for day in statistics.days] == ["2026-01-01", "2026-01-02"]
    assert [day.counts["messages sent"] for day in statistics.days] == [30, 22]
    assert statistics.totals["leads contacted"] == 71
    assert statistics.rates == {"reply rate": 0.25, "inmail reply rate": 0.0, "acceptance rate": 0.275}


@pytest.mark.parametrize(("rate", "shown"), [(25, 0.25), (1, 1.0), (0, 0.0), (-1, None), (101, None), ("x", None)])
def test_a_percentage_is_not_taken_for_a_ratio(rate: object, shown: float | None) -> None:
    """A reply rate of 2500 % would be noticed too late."""
    record = read(OverallStats, {"overallStats": hr_counts(messageReplyRate=rate)}).record
    assert record is not None

    assert outreach.statistics(record).rates.get("reply rate") == shown


def test_days_that_are_none_are_left_out() -> None:
    """A key that is no day is not drawn on the axis."""
    record = read(OverallStats, {"byDayStats": {"total": hr_counts(), "2026-01-01T00:00:00Z": hr_counts()}}).record
    assert record is not None

    assert [day.day for day in outreach.statistics(record).days] == ["2026-01-01"]
