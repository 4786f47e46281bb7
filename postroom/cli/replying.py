"""`reply`: send a text in a conversation."""

from __future__ import annotations

import re
import sys

import click

from postroom.capabilities import Action, capability, reply_problem
from postroom.cli.delivering import EXITS, confirm, deliver, now, tell
from postroom.cli.output import say
from postroom.cli.state import acting
from postroom.cli.verb import Exit, Places, Verb, as_json, confirmed, pass_places
from postroom.cli.workspaces import Access
from postroom.commands import Reply
from postroom.errors import ConfigError, NotFound, Refused
from postroom.records import ProviderName
from store import outbox, queries
from store.database import Store
from store.rows import ConversationRow


@click.command(
    "reply",
    cls=Verb,
    examples=(
        'postroom reply hr:3f9a --message "Thursday at ten suits me."',
        "postroom reply hr:3f9a - < answer.txt",
        'postroom reply hr:3f9a --message "Thanks!" --undo 10 --json',
    ),
    exits=EXITS,
)
@click.argument("ref", metavar="ID")
@click.argument("source", required=False, type=click.Choice(["-"]), metavar="[-]")
@click.option("--message", "-m", "text", help="The text. Instead of it, a - reads it from stdin.")
@click.option("--undo", "undo_seconds", type=click.FloatRange(0, 300), default=0, help="Wait so long; ctrl+c undoes.")
@confirmed
@as_json
@pass_places
def reply_command(
    places: Places,
    ref: str,
    source: str | None,
    text: str | None,
    undo_seconds: float,
    *,
    confirmed: bool,
    as_json: bool,
) -> int:
    """Send a reply in the conversation ID, once, and say what became of it.

    Just before sending the thread is read again: when the lead or a colleague wrote in the meantime the reply is held.
    A send that ends without a clear answer is never repeated; it is in doubt until you or the thread settles it.
    """
    access = Access.configured(places)
    body = _text(source, text)
    with acting(places.state_dir) as desk:
        head = _conversation(desk.store, ref)
        command = _command(desk.store, head, body)
        access.require([command.workspace])
        if re.search(r"{{.*?}}", body) and not confirm(
            "The text holds a {{placeholder}} that nobody filled in. Send it as it is?", confirmed=confirmed
        ):
            return Exit.INTERRUPTED
        say(f"To {head.row.lead_name} as {head.sender_name}, {head.channel}, {command.workspace}.")
        entry = outbox.enqueue(desk.store, command, now=now(), undo_seconds=undo_seconds)
        rows = deliver(desk, access, [entry], undo_seconds=undo_seconds)
    return tell(rows, as_json=as_json, one=True)


def _text(source: str | None, text: str | None) -> str:
    """What to send, from exactly one place."""
    if (source is None) == (text is None):
        raise ConfigError("Give the text with --message TEXT, or write a - after the ID to read it from stdin.")
    if text is not None:
        return text
    try:
        return sys.stdin.buffer.read().decode("utf-8").replace("\r\n", "\n").rstrip("\n")
    except UnicodeDecodeError:
        raise ConfigError("What came from stdin is not text in UTF-8. Nothing was sent.") from None


def _conversation(store: Store, ref: str) -> ConversationRow:
    head = queries.conversation(store, queries.find_conversation(store, ref).key)
    if head is None:
        raise NotFound(f"The conversation {ref} is no longer here.")
    return head


def _command(store: Store, head: ConversationRow, text: str) -> Reply:
    """The reply as a command. Raises Refused where it can be known beforehand that it cannot be sent."""
    provider = ProviderName(head.row.provider)
    offer = capability(provider, Action.REPLY)
    problem = reply_problem(provider, text) if offer.offered else offer.sentence
    if head.row.gone:
        problem = f"The conversation with {head.row.lead_name} no longer exists at the provider."
    draft = outbox.draft(store, head.row.key)
    if draft is not None and draft.text.strip() not in {"", text.strip()}:
        problem = (
            "A draft of yours is kept in this conversation, and sending another text would take its place. "
            "Send or empty it on the screen first."
        )
    if problem:
        raise Refused(problem)
    newest = queries.thread(store, head.row.key, limit=1)
    return Reply(
        workspace=head.row.key.workspace,
        conversation=head.row.key.id,
        text=text,
        sender_id=head.sender_id,
        sender_name=head.sender_name,
        lead_name=head.row.lead_name,
        seen_upto=newest[-1].key if newest else "",
    )
