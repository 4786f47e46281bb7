"""What a run of the fault matrix found, as tables: one line for each row, one for each figure."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.faults.matrix import FIGURES, ROWS

_ROW = re.compile(r"^test_([a-z]{2}\d\d)_")
_LINE = re.compile(r"^\| ([A-Z]{2}\d\d|[a-z]+) \|")


@dataclass(frozen=True, slots=True)
class Result:
    """How the tests of one row ended."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    whole: bool = True
    """With all repetitions, not only the sample that CI runs."""

    def __str__(self) -> str:
        words = [f"{count} {word}" for word in ("passed", "failed", "skipped") if (count := getattr(self, word))]
        return f"{', '.join(words)} ({'whole' if self.whole else 'sample'})"


@dataclass(frozen=True, slots=True)
class Run:
    """Rows by ID, figures by name."""

    rows: Mapping[str, Result]
    figures: Mapping[str, str]


def read_run(results: Path, folder: Path, *, whole: bool) -> Run:
    """Read pytest's results and what the tests reported as measured."""
    rows: dict[str, Result] = {}
    cases = ET.parse(results).getroot().iter("testcase") if results.exists() else ()
    for case in cases:
        found = _ROW.match(case.get("name", ""))
        if found is None:
            continue
        old = rows.get(found[1].upper(), Result())
        bad = case.find("failure") is not None or case.find("error") is not None
        skipped = case.find("skipped") is not None
        rows[found[1].upper()] = Result(
            passed=old.passed + (not bad and not skipped),
            failed=old.failed + bad,
            skipped=old.skipped + skipped,
            seconds=old.seconds + float(case.get("time", "0")),
            whole=whole,
        )
    return Run(rows, {name: told for name in FIGURES if (told := _told(folder, name))})


def tables(run: Run) -> str:
    """Both tables as Markdown; of what did not run, no line."""
    figures = [_figure_line(name, run.figures[name]) for name in FIGURES if name in run.figures]
    rows = [_row_line(name, run.rows[name]) for name in ROWS if name in run.rows]
    return "\n".join([*_FIGURES_HEAD, *figures, "", *_ROWS_HEAD, *rows])


def write_into(page: Path, run: Run) -> None:
    """Replace the lines of what ran, and leave the others as they were measured."""
    new = {name: _figure_line(name, told) for name, told in run.figures.items()}
    new |= {name: _row_line(name, result) for name, result in run.rows.items()}
    lines = page.read_text().splitlines()
    for at, line in enumerate(lines):
        found = _LINE.match(line)
        if found and found[1] in new:
            lines[at] = new[found[1]]
    page.write_text("\n".join(lines) + "\n")


_FIGURES_HEAD = ("| figure | what | goal | measured | by |", "|---|---|---|---|---|")
_ROWS_HEAD = ("| row | fault | tests |", "|---|---|---|")


def _figure_line(name: str, told: str) -> str:
    figure = FIGURES[name]
    return f'| {name} | {figure.title} | {figure.goal} | {told} | `make faults ROWS="{figure.rows}"` |'


def _row_line(name: str, result: Result) -> str:
    return f"| {name} | {ROWS[name]} | {result} |"


def _told(folder: Path, figure: str) -> str:
    """All that was measured for a figure, put together."""
    counts: dict[str, list[float]] = defaultdict(list)
    for file in sorted(folder.glob(f"{figure}-*.jsonl")):
        for line in file.read_text().splitlines():
            for name, count in json.loads(line).items():
                counts[name].append(count)
    return " · ".join(f"{_together(name, values):,.7g} {_words(name)}" for name, values in counts.items())


def _together(name: str, values: list[float]) -> float:
    if name.startswith("worst_"):
        return max(values)
    return min(values) if name.startswith("least_") else sum(values)


def _words(name: str) -> str:
    return name.removeprefix("worst_").removeprefix("least_").replace("_", " ")
