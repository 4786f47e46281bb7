"""What every acting verb does with its commands: into the outbox, out at once, and the outcome told as it is.

The law of sending lives below; a verb only waits for the outcome and never repeats anything.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Coroutine, Sequence
from dataclasses import replace

from postroom import log
from postroom.cli.output import ask, interactive, put_json, say
from postroom.cli.shapes import outbox_shape
from postroom.cli.state import Desk
from postroom.cli.verb import Exit
from postroom.cli.workspaces import Access
from postroom.errors import ConfigError, NotFound
from postroom.records import CampaignKey, ConversationKey
from store import outbox
from store.rows import OutboxRow
from sync.engine import Engine
from sync.events import Listed, LookedUp

CONTROL_KINDS = ("stop_lead", "pause_campaign", "resume_campaign")
"""Commands that are done only once reading back has shown their effect."""

AT_ONCE = 4
"""Entries on their way at the same time."""

EXITS = (
    "0 it is with the provider, 1 it was refused and did not happen, 3 it is queued, held or not yet confirmed, "
    "4 in doubt: it may have happened."
)
"""The exit codes of acting verbs, for their help."""

_SENTENCES = {
    "sent": "sent.",
    "accepted": "accepted by the provider; the next sync looks for it in the thread.",
    "pending": "the provider has taken it and will show it in the thread later.",
    "queued": "not sent yet; it is kept and leaves with the next sync.",
    "held": "held back; nothing was sent.",
    "undo": "waiting.",
    "failed": "failed; nothing was sent.",
    "in_doubt": "IN DOUBT: it may have arrived. Look before you send it again (“postroom outbox”).",
    "discarded": "taken back; nothing was sent.",
}


def now() -> int:
    """The present, in microseconds."""
    return time.time_ns() // 1000


def confirm(question: str, *, confirmed: bool) -> bool:
    """Whether the person says yes: by `--yes`, or at the terminal. Without either, a ConfigError says what to add."""
    if confirmed:
        return True
    if not interactive():
        raise ConfigError(f"{question} Without a terminal to ask at, this needs --yes.")
    return ask(question)


def deliver(desk: Desk, access: Access, entries: Sequence[int], *, undo_seconds: float = 0) -> list[OutboxRow]:
    """Send entries of the outbox at once, one after the other, and return what became of each."""
    names = {entry_row(desk, entry).workspace for entry in entries}
    if undo_seconds:
        _wait_for_second_thoughts(desk, entries, seconds=undo_seconds)

    async def send() -> list[OutboxRow]:
        async with _engine(desk, access, names) as engine:
            return [await engine.send_now(entry) for entry in entries]

    return _explained_each(desk, entries, send())


def deliver_together(desk: Desk, access: Access, entries: Sequence[int]) -> list[OutboxRow]:
    """Send entries that do not wait for each other, a few at a time, and return what became of each."""
    names = {entry_row(desk, entry).workspace for entry in entries}

    async def send() -> list[OutboxRow]:
        gate = asyncio.Semaphore(AT_ONCE)
        async with _engine(desk, access, names) as engine:

            async def one(entry: int) -> OutboxRow:
                async with gate:
                    return await engine.send_now(entry)

            return list(await asyncio.gather(*map(one, entries)))

    return _explained_each(desk, entries, send())


def _explained_each(
    desk: Desk, entries: Sequence[int], sending: Coroutine[None, None, list[OutboxRow]]
) -> list[OutboxRow]:
    """Run what sends these entries; when it is interrupted, say what became of each of them so far."""
    try:
        rows = asyncio.run(sending)
    except KeyboardInterrupt:
        for entry in entries:
            say(_outcome(entry_row(desk, entry)))
        raise
    return [_explained(desk, row) for row in rows]


def list_campaigns(desk: Desk, access: Access, workspaces: Collection[str]) -> list[Listed]:
    """Read the campaigns of these workspaces anew. Returns what each has said."""

    async def read() -> list[Listed]:
        async with _engine(desk, access, workspaces) as engine:
            return await engine.list_campaigns()

    return asyncio.run(read())


def refresh_conversations(desk: Desk, access: Access, keys: Sequence[ConversationKey]) -> None:
    """Read conversations and their leads' enrolments anew, as far as their providers can be reached."""

    async def read() -> None:
        async with _engine(desk, access, {key.workspace for key in keys}) as engine:
            for key in keys:
                await engine.open_thread(key)

    asyncio.run(read())


