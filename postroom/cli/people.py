"""`person`: which conversations, in all workspaces, are with one human; why; and joining or parting them by hand."""

from __future__ import annotations

import click

from postroom.cli.delivering import now
from postroom.cli.output import put, put_json, say, table
from postroom.cli.reading import put_messages
from postroom.cli.shapes import message_shape, person_shape
from postroom.cli.state import Desk, acting, reading
from postroom.cli.verb import Exit, Places, Verb, as_json, pass_places
from postroom.errors import ConfigError, Refused
from store import journal, kinship, queries
from store.database import Store
from store.rows import InboxRow


@click.command(
    "person",
    cls=Verb,
    examples=(
        "postroom person hr:3f9a                    # where else they write, and why it is the same person",
        "postroom person hr:3f9a -n 50              # with what was said on all channels, in one timeline",
        "postroom person hr:3f9a --join in:77c0     # the same human, you know",
        "postroom person hr:3f9a --apart            # not the others",
    ),
    exits="0 done, 1 failed, 2 usage.",
)
@click.argument("ref", metavar="ID")
@click.option("--join", "other", metavar="ID", help="That conversation is with the same person.")
@click.option("--apart", is_flag=True, help="This conversation is with nobody of the others.")
@click.option("--together", is_flag=True, help="Take --apart back.")
@click.option("-n", "--limit", type=click.IntRange(0), default=0, help="Print the newest N messages of all channels.")
@as_json
@pass_places
def person_command(
    places: Places, ref: str, other: str | None, limit: int, *, apart: bool, together: bool, as_json: bool
) -> int:
    """Say which other conversations are with the person of the conversation ID, and why.

    Leads are one person when they share a LinkedIn profile or an address, or when you joined them.
    """
    if sum((other is not None, apart, together)) > 1:
        raise ConfigError("Ask for one thing at a time: --join, --apart or --together.")
    if other is None and not apart and not together:
        with reading(places.state_dir) as store:
            _tell(store, queries.find_conversation(store, ref), limit, as_json=as_json)
        return Exit.DONE
    with acting(places.state_dir) as desk:
        row = queries.find_conversation(desk.store, ref)
        if other is not None:
            _join(desk, row, queries.find_conversation(desk.store, other))
        else:
            journal.record(desk.store, row.key, "apart" if apart else "together", now=now())
        _tell(desk.store, row, limit, as_json=as_json)
    return Exit.DONE


def _join(desk: Desk, row: InboxRow, other: InboxRow) -> None:
    """Two entries of the journal: each conversation learns of the other."""
    if row.key == other.key:
        raise Refused("That is the same conversation. Give the id of another one.")
    key = kinship.hand_key(row.ref)
    for each in (row, other):
        journal.record(desk.store, each.key, "join", {"key": key}, now=now())


def _tell(store: Store, row: InboxRow, limit: int, *, as_json: bool) -> None:
    others = [
        (found, reason.sentence)
        for reason in kinship.reasons(store, row.key)
        if (found := queries.inbox_row(store, reason.key)) is not None
    ]
    messages = queries.timeline(store, row.key, limit=limit) if limit else []
    if as_json:
        put_json({**person_shape(row, others), "messages": [message_shape(message) for message in messages]})
        return
    if not others:
        say(f"{row.lead_name} is known in this conversation alone.")
    lines = [(each.ref, each.key.workspace, each.lead_name, why) for each, why in [(row, "this one"), *others]]
    for line in table(lines, widths=(16, 20, 24)):
        put(line)
    put_messages(messages)
