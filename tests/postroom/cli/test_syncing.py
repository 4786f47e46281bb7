"""`sync` says what it brought, and what is missing."""

from __future__ import annotations

import json
from pathlib import Path

from simulator.server import SimulatorServer
from tests.postroom.cli.conftest import Run, lines


def test_a_complete_sync_counts_what_it_brought(run: Run, simulator: SimulatorServer) -> None:
    """One document on stdout, exit 0."""
    result = run("sync", "--once", "--json")

    document = json.loads(result.stdout)
    assert (result.exit_code, document["complete"]) == (0, True)
    assert sum(report["conversations_new"] for report in document["workspaces"]) == 16
    assert len(lines(run("list", "--view", "all", "--json"))) == 16


def test_one_workspace_can_be_synced_alone(run: Run, simulator: SimulatorServer) -> None:
    """The other is not asked for anything."""
    run("sync", "--workspace", "acme-networkhq")

    assert {name.split()[0] for name in simulator.traffic.counts()} == {"networkhq"}


def test_a_sync_that_misses_a_workspace_is_partly_done(run: Run, simulator: SimulatorServer, home: Path) -> None:
    """Exit 3, and a sentence that names the workspace and the reason."""
    text = (home / "config.toml").read_text()
    (home / "config.toml").write_text(text.replace(simulator.networkhq_key, "nhq_live_wrong"))

    result = run("sync", "--json")

    assert (result.exit_code, json.loads(result.stdout)["complete"]) == (3, False)
    assert "acme-networkhq: not complete." in result.stderr


def test_a_sync_that_reaches_nobody_has_failed(run: Run, simulator: SimulatorServer, home: Path) -> None:
    """Exit 1."""
    text = (home / "config.toml").read_text()
    (home / "config.toml").write_text(
        text.replace(simulator.networkhq_key, "nhq_live_wrong")
        .replace(simulator.heyreach_key, "wrong")
        .replace(simulator.instantly_key, "wrong")
    )

    assert run("sync").exit_code == 1


def test_a_key_that_cannot_be_read_keeps_only_its_own_workspace_out(
    run: Run, simulator: SimulatorServer, home: Path
) -> None:
    """The others are synced all the same."""
    text = (home / "config.toml").read_text()
    (home / "config.toml").write_text(text.replace(f"command:echo {simulator.heyreach_key}", "env:NOT_THERE"))

    result = run("sync")

    assert result.exit_code == 3
    assert "NOT_THERE" in result.stderr
    assert {line["workspace"] for line in lines(run("list", "--view", "all", "--json"))} == {"acme-networkhq"}
