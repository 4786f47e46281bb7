"""HeyReach's inbox: listing, reading, sending, marking. One method for each endpoint, returning wire models."""

from __future__ import annotations

from postroom.errors import Gone
from providers.base import Lane
from providers.endpoints import WirePage, flag, segment, text_or_none, whole_number
from providers.failures import Answer
from providers.heyreach.endpoints import HeyReachEndpoints
from providers.heyreach.wire import Chatroom, ConversationFilters
from providers.http import Call

_STALE = frozenset({400, 401})


class InboxEndpoints(HeyReachEndpoints):
    """`/auth` and `/inbox`."""

    async def check_api_key(self) -> None:
        """`CheckApiKey`: a bare 200 means that the key works."""
        answer = await self.get("/auth/CheckApiKey", lane=Lane.ACTION)
        if answer.is_page:
            raise self.http.unreadable(answer)

    async def conversations_v3(
        self, filters: ConversationFilters, *, cursor: str | None, from_day: str | None, lane: Lane
    ) -> WirePage[Chatroom]:
        """`GetConversationsV3`. `from_day` is a midnight in UTC that bounds `lastMessageAt`."""
        body: dict[str, object] = {"limit": self.page, "cursor": cursor, "filters": filters.spelled()}
        if from_day is not None:
            body["from"] = from_day
        answer = await self.post("/inbox/GetConversationsV3", body, lane=lane)
        envelope = self.envelope(answer)
        records, rejected, _ = self.listed(Chatroom, envelope, answer, under="items", stream="conversations")
        next_cursor = text_or_none(envelope.get("nextCursor"))
        more = flag(envelope.get("hasNextPage"))
        return WirePage(
            records,
            tuple(rejected),
            next_cursor=next_cursor,
            more=next_cursor is not None if more is None else more,
            total=whole_number(envelope.get("totalCount")),
        )

    async def conversations_v2(
        self, filters: ConversationFilters, *, cursor: str | None, lane: Lane
    ) -> WirePage[Chatroom]:
        """`GetConversationsV2`, for servers without V3. It knows no days."""
        return await self.offset_page(
            Chatroom,
            "/inbox/GetConversationsV2",
            {"filters": filters.spelled_for_v2()},
            cursor=cursor,
            stream="conversations",
            lane=lane,
            prefix="v2",
        )

    async def chatroom(self, account: int, conversation: str, *, lane: Lane) -> Chatroom:
        """`GetChatroom`. Raises Gone for an id that is out of date, which HeyReach says with 400, 401 or 404."""
        path = f"/inbox/GetChatroom/{account}/{segment(conversation)}"
        answer = await self.http.read(Call("GET", path, stale=_STALE), lane=lane)
        if not answer.content.strip():
            raise Gone("HeyReach has no such conversation.", status=answer.status)
        return self.one(Chatroom, self.decoded(answer), answer)

    async def send_message(self, account: int, conversation: str, text: str, *, subject: str = "") -> Answer:
        """`SendMessage`. The body of the answer is not documented."""
        body: dict[str, object] = {"linkedInAccountId": account, "conversationId": conversation, "message": text}
        if subject:
            body["subject"] = subject
        return await self.act("/inbox/SendMessage", body)

    async def set_seen_status(self, account: int, conversation: str, *, seen: bool) -> None:
        """`SetSeenStatus`."""
        body = {"conversationId": conversation, "linkedInAccountId": account, "seen": seen}
        await self.act("/inbox/SetSeenStatus", body)
