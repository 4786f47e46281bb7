"""`erase`: a person's data leaves every file of the state folder, provably, and does not come back with a sync."""

from __future__ import annotations

from pathlib import Path

import click

from postroom.cli.output import answer, interactive, put, put_json, say
from postroom.cli.state import Desk, acting
from postroom.cli.verb import Exit, Places, Verb, as_json, confirmed, pass_places
from postroom.errors import ConfigError, NotFound, Refused
from store import erased, erasing
from store.erasing import Erasure
from store.erasing_rows import open_sends
from store.people import Person, facts_of, find_person


@click.command(
    "erase",
    cls=Verb,
    examples=(
        "postroom erase hr:3f9a --dry-run",
        "postroom erase https://www.linkedin.com/in/ada",
        "postroom erase ada@example.com --yes --json",
        "postroom erase --forget https://www.linkedin.com/in/ada",
    ),
    exits="0 erased, and 0 bytes left; 1 refused; 3 erased, but a file that is not Postroom's names them still.",
)
@click.argument("lead")
@click.option("--dry-run", is_flag=True, help="Say what would be erased, and erase nothing.")
@click.option("--discard-open", is_flag=True, help="Even while a send to them is on its way or in doubt.")
@click.option("--forget", is_flag=True, help="The opposite: let an erased LEAD (an address) come back with a sync.")
@confirmed
@as_json
@pass_places
def erase_command(
    places: Places, lead: str, *, dry_run: bool, discard_open: bool, forget: bool, confirmed: bool, as_json: bool
) -> int:
    """Erase a person: conversations, drafts, notes, decisions, sends, campaigns; from backups and logs too.

    LEAD is an id as “postroom list” prints it, a profile address or an email address. Every file of the state folder is
    read afterwards, and the number of bytes left of them is printed. Keyed hashes of their ids and addresses are kept,
    so that the next sync does not bring them back. Damaged copies of databases are removed: nobody can be erased from
    those.

    What this cannot reach: the provider keeps its own copy (erase it there too), and so may snapshots of the file
    system, backups of this machine, what you exported, and the disk's own spare blocks.
    """
    with acting(places.state_dir) as desk:
        if forget:
            return _let_back(desk.state_dir, lead)
        person = _find(desk, lead)
        sends = open_sends(desk.store, person)
        if dry_run:
            return _told_dry(person, "" if discard_open else erasing.why_not(sends), as_json=as_json)
        if sends and not discard_open:
            raise Refused(erasing.why_not(sends))
        if not _agreed(person, sends=len(sends), confirmed=confirmed):
            say("Nothing was erased.")
            return Exit.INTERRUPTED
        done = erasing.erase(desk.store, person, discard_open=discard_open)
    return _told(done, as_json=as_json)


def _find(desk: Desk, lead: str) -> Person:
    """The person. Raises NotFound, which says so if they were erased before."""
    try:
        return find_person(desk.store, lead)
    except NotFound:
        if erased.known_in(desk.state_dir).knows(facts_of(lead).facts()):
            raise NotFound(f"“{lead}” was erased here already, and nothing of them has come back.") from None
        raise


def _let_back(state_dir: Path, lead: str) -> int:
    """Forget that somebody was erased."""
    facts = facts_of(lead).facts()
    if not facts:
        raise ConfigError("--forget needs the profile address or the email address: an id says nothing any more.")
    if not erased.forget(state_dir, facts):
        raise NotFound(f"Nobody known by “{lead}” was erased here.")
    say("They are let back. The next full sync brings what the provider has of them; what you wrote is gone for good.")
    return Exit.DONE


def _agreed(person: Person, *, sends: int, confirmed: bool) -> bool:
    """Whether the person at the terminal types the lead's name."""
    name = person.name or next(iter(sorted(person.urls | person.emails)), "erase")
    others = sorted(person.names - {name})
    also = f" (also: {', '.join(others)})" if others else ""
    count = len(person.conversations)
    say(
        f"Erases {name}{also} for good: "
        f"{count} {'conversation' if count == 1 else 'conversations'} with all messages, drafts, notes, decisions and "
        "sends, here and in every backup. Damaged copies of the databases are removed."
    )
    if sends:
        say(f"{sends} of the sends may be on their way: whether they arrive will not be known.")
    if confirmed:
        return True
    if not interactive():
        raise ConfigError("Without a terminal to ask at, this needs --yes.")
    return answer(f"Type “{name}” to erase them: ").strip().casefold() == name.strip().casefold()


def _told_dry(person: Person, reason: str, *, as_json: bool) -> int:
    """Print what would be erased."""
    conversations = [f"{key.workspace}  {key.id}" for key in person.conversations]
    if as_json:
        put_json(
            {
                "lead": person.name,
                "conversations": [{"workspace": key.workspace, "id": key.id} for key in person.conversations],
                "enrolments": len(person.enrolments),
                "refused": reason,
            }
        )
    else:
        for line in (person.name, *conversations, f"{len(person.enrolments)} enrolments"):
            put(line)
    if reason:
        say(reason)
    return Exit.FAILED if reason else Exit.DONE


def _told(done: Erasure, *, as_json: bool) -> int:
    """Print what was done, and the proof."""
    if as_json:
        put_json(_shape(done))
    for path in done.removed:
        say(f"{path.name} was removed: nobody can be erased from it.")
    if done.left:
        names = ", ".join(map(str, done.left))
        say(f"Erased, but something still names them in {names}. Postroom did not write that: delete it yourself.")
        return Exit.PARTLY
    if not as_json:
        put(f"Erased. 0 bytes of them are left in {done.files} files ({done.bytes:,} bytes were read).")
    say("The provider keeps its own copy: erase them there too. No sync brings them back here.")
    return Exit.DONE


def _shape(done: Erasure) -> dict[str, object]:
    """What `--json` prints. Nobody is named in it."""
    return {
        "conversations": done.counts.get("conversations", 0),
        "messages": done.counts.get("messages", 0),
        "enrolments": done.counts.get("enrolments", 0),
        "quarantined": done.counts.get("quarantined", 0),
        "drafts": done.counts.get("draft", 0) + done.counts.get("viewer_draft", 0),
        "decisions": done.counts.get("journal", 0),
        "outbox": done.counts.get("outbox", 0),
        "rewritten": [str(path) for path in done.rewritten],
        "removed": [str(path) for path in done.removed],
        "files": done.files,
        "bytes_read": done.bytes,
        "left_in": [str(path) for path in done.left],
    }
