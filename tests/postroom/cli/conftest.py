"""A person at a command line in a clean place: no configuration, no state, no terminal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from postroom.cli.front import main

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
