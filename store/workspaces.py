"""The workspaces that the cache knows, by name and by their short number."""

from __future__ import annotations

from dataclasses import dataclass

from store.connection import Connection


@dataclass(frozen=True, slots=True)
class Place:
    """The workspace that rows belong to."""

    id: int
    name: str
    provider: str


def place_of(cache: Connection, workspace: str, provider: str) -> Place:
    """The workspace's place in the cache; made when it is new. Inside a transaction."""
    place = cache.row(Place, "select id, name, provider from workspace where name = ?", (workspace,))
    if place is not None:
        return place
    cache.execute("insert into workspace (name, provider) values (?, ?)", (workspace, provider))
    return Place(cache.number("select last_insert_rowid()"), workspace, provider)


def number_of(cache: Connection, workspace: str) -> int:
    """The workspace's number; 0, which no workspace has, when it is unknown."""
    return cache.number("select id from workspace where name = ?", (workspace,))


def names_of(cache: Connection) -> list[str]:
    """Every workspace that was ever synced, by name."""
    return cache.rows(str, "select name from workspace order by name")
