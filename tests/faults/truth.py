"""What a provider holds, put as the cache should have it once all is quiet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from postroom.records import ConversationKey
from simulator.instantly.mails import Mail, is_loose, mails_of
from simulator.instantly.mails import shown as shown_mail
from simulator.threads import Spoken
from simulator.workspace import Workspace
from tests.faults.stand import IN, Stand, native

_NOT_SAID = re.compile(r"\[INMAIL\]|\[NO TEXT\]|On \d{4}-\d\d-\d\d, [^\n]* wrote:(\n.*)?", re.DOTALL)
"""What stands for a message without a text; a mail without one is all that it repeats."""


@dataclass(frozen=True, slots=True)
class Held:
    """One conversation at its provider."""

    texts: Sequence[str]
    """Of its messages that have one, oldest first."""
    last_at: int
    unread: bool
    twins: tuple[int, ...] = ()
    """Places of texts that have one time with the next, where the provider tells no order of such."""


def held(space: Workspace) -> dict[str, Held]:
    """The conversations of a workspace, by the provider's own ids."""
    if space.provider == IN:
        return _mails(space)
    return {row.id: _of(space.history(row), unread=not row.seen) for row in space.newest()}


def unequal(stand: Stand, workspace: str, *, gone_too: bool) -> list[str]:
    """What is not as the provider has it: rows, order, latest messages, texts, read marks."""
    there = held(stand.simulator.world.workspace(workspace))
    rows = stand.rows(workspace)
    here = {native(row.key): row for row in rows if not row.gone}
    found = [f"missing: {each}" for each in there.keys() - here.keys()]
    if gone_too:
        found += [f"not gone: {each}" for each in here.keys() - there.keys()]
    for name, row in here.items():
        if name not in there:
            continue
        mine = _texts(stand, row.key)
        found += _unlike(name, mine, _in_my_order(there[name], mine))
        if (row.last_at or 0) // 1000 != there[name].last_at // 1000:
            found.append(f"last_at of {name}")
        if row.unread is not there[name].unread:
            found.append(f"unread of {name}: {row.unread}")
    order = [(row.last_at or 0) // 1000 for row in rows]
    if order != sorted(order, reverse=True):
        found.append("order")
    return found


def _texts(stand: Stand, key: ConversationKey) -> list[str]:
    """What is stored of a thread. The files that came with a mail are no part of its text."""
    bodies = [body.partition("\n\n[ATTACHMENT ")[0] if key.workspace == IN else body for body in stand.bodies(key)]
    return [body for body in bodies if not _NOT_SAID.fullmatch(body)]


def _unlike(name: str, mine: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """Where two threads part, in a sentence; nothing when they are equal."""
    if mine == theirs:
        return []
    pairs = zip(mine, theirs, strict=False)
    first = next((n for n, (one, other) in enumerate(pairs) if one != other), min(len(mine), len(theirs)))
    part = slice(max(0, first - 1), first + 3)
    texts = f"{[text[:20] for text in mine[part]]} is not {[text[:20] for text in theirs[part]]}"
    return [f"thread of {name} at {first} of {len(mine)}/{len(theirs)}: {texts}"]


def _in_my_order(held: Held, mine: Sequence[str]) -> list[str]:
    """What the provider holds, twins the way round in which they are stored."""
    texts = list(held.texts)
    for place in held.twins:
        pair = texts[place : place + 2]
        if list(mine[place : place + 2]) == pair[::-1]:
            texts[place : place + 2] = pair[::-1]
    return texts


def _of(said: Sequence[Spoken], *, unread: bool, twins: bool = False) -> Held:
    spoken = [each for each in said if each.text]
    alike = (place for place, pair in enumerate(pairwise(spoken)) if pair[0].sent_at == pair[1].sent_at)
    return Held([each.text for each in spoken], said[-1].sent_at, unread, tuple(alike) if twins else ())


def _mails(space: Workspace) -> dict[str, Held]:
    """By thread; a mail whose thread nobody knows stands alone."""
    grouped: dict[str, list[Mail]] = {}
    for row in space.newest():
        for mail in mails_of(space, row):
            grouped.setdefault(mail.id if is_loose(space, mail) else row.id, []).append(mail)
    return {
        name: _of(
            [mail.spoken for mail in mails],
            unread=any(shown_mail(space, mail)["is_unread"] for mail in mails),
            twins=True,  # a page may end between them, and only its order is told
        )
        for name, mails in grouped.items()
    }
