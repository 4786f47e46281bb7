"""What stands beside the inbox: campaigns, senders and the leads of campaigns."""

from __future__ import annotations

from collections.abc import Callable

from postroom.errors import Forbidden
from postroom.records import ConversationKey, ProviderName
from store import queries
from sync.clock import HOUR, MINUTE
from tests.builders import campaign, enrolment, lead
from tests.sync.far_side import FarSide
from tests.sync.places import WORKSPACE, Place


async def test_campaigns_are_read_every_ten_minutes(place: Place) -> None:
    """Campaigns and senders do not make every poll dearer."""
    await place.pull()
    place.far.calls.clear()
    for _ in range(5):
        await place.pull()
    early = place.far.calls["campaigns"], place.far.calls["senders"]
    place.clock.advance(10 * MINUTE / 1_000_000)
    await place.pull()

    assert early == (0, 0)
    assert (place.far.calls["campaigns"], place.far.calls["senders"]) == (1, 1)


async def test_networkhq_conversations_find_their_campaign(places: Callable[..., Place], place: Place) -> None:
    """NetworkHQ's conversations carry no campaign: it is found among the campaign's leads, once an hour."""
    far = FarSide(place.clock, provider_name=ProviderName.NETWORKHQ)
    far.campaign_list["q3"], far.enrolled["q3"] = campaign(), [enrolment(who=lead())]
    networkhq = places(far)
    await networkhq.pull()
    await networkhq.pull()
    reads = far.calls["campaign_leads"]
    row = queries.inbox_row(networkhq.store, ConversationKey(WORKSPACE, "c1"))
    networkhq.clock.advance(HOUR / 1_000_000)
    await networkhq.pull()

    assert row is not None
    assert row.campaign_id == "q3"
    assert (reads, far.calls["campaign_leads"]) == (1, 2)


async def test_a_missing_scope_costs_its_own_list_only(place: Place) -> None:
    """A key that may not read campaigns still reads the inbox, and the report says what is missing."""
    place.far.troubles["campaigns"] = [Forbidden("The key lacks campaigns:read.", status=403)]

    reports = [await place.pull() for _ in range(3)]

    assert [report.reason for report in reports] == ["The key lacks campaigns:read."] * 3
    assert queries.inbox_count(place.store, queries.View.ALL) == 1
    assert (place.far.calls["campaigns"], place.far.calls["senders"]) == (1, 1)
