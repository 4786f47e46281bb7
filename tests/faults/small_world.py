"""A state folder with a few conversations of the test's own, and a configuration whose provider cannot be reached.

Everything that the program then shows comes from the cache, and nothing it does reaches anybody.
"""

from __future__ import annotations

from pathlib import Path

from postroom.records import Campaign, Conversation, Enrolment, Lead
from store import search, writes, writes_campaigns
from store.database import InstanceLock, Store, prepare
from tests import builders

WORKSPACE = "acme"
NOW = builders.at(24 * 60)


def small_world(
    folder: Path,
    *conversations: Conversation,
    campaigns: tuple[Campaign, ...] = (),
    enrolments: tuple[tuple[Lead, Enrolment], ...] = (),
) -> tuple[object, ...]:
    """Fill a state folder; returns the options that make Postroom use it."""
    state = folder / "state"
    lock = InstanceLock.acquire(state)
    assert lock is not None
    prepare(state, session="test")
    store = Store.open(state, session="test")
    writes.apply_conversations(store, WORKSPACE, "heyreach", builders.page(*conversations), now=NOW)
    writes_campaigns.apply_campaigns(store, WORKSPACE, "heyreach", builders.page(*campaigns), now=NOW)
    for lead, enrolment in enrolments:
        writes_campaigns.apply_enrolments(store, WORKSPACE, lead, (enrolment,), now=NOW)
    while search.index_pending(store):
        pass
    store.close()
    lock.release()
    return ("--config", configuration(folder), "--state-dir", state)


def configuration(folder: Path) -> Path:
    """One workspace at an address where nobody answers."""
    key = folder / "acme.key"
    key.touch(mode=0o600)
    key.write_text("canary-key-0123456789")
    config = folder / "config.toml"
    config.write_text(
        f'[[workspace]]\nname = "{WORKSPACE}"\nprovider = "heyreach"\napi_key = "file:{key}"\n'
        'base_url = "http://127.0.0.1:9"\n'
    )
    return config
