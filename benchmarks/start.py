"""Time from starting the program to its first inbox row, and to the first key obeyed, beside an empty Textual screen.

The first start on a folder, which checks the configuration, is not counted. Run `python -m benchmarks.start`.
Milliseconds drift by half on shared machines; the ratios are what counts.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpus import fill
from tests.e2e.terminal import Terminal

EMPTY = """
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static("ready-to-read")
Empty().run()
"""


def main() -> None:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="300,26000", help="conversations in the cache, comma-separated")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cases: dict[str, Case] = {"an empty Textual screen": Case([sys.executable, "-c", EMPTY], "ready-to")}
        for size in (int(text) for text in arguments.sizes.split(",")):
            state = Path(folder) / str(size)
            fill(state, conversations=size)
            config = Path(folder) / "config.toml"
            config.write_text(
                '[[workspace]]\nname = "acme-linkedin"\nprovider = "heyreach"\napi_key = "env:NO_SUCH_KEY"\n'
                'base_url = "http://127.0.0.1:9"\n'
            )
            command = [sys.executable, "-m", "postroom", "--config", str(config), "--state-dir", str(state)]
            cases[f"rows of {size:,} conversations"] = Case(command, r"Lead \d+")
            cases[f"a key obeyed, {size:,} conversations"] = Case(command, r"▌.*Lead 1\b", key="j")
        times = _interleaved(cases, rounds=arguments.rounds)
    floor = statistics.median(times["an empty Textual screen"])
    for name, taken in times.items():
        median = statistics.median(taken)
        print(f"{name:<36} {median * 1000:7.0f} ms   {median / floor:5.2f} x the empty screen")


@dataclass(frozen=True, slots=True)
class Case:
    """A program, and what its screen must show."""

    command: list[str]
    wanted: str
    key: str = ""
    """Pressed as soon as anything stands on the screen."""


def _interleaved(cases: dict[str, Case], *, rounds: int) -> dict[str, list[float]]:
    """Every case once a round, so that a busy machine is unfair to all alike. A first round warms the disk."""
    times: dict[str, list[float]] = {name: [] for name in cases}
    for number in range(rounds + 1):
        for name, case in cases.items():
            taken = _until_shown(case)
            if number:
                times[name].append(taken)
    return times


def _until_shown(case: Case) -> float:
    """Seconds from the start of the process until the screen shows what is wanted."""
    began = time.perf_counter()
    with Terminal(case.command, env={**os.environ, "NO_SUCH_KEY": "x"}, columns=120, rows=40) as terminal:
        if case.key:
            terminal.wait_for(r"\S", within=60)
            terminal.type(case.key)
        terminal.wait_for(case.wanted, within=60)
        taken = time.perf_counter() - began
        terminal.signal(signal.SIGTERM)  # it leaves as it does for a person, and keeps what it found out
        terminal.wait_exit()
        return taken


if __name__ == "__main__":
    main()
