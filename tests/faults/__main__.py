"""Runs the fault matrix whole and prints what was found as tables: `make faults`.

    python -m tests.faults [--write] [--sample] [PYTEST EXPRESSION]

With an expression only the rows whose tests match it run (`cr02`, `hf01 or hf02`). With `--write` the lines of what ran
replace those in docs/reliability.md; the others stay as they were measured.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.faults.report import Run, read_run, tables, write_into

ROOT = Path(__file__).parents[2]
REPORT = ROOT / "docs" / "reliability.md"


def main() -> int:
    """Run what was asked for; the exit code is pytest's."""
    arguments = argparse.ArgumentParser(prog="python -m tests.faults", description="Run the fault matrix whole.")
    arguments.add_argument("expression", nargs="?", default="", help="only the rows that match, as for pytest -k")
    arguments.add_argument("--write", action="store_true", help="write the tables into docs/reliability.md")
    arguments.add_argument("--sample", action="store_true", help="the long rows with few repetitions, as in CI")
    arguments.add_argument("-n", "--processes", default="auto", help="so many tests side by side")
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        code, run = _run(Path(folder), asked.expression, asked.processes, whole=not asked.sample)
    sys.stdout.write(tables(run) + "\n")
    if asked.write:
        write_into(REPORT, run)
    return code


def _run(folder: Path, expression: str, processes: str, *, whole: bool) -> tuple[int, Run]:
    results = folder / "results.xml"
    command = [
        sys.executable, "-m", "pytest", "tests/faults", "-n", processes, "-q", f"--junitxml={results}",
        *(["-k", expression] if expression else []),
    ]  # fmt: skip
    extent = {"POSTROOM_FAULTS": "whole", "POSTROOM_FIGURES": str(folder)} if whole else {}
    environment = {**os.environ, **extent}
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False)
    return done.returncode, read_run(results, folder, whole=whole)


if __name__ == "__main__":
    raise SystemExit(main())
