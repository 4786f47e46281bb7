"""Stopping a lead at Instantly, which has no such call: it is moved out of its campaign into a list called “Stopped”.

The move is work that Instantly does later: it is followed to its end, and believed only when the lead has left.
"""

from __future__ import annotations

from postroom.errors import Gone, Rejected, Uncertain
from providers.base import Lane
from providers.instantly.campaigns import CampaignEndpoints
from providers.instantly.leads import LeadEndpoints
from providers.instantly.outreach import address
from providers.instantly.wire import InstantlyLead, Job

STOPPED = "Stopped"
JOB_SECONDS = 120.0
"""How long a move is followed. After that nobody knows."""
_PAUSES = (0.5, 1.0, 2.0, 3.0, 5.0)
_MAX_PAGES = 40
_ENDED_WELL = frozenset({"success", "completed"})
_ENDED_BADLY = frozenset({"failed", "error", "cancelled"})
_NO_LONGER_WRITTEN_TO = frozenset({3, -2})


class Stopping(LeadEndpoints, CampaignEndpoints):
    """The operations that a stop is made of."""


async def move_out(client: Stopping, campaign: str, email: str) -> None:
    """Move whoever has this address out of the campaign. Gone: nobody in it has. Uncertain: nobody knows."""
    page = await client.list_leads(campaign=campaign, contacts=[email], lane=Lane.ACTION)
    leads = [lead for lead in page.records if address(lead.email) == email and lead.campaign in {campaign, None}]
    if not leads:
        # A lead that was just added is in the campaign before it is in this list.
        if any(found.id == campaign for found in await client.campaigns_of_contact(email, lane=Lane.ACTION)):
            raise Uncertain("Instantly says that this address is in the campaign, but does not show the lead yet.")
        raise Gone("Instantly has nobody with this address in the campaign.")
    if all(lead.status in _NO_LONGER_WRITTEN_TO for lead in leads):
        return
    to_list = await stopped_list(client)
    job = await client.move_leads([lead.id for lead in leads], campaign=campaign, to_list=to_list)
    await _followed(client, job)
    await _prove_gone(client, leads, campaign)


async def stopped_list(client: LeadEndpoints) -> str:
    """The id of the list “Stopped”, made when there is none."""
    cursor: str | None = None
    for _ in range(_MAX_PAGES):
        page = await client.list_lists(search=STOPPED, cursor=cursor, lane=Lane.ACTION)
        for found in page.records:
            if (found.name or "").strip() == STOPPED:
                return found.id
        if page.next_cursor is None or page.next_cursor == cursor:
            break
        cursor = page.next_cursor
    return (await client.create_list(STOPPED)).id


async def _followed(client: LeadEndpoints, job: Job) -> None:
    """Wait for a job's end. Raises Rejected when it failed, Uncertain when its end was not seen."""
    waited, looks = 0.0, 0
    while True:
        state = (job.status or "").strip().lower()
        if state in _ENDED_WELL:
            return
        if state in _ENDED_BADLY:
            raise Rejected(f"Instantly could not move the lead out of the campaign (its job ended as “{state}”).")
        if waited >= JOB_SECONDS:
            raise Uncertain("Instantly has not finished moving the lead within two minutes.")
        pause = _PAUSES[min(looks, len(_PAUSES) - 1)]
        await client.http.rest(pause)
        waited, looks = waited + pause, looks + 1
        job = await client.get_job(job.id, lane=Lane.ACTION)


async def _prove_gone(client: LeadEndpoints, leads: list[InstantlyLead], campaign: str) -> None:
    """Read the leads back. Raises Uncertain when one is still in the campaign and would be written to."""
    for lead in leads:
        now = await client.get_lead(lead.id, lane=Lane.ACTION)
        if now.campaign == campaign and now.status not in _NO_LONGER_WRITTEN_TO:
            raise Uncertain("Instantly reports the move as done, but still shows the lead in the campaign.")
