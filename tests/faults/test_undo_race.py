"""CC04: undo pressed in the very moment in which the undo time ends. Either it is taken back, or it is sent."""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
import time
from pathlib import Path

import pytest

from postroom.commands import Reply
from postroom.records import ConversationKey
from store import outbox, queries
from store.database import Store, prepare
from sync.beside import SyncThread
from sync.clock import VirtualClock
from sync.engine import Engine
from sync.events import Settled, SyncEvent
from tests.builders import at, sender
from tests.faults.matrix import amount, measured
from tests.sync.far_side import FarSide
from tests.sync.places import WORKSPACE, many, setup

CHUNKS = range(amount(2, 20))
RACES = amount(60, 480)
"""In each chunk, by a clock that obeys."""

REAL = amount(15, 400)
"""Between two threads, by the machine's own clock."""

UNDO = 0.02


@pytest.mark.parametrize("chunk", CHUNKS)
def test_cc04_what_was_taken_back_at_the_last_moment_was_not_sent(tmp_path: Path, chunk: int) -> None:
    """From five milliseconds before the deadline to five after it, in whatever order the two sides get to run."""
    both, undone = asyncio.run(_race(tmp_path / "state", random.Random(chunk)))

    assert both == 0
    assert 0 < undone < RACES
    measured("undo", races=RACES, both=both, taken_back=undone)


async def _race(folder: Path, dice: random.Random) -> tuple[int, int]:
    """Let the person's key and the program's clock meet, again and again; how often both won, how often the key did."""
    far = _far_side()
    clock = far.clock
    prepare(folder, session="race")
    undone: list[str] = []
    with contextlib.closing(Store.open(folder, session="race")) as screen:
        async with Engine(folder, [setup(far)], session="race", clock=clock) as engine:
            await engine.run_once()
            for number, key in enumerate(list(far.threads)[:RACES]):
                text = f"Answer {number}"
                entry = outbox.enqueue(screen, _reply(screen, key, text), now=clock.now(), undo_seconds=10)
                await engine.push_due()
                clock.advance(4.9)
                await engine.push_due()
                # Where the key is pressed, by the person's time; and where the sender looks, by its own.
                clock.advance(5.095)
                pressed = clock.now() + dice.randrange(10_000)
                clock.advance(dice.uniform(0.0, 0.010))
                steps = [engine.push_due(), _undo(screen, entry, pressed, undone, text)]
                dice.shuffle(steps)
                await asyncio.gather(*steps)
                clock.advance(1.0)
                await engine.push_due()
    delivered = {text for _, text in far.delivered}
    assert len(far.delivered) == len(delivered)
    assert len(delivered | set(undone)) == RACES, "each is one of the two"
    return len(delivered & set(undone)), len(undone)


def _far_side() -> FarSide:
    """A provider in memory, with as many leads as are needed to write to each once."""
    return FarSide(VirtualClock(at(600)), threads=many(max(RACES, REAL)), sender_list=[sender()])


def _reply(store: Store, conversation: str, text: str) -> Reply:
    newest = queries.thread(store, ConversationKey(WORKSPACE, conversation))[-1]
    return Reply(WORKSPACE, conversation, text, "sender-1", seen_upto=newest.key)


async def _undo(screen: Store, entry: int, pressed: int, undone: list[str], text: str) -> None:
    for _ in range(pressed % 7):
        await asyncio.sleep(0)
    if outbox.undo_send(screen, entry, now=pressed):
        undone.append(text)


def test_cc04_two_threads_that_race_for_the_deadline_never_both_win(tmp_path: Path) -> None:
    """The screen's thread takes back while the sender's thread sends, by the real clock."""
    folder = tmp_path / "state"
    far = _far_side()
    prepare(folder, session="race")
    asyncio.run(_first_pull(folder, far))
    settled = threading.Semaphore(0)

    def heard(event: SyncEvent) -> None:
        if isinstance(event, Settled) and event.state == "sending":
            settled.release()

    thread = SyncThread(folder, [setup(far)], on_event=heard, session="race")
    thread.start()
    undone: list[str] = []
    dice = random.Random(4)
    with contextlib.closing(Store.open(folder, session="race")) as screen:
        for number, key in enumerate(list(far.threads)[:REAL]):
            text = f"Answer {number}"
            now = time.time_ns() // 1000
            entry = outbox.enqueue(screen, _reply(screen, key, text), now=now, undo_seconds=UNDO)
            thread.wake_push()
            _until(now / 1e6 + UNDO + dice.uniform(-0.005, 0.005))
            if outbox.undo_send(screen, entry, now=time.time_ns() // 1000):
                undone.append(text)
            else:
                assert settled.acquire(timeout=20), "neither taken back nor sent"
    thread.stop(10)
    delivered = [text for _, text in far.delivered]

    assert undone or REAL < 100
    assert sorted([*delivered, *undone]) == sorted(f"Answer {number}" for number in range(REAL))
    measured("undo", races=REAL, both=len(set(delivered) & set(undone)), taken_back=len(undone))


async def _first_pull(folder: Path, far: FarSide) -> None:
    async with Engine(folder, [setup(far)], session="race") as engine:
        await engine.run_once()


def _until(moment: float) -> None:
    """Wait for a moment of the wall clock as exactly as a thread can, letting others run meanwhile."""
    waiting = threading.Event()
    while (left := moment - time.time()) > 0:
        waiting.wait(left)
