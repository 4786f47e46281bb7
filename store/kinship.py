"""Who is one person: leads of all workspaces that share a LinkedIn profile or an address.

Every conversation has the keys of its lead (`postroom.text.person_keys`) and those that the reader gave it by hand; a
provider's lead record may say that two keys belong together (a link). Conversations that are joined by keys and links
are one person, named by the least of the keys. Set apart by hand, a conversation has no keys, and is nobody else.

All statements go to the cache and are bounded by the person's own conversations.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from postroom.records import ConversationKey
from postroom.text import person_keys
from store.connection import Connection, Parameters
from store.database import Store

_HAND = "hand:"
_MEMBERS = """
select c.id, w.name, c.native, c.profile_url, c.email, c.hand_keys, c.apart, c.person
from conversation c join workspace w on w.id = c.workspace
"""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why another conversation belongs to the same person."""

    key: ConversationKey
    sentence: str


@dataclass(frozen=True, slots=True)
class _Member:
    """A conversation as far as it tells who its lead is."""

    id: int
    workspace: str
    native: str
    profile_url: str | None
    email: str | None
    hand_keys: str
    apart: int
    person: str | None

    @property
    def key(self) -> ConversationKey:
        return ConversationKey(self.workspace, self.native)

    @property
    def keys(self) -> tuple[str, ...]:
        if self.apart:
            return ()
        return (*person_keys(self.profile_url, self.email), *json.loads(self.hand_keys))


def settle(cache: Connection, conversations: Collection[int]) -> None:
    """Work out anew who these conversations' leads are, and everybody whom that touches. Inside a transaction."""
    if not conversations:
        return
    members = {m.id: m for m in _those(cache, "c.id", conversations)}
    keys = {key for member in members.values() for key in member.keys}
    links = _links(cache, keys)
    keys.update(*links)
    touched = {member.person for member in members.values() if member.person} | _persons(cache, keys)
    if touched:
        members |= {m.id: m for m in _those(cache, "c.person", touched)}
        keys.update(key for member in members.values() for key in member.keys)
        links = _links(cache, keys)
    person_of = _components([member.keys for member in members.values()] + links)
    _write(cache, members.values(), person_of, touched)


def link(cache: Connection, workspace: int, pairs: Iterable[tuple[str, str]]) -> None:
    """Note which keys a provider's lead records name together. Inside a transaction."""
    new = sorted({(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]})
    before = cache.total_changes
    cache.executemany(
        "insert into identity_link (a, b, workspace) values (?, ?, ?) on conflict do nothing",
        [(*pair, workspace) for pair in new],
    )
    if cache.total_changes > before:
        known = _persons(cache, {key for pair in new for key in pair})
        settle(cache, [m.id for m in _those(cache, "c.person", known)])


def forget(cache: Connection, keys: Collection[str]) -> None:
    """Drop everything that these keys are joined with, and the keys. Inside a transaction."""
    known = set(keys).union(*_links(cache, keys))
    these = (json.dumps(sorted(known)),)
    cache.execute("delete from identity where key in (select value from json_each(?))", these)
    cache.execute("delete from identity_link where a in (select value from json_each(?))", these)


def same_person(store: Store, key: ConversationKey) -> list[ConversationKey]:
    """The conversation itself, then every other one, in any workspace, whose lead is the same person."""
    return [key] + [member.key for member in _group(store.cache, key) if member.key != key]


def identities(store: Store, key: ConversationKey) -> set[str]:
    """The profiles and addresses by which a person is known, those that lead records alone name included."""
    keys = {each for member in _group(store.cache, key) for each in member.keys}
    return keys.union(*_links(store.cache, keys))


