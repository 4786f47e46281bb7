"""`pause --all`: the panic key on the command line, over real HTTP; the simulator says what is so."""

from __future__ import annotations

import json

from simulator.faults import Fault
from simulator.server import SimulatorServer
from tests.postroom.cli.conftest import Run, lines


def running(run: Run, *providers: str) -> int:
    """How many campaigns of these providers run, as far as is known here."""
    return sum(row["provider"] in providers and row["state"] == "running" for row in lines(run("campaigns", "--json")))


def test_everything_that_runs_is_paused_and_what_cannot_be_says_so(run: Run, synced: SimulatorServer) -> None:
    """A line for each, a campaign that was started elsewhere a moment ago too; run again, only the rest is left."""
    here = running(run, "heyreach", "instantly")
    with synced.world.lock:
        workspace = synced.world.workspace("heyreach")
        started = next(each for each in workspace.campaigns if each.state == "PAUSED" and not each.empty_list)
        started.state = "IN_PROGRESS"

    dry = run("pause", "--all", "--dry-run", "--json")
    result = run("pause", "--all", "--yes", "--json")
    told = json.loads(result.stdout)
    again = run("pause", "--all", "--yes")

    assert sum(each["offered"] for each in json.loads(dry.stdout)) == here + 1
    assert [each["outcome"] for each in told].count("paused") == here + 1
    assert {each["outcome"] for each in told if each["provider"] == "networkhq"} == {"stays"}
    assert len(synced.ledger.actions("pause")) == here + 1
    assert running(run, "heyreach", "instantly") == 0
    assert (result.exit_code, again.exit_code) == (3, 3)
    assert "NetworkHQ's API cannot pause a campaign" in again.stdout


def test_one_that_fails_keeps_the_others_from_nothing(run: Run, synced: SimulatorServer) -> None:
    """Each has its own outcome, and the exit code says that not all of it was done."""
    number = running(run, "heyreach")
    synced.fault(Fault("status", operation="campaign/Pause", times=1, status=400))

    result = run("pause", "--all", "--workspace", "acme-linkedin", "--yes", "--json")
    outcomes = [each["outcome"] for each in json.loads(result.stdout)]

    assert number >= 2
    assert sorted(outcomes) == ["not_paused", *["paused"] * (number - 1)]
    assert result.exit_code == 3


def test_it_asks_and_means_one_thing(run: Run, synced: SimulatorServer) -> None:
    """Without a terminal it needs --yes; an ID and --all exclude each other."""
    assert run("pause", "--all").exit_code == 2
    assert run("pause", "hr:1", "--all", "--yes").exit_code == 2
    assert run("pause").exit_code == 2
    assert synced.ledger.actions() == ()
