"""CR01: the program is killed at every line of outbox, drafts, journal and reconciliation that a day executes."""

from __future__ import annotations

import random
import zlib
from pathlib import Path

import pytest

from tests.faults.far_side import FarSide, far_side
from tests.faults.judging import Saying, judge
from tests.faults.lines import FAULTS, Line, Lines, one_day
from tests.faults.lives import until_done
from tests.faults.matrix import WHOLE, amount

CHUNKS = amount(1, 16)
SAMPLE = 16
LATER = 1
"""So many later executions of each line are moments to die at as well, when the row runs whole."""


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_cr01_killed_at_any_line_of_the_law_nothing_is_sent_twice_lost_or_told_wrongly(
    tmp_path: Path, chunk: int
) -> None:
    """Each line is the last one of a process; the next start, and a sync, leave only what the ledger confirms."""
    state_dir = tmp_path / "state"
    said: list[Saying] = []
    problems: list[str] = []
    reached: set[Line] = set()
    with far_side(conversations=60, heyreach_per_minute=None, networkhq_per_minute=None, pending_share=0.0) as far:
        until_done(state_dir, far.places, rounds=1)
        _faults(far)
        day = one_day(state_dir, far.places, 0, Lines())
        said += day.said
        moments = _moments(day.counts, chunk)
        for number, (line, execution) in enumerate(moments, start=1):
            _faults(far)
            day = one_day(state_dir, far.places, number, Lines(fatal=line, execution=execution))
            said += day.said
            if day.killed:
                reached.add(line)
            far.weather(None)
            until_done(state_dir, far.places, rounds=2)
            verdict = judge(state_dir, said, delivered=far.delivered(), paused=far.paused())
            problems += [f"{line} ({execution}): {problem}" for problem in verdict.problems]
            if verdict.problems:
                break

    verdict.report("lines", lines=len(reached), kills=len(moments))
    assert problems == []
    assert len(reached) >= 0.9 * len({line for line, _ in moments})
    assert verdict.delivered.total() > 0


def _faults(far: FarSide) -> None:
    """What the next day meets."""
    far.weather(None)
    for fault in FAULTS:
        far.let(fault)


def _moments(counts: dict[Line, int], chunk: int) -> list[tuple[Line, int]]:
    """The lines of this chunk, each at its first execution, and when the row runs whole at later ones too."""
    dice = random.Random(chunk)
    mine = sorted(line for line in counts if zlib.crc32(repr(line).encode()) % CHUNKS == chunk)
    if not WHOLE:
        return [(line, 1) for line in dice.sample(mine, SAMPLE)]
    later = [(line, dice.randint(2, counts[line])) for line in mine if counts[line] > 1 for _ in range(LATER)]
    return [*((line, 1) for line in mine), *later]
