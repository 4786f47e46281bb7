"""Instantly's mails: `/emails`. One method for each operation, returning wire models."""

from __future__ import annotations

import html
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from postroom.errors import ProviderError
from postroom.records import Micros
from providers.base import Lane
from providers.endpoints import WirePage, segment
from providers.http import Call
from providers.instantly.endpoints import MAILS, PAGE, InstantlyEndpoints, without_none
from providers.instantly.wire import Email, Reply, UnreadCount

_READ, _CREATE, _UPDATE = "emails:read", "emails:create", "emails:update"


@dataclass(frozen=True, slots=True)
class Target:
    """What a reply answers."""

    email: str
    """The id of the last received mail, else of the last."""
    eaccount: str
    """The mailbox of ours that it belongs to."""
    subject: str
    """The subject of the reply."""


class MailEndpoints(InstantlyEndpoints):
    """`/emails`."""

    page = PAGE
    """Mails asked for on a page of many threads."""
    _unread_end: str | None = None
    """The last unread mail behind which there was nothing when that was asked."""

    async def list_emails(
        self,
        *,
        cursor: str | None = None,
        since: Micros | None = None,
        unread_only: bool = False,
        thread: str | None = None,
        newest_first: bool = True,
        limit: int | None = None,
        lane: Lane,
    ) -> WirePage[Email]:
        """`GET /emails`, whole. `since` counts by when Instantly stored a mail."""
        limit = limit or (self.page if thread is None else PAGE)
        query = {"sort_order": "desc" if newest_first else "asc"}
        if since is not None:
            query["min_timestamp_created"] = moment(since)
        if unread_only:
            query["is_unread"] = "true"
        if thread is not None:
            query["search"] = f"thread:{thread}"
        call = Call("GET", "/emails", query=query, scope=_READ, bucket=MAILS)
        page = await self.page_of(Email, call, cursor=cursor, limit=limit, stream="messages", lane=lane)
        if unread_only and page.more and len(page.records) + len(page.rejected) < limit:
            return await self._ended(page, call, lane=lane)
        return page

    async def _ended(self, page: WirePage[Email], call: Call, *, lane: Lane) -> WirePage[Email]:
        """A short page of unread mails as the last one, once nothing was found behind it; asked once for each end.

        Without that, what is older than the oldest unread mail could never be known to have been read elsewhere.
        """
        if page.next_cursor != self._unread_end:
            try:
                behind = await self.page_of(Email, call, cursor=page.next_cursor, limit=1, stream="messages", lane=lane)
            except ProviderError:
                return page
            if behind.records or behind.rejected:
                return page
            self._unread_end = page.next_cursor
        return replace(page, next_cursor=None, more=False)

    async def get_email(self, email: str, *, lane: Lane) -> Email:
        """`GET /emails/{id}`: alone says whether a mail is an automatic reply."""
        call = Call("GET", f"/emails/{segment(email)}", scope=_READ, bucket=MAILS)
        return await self.fetched(Email, call, lane=lane)

    async def count_unread(self, *, lane: Lane = Lane.HEAD) -> int:
        """`GET /emails/unread/count`, which does not count as a read of mails."""
        return (await self.fetched(UnreadCount, Call("GET", "/emails/unread/count", scope=_READ), lane=lane)).count

    async def reply(self, target: Target, text: str) -> Reply:
        """`POST /emails/reply`, sent once."""
        body = {
            "reply_to_uuid": target.email,
            "eaccount": target.eaccount,
            "subject": target.subject,
            "body": {"text": text, "html": html.escape(text, quote=False).replace("\n", "<br>")},
        }
        return await self.changed(Reply, Call("POST", "/emails/reply", body=body, scope=_CREATE))

    async def forward(self, target: Target, to: str, *, text: str = "", include_original: bool = True) -> Reply:
        """`POST /emails/forward`, sent once."""
        body: dict[str, object] = {
            "reply_to_uuid": target.email,
            "to_address_email_list": to,
            "eaccount": target.eaccount,
            "subject": target.subject,
            "include_original_body": include_original,
        }
        if text:
            body["body"] = {"text": text, "html": html.escape(text, quote=False).replace("\n", "<br>")}
        return await self.changed(Reply, Call("POST", "/emails/forward", body=body, scope=_CREATE))

    async def patch_email(self, email: str, *, unread: bool | None = None, remind_at: Micros | None = None) -> None:
        """`PATCH /emails/{id}`: the read mark of one mail, or a reminder."""
        body = without_none({"is_unread": unread, "reminder_ts": None if remind_at is None else moment(remind_at)})
        await self.done(Call("PATCH", f"/emails/{segment(email)}", body=body, scope=_UPDATE))

    async def mark_thread_read(self, thread: str) -> None:
        """`POST /emails/threads/{id}/mark-as-read`. There is no opposite: that is said of each mail."""
        await self.done(Call("POST", f"/emails/threads/{segment(thread)}/mark-as-read", scope=_UPDATE))


def moment(at: Micros) -> str:
    """A time as Instantly reads it."""
    return datetime.fromtimestamp(max(0, at) / 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
