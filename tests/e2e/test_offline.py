"""The simulator is stopped and started again under a running screen: nothing is lost, and nothing leaves twice."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.hands import answer, find
from tests.e2e.outside import Ledger, command, environment, free_port, lines, run
from tests.e2e.terminal import Terminal

TEXT = "Written without a network."


def test_what_was_synced_can_be_read_offline_and_a_reply_leaves_once_when_the_network_is_back(tmp_path: Path) -> None:
    """The train enters a tunnel in the middle of the morning's answers."""
    port = free_port()
    config = tmp_path / "config.toml"
    options = ("--config", config, "--state-dir", tmp_path / "state")
    with _simulator(tmp_path, port) as printed:
        config.write_text(f"undo_seconds = 1\n{printed}")
        run(*options, "sync", "--once")
        row = _answerable(options)
        screen = Terminal(command(*options), env=environment(), columns=160, rows=48)
        screen.wait_for(r"HR ✓.*NHQ ✓", within=60)
    with screen:
        screen.press("R")
        screen.wait_for(r"offline", within=60)
        find(screen, str(row["lead"]))
        answer(screen, TEXT)
        queued = screen.wait_for("⇡ queued", within=30)
        found = run(*options, "search", str(row["lead"]))
        with _simulator(tmp_path, port):
            screen.press("R")
            screen.wait_for(
                lambda shown: TEXT in shown and "⇡ queued" not in shown and "sending" not in shown, within=90
            )
            run(*options, "search", "network", code=0)
            delivered = Ledger(port).deliveries(TEXT)

    assert TEXT in queued
    assert str(row["lead"]) in found
    assert delivered == 1


@contextmanager
def _simulator(folder: Path, port: int) -> Iterator[str]:
    """`postroom simulate` as a person runs it, with a ledger that outlives it; yields the configuration it prints."""
    ledger = folder / "ledger.jsonl"
    arguments = command("simulate", "--port", port, "--conversations", 60, "--ledger", ledger, "--no-life")
    process = subprocess.Popen(
        arguments, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    try:
        yield _block(process)
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


def _block(process: subprocess.Popen[str]) -> str:
    """The configuration: everything up to the second workspace's last line."""
    assert process.stdout is not None
    found: list[str] = []
    while sum("requests_per_minute" in line for line in found) < 2:
        found.append(process.stdout.readline())
    return "".join(found)


def _answerable(options: tuple[object, ...]) -> dict[str, object]:
    """A HeyReach conversation in which a reply can be sent."""
    for row in lines(*options, "list", "--json", "-n", 60):
        done = run(*options, "show", row["ref"])
        if row["provider"] == "heyreach" and str(row["lead"]).isascii() and "cannot send" not in done:
            return row
    raise AssertionError("nobody can be answered")
