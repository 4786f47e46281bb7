"""CR05 and CR08: the program dies, or the power does, between any two writes. What it relied on is on the disk."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from store import outbox
from store.database import Store, prepare
from tests.faults.far_side import far_side
from tests.faults.matrix import amount
from tests.faults.shim import KILL, SYNC, WRITE, Disk, Event, Platter, events
from tests.faults.short_life import Lives, lives

CHUNKS = amount(1, 2)
MOST_WRITES = 3000
"""More writes than a first sync makes."""


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_cr05_a_first_sync_killed_at_any_write_leaves_no_gap(tmp_path: Path, chunk: int) -> None:
    """Rows and checkpoint are one transaction: wherever it died, the next sync has every conversation and message."""
    with far_side(conversations=12, heyreach_per_minute=None, networkhq_per_minute=None) as far:
        whole = _synced_at_once(tmp_path, far.places)
        kills = 0
        state = tmp_path / "state"
        disk = Disk(state, tmp_path / "control-of-state")
        with lives(state, disk, far.places) as found:
            for number in [*range(1, amount(9, MOST_WRITES)), *range(91, MOST_WRITES, 90)][chunk::CHUNKS]:
                shutil.rmtree(state, ignore_errors=True)
                disk.arm(number, KILL, kinds=WRITE | SYNC)
                if found.live("sync").code == 0:
                    break
                kills += 1
                disk.mend()
                told = found.live("sync")
                assert (told.code, told.broken) == (0, []), told
                assert _content(state) == whole, number
    assert kills > 0


def _synced_at_once(folder: Path, places: object) -> Counter[tuple[object, ...]]:
    """What a sync brings that nobody disturbs."""
    state = folder / "undisturbed"
    disk = Disk(state, folder / "control")
    with lives(state, disk, places) as found:  # type: ignore[arg-type]  # as far_side gives them
        assert found.live("sync").code == 0
    return _content(state)


def _content(state: Path) -> Counter[tuple[object, ...]]:
    """Every message of the cache, with its conversation; and how each list was read to its end."""
    path = next(state.glob("cache-v*.db"))
    with closing(sqlite3.connect(path)) as cache:
        assert cache.execute("pragma integrity_check").fetchone() == ("ok",)
        return Counter(
            cache.execute(
                """
                select c.native, c.total_messages, m.direction, m.body from conversation c
                left join message m on m.conversation = c.id
                """
            )
        ) + Counter(cache.execute("select name, complete_at is not null, '', '' from stream"))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A day of several sends: all that was written, synced and sent, in order."""
    state, log = tmp_path / "state", tmp_path / "log"
    disk = Disk(state, tmp_path / "control", log=log)
    with far_side(conversations=24, heyreach_per_minute=None, networkhq_per_minute=None) as far:
        with lives(state, disk, far.places) as found:
            _live_through(found)
        delivered = far.delivered()
    assert delivered.total() > 0
    (tmp_path / "delivered").write_text("\n".join(delivered))
    return log


def _live_through(found: Lives) -> None:
    for number, task in enumerate(("sync", *["day"] * amount(3, 40))):
        assert found.live(task, number=number, sends=4).code == 0


def test_cr08_when_a_message_leaves_its_claim_has_outlived_any_power_cut(tmp_path: Path, log: Path) -> None:
    """At the moment of each delivery the disk holds the claim, whatever of the unsynced writes is lost."""
    dice = random.Random(1)
    delivered = (tmp_path / "delivered").read_text().splitlines()
    left = 0
    for text, platter in _departures(log, set(delivered), Platter()):
        for number, loose in enumerate((None, dice, dice)):
            folder = tmp_path / f"cut-{left}-{number}"
            platter.cut(folder, tmp_path / "state", dice=loose)
            assert _states(folder)[text] == ["sending"], text
            assert _number_beside(folder) == _number_within(folder)
            assert _after_the_next_start(folder)[text] == ["in_doubt"], text
        left += 1

    assert left == len(delivered)


def test_cr08_the_test_sees_a_claim_that_was_not_synced(tmp_path: Path, log: Path) -> None:
    """The test of the test: on a disk that only pretends to sync, no claim is found."""
    delivered = set((tmp_path / "delivered").read_text().splitlines())
    found = []
    for text, platter in _departures(log, delivered, Platter(believes_syncs=False)):
        platter.cut(tmp_path / "cut", tmp_path / "state")
        found.append(_states(tmp_path / "cut")[text])

    assert found
    assert not any(found)


def test_cr08_what_was_called_saved_outlives_any_power_cut(tmp_path: Path, log: Path) -> None:
    """At the moment a draft is reported as saved it is on the disk."""
    dice = random.Random(2)
    platter, said = Platter(), 0
    for event in events(log):
        platter.take(event)
        if event.kind != "said" or not event.data.startswith(b'["written"'):
            continue
        text = event.data.decode().split('"')[3]
        for number, loose in enumerate((None, dice)):
            folder = tmp_path / f"draft-{said}-{number}"
            platter.cut(folder, tmp_path / "state", dice=loose)
            with closing(sqlite3.connect(folder / "user.db")) as user:
                assert (text,) in list(user.execute("select text from draft")), text
        said += 1

    assert said > 0


def _departures(log: Path, texts: set[str], platter: Platter) -> Iterator[tuple[str, Platter]]:
    """Each text at the moment when its first byte leaves, with the disk as it is then."""
    for event in events(log):
        platter.take(event)
        if (text := _carried(event, texts)) is not None:
            texts = texts - {text}
            yield text, platter


def _carried(event: Event, texts: set[str]) -> str | None:
    """The text that an event carries to a provider."""
    if event.kind != "said" or event.path != "network":
        return None
    return next((text for text in texts if f'"{text}"'.encode() in event.data), None)


def _states(folder: Path) -> dict[str, list[str]]:
    """The outbox by text, as SQLite finds it on the disk."""
    found: dict[str, list[str]] = _Lists()
    if not (folder / "user.db").exists():
        return found
    with closing(sqlite3.connect(folder / "user.db")) as user:
        if user.execute("select 1 from sqlite_master where name = 'outbox'").fetchone() is None:
            return found
        for text, state in user.execute("select json_extract(payload, '$.text'), state from outbox"):
            found[text].append(state)
    return found


def _number_within(folder: Path) -> int:
    """How many starts user.db knows of."""
    with closing(sqlite3.connect(folder / "user.db")) as user:
        return int(user.execute("select value from meta where key = 'generation'").fetchone()[0])


def _number_beside(folder: Path) -> int:
    """How many the file beside it knows of: it tells of a user.db that was put back."""
    return int((folder / "generation").read_text(encoding="ascii"))


class _Lists(dict[str, list[str]]):
    def __missing__(self, key: str) -> list[str]:
        self[key] = []
        return self[key]


def _after_the_next_start(folder: Path) -> dict[str, list[str]]:
    """The outbox by text, once Postroom has started on that disk."""
    prepare(folder, session="next")
    found: dict[str, list[str]] = _Lists()
    with closing(Store.open(folder, writable=False)) as store:
        for row in outbox.rows(store, open_only=False, limit=1000):
            found[row.text].append(row.state)
    return found
