"""HeyReach's blacklist: people whom nobody in the workspace writes to."""

from __future__ import annotations

from postroom.errors import Refused, Rejected
from postroom.records import Lead
from postroom.text import profile_key
from providers.base import Lane
from providers.heyreach.endpoints import PAGE, HeyReachEndpoints
from providers.shaping import line


class BlacklistEndpoints(HeyReachEndpoints):
    """`/blacklist`."""

    async def block_lead(self, lead: Lead) -> bool:
        """`blacklist/AddLeads`. A 200 proves nothing by itself: the entry must be named as made or there already."""
        answer = await self.act("/blacklist/AddLeads", {"leads": [_spelled(lead)]})
        envelope = self.envelope(answer)
        problems, entries = envelope.get("validationErrors"), envelope.get("entries")
        if isinstance(problems, list) and problems:
            raise Rejected(f"HeyReach did not put {lead.name} on its blacklist: {line(str(problems[0]))}")
        made = isinstance(entries, list) and any(isinstance(each, dict) and each.get("created") for each in entries)
        return made or bool(envelope.get("duplicates"))

    async def is_blocked(self, lead: Lead, *, lane: Lane = Lane.ACTION) -> bool:
        """`blacklist/GetLeads`: whether the profile is on the list."""
        key = profile_key(lead.profile_url)
        if not key:
            return False
        body = {"offset": 0, "limit": PAGE, "search": key.rpartition("/")[2]}
        answer = await self.post("/blacklist/GetLeads", body, lane=lane)
        items = self.envelope(answer).get("items")
        urls = [each.get("profileUrl") for each in items if isinstance(each, dict)] if isinstance(items, list) else []
        return any(isinstance(url, str) and profile_key(url) == key for url in urls)


def _spelled(lead: Lead) -> dict[str, str]:
    """The lead by what HeyReach looks nobody up for: the profile, else its id."""
    if lead.profile_url:
        return {"profileUrl": lead.profile_url}
    if lead.linkedin_id:
        return {"linkedInProfileId": lead.linkedin_id}
    raise Refused(f"No LinkedIn profile of {lead.name} is known that HeyReach could put on its blacklist.")
