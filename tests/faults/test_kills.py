"""CR02: the program is killed with SIGKILL at random moments of writing, sending and syncing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.far_side import far_side
from tests.faults.lives import run_lives
from tests.faults.matrix import amount

CHUNKS = amount(1, 24)
KILLS = amount(25, 250)
"""In each chunk, which has a world and a state folder of its own."""


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_cr02_a_program_killed_at_any_moment_sends_nothing_twice_and_loses_nothing(tmp_path: Path, chunk: int) -> None:
    """Whenever the power goes, every answer is delivered once at most, and none that was written is lost."""
    with far_side(
        seed=chunk + 1,
        conversations=40,
        instantly_conversations=16,
        heyreach_per_minute=None,
        networkhq_per_minute=None,
        instantly_per_minute=None,
        instantly_mails_per_minute=None,
        pending_share=0.2,
        pending_seconds=0.5,
    ) as far:
        verdict = run_lives(tmp_path / "state", far, kills=KILLS, seed=7 + chunk)

    verdict.report("kills", kills=KILLS)
    assert verdict.problems == []
    assert verdict.delivered.total() > 0
