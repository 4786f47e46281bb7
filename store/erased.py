"""Whom the user had erased: keyed hashes that recognise a person when a provider shows them again, and name nobody.

They stand in a file of their own, so they outlive a rebuilt cache and a restored user.db. The key is made here once and
leaves this folder no more than the hashes do. Each person's hashes stand together, so that one can be let back.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from postroom.errors import StateError
from postroom.records import Conversation, Enrolment, Rejection
from postroom.text import profile_key
from store.files import write_durably

FILE = "erased"
_SHORTEST = 5
"""A shorter id is a number that many might share, such as a 0 for “unknown”."""
_STRINGS = re.compile(r'"([^"\\]{5,300})"|(\d{5,30})')

Stamp = tuple[int, int, int]
_known: dict[Path, Erased] = {}
"""What was read last, by state folder."""


@dataclass(frozen=True, slots=True)
class Erased:
    """The people who must not come back."""

    key: bytes = b""
    people: tuple[frozenset[str], ...] = ()
    stamp: Stamp | None = None
    """Which state of the file this is. None: there is no file."""
    marks: frozenset[str] = frozenset()
    """The hashes of all of them."""

    def knows(self, facts: Iterable[str]) -> bool:
        """Whether any of the facts is one of an erased person."""
        return bool(self.marks) and any(self.mark(fact) in self.marks for fact in facts)

    def is_conversation(self, workspace: str, record: Conversation) -> bool:
        """Whether a conversation is with somebody who was erased."""
        if not self.marks:
            return False
        lead = record.lead
        return self.knows([
            conversation_fact(workspace, record.id),
            *lead_facts(workspace, lead.id, lead.profile_url, lead.email, lead.linkedin_id),
        ])  # fmt: skip

    def is_enrolment(self, workspace: str, record: Enrolment) -> bool:
        """Whether an enrolment is that of somebody who was erased."""
        return self.knows(lead_facts(workspace, record.lead_id, record.lead_url))

    def is_rejection(self, workspace: str, record: Rejection) -> bool:
        """Whether a record that could not be read names somebody who was erased."""
        if not self.marks:
            return False
        words = {word for pair in _STRINGS.findall(record.raw) for word in pair if word}
        return self.knows(
            fact for word in words for fact in (conversation_fact(workspace, word), *lead_facts(workspace, word, word))
        )

    def mark(self, fact: str) -> str:
        """The hash that is kept of a fact."""
        return hashlib.blake2b(fact.encode("utf-8", "surrogatepass"), key=self.key, digest_size=32).hexdigest()


_NOBODY = Erased()


def conversation_fact(workspace: str, native: str) -> str:
    """What makes a conversation one of theirs."""
    return f"conversation\0{workspace}\0{native}"


def lead_facts(
    workspace: str, lead_id: str = "", url: str | None = None, email: str | None = None, linkedin_id: str | None = None
) -> list[str]:
    """What makes a lead them: the provider's id, the profile, the address, LinkedIn's id; as far as they are known."""
    profile = profile_key(url)
    facts = [f"profile\0{profile}"] if profile else []
    if email and "@" in email:
        facts.append(f"email\0{email.strip().lower()}")
    if len(lead_id) >= _SHORTEST:
        facts.append(f"lead\0{workspace}\0{lead_id}")
    if linkedin_id and len(linkedin_id) >= _SHORTEST:
        facts.append(f"linkedin\0{linkedin_id}")
    return facts


def known_in(state_dir: Path) -> Erased:
    """Who was erased here, read again only when the file has changed. Raises StateError as `read` does."""
    stamp = stamp_of(state_dir)
    if stamp is None:
        return _NOBODY
    known = _known.get(state_dir)
    if known is None or known.stamp != stamp:
        known = _known[state_dir] = read(state_dir)
    return known


def read(state_dir: Path) -> Erased:
    """Who was erased here. Raises StateError for a file that cannot be read: they would all come back."""
    path = state_dir / FILE
    stamp = stamp_of(state_dir)
    if stamp is None:
        return Erased()
    try:
        kept = json.loads(path.read_bytes())
        people = tuple(frozenset(map(str, marks)) for marks in kept["people"])
        return Erased(bytes.fromhex(kept["key"]), people, stamp, frozenset().union(*people))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StateError(
            f"{path} says who was erased, and cannot be read, so nothing is fetched. Put it back from a copy; "
            "or delete it, and whoever was erased comes back with the next sync."
        ) from error


def stamp_of(state_dir: Path) -> Stamp | None:
    """Changes when the file does. None: there is none."""
    try:
        found = (state_dir / FILE).stat()
    except FileNotFoundError:
        return None
    except OSError:
        return (0, 0, 0)
    return found.st_ino, found.st_mtime_ns, found.st_size


def add(state_dir: Path, facts: Collection[str]) -> None:
    """From now on whoever these facts are about does not come back. Durable when it returns."""
    known = read(state_dir)
    known = known if known.key else replace(known, key=os.urandom(32))
    marks = frozenset(map(known.mark, facts))
    if marks and not any(marks <= person for person in known.people):
        apart = tuple(person for person in known.people if not person & marks)
        together = marks.union(*(person for person in known.people if person & marks))
        _write(state_dir, replace(known, people=(*apart, together)))


def forget(state_dir: Path, facts: Collection[str]) -> bool:
    """Let somebody come back. False: nobody of these facts was erased."""
    known = read(state_dir)
    marks = frozenset(map(known.mark, facts))
    kept = tuple(person for person in known.people if not person & marks)
    if len(kept) == len(known.people):
        return False
    _write(state_dir, replace(known, people=kept))
    return True


def _write(state_dir: Path, erased: Erased) -> None:
    text = json.dumps({"key": erased.key.hex(), "people": [sorted(person) for person in erased.people]})
    try:
        write_durably(state_dir / FILE, text.encode("ascii"))
    except OSError as error:
        raise StateError(
            f"{state_dir / FILE} could not be written ({error.strerror}), so nobody was erased."
        ) from error
