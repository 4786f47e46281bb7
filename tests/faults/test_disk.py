"""DK01 and DK03: the disk is full, or broken, at any one of its operations. Nothing is lost, and nothing is guessed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.faults.far_side import FarSide, far_side
from tests.faults.matrix import amount
from tests.faults.shim import BROKEN, CHANGES, FOR_EVER, NO_SPACE, READ, SYNC, WRITE, Disk
from tests.faults.short_life import Lives, Told, lives

PLENTY = 1_000_000_000
BALLAST, PAGES = 2 * 1024 * 1024, 400
"""What is kept back, and how many operations it makes room for."""

CHUNKS = amount(1, 3)
"""A row's operations are dealt out to so many tests, which may run side by side."""

WHOLE_DAY = 700
"""More operations than a day has: the count ends earlier, when none fails any more."""


@dataclass
class Desk:
    """Lives on a disk, and the far side that knows what was sent."""

    lives: Lives
    disk: Disk
    far: FarSide
    state: Path
    written: set[str] = field(default_factory=set)

    def live(self, task: str, number: int) -> Told:
        """One life; what it saved is remembered."""
        told = self.lives.live(task, number=number)
        self.written |= set(told.written)
        return told

    def finish(self, number: int) -> None:
        """A life on a sound disk, which must settle everything, and the judgement."""
        self.disk.mend()
        told = self.live("sync", number)
        assert (told.code, told.broken) == (0, []), told
        assert self.problems() == []

    def problems(self) -> list[str]:
        """What is wrong in the files, by the ledger and by what was said to be saved."""
        with closing(sqlite3.connect(self.state / "user.db")) as user:
            drafts = {text for (text,) in user.execute("select text from draft")}
            sent = list(user.execute("select json_extract(payload, '$.text'), state from outbox where kind = 'reply'"))
            sound = user.execute("pragma integrity_check").fetchone()[0]
        delivered = self.far.delivered()
        texts = [text for text, _ in sent] + list(drafts)
        found = [f"delivered {count} times: {text}" for text, count in delivered.items() if count > 1]
        found += [f"lost: {text}" for text in self.written if not any(text in each for each in texts)]
        found += [f"delivered without an entry: {text}" for text in delivered if text not in texts]
        found += [f"stuck in {state}: {text}" for text, state in sent if state in {"undo", "sending"}]
        found += [f"{state}, yet delivered: {text}" for text, state in sent if state in UNSENT and delivered[text]]
        found += [f"sent, yet not delivered: {text}" for text, state in sent if state == "sent" and not delivered[text]]
        return found + ([] if sound == "ok" else [f"user.db: {sound}"])


UNSENT = {"queued", "held", "failed"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A state folder that was synced once."""
    state = tmp_path / "state"
    disk = Disk(state, tmp_path / "control")
    disk.mend()
    with (
        far_side(conversations=24, heyreach_per_minute=None, networkhq_per_minute=None) as far,
        lives(state, disk, far.places) as found,
    ):
        assert found.live("sync").code == 0
        yield Desk(found, disk, far, state)


@pytest.mark.parametrize("chunk", range(CHUNKS))
@pytest.mark.parametrize(("error", "count"), [(NO_SPACE, FOR_EVER), (NO_SPACE, 1)], ids=["stays full", "full once"])
def test_dk01_no_space_at_any_write_loses_nothing_that_was_saved(
    desk: Desk, chunk: int, error: int, count: int
) -> None:
    """Whichever write meets a full disk: what was called saved is there afterwards, and what was sent was claimed."""
    _through_a_day(desk, chunk, error=error, count=count, kinds=CHANGES)


@pytest.mark.parametrize("chunk", range(CHUNKS))
@pytest.mark.parametrize("count", [1, FOR_EVER], ids=["once", "for ever"])
def test_dk03_an_io_error_at_any_change_loses_nothing_that_was_saved(desk: Desk, chunk: int, count: int) -> None:
    """Whichever write, sync or rename fails, once or from then on."""
    _through_a_day(desk, chunk, error=BROKEN, count=count, kinds=CHANGES)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_dk03_an_io_error_at_any_read_loses_nothing_that_was_saved(desk: Desk, chunk: int) -> None:
    """A sector that cannot be read once is no reason to call a file damaged."""
    _through_a_day(desk, chunk, error=BROKEN, count=1, kinds=READ)

    assert [path.name for path in desk.state.iterdir() if ".corrupt-" in path.name] == []


def _through_a_day(desk: Desk, chunk: int, *, error: int, count: int, kinds: int) -> None:
    """Let each operation of a day fail in turn (a sample of them in CI), and look at the damage after each."""
    stride = amount(60, 1) * CHUNKS
    first = 1 + chunk * stride // CHUNKS
    last = 0
    for number in range(first, WHOLE_DAY, stride):
        desk.disk.arm(number, error, kinds=kinds, count=count, room=PLENTY)
        told = desk.live("day", number)
        assert told.broken == [], told.broken
        assert told.code in {0, 1}, told
        if desk.disk.hits == 0:
            break
        assert told.code == 0 or told.sentences, "it ended without a word"
        last = number
        desk.finish(number + WHOLE_DAY)
    assert last > 0
    assert desk.far.delivered().total() > 0


def test_dk01_a_disk_that_is_nearly_full_keeps_drafts_sends_nothing_and_sends_when_there_is_room(desk: Desk) -> None:
    """Under 20 MB nothing is claimed; the room that was kept back takes what is written; later all of it leaves."""
    assert (desk.state / "ballast").stat().st_size == BALLAST
    desk.disk.arm(1, NO_SPACE, kinds=WRITE | SYNC, count=FOR_EVER, room=1_000_000, grant=PAGES)
    told = desk.live("day", 1)

    assert told.written
    assert any("nearly full" in sentence or "disk is full" in sentence for sentence in told.sentences), told
    assert not (desk.state / "ballast").exists()
    assert desk.far.delivered().total() == 0

    desk.finish(2)
    assert desk.far.delivered().total() > 0
    assert (desk.state / "ballast").stat().st_size == BALLAST


def test_dk01_the_result_of_a_send_is_recorded_when_the_disk_fills_up_meanwhile(desk: Desk) -> None:
    """Wherever the disk fills up on the way of a reply, no result is guessed, and with the ballast most are kept."""
    recorded = 0
    for number in range(100, 300, amount(40, 4)):
        desk.disk.arm(number, NO_SPACE, kinds=WRITE | SYNC, count=FOR_EVER, room=PLENTY, grant=PAGES)
        told = desk.live("day", number)
        assert told.broken == []
        recorded += not told.sentences
        desk.finish(number + WHOLE_DAY)
    assert recorded > 0
