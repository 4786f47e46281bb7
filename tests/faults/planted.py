"""Faults planted in a copy of the tree, and the tests that are run there: the table is in `plants`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.faults.plants import Change

ROOT = Path(__file__).parents[2]
_NOT_COPIED = (".*", "*.pyc", "__pycache__", "docs", "dist", "*.log")


def copy_tree(folder: Path) -> Path:
    """The project without what was made from it."""
    copy = folder / "tree"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*_NOT_COPIED))
    return copy


def apply(tree: Path, change: Change) -> tuple[Path, str]:
    """Plant one change. Returns the file and what it was before. Raises ValueError for a stale one."""
    pattern, old, new = change
    found = [(path, path.read_text()) for path in sorted(tree.glob(pattern))]
    places = [(path, text) for path, text in found if old in text]
    if sum(text.count(old) for _, text in places) != 1:
        raise ValueError(f"{old!r} does not occur exactly once in {pattern}")
    path, text = places[0]
    path.write_text(text.replace(old, new))
    return path, text


def run_tests(tree: Path, tests: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run some tests of a tree, up to the first that fails."""
    options = ("-x", "-q", "-n0", "-p", "no:randomly", "-p", "no:cacheprovider", f"--basetemp={tree.parent / 'tmp'}")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "POSTROOM"))}
    environment = {**kept, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, *tests],
        cwd=tree,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