def reasons(store: Store, key: ConversationKey) -> list[Reason]:
    """Why the other conversations of this person are one with this one, in an order that explains itself."""
    group = _group(store.cache, key)
    links = {
        frozenset((a, b)): workspace
        for a, b, workspace in store.cache.rows(
            lambda a, b, workspace: (str(a), str(b), str(workspace)),
            """
            select l.a, l.b, w.name from identity_link l join workspace w on w.id = l.workspace
            where l.a in (select value from json_each(?))
            """,
            (json.dumps(sorted({each for member in group for each in member.keys})),),
        )
    }
    told: list[Reason] = []
    explained = {each for member in group if member.key == key for each in member.keys}
    waiting = [member for member in group if member.key != key]
    while waiting:
        found = next(((m, why) for m in waiting if (why := _why(m, explained, links))), None)
        member, sentence = found or (waiting[0], "It was the same person before the leads changed.")
        told.append(Reason(member.key, sentence))
        explained.update(member.keys)
        waiting.remove(member)
    return told


def hand_key(ref: str) -> str:
    """The key that joins conversations by hand, made from the short id of one of them."""
    return _HAND + ref


def _why(member: _Member, explained: set[str], links: Mapping[frozenset[str], str]) -> str:
    """One sentence on what this conversation shares with those that are explained. Empty: nothing."""
    shared = next((each for each in member.keys if each in explained), None)
    if shared is not None:
        return _said(shared)
    for mine in member.keys:
        for theirs in explained:
            if workspace := links.get(frozenset((mine, theirs))):
                return f"{workspace} says that {_named(mine)} and {_named(theirs)} are one lead."
    return ""


def _said(key: str) -> str:
    return "You joined them." if key.startswith(_HAND) else f"Both have {_named(key)}."


def _named(key: str) -> str:
    kind, _, rest = key.partition(":")
    return f"the profile linkedin.com/{rest}" if kind == "linkedin" else f"the address {rest}"


def _group(cache: Connection, key: ConversationKey) -> list[_Member]:
    """All conversations of the person, the asked one included, by workspace and id."""
    own = _members(
        cache, "c.native = ? and c.workspace = (select id from workspace where name = ?)", (key.id, key.workspace)
    )
    if not own or own[0].person is None:
        return own
    return _members(cache, "c.person = ? order by w.name, c.native", (own[0].person,))


def _those(cache: Connection, column: str, values: Collection[int] | Collection[str]) -> list[_Member]:
    return _members(cache, f"{column} in (select value from json_each(?))", (json.dumps(list(values)),))


def _members(cache: Connection, where: str, parameters: Parameters) -> list[_Member]:
    return cache.rows(_Member, f"{_MEMBERS} where {where}", parameters)  # `where` is a constant of this file


def _links(cache: Connection, keys: Collection[str]) -> list[tuple[str, ...]]:
    """All links that touch these keys, and those that touch what they lead to."""
    found: set[tuple[str, ...]] = set()
    reached, new = set(keys), set(keys)
    while new:
        wanted = json.dumps(sorted(new))
        fresh = cache.rows(
            lambda a, b: (str(a), str(b)),
            """
            select a, b from identity_link where a in (select value from json_each(?1))
            union select a, b from identity_link where b in (select value from json_each(?1))
            """,
            (wanted,),
        )
        found.update(fresh)
        new = {key for pair in fresh for key in pair} - reached
        reached |= new
    return sorted(found)


def _persons(cache: Connection, keys: Collection[str]) -> set[str]:
    return set(
        cache.rows(
            str,
            "select person from identity where key in (select value from json_each(?))",
            (json.dumps(sorted(keys)),),
        )
    )


def _components(groups: Iterable[Sequence[str]]) -> dict[str, str]:
    """For each key the least key that it is joined with."""
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        parent.setdefault(key, key)
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for group in groups:
        for key in group:
            first, other = sorted((root(group[0]), root(key)))
            parent[other] = first
    return {key: root(key) for key in parent}


def _write(
    cache: Connection, members: Iterable[_Member], person_of: Mapping[str, str], touched: Collection[str]
) -> None:
    changed = [
        (person, member.id)
        for member in members
        if (person := person_of[member.keys[0]] if member.keys else None) != member.person
    ]
    cache.executemany("update conversation set person = ?, version = version + 1 where id = ?", changed)
    cache.execute("delete from identity where person in (select value from json_each(?))", (json.dumps(list(touched)),))
    cache.executemany(
        "insert into identity values (?, ?) on conflict do update set person = excluded.person", person_of.items()
    )
