"""CR09: the tests are tested. Each planted fault must be caught by the tests that are there for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.matrix import WHOLE, measured
from tests.faults.planted import apply, copy_tree, run_tests
from tests.faults.plants import PLANTS, Plant

CHOSEN = [each for each in PLANTS if WHOLE or each.quick]
CAUGHT = 1
"""pytest's exit code when a test failed; another one means that it could not run them."""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project to plant faults in."""
    return copy_tree(tmp_path_factory.mktemp("planted"))


def test_cr09_no_plant_is_stale(tree: Path) -> None:
    """Every fault of the table can still be planted; what was planted is taken out again."""
    for each in PLANTS:
        undone = [apply(tree, change) for change in each.changes]
        for path, before in reversed(undone):
            path.write_text(before)


def test_cr09_what_is_not_planted_is_not_caught(tree: Path) -> None:
    """The tests that must catch the faults pass where there are none."""
    tests = dict.fromkeys(test for each in CHOSEN for test in each.tests)
    done = run_tests(tree, list(tests))

    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("planted", CHOSEN, ids=lambda planted: planted.name)
def test_cr09_a_planted_fault_is_caught(tree: Path, planted: Plant) -> None:
    """A fault that breaks the law makes a test fail."""
    undone = [apply(tree, change) for change in planted.changes]
    try:
        done = run_tests(tree, planted.tests)
    finally:
        for path, before in reversed(undone):
            path.write_text(before)

    measured("planted", planted=1, caught=int(done.returncode == CAUGHT))
    assert done.returncode == CAUGHT, done.stdout[-3000:] + done.stderr[-1000:]
