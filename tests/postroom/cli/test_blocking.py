"""`stop-lead --never-contact` stops, then blocks, and says which of the two the provider shows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from postroom.cli.simulating import configuration
from simulator.config import SimulatorConfig
from simulator.server import SimulatorServer
from tests.postroom.cli.conftest import Run, lines
from tests.postroom.cli.test_at_a_terminal import terminal


@pytest.fixture
def mails(run: Run, home: Path) -> Iterator[SimulatorServer]:
    """The simulated providers, Instantly among them, after a first sync."""
    config = SimulatorConfig(
        seed=7, conversations=16, instantly_conversations=16, instantly_mails_per_minute=None,
        heyreach_per_minute=None, networkhq_per_minute=None, job_seconds=0.05,
    )  # fmt: skip
    with SimulatorServer(config) as server:
        (home / "config.toml").write_text(configuration(server, limits=False))
        assert run("sync").exit_code == 0
        yield server


def refs(run: Run, provider: str) -> list[str]:
    return [
        str(row["ref"]) for row in lines(run("list", "--view", "all", "--json", "-n", "50"))
        if row["provider"] == provider
    ]  # fmt: skip


@pytest.mark.parametrize("provider", ["instantly", "heyreach"])
def test_a_lead_is_stopped_and_then_blocked(run: Run, mails: SimulatorServer, provider: str) -> None:
    """Every entry is proven, and the block is the last of them."""
    result = run("stop-lead", refs(run, provider)[0], "--never-contact", "--yes", "--json")

    entries = json.loads(result.stdout)
    assert (result.exit_code, entries[-1]["kind"]) == (0, "never_contact")
    assert {(each["state"], each["verified"]) for each in entries} == {("sent", True)}
    assert {each["kind"] for each in entries[:-1]} <= {"stop_lead"}
    assert len(mails.world.workspace(provider).blocked) == 1


def test_networkhq_refuses_with_its_reason(run: Run, mails: SimulatorServer) -> None:
    """Nothing is pretended."""
    result = run("stop-lead", refs(run, "networkhq")[0], "--never-contact", "--yes")

    assert result.exit_code == 1
    assert "no list of people never to contact" in result.stderr


def test_a_dry_run_blocks_nobody(run: Run, mails: SimulatorServer) -> None:
    """It says whom it would put on the list."""
    result = run("stop-lead", refs(run, "instantly")[0], "--never-contact", "--dry-run")

    assert result.exit_code == 0
    assert "will be on the list" in result.stdout
    assert mails.ledger.actions() == ()


def test_without_a_terminal_and_without_yes_nothing_happens(run: Run, mails: SimulatorServer) -> None:
    """A script has to say that it means it."""
    result = run("stop-lead", refs(run, "instantly")[0], "--never-contact")

    assert result.exit_code == 2
    assert "--yes" in result.stderr
    assert mails.ledger.actions() == ()


def test_one_campaign_alone_does_not_go_with_it(run: Run, mails: SimulatorServer) -> None:
    """A list of people never to contact knows no campaigns."""
    result = run("stop-lead", refs(run, "instantly")[0], "--never-contact", "--campaign", "x", "--yes")

    assert result.exit_code == 2
    assert mails.ledger.actions() == ()


@pytest.mark.parametrize(("word", "code", "blocked"), [("never", 0, 1), ("y", 130, 0)])
def test_at_a_terminal_a_word_is_typed(
    run: Run, mails: SimulatorServer, home: Path, word: str, code: int, blocked: int
) -> None:
    """A yes is not enough for what holds for a whole workspace."""
    with terminal("stop-lead", refs(run, "instantly")[0], "--never-contact", home=home) as screen:
        screen.wait_for(r"Type never to do it")
        screen.type(word, "enter")

        assert screen.wait_exit() == code
    assert len(mails.world.workspace("instantly").blocked) == blocked
