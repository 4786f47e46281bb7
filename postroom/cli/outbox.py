"""`outbox`: what was sent, what waits, what is in doubt, and settling a doubt by hand."""

from __future__ import annotations

import time

import click

from postroom.cli.output import answer, interactive, put, put_json, say, table
from postroom.cli.shapes import outbox_shape
from postroom.cli.state import Desk, acting, reading
from postroom.cli.verb import Exit, Places, Verb, as_json, confirmed, pass_places
from postroom.errors import ConfigError, NotFound, Refused
from postroom.text import sanitise_line
from store import outbox
from store.likeness import looks_like
from store.rows import OutboxRow

_TOLD_BY = {"text": "by an equal text", "user": "as you said"}
"""What settled an entry as sent, where that is less than the provider's own word."""


@click.group("outbox", invoke_without_command=True)
@click.option("--all", "everything", is_flag=True, help="What is settled too.")
@click.option("-n", "--limit", type=click.IntRange(1), default=200, show_default=True, help="At most so many.")
@as_json
@click.pass_context
def outbox_command(ctx: click.Context, limit: int, *, everything: bool, as_json: bool) -> None:
    """List what waits, failed, is held or in doubt.

    “postroom outbox resolve ID” settles an entry that is in doubt.
    """
    if ctx.invoked_subcommand is not None:
        return
    with reading(ctx.ensure_object(Places).state_dir) as store:
        rows = outbox.rows(store, open_only=not everything, limit=limit)
        likely = {row.id: looks_like(store, row) for row in rows}
    if as_json:
        for row in rows:
            put_json(outbox_shape(row))
        return
    if not rows:
        say("Nothing waits, and nothing is in doubt.")
    lines = [
        (f"#{row.id}", _state(row), row.workspace, row.title, sanitise_line(_why(row, likely[row.id]))) for row in rows
    ]
    for line in table(lines, widths=(6, 22, 20, 40)):
        put(line)


@outbox_command.command(
    "resolve",
    cls=Verb,
    examples=(
        "postroom outbox resolve 12 --arrived      # you saw it in LinkedIn: count it as sent",
        "postroom outbox resolve 12 --discard      # leave it at that; nothing is sent",
        "postroom outbox resolve 12 --resend       # send it again, as a new entry; asks you to type the word",
        "postroom outbox resolve 12 --edit         # a held or failed reply: its text is a draft again",
    ),
    exits="0 settled, 1 refused, 3 queued or held, 4 the new send is in doubt too.",
)
@click.argument("entry", metavar="ID", type=int)
@click.option("--arrived", "how", flag_value="arrived", help="It arrived.")
@click.option("--resend", "how", flag_value="resend", help="Send it again. It may arrive twice.")
@click.option("--discard", "how", flag_value="discard", help="Forget it. Nothing is sent.")
@click.option("--edit", "how", flag_value="edit", help="Make its text a draft again. Nothing is sent.")
@confirmed
@as_json
@pass_places
def resolve_command(places: Places, entry: int, how: str | None, *, confirmed: bool, as_json: bool) -> int:
    """Settle the entry ID, which ended without a clear answer or is held, after you have looked.

    What is still queued can be discarded or edited too.
    """
    if how is None:
        raise ConfigError("Say how it is to be settled: --arrived, --resend, --edit or --discard.")
    with acting(places.state_dir) as desk:
        # What sends is imported here, so that listing does not pay for it.
        from postroom.cli import delivering  # noqa: PLC0415
        from postroom.cli.workspaces import Access  # noqa: PLC0415

        before = outbox.row(desk.store, entry)
        if before is None:
            raise NotFound(f"There is no entry #{entry} in the outbox. “postroom outbox --all” lists them.")
        if how == "resend" and not _agreed(before, confirmed=confirmed):
            say("Nothing was sent.")
            return Exit.INTERRUPTED
        access = Access.configured(places) if how == "resend" else None
        if access is not None:
            access.require([before.workspace])
        if how == "edit":
            return _edited(desk, before, as_json=as_json)
        new = outbox.resolve(desk.store, entry, how, now=delivering.now())
        if access is not None and new is not None:
            rows = delivering.deliver(desk, access, [new])
            return delivering.tell(rows, as_json=as_json, one=True)
        row = delivering.entry_row(desk, entry)
    if as_json:
        put_json(outbox_shape(row))
    say(f"{row.title}: {row.state}.")
    return Exit.DONE


def _edited(desk: Desk, row: OutboxRow, *, as_json: bool) -> int:
    """Take a reply that has not arrived out of the outbox; its text is a draft again."""
    if row.kind != "reply" or not outbox.edit(desk.store, row.id, now=time.time_ns() // 1000):
        raise Refused(f"{row.title} is {row.state.replace('_', ' ')}: there is no text to go on with.")
    after = outbox.row(desk.store, row.id) or row
    if as_json:
        put_json(outbox_shape(after))
    say(f"{row.title}: its text is a draft again.")
    return Exit.DONE


def _agreed(row: OutboxRow, *, confirmed: bool) -> bool:
    """Whether the person agrees; for what may have arrived, by typing the word: it may arrive twice."""
    if row.state in {"held", "failed"}:
        from postroom.cli.delivering import confirm  # noqa: PLC0415 (listing does not pay for what sends)

        return confirm(f"{row.title}: {row.error} Send it now?", confirmed=confirmed)
    warning = f"{row.title}: it may have arrived already, and would then arrive twice."
    if confirmed:
        return True
    if not interactive():
        raise ConfigError(f"{warning} Without a terminal to ask at, this needs --yes.")
    return answer(f"{warning} Type “resend” to send it again: ").strip().lower() == "resend"


def _why(row: OutboxRow, likely: str) -> str:
    """Why an entry is where it is, and what in its thread may be it in other letters: only a person can tell."""
    found = f" The thread shows something much like it: “{likely}”" if likely else ""
    return f"{row.error or row.text}{found}"


def _state(row: OutboxRow) -> str:
    """The state in words that cannot be overlooked."""
    if row.state == "in_doubt":
        return "IN DOUBT"
    if row.state == "sent" and row.matched_by in _TOLD_BY:
        return f"sent, {_TOLD_BY[row.matched_by]}"
    if row.kind != "reply" and row.state in {"accepted", "pending"} and not row.verified:
        return f"{row.state}, not confirmed"
    return row.state