def look_up_person(desk: Desk, access: Access, key: ConversationKey) -> list[LookedUp]:
    """Ask every workspace for the campaigns of a conversation's person. Returns what each has said."""

    async def ask_all() -> list[LookedUp]:
        async with _engine(desk, access, [workspace.name for workspace in access.config.workspaces]) as engine:
            return await engine.look_up_person(key)

    return asyncio.run(ask_all())


def refresh_campaign(desk: Desk, access: Access, key: CampaignKey) -> None:
    """Read the figures of a campaign anew. Raises ProviderError."""

    async def read() -> None:
        async with _engine(desk, access, {key.workspace}) as engine:
            await engine.open_campaign(key)

    asyncio.run(read())


def tell(rows: Sequence[OutboxRow], *, as_json: bool, one: bool) -> int:
    """Print what became of the entries (`one`: a single document, not a list) and choose the exit code."""
    if as_json:
        shapes = [outbox_shape(row) for row in rows]
        put_json(shapes[0] if one else shapes)
    for row in rows:
        say(_outcome(row))
    return exit_code(rows)


def _outcome(row: OutboxRow) -> str:
    return f"{row.title}: {sentence(row)} [#{row.id} {row.state}]"


def _explained(desk: Desk, row: OutboxRow) -> OutboxRow:
    """The row with the reason why it still waits, where that is not its own."""
    if row.state != "queued" or row.error:
        return row
    stopped = outbox.lane_stopped(desk.store, row.workspace)
    return replace(row, error=stopped or "An earlier message in this conversation goes first.")


def sentence(row: OutboxRow) -> str:
    """What the state of an entry means."""
    if row.error:
        return f"{row.error} It is kept and leaves with the next sync." if row.state == "queued" else row.error
    if row.kind in CONTROL_KINDS:
        if row.verified:
            return "done, and confirmed by reading it back."
        if row.state in {"accepted", "sent", "pending"}:
            return f"asked for, but NOT YET {_DONE_WORDS[row.kind]}. The next sync looks again."
    return _SENTENCES[row.state]


_DONE_WORDS = {"stop_lead": "STOPPED", "pause_campaign": "PAUSED", "resume_campaign": "RESUMED"}


def exit_code(rows: Sequence[OutboxRow]) -> Exit:
    """The worst that must be known: doubt before anything, then how much of it was done."""
    codes = {_code(row) for row in rows}
    if Exit.IN_DOUBT in codes:
        return Exit.IN_DOUBT
    return codes.pop() if len(codes) == 1 else Exit.PARTLY


def entry_row(desk: Desk, entry: int) -> OutboxRow:
    """The row of an entry. Raises NotFound."""
    row = outbox.row(desk.store, entry)
    if row is None:
        raise NotFound(f"There is no entry #{entry} in the outbox.")
    return row


def _engine(desk: Desk, access: Access, workspaces: Collection[str]) -> Engine:
    """Sync for these workspaces, once."""
    log.configure(desk.state_dir)
    return Engine(desk.state_dir, access.setups(workspaces), session=desk.session)


def _code(row: OutboxRow) -> Exit:
    if row.state == "in_doubt":
        return Exit.IN_DOUBT
    if row.state == "failed":
        return Exit.FAILED
    if row.state == "discarded":
        return Exit.FAILED if row.error else Exit.INTERRUPTED
    if row.kind in CONTROL_KINDS:
        return Exit.DONE if row.verified else Exit.PARTLY
    return Exit.DONE if row.state in {"sent", "accepted", "pending"} else Exit.PARTLY


def _wait_for_second_thoughts(desk: Desk, entries: Sequence[int], *, seconds: float) -> None:
    """Let the undo window pass; ctrl+c in it takes everything back."""
    try:
        say(f"Leaves in {seconds:g} s. ctrl+c takes it back.")
        time.sleep(seconds)
    except KeyboardInterrupt:
        for entry in entries:
            outbox.undo_send(desk.store, entry, now=now())
        say("Taken back. The text is kept as a draft.")
        raise
