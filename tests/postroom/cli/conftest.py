"""A person at a command line in a clean place: no configuration, no state, no terminal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from postroom.cli.front import main
from postroom.cli.simulating import configuration
from simulator.config import SimulatorConfig
from simulator.server import SimulatorServer

Run = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is home to everything; the configuration is `config.toml` in it, the state `state`."""
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("POSTROOM_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("POSTROOM_STATE_DIR", str(tmp_path / "state"))
    return tmp_path


@pytest.fixture
def run(home: Path) -> Run:
    """Run a verb in this process and return what it printed and its exit code."""

    def run(*args: str, input: str | None = None) -> Result:  # noqa: A002 (click's own name for it)
        return CliRunner().invoke(main, list(args), input=input)

    return run


@pytest.fixture
def simulator(home: Path) -> Iterator[SimulatorServer]:
    """The simulated providers, quiet and without limits, and a configuration for them."""
    config = SimulatorConfig(
        seed=7, conversations=16, heyreach_per_minute=None, networkhq_per_minute=None, pending_share=0
    )
    with SimulatorServer(config) as server:
        (home / "config.toml").write_text(configuration(server, limits=False))
        yield server


@pytest.fixture
def synced(simulator: SimulatorServer, run: Run) -> SimulatorServer:
    """The simulated providers after a first sync."""
    result = run("sync")
    assert result.exit_code == 0, result.output
    return simulator


def lines(result: Result) -> list[dict[str, object]]:
    """What a verb printed with `--json`, line by line."""
    return [json.loads(line) for line in result.stdout.splitlines()]


def first(run: Run, *arguments: str) -> dict[str, object]:
    """The first conversation that a `list` with these arguments shows."""
    return lines(run("list", "--view", "all", "--json", *arguments))[0]
