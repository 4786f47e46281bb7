"""Instantly's Unibox: mails in the order in which they were stored, one mail, replying, read marks.

Kept quirks: reads of mails have a narrow limit of their own; the list does not say what is an automatic reply; a
mailbox that lost its connection is told inside a 200.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from simulator.answers import Answer, Call, Json
from simulator.clock import read_time
from simulator.instantly.asking import error, fields, limit, page, refused, text
from simulator.instantly.mails import Mail, listed, mails_of, shown
from simulator.instantly.naming import find_mail
from simulator.threads import Conversation

_REPLY = ("reply_to_uuid", "eaccount", "subject", "body")
_MORE = ("cc_address_email_list", "bcc_address_email_list", "additional_recipients", "assigned_to", "reminder_ts")
_TYPES = {"received": "lead", "sent": "us", "manual": "us"}


def emails(call: Call) -> Answer:
    """A page of mails."""
    limit(call)
    preview = call.query.get("preview_only", "") == "true"
    return page(call, _chosen(call), lambda mail: shown(call.workspace, mail, preview=preview), lambda mail: mail.id)


def unread_count(call: Call) -> Answer:
    """How many mails are unread."""
    return Answer(json={"count": sum(not row.seen for row in call.workspace.newest())})


def email(call: Call) -> Answer:
    """One mail, which alone says whether it is an automatic reply."""
    return Answer(json=shown(call.workspace, _known(call, call.path["email_id"]), alone=True))


def patch_email(call: Call) -> Answer:
    """The read mark of one mail."""
    body = fields(call, optional=("is_unread", "reminder_ts"))
    mail = _known(call, call.path["email_id"])
    if "is_unread" in body:
        call.world.record(
            call.workspace, "seen", conversation=mail.conversation.id, flag=body["is_unread"] not in {True}
        )
    return Answer(json=shown(call.workspace, mail, alone=True))


def mark_read(call: Call) -> Answer:
    """A whole thread is read."""
    row = call.workspace.by_id.get(call.path["thread_id"])
    if row is None:
        raise refused(404, "Thread not found")
    call.world.record(call.workspace, "seen", conversation=row.id, flag=True)
    return Answer(json={"success": True})


def reply(call: Call) -> Answer:
    """Deliver an answer. The new mail comes back, or inside a 200 the word that the mailbox cannot send."""
    body = fields(call, required=_REPLY, optional=_MORE)
    answered = _known(call, text(body, "reply_to_uuid"))
    said = body["body"]
    words = said.get("text") or said.get("html") if isinstance(said, dict) else None
    if not isinstance(words, str) or not words.strip():
        raise refused(400, "body/body must have a text or html")
    row, workspace = answered.conversation, call.workspace
    seat = workspace.senders[row.sender]
    if body["eaccount"] != seat.id:
        raise refused(400, "eaccount did not receive this email")
    if not seat.usable:
        return Answer(json={"error": "ACC_AUTH_ERROR"})
    call.world.deliver(workspace, row, words, subject=text(body, "subject"))
    return Answer(json=shown(workspace, mails_of(workspace, row)[-1], alone=True))


def _known(call: Call, id_: str) -> Mail:
    """The mail with that id. 404 when there is none."""
    found = find_mail(call.workspace, id_)
    if found is None or found[0].gone:
        raise refused(404, "Email not found")
    row, spoken = found
    return next(mail for mail in mails_of(call.workspace, row) if mail.spoken.id == spoken.id)


def _chosen(call: Call) -> Iterator[Mail]:
    """The mails that the query asks for, in its order, from behind its cursor."""
    query, workspace = call.query, call.workspace
    newest_first = query.get("sort_order", "desc") == "desc"
    since, until = _moment(call, "min_timestamp_created"), _moment(call, "max_timestamp_created")
    search = query.get("search", "")
    if search.startswith("thread:"):
        return iter(_thread(call, search.removeprefix("thread:"), newest_first=newest_first))
    behind = find_mail(workspace, query["starting_after"]) if query.get("starting_after") else None
    first = _known(call, query["starting_after"]) if behind is not None else None
    place = first.place if first is not None else None
    every = listed(workspace, newest_first=newest_first, since=since, until=until, behind=place)
    # the page looks for the mail behind which it begins, and the order begins there already
    return chain([first] if first is not None else [], _fitting(call, every))


def _thread(call: Call, id_: str, *, newest_first: bool) -> list[Mail]:
    """The mails of one thread that know it."""
    row = call.workspace.by_id.get(id_)
    if row is None:
        return []
    found = [mail for mail in mails_of(call.workspace, row) if shown(call.workspace, mail)["thread_id"] == id_]
    return found[::-1] if newest_first else found


def _fitting(call: Call, mails: Iterator[Mail]) -> Iterator[Mail]:
    """Those that fit the filters."""
    query = call.query
    side = _TYPES.get(query.get("email_type", ""))
    for mail in mails:
        row = mail.conversation
        if side is not None and mail.spoken.side != side:
            continue
        if query.get("eaccount") not in {None, call.workspace.senders[row.sender].id}:
            continue
        if query.get("lead") not in {None, call.workspace.person(row.person).email}:
            continue
        if query.get("campaign_id") not in {None, _campaign(call, row)}:
            continue
        if query.get("is_unread") == "true" and (row.seen or not shown(call.workspace, mail)["is_unread"]):
            continue
        yield mail


def _campaign(call: Call, row: Conversation) -> str | None:
    return None if row.campaign is None else call.workspace.campaigns[row.campaign].id


def _moment(call: Call, name: str) -> int | None:
    given = call.query.get(name)
    if given is None:
        return None
    try:
        return read_time(given)
    except ValueError:
        raise refused(400, f'querystring/{name} must match format "date-time"') from None


def not_here(_: Call) -> Answer:
    """What the simulated workspace does not have."""
    return error(404, "Not found")


def nothing(_: Call) -> Answer:
    """An empty list."""
    empty: Json = {"items": []}
    return Answer(json=empty)
