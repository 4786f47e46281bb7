"""Figures of the simulated HeyReach."""

from __future__ import annotations

import pytest

from tests.simulator.clients import Client
from tests.simulator.heyreach.test_campaigns import campaigns

STATS, BY_CAMPAIGN = "/stats/GetOverallStats", "/stats/GetOverallStatsByCampaign"


def selection(*campaign_ids: object, start: str = "2026-01-01", end: str = "2026-12-31") -> dict[str, object]:
    """The body of both operations."""
    return {
        "accountIds": [],
        "campaignIds": list(campaign_ids),
        "startDate": f"{start}T00:00:00.000Z",
        "endDate": f"{end}T23:59:59.999Z",
    }


def test_the_whole_is_the_sum_of_the_days(hey: Client) -> None:
    """Counts add up, and rates are ratios of them."""
    answer = hey.post(STATS, selection(campaigns(hey)["Q3 founders"]["id"])).json()
    days, overall = answer["byDayStats"], answer["overallStats"]

    assert len(days) == 365
    assert overall["messagesSent"] == sum(day["messagesSent"] for day in days.values()) > 0
    assert 0 < overall["messageReplyRate"] < 1


def test_figures_by_campaign_are_lists_and_remember_deleted_campaigns(hey: Client) -> None:
    """Asking for all campaigns also brings one that is gone."""
    answer = hey.post(BY_CAMPAIGN, selection(start="2026-06-01", end="2026-06-03")).json()

    assert sorted(answer["byDayStats"]) == [f"2026-06-0{day}T00:00:00Z" for day in (1, 2, 3)]
    assert [row["isCampaignDeleted"] for row in answer["overallStats"]].count(True) == 1


def test_no_days_no_figures(hey: Client) -> None:
    """A campaign that has not begun has done nothing."""
    answer = hey.post(STATS, selection(campaigns(hey)["Spring relaunch"]["id"], start="2026-06-01", end="2026-06-01"))

    assert answer.json()["overallStats"]["messagesSent"] == 0


@pytest.mark.parametrize("missing", ["accountIds", "campaignIds", "startDate", "endDate"])
def test_every_part_of_the_selection_is_mandatory(hey: Client, missing: str) -> None:
    """Both arrays and both dates have to be sent."""
    body = {key: value for key, value in selection().items() if key != missing}

    assert hey.post(STATS, body).status_code == 400
