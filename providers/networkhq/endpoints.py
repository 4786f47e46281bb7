"""NetworkHQ's fourteen operations. One method for each, returning wire models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from providers.base import Lane
from providers.endpoints import Endpoints, WirePage, flag, segment, text_or_none
from providers.failures import Answer
from providers.http import Call
from providers.networkhq.wire import (
    AddedLead,
    AddedLeads,
    BatchSummary,
    CampaignLead,
    ConversationDetail,
    CreatedLists,
    EnrichedLead,
    LeadList,
    LinkedInAccount,
    NetworkHQCampaign,
    NetworkHQConversation,
    NetworkHQLead,
    NewLead,
    SentMessage,
)
from providers.wire import Wire, read

M = TypeVar("M", bound=Wire)

PAGE = 500
"""Rows of a page; NetworkHQ takes no more."""


class NetworkHQEndpoints(Endpoints):
    """Everything that NetworkHQ's document lists."""

    async def list_conversations(
        self,
        *,
        cursor: str | None = None,
        unread_only: bool = False,
        account: str | None = None,
        limit: int = PAGE,
        lane: Lane,
    ) -> WirePage[NetworkHQConversation]:
        """`GET /conversations`, in no documented order."""
        query = {"unread_only": "true"} if unread_only else {}
        if account is not None:
            query["linkedin_account_id"] = account
        return await self._page(
            NetworkHQConversation,
            Call("GET", "/conversations", query=query, scope="conversations:read"),
            cursor=cursor,
            limit=limit,
            stream="conversations",
            lane=lane,
        )

    async def get_conversation(
        self, conversation: str, *, cursor: str | None = None, lane: Lane
    ) -> tuple[ConversationDetail, WirePage[Wire], int]:
        """`GET /conversations/{id}`: the conversation, where its messages go on, and how many could not be read."""
        call = Call("GET", f"/conversations/{segment(conversation)}", scope="conversations:read")
        answer = await self.http.read(_paged_call(call, cursor=cursor, limit=PAGE), lane=lane)
        envelope = self.envelope(answer)
        result = read(ConversationDetail, envelope.get("data"))
        if result.record is None:
            raise self.http.unreadable(answer)
        next_cursor, more = _whereto(envelope)
        return result.record, WirePage([], next_cursor=next_cursor, more=more), result.lost_messages

    async def send_message(self, conversation: str, content: str) -> SentMessage:
        """`POST /conversations/{id}/messages`. Raises Uncertain when the answer cannot be read."""
        call = Call(
            "POST",
            f"/conversations/{segment(conversation)}/messages",
            body={"content": content},
            scope="conversations:write",
        )
        answer = await self.http.act(call)
        return self.one(SentMessage, self.envelope(answer).get("data"), answer)

    async def list_campaigns(self, *, cursor: str | None = None, lane: Lane) -> WirePage[NetworkHQCampaign]:
        """`GET /campaigns`."""
        call = Call("GET", "/campaigns", scope="campaigns:read")
        return await self._page(NetworkHQCampaign, call, cursor=cursor, stream="campaigns", lane=lane)

    async def list_campaign_leads(
        self, campaign: str, *, cursor: str | None = None, lane: Lane
    ) -> WirePage[CampaignLead]:
        """`GET /campaigns/{id}/leads`: the only way from a conversation to its campaign."""
        call = Call("GET", f"/campaigns/{segment(campaign)}/leads", scope="campaigns:read")
        return await self._page(CampaignLead, call, cursor=cursor, stream="enrolments", lane=lane)

    async def list_accounts(self, *, cursor: str | None = None, lane: Lane) -> WirePage[LinkedInAccount]:
        """`GET /linkedin_accounts`."""
        call = Call("GET", "/linkedin_accounts", scope="linkedin_accounts:read")
        return await self._page(LinkedInAccount, call, cursor=cursor, stream="senders", lane=lane)

    async def list_lead_lists(self, *, cursor: str | None = None, lane: Lane = Lane.BACKFILL) -> WirePage[LeadList]:
        """`GET /lead_lists`."""
        call = Call("GET", "/lead_lists", scope="lead_lists:read")
        return await self._page(LeadList, call, cursor=cursor, stream="lists", lane=lane)

    async def create_lead_lists(self, names: Sequence[str]) -> CreatedLists:
        """`POST /lead_lists`. Some may be malformed; then there may be no body at all."""
        body = {"lead_lists": [{"name": name} for name in names]}
        answer = await self.http.act(Call("POST", "/lead_lists", body=body, scope="lead_lists:write"))
        if not answer.content.strip():
            return CreatedLists()
        return self.one(CreatedLists, self.envelope(answer), answer)

    async def get_lead_list(self, list_id: str, *, lane: Lane = Lane.OPEN_THREAD) -> LeadList:
        """`GET /lead_lists/{id}`."""
        call = Call("GET", f"/lead_lists/{segment(list_id)}", scope="lead_lists:read")
        return await self._data(LeadList, call, lane=lane)

    async def list_leads_of_list(
        self, list_id: str, *, cursor: str | None = None, lane: Lane = Lane.BACKFILL
    ) -> WirePage[NetworkHQLead]:
        """`GET /lead_lists/{id}/leads`."""
        call = Call("GET", f"/lead_lists/{segment(list_id)}/leads", scope="lead_lists:read")
        return await self._page(NetworkHQLead, call, cursor=cursor, stream="leads", lane=lane)

    async def add_leads_to_list(self, list_id: str, leads: Sequence[NewLead]) -> AddedLeads:
        """`POST /lead_lists/{id}/leads`, at most 100. It answers with a batch or, for one lead, with the lead."""
        body = {"leads": [lead.spelled() for lead in leads]}
        path = f"/lead_lists/{segment(list_id)}/leads"
        answer = await self.http.act(Call("POST", path, body=body, scope="leads:write"))
        envelope = self.envelope(answer)
        if "summary" not in envelope and isinstance(envelope.get("data"), dict):
            return self._single(envelope, answer)
        return self.one(AddedLeads, envelope, answer)

    async def list_leads(
        self,
        *,
        query: str = "",
        list_ids: Sequence[str] = (),
        cursor: str | None = None,
        lane: Lane = Lane.OPEN_THREAD,
    ) -> WirePage[NetworkHQLead]:
        """`GET /leads`, those that `query` finds in the lists named."""
        wanted = {"query": query, "list_ids": ",".join(list_ids)}
        parameters = {name: value for name, value in wanted.items() if value}
        call = Call("GET", "/leads", query=parameters, scope="leads:read")
        return await self._page(NetworkHQLead, call, cursor=cursor, stream="leads", lane=lane)

    async def get_lead(self, lead: str, *, lane: Lane = Lane.OPEN_THREAD) -> NetworkHQLead:
        """`GET /leads/{id}`."""
        return await self._data(NetworkHQLead, Call("GET", f"/leads/{segment(lead)}", scope="leads:read"), lane=lane)

    async def enrich_lead(self, lead: str) -> EnrichedLead:
        """`POST /leads/{id}/enrich`: costs credits, so only when the user asks. Read `enrichment.status`."""
        answer = await self.http.act(Call("POST", f"/leads/{segment(lead)}/enrich", scope="leads:write"))
        return self.one(EnrichedLead, self.envelope(answer), answer)

    async def _page(
        self, model: type[M], call: Call, *, cursor: str | None, stream: str, lane: Lane, limit: int = PAGE
    ) -> WirePage[M]:
        """One page of a list."""
        answer = await self.http.read(_paged_call(call, cursor=cursor, limit=limit), lane=lane)
        envelope = self.envelope(answer)
        records, rejected, _ = self.listed(model, envelope, answer, under="data", stream=stream)
        next_cursor, more = _whereto(envelope)
        return WirePage(records, tuple(rejected), next_cursor=next_cursor, more=more)

    async def _data(self, model: type[M], call: Call, *, lane: Lane) -> M:
        """The one record of a read."""
        answer = await self.http.read(call, lane=lane)
        return self.one(model, self.envelope(answer).get("data"), answer)

    def _single(self, envelope: Mapping[str, object], answer: Answer) -> AddedLeads:
        """The answer for one lead in the form of a batch."""
        lead = self.one(NetworkHQLead, envelope["data"], answer)
        result = text_or_none(envelope.get("result")) or ""
        summary = BatchSummary.model_validate({"attempted": 1, result: 1} if result else {"attempted": 1})
        return AddedLeads(data=[AddedLead(index=0, result=result, lead=lead)], summary=summary)


def _paged_call(call: Call, *, cursor: str | None, limit: int) -> Call:
    query = {"limit": str(limit), **(call.query or {})}
    if cursor is not None:
        query["cursor"] = cursor
    return Call(call.method, call.path, query=query, scope=call.scope)


def _whereto(envelope: Mapping[str, object]) -> tuple[str | None, bool]:
    """The next cursor and whether there is more. Without `pagination` nobody can say that this was the end."""
    pagination = envelope.get("pagination")
    if not isinstance(pagination, dict):
        return None, True
    next_cursor = text_or_none(pagination.get("next_cursor"))
    more = flag(pagination.get("has_more"))
    return next_cursor, next_cursor is not None if more is None else more
