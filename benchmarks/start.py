"""Time from starting the program to its first inbox row, beside the same for an empty Textual screen.

Run `python -m benchmarks.start`. Milliseconds drift by half on shared machines; the ratios are what counts.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
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
        cases: dict[str, tuple[list[str], str]] = {
            "an empty Textual screen": ([sys.executable, "-c", EMPTY], "ready-to")
        }
        for size in (int(text) for text in arguments.sizes.split(",")):
            state = Path(folder) / str(size)
            fill(state, conversations=size)
            config = Path(folder) / "config.toml"
            config.write_text(
                '[[workspace]]\nname = "acme-linkedin"\nprovider = "heyreach"\napi_key = "env:NO_SUCH_KEY"\n'
                'base_url = "http://127.0.0.1:9"\n'
            )
            command = [sys.executable, "-m", "postroom", "--config", str(config), "--state-dir", str(state)]
            cases[f"postroom, {size:,} conversations"] = (command, r"Lead \d+")
        times = _interleaved(cases, rounds=arguments.rounds)
    floor = statistics.median(times["an empty Textual screen"])
    for name, taken in times.items():
        median = statistics.median(taken)
        print(f"{name:<36} {median * 1000:7.0f} ms   {median / floor:5.2f} x the empty screen")


def _interleaved(cases: dict[str, tuple[list[str], str]], *, rounds: int) -> dict[str, list[float]]:
    """Every case once a round, so that a busy machine is unfair to all alike. A first round warms the disk."""
    times: dict[str, list[float]] = {name: [] for name in cases}
    for number in range(rounds + 1):
        for name, (command, wanted) in cases.items():
            taken = _until_shown(command, wanted)
            if number:
                times[name].append(taken)
    return times


def _until_shown(command: Sequence[str], wanted: str) -> float:
    """Seconds from the start of the process until the screen shows `wanted`."""
    began = time.perf_counter()
    with Terminal(command, env={**os.environ, "NO_SUCH_KEY": "x"}, columns=120, rows=40) as terminal:
        terminal.wait_for(wanted, within=60)
        return time.perf_counter() - began


if __name__ == "__main__":
    main()
