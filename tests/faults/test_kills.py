"""CR02: the program is killed with SIGKILL at random moments of writing, sending and syncing."""

from __future__ import annotations

import os
from pathlib import Path

from tests.faults.far_side import far_side
from tests.faults.lives import run_lives

KILLS = int(os.environ.get("POSTROOM_KILLS", "25"))
"""A sample. `make kills` runs 500, or as many as it is told."""


def test_cr02_a_program_killed_at_any_moment_sends_nothing_twice_and_loses_nothing(tmp_path: Path) -> None:
    """Whenever the power goes, every answer is delivered once at most, and none that was written is lost."""
    with far_side(
        conversations=40,
        heyreach_per_minute=None,
        networkhq_per_minute=None,
        pending_share=0.2,
        pending_seconds=0.5,
    ) as far:
        verdict = run_lives(tmp_path / "state", far, kills=KILLS, seed=7)

    assert verdict.problems == []
    assert verdict.delivered.total() > 0
