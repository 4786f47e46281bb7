"""What Postroom costs beside waiting: a process that lists, the room on the disk, the processor time of a key.

Run `python -m benchmarks.costs`. Processor time is steadier than a clock on a shared machine, ratios more than either.
"""

from __future__ import annotations

import argparse
import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from benchmarks.corpus import fill
from tests.e2e.terminal import Terminal

BARE = "import sqlite3, click, json"
"""What no process of this kind can do without."""
KEYS = {"j": "down", "e": "done, and on to the next"}
FIRST = 5
"""Keys pressed before any is counted: they find everything cold."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=26_000, help="conversations in the cache")
    parser.add_argument("--rounds", type=int, default=10)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        state, config = Path(folder) / "state", Path(folder) / "config.toml"
        fill(state, conversations=given.size)
        config.write_text(
            '[[workspace]]\nname = "acme-linkedin"\nprovider = "heyreach"\napi_key = "env:NO_SUCH_KEY"\n'
            'base_url = "http://127.0.0.1:9"\n'
        )
        postroom = [sys.executable, "-m", "postroom", "--config", str(config), "--state-dir", str(state)]
        _list(postroom, rounds=given.rounds)
        _room(state)
        _keys(postroom, presses=3 * given.rounds)


def _list(postroom: Sequence[str], *, rounds: int) -> None:
    """`postroom list` as a process, in turns with a process that only imports what it must."""
    cases = {"bare": [sys.executable, "-c", BARE], "list": [*postroom, "list", "--json", "-n", "50"]}
    taken: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, command in cases.items():
            taken[name].append(_processor(command))
    bare, ours = (statistics.median(taken[name]) for name in cases)
    print(f"list --json -n 50      {ours * 1000:6.0f} ms   {ours / bare:5.2f} x `{BARE}`")


def _processor(command: Sequence[str]) -> float:
    """Seconds of the processor that a process takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _room(state: Path) -> None:
    """The cache beside the texts in it."""
    path = next(state.glob("cache-v*.db"))
    with closing(sqlite3.connect(path)) as cache:
        (bodies,) = cache.execute("select sum(length(cast(body as blob))) from message").fetchone()
        (named,) = cache.execute(
            "select sum(length(lead_name || company || preview || native || lead_id || coalesce(profile_url, '')))"
            " from conversation"
        ).fetchone()
    size = path.stat().st_size
    print(f"on the disk            {size / 1e6:6.1f} MB   {size / bodies:5.2f} x its messages")
    print(f"                                  {size / (bodies + named):5.2f} x all of its text")


def _keys(postroom: Sequence[str], *, presses: int) -> None:
    """The processor time of the screen's thread for a key, until everything is drawn."""
    with Terminal(postroom, env={**os.environ, "NO_SUCH_KEY": "x"}, columns=120, rows=40) as terminal:
        terminal.wait_for("keys", within=60)
        terminal.settle(1.0)
        for key, name in KEYS.items():
            terminal.press(*key * FIRST)
            before = _of_screen(terminal.pid)
            terminal.press(*key * presses)
            print(f"{key}: {name:<26} {(_of_screen(terminal.pid) - before) / presses * 1000:5.1f} ms of the processor")


def _of_screen(pid: int) -> float:
    """Seconds that the main thread of a process has run. Linux alone counts that."""
    return int(Path(f"/proc/{pid}/task/{pid}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9


if __name__ == "__main__":
    main()
