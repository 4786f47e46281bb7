"""What user.db and other workspaces add to the rows on the screen: drafts, outbox states, the person's other channels.

Asked for the rows on screen alone, one query each; never joined across files.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from postroom.terms import ConversationKey
from store.connection import Connection
from store.outbox_states import URGENCY

NOT_STOPPED = "not_stopped"
"""What a conversation is marked with while its lead is to be stopped and is not shown as stopped."""

_WORST_FIRST = {state: number for number, state in enumerate([*URGENCY[:3], NOT_STOPPED, *URGENCY[3:]])}


def drafts(user: Connection, keys: Sequence[ConversationKey]) -> set[ConversationKey]:
    """Which of the conversations have a draft, whoever it belongs to."""
    return set(
        user.rows(
            ConversationKey,
            """
            select d.workspace, d.conversation from json_each(:keys) wanted
            cross join draft d on d.workspace = wanted.value ->> 0 and d.conversation = wanted.value ->> 1
            union all
            select d.workspace, d.conversation from json_each(:keys) wanted
            cross join viewer_draft d on d.workspace = wanted.value ->> 0 and d.conversation = wanted.value ->> 1
            """,
            {"keys": json.dumps(keys)},
        )
    )


def outbox_states(user: Connection, keys: Sequence[ConversationKey]) -> dict[ConversationKey, str]:
    """For each conversation with something on its way: the state that needs the eye most. Read marks are left out."""
    found: dict[ConversationKey, str] = {}
    states = user.rows(
        lambda workspace, conversation, state: (ConversationKey(workspace, conversation), str(state)),
        """
        select o.workspace, o.conversation, iif(
            o.kind = 'stop_lead' and o.state in ('queued', 'sending', 'accepted'), 'not_stopped', o.state
        )
        from json_each(?) wanted
        cross join outbox o on o.workspace = wanted.value ->> 0 and o.conversation = wanted.value ->> 1
        where o.state not in ('sent', 'discarded') and o.kind <> 'mark_seen'
        """,
        (json.dumps(keys),),
    )
    for key, state in states:
        if key not in found or _WORST_FIRST.get(state, 99) < _WORST_FIRST.get(found[key], 99):
            found[key] = state
    return found


def providers_by_person(cache: Connection, persons: Collection[str]) -> dict[str, frozenset[str]]:
    """Through which providers each person writes."""
    if not persons:
        return {}
    found: dict[str, set[str]] = {}
    pairs = cache.rows(
        lambda person, provider: (str(person), str(provider)),
        """
        select distinct c.person, w.provider from json_each(?) wanted
        cross join conversation c on c.person = wanted.value cross join workspace w on w.id = c.workspace
        """,
        (json.dumps(sorted(persons)),),
    )
    for person, provider in pairs:
        found.setdefault(person, set()).add(provider)
    return {person: frozenset(providers) for person, providers in found.items()}


def mark_bits(*, has_draft: bool, outbox_state: str, also_in: Sequence[str]) -> int:
    """Eight bits that differ when these marks differ: they go into a row's version."""
    state = _WORST_FIRST.get(outbox_state, -1) + 1
    others = {"heyreach": 1, "networkhq": 2, "instantly": 4}
    return int(has_draft) | state << 1 | sum(others.get(name, 0) for name in also_in) << 5
