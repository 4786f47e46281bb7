"""`stop-lead --never-contact`: stop a lead in every campaign, then put them on the list of people never to contact."""

from __future__ import annotations

from collections.abc import Sequence

from postroom.capabilities import Action, capability
from postroom.cli.delivering import confirm, deliver, look_up_person, now, refresh_conversations, tell
from postroom.cli.output import answer, interactive, put, put_json, say
from postroom.cli.state import Desk, acting
from postroom.cli.verb import Exit, Places
from postroom.cli.workspaces import Access
from postroom.commands import NeverContact
from postroom.errors import Refused
from postroom.records import ProviderName
from store import blocks, outbox, queries, stops
from store.enrolments import person_enrolments
from store.rows import EnrolmentRow, InboxRow

WORD = "never"
"""What is typed to agree: it holds for everybody in the workspace."""


def never_contact(places: Places, ref: str, *, everywhere: bool, dry_run: bool, confirmed: bool, as_json: bool) -> int:
    """Say what it hits, ask for the word, then stop and block. Everywhere: in each workspace that keeps a list."""
    access = Access.configured(places)
    with acting(places.state_dir) as desk:
        row = queries.find_conversation(desk.store, ref)
        stopping = _reach(desk, access, row, everywhere=everywhere)
        names = [each.name for each in access.config.workspaces]
        blocking, left = (
            blocks.blocks_everywhere(desk.store, row.key, among=names)
            if everywhere
            else blocks.blocks_of(desk.store, [row.key])
        )
        lines = [
            *(f"{each.workspace}  {each.campaign_name}  {stops.fate(each)}" for each in stopping),
            *(
                f"{each.workspace}  {each.lead_name} will be on the list of people never to contact{_as(each)}"
                for each in blocking
            ),
        ]
        if not blocking:
            raise Refused(" ".join(left) or f"{row.lead_name} is not known here any more.")
        if dry_run:
            return _told_dry(lines, left, as_json=as_json)
        for line in (*lines, *left):
            say(f"  {line}")
        if not _agreed(
            row.lead_name, [access.config.workspace(each.workspace).provider for each in blocking], confirmed=confirmed
        ):
            say("Nobody was stopped, and nobody was put on a list.")
            return Exit.INTERRUPTED
        required = {each.workspace for each in stopping} | {each.workspace for each in blocking}
        # Everywhere, one key that cannot be read keeps the other workspaces from nothing.
        (access.require_any if everywhere else access.require)(required)
        entries = [stops.ask_stop(desk.store, each, row.key, now=now()) for each in stopping]
        entries += [outbox.enqueue(desk.store, each, now=now()) for each in blocking]
        rows = deliver(desk, access, entries)
    code = tell(rows, as_json=as_json, one=False)
    for line in left:
        say(line)
    return Exit.PARTLY if code is Exit.DONE and left else code


def _as(command: NeverContact) -> str:
    """By what: a person may be on it by several addresses."""
    what = command.email or command.lead_url
    return f": {what}" if what else ""


def _reach(desk: Desk, access: Access, row: InboxRow, *, everywhere: bool) -> list[EnrolmentRow]:
    """The enrolments that can be stopped, as the providers show them now."""
    if not everywhere:
        refresh_conversations(desk, access, [row.key])
        return [each for each in queries.enrolments(desk.store, row.key) if stops.can_stop(each)]
    look_up_person(desk, access, row.key)
    return [each for each in person_enrolments(desk.store, row.key) if stops.can_stop(each)]


def _agreed(name: str, providers: Sequence[ProviderName], *, confirmed: bool) -> bool:
    """Whether the person agrees: by `--yes`, or by typing the word."""
    warnings = sorted({capability(each, Action.NEVER_CONTACT).sentence for each in providers})
    question = f"Never contact {name} again? {' '.join(warnings)}"
    if confirmed or not interactive():
        return confirm(question, confirmed=confirmed)
    return answer(f"{question} Type {WORD} to do it: ").strip().casefold() == WORD


def _told_dry(lines: Sequence[str], left: Sequence[str], *, as_json: bool) -> int:
    """Print what it would hit."""
    if as_json:
        put_json({"would": list(lines), "not_offered": list(left)})
    else:
        for line in (*lines, *left):
            put(line)
    return Exit.DONE
