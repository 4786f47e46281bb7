"""`simulate` starts what it was asked for, or says why it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from postroom.cli.simulating import size, started
from postroom.errors import PostroomError
from simulator.config import SimulatorConfig
from simulator.server import SimulatorServer
from tests.postroom.cli.conftest import Run


def test_a_broken_ledger_is_a_sentence(run: Run, home: Path) -> None:
    """It is named, and left as it is."""
    (home / "ledger").write_text("something else\n")

    result = run("simulate", "--port", "0", "--ledger", str(home / "ledger"))

    assert result.exit_code == 1
    assert f"{home / 'ledger'} is not a simulator's ledger" in result.stderr
    assert (home / "ledger").read_text() == "something else\n"


def test_a_port_in_use_is_a_sentence(run: Run) -> None:
    """With the option that chooses another."""
    with SimulatorServer(SimulatorConfig(conversations=2)) as server:
        port = int(server.heyreach_url.split(":")[2].split("/")[0])
        result = run("simulate", "--port", str(port))

    assert result.exit_code == 1
    assert f"Port {port} cannot be used" in result.stderr


def test_the_world_of_an_older_ledger_is_shown_at_its_real_size(tmp_path: Path) -> None:
    """Not at the size that was asked for and not made."""
    ledger = tmp_path / "ledger"
    with SimulatorServer(SimulatorConfig(conversations=4, seed=3, ledger=ledger)):
        pass
    server = started(SimulatorConfig(conversations=9, seed=5, ledger=ledger), port=0)
    server.stop()

    assert size(server) == "4 conversations, seed 3"


def test_a_ledger_in_no_folder_is_a_sentence(tmp_path: Path) -> None:
    """Also where the demo starts it."""
    with pytest.raises(PostroomError, match="cannot be used as a ledger"):
        started(SimulatorConfig(ledger=tmp_path / "nowhere" / "ledger"), port=0)
