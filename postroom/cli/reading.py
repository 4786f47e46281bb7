"""`list`, `show` and `search`: read the local databases and nothing else. They work offline and beside a screen."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from postroom.cli.output import put, put_json, say, table
from postroom.cli.shapes import conversation_shape, inbox_shape
from postroom.cli.state import check_workspace, known, reading
from postroom.cli.verb import Places, Verb, as_json, pass_places
from postroom.errors import NotFound
from postroom.terms import Direction
from store import inbox
from store import search as searching
from store.inbox_rows import InboxRow, View
from tui.format import age, clock, day, plural, provider_tag, same_day, sender, verdict_tag

if TYPE_CHECKING:
    from store.rows import MessageRow

_PAGE = 512
_LOUD = {"in_doubt": "IN DOUBT", "not_stopped": "NOT STOPPED"}


@click.command(
    "list",
    cls=Verb,
    examples=(
        "postroom list",
        "postroom list --view needs_reply -n 20",
        "postroom list ada --json | jq -r .ref",
    ),
)
@click.argument("query", required=False)
@click.option("--view", type=click.Choice([view.value for view in View]), default=View.INBOX.value, show_default=True)
@click.option("-n", "--limit", type=click.IntRange(1), default=50, show_default=True, help="At most so many.")
@click.option("--workspace", help="Only this workspace.")
@as_json
@pass_places
def list_command(
    places: Places, query: str | None, view: str, limit: int, workspace: str | None, *, as_json: bool
) -> None:
    """List conversations, newest first; with QUERY only those whose name, company or last message holds it."""
    with reading(places.state_dir) as store:
        check_workspace(store, workspace)
        shown = View(view)
        if query:
            rows = searching.filter_rows(store, shown, query, workspace=workspace, limit=limit)
        else:
            rows = []
            while len(rows) < limit:
                after = rows[-1].anchor if rows else None
                wanted = min(_PAGE, limit - len(rows))
                page = inbox.inbox_rows(store, shown, workspace=workspace, after=after, limit=wanted)
                rows += page
                if len(page) < wanted:
                    break
        if not rows and not known(store):
            say("Nothing has been fetched yet. “postroom sync” does.")
        _put_rows(rows, as_json=as_json)


@click.command("search", cls=Verb, examples=("postroom search pricing", 'postroom search "next week" --json'))
@click.argument("text")
@click.option("-n", "--limit", type=click.IntRange(1), default=50, show_default=True, help="At most so many.")
@click.option("--workspace", help="Only this workspace.")
@as_json
@pass_places
def search_command(places: Places, text: str, limit: int, workspace: str | None, *, as_json: bool) -> None:
    """Find conversations whose names, companies or messages hold TEXT, newest first."""
    with reading(places.state_dir) as store:
        check_workspace(store, workspace)
        _put_rows(searching.search(store, text, workspace=workspace, limit=limit), as_json=as_json)


@click.command("show", cls=Verb, examples=("postroom show hr:3f9a", "postroom show hr:3f9a --json"))
@click.argument("ref", metavar="ID")
@click.option("-n", "--limit", type=click.IntRange(1), default=200, show_default=True, help="The newest messages.")
@as_json
@pass_places
def show_command(places: Places, ref: str, limit: int, *, as_json: bool) -> None:
    """Print one conversation: its lead, its messages, what is on its way, and the campaigns it came from.

    ID is what `postroom list` prints; any unique beginning of it works.
    """
    from store import outbox_reads, queries  # noqa: PLC0415 (`list`, which scripts run in loops, needs none of it)

    with reading(places.state_dir) as store:
        key = queries.find_conversation(store, ref).key
        head = queries.conversation(store, key)
        if head is None:
            raise NotFound(f"The conversation {ref} is no longer here.")
        messages = queries.thread(store, key, limit=limit)
        entries = [
            row
            for row in outbox_reads.rows(store, open_only=True, limit=1000)
            if (row.workspace, row.conversation) == (key.workspace, key.id)
        ]
        enrolments = queries.enrolments(store, key)
    if as_json:
        put_json(conversation_shape(head, messages, entries, enrolments))
        return
    who = ", ".join(part for part in (head.row.position, head.row.company) if part)
    put(f"{head.row.lead_name}{f' · {who}' if who else ''}")
    if head.row.lookalike:
        put(f"LOOKALIKE: {head.row.lookalike}")
    put(f"{head.row.ref} · {head.row.key.workspace} · you are {sender(head.sender_name)} · {head.channel}")
    put_messages(messages)
    for entry in entries:
        put(f"\n[{entry.state}] {entry.title}\n{entry.text}{f'{chr(10)}{entry.error}' if entry.error else ''}")
    for enrolment in enrolments:
        pending = f" · {enrolment.pending_action}" if enrolment.pending_action else ""
        put(f"\nCampaign: {enrolment.campaign_name} · {enrolment.state_raw}{pending}")


def _put_rows(rows: Sequence[InboxRow], *, as_json: bool) -> None:
    """Conversations as JSON lines or as a table."""
    if as_json:
        for row in rows:
            put_json(inbox_shape(row))
        return
    if not rows:
        say("No conversation fits.")
        return
    now = time.time_ns() // 1000
    lines = [
        (
            row.ref,
            "●" if row.unread else " ",
            provider_tag(row.provider),
            row.lead_name,
            row.company,
            age(row.last_at, now),
            _LOUD.get(row.outbox_state, row.outbox_state) or verdict_tag(row.verdict, row.verdict_raw),
            f"{'→ ' if row.last_direction is Direction.OUTBOUND else ''}{row.preview[:80]}",
        )
        for row in rows
    ]
    for line in table(lines, widths=(16, 1, 3, 24, 24, 4, 14)):
        put(line)


def put_messages(messages: Sequence[MessageRow]) -> None:
    """The thread, with a rule where a day begins."""
    now, zone = time.time_ns() // 1000, datetime.now().astimezone().tzinfo or UTC
    several = len({message.origin for message in messages}) > 1
    before: MessageRow | None = None
    for message in messages:
        if before is None or not same_day(before.sent_at, message.sent_at, zone):
            put(f"\n── {day(message.sent_at, now, zone)}")
        where = f" · {provider_tag(message.provider)}" if several else ""
        marks = {"auto_reply": " (automatic reply)", "scheduled": " (scheduled, not sent yet)"}.get(message.kind, "")
        put(f"\n{clock(message.sent_at, zone)} {message.author}{marks}{' (edited)' if message.edited else ''}{where}")
        if message.subject and (before is None or message.subject != before.subject):
            put(message.subject)
        put(f"{message.body}")
        if message.quoted:
            put(f"… {plural(message.quoted.count(chr(10)) + 1, 'quoted line')}, which --json shows")
        before = message
