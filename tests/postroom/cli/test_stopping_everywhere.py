"""`stop-lead --everywhere`: one person in HeyReach and in Instantly, over real HTTP; the simulator says what is so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from postroom.cli.simulating import configuration
from simulator.config import SimulatorConfig
from simulator.faults import Fault
from simulator.server import SimulatorServer
from tests.postroom.cli.conftest import Run, lines

LINKEDIN, MAIL = "acme-linkedin", "acme-email"
Found = list[dict[str, object]]


@pytest.fixture
def simulator(home: Path) -> Iterator[SimulatorServer]:
    """Three providers that share people, without limits."""
    config = SimulatorConfig(
        seed=7,
        conversations=48,
        instantly_conversations=24,
        heyreach_per_minute=None,
        networkhq_per_minute=None,
        instantly_per_minute=None,
        instantly_mails_per_minute=None,
        job_seconds=0.05,
        networkhq_share=1 / 3,
    )
    with SimulatorServer(config) as server:
        (home / "config.toml").write_text(configuration(server, limits=False))
        yield server


def active(found: Found) -> dict[str, int]:
    """How many enrolments are still open, by workspace."""
    names = [str(each["workspace"]) for each in found if each["state"] == "active" and each["offered"]]
    return {name: names.count(name) for name in dict.fromkeys(names)}


def dry(run: Run, ref: str) -> Found:
    """What `--dry-run` lists. Empty: there is nothing."""
    result = run("stop-lead", ref, "--everywhere", "--dry-run", "--json")
    found: Found = json.loads(result.stdout) if result.exit_code == 0 else []
    return found


def somebody(run: Run) -> str:
    """A conversation by mail with somebody whom HeyReach may still write to as well."""
    for row in lines(run("list", "--view", "all", "--json", "--workspace", MAIL, "-n", "100")):
        if {LINKEDIN, MAIL} <= active(dry(run, str(row["ref"]))).keys():
            return str(row["ref"])
    raise AssertionError("Nobody of this world is in campaigns of both.")


def stopped(simulator: SimulatorServer) -> set[str]:
    """The simulated workspaces in which a lead was stopped."""
    return {event.workspace for event in simulator.ledger.actions("stop")}


def outcomes(told: Found) -> dict[str, set[object]]:
    """What became of the enrolments of each workspace."""
    names = {str(each["workspace"]) for each in told}
    return {name: {each["outcome"] for each in told if each["workspace"] == name} for name in names}


def test_a_person_is_stopped_in_every_workspace_and_each_is_read_back(run: Run, synced: SimulatorServer) -> None:
    """A line for each enrolment, and nothing is left."""
    ref = somebody(run)
    before = dry(run, ref)
    assert stopped(synced) == set()

    result = run("stop-lead", ref, "--everywhere", "--yes", "--json")
    told = json.loads(result.stdout)

    assert result.exit_code == 0, result.output
    assert stopped(synced) == {"heyreach", "instantly"}
    assert outcomes(told) == {LINKEDIN: {"stopped"}, MAIL: {"stopped"}}
    assert len(told) == len(before)
    assert "will be moved to the list “Stopped”" in result.stderr
    assert active(dry(run, ref)) == {}


def test_what_is_stopped_everywhere_is_said_to_be_and_asked_for_no_more(run: Run, synced: SimulatorServer) -> None:
    """A second run sends nothing."""
    ref = somebody(run)
    run("stop-lead", ref, "--everywhere", "--yes")
    before = len(synced.ledger.actions("stop"))

    again = run("stop-lead", ref, "--everywhere", "--yes")

    assert again.exit_code == 0
    assert "stopped in every campaign already" in again.stderr
    assert len(synced.ledger.actions("stop")) == before


@pytest.mark.parametrize(
    ("broken", "operation", "works"),
    [("heyreach", "StopLeadInCampaign", "instantly"), ("instantly", "move_leads", "heyreach")],
)
def test_where_one_provider_fails_the_other_is_stopped_and_the_next_run_does_the_rest(
    run: Run, synced: SimulatorServer, broken: str, operation: str, works: str
) -> None:
    """Exit 3 while part is left; no provider is asked twice for what is proven."""
    ref = somebody(run)
    names = {"heyreach": LINKEDIN, "instantly": MAIL}
    synced.fault(Fault("status", provider=broken, operation=operation, status=400))

    first = run("stop-lead", ref, "--everywhere", "--yes", "--json")
    halfway = stopped(synced)
    synced.faults.clear()
    proven = [event for event in synced.ledger.actions("stop") if event.workspace == works]
    second = run("stop-lead", ref, "--everywhere", "--yes", "--json")

    assert first.exit_code == 3, first.output
    assert outcomes(json.loads(first.stdout)) == {names[works]: {"stopped"}, names[broken]: {"not_stopped"}}
    assert halfway == {works}
    assert second.exit_code == 0, second.output
    assert stopped(synced) == {"heyreach", "instantly"}
    assert [event for event in synced.ledger.actions("stop") if event.workspace == works] == proven


def test_a_workspace_that_cannot_be_asked_is_named_and_something_is_left(run: Run, synced: SimulatorServer) -> None:
    """Nobody knows what they are in there."""
    ref = somebody(run)
    synced.fault(Fault("status", provider="heyreach", operation="GetCampaignsForLead", status=400, times=1))

    result = run("stop-lead", ref, "--everywhere", "--yes")

    assert result.exit_code == 3
    assert f"{LINKEDIN}  could not be asked" in result.stdout


def test_somebody_is_found_where_nothing_was_ever_synced(run: Run, simulator: SimulatorServer, home: Path) -> None:
    """HeyReach has the person in a campaign; here there is only the conversation by mail."""
    whole = (home / "config.toml").read_text()
    alone = "[[workspace]]" + whole.split("[[workspace]]")[3]
    assert MAIL in alone
    (home / "config.toml").write_text(alone)
    assert run("sync").exit_code == 0
    (home / "config.toml").write_text(whole)
    ref = somebody(run)

    result = run("stop-lead", ref, "--everywhere", "--yes")

    assert result.exit_code == 0, result.output
    assert stopped(simulator) == {"heyreach", "instantly"}


def test_what_a_provider_cannot_stop_stays_with_what_to_do_instead(run: Run, synced: SimulatorServer) -> None:
    """The others are stopped all the same, and part is left."""
    rows = lines(run("list", "--view", "all", "--json", "--workspace", "acme-networkhq", "-n", "100"))
    ref = next(
        str(row["ref"])
        for row in rows
        if {str(each["offered"]) for each in dry(run, str(row["ref"])) if each["state"] == "active"}
        == {"True", "False"}
    )

    result = run("stop-lead", ref, "--everywhere", "--yes", "--json")
    told = json.loads(result.stdout)

    assert result.exit_code == 3
    assert {each["outcome"] for each in told if each["provider"] == "networkhq"} == {"stays"}
    assert {each["outcome"] for each in told if each["provider"] != "networkhq"} == {"stopped"}
    assert "stop it there" in result.stderr


def test_never_again_reaches_every_list_that_there_is(run: Run, synced: SimulatorServer) -> None:
    """By the profile at HeyReach and by the address at Instantly, whichever of the two the conversation was in."""
    result = run("stop-lead", somebody(run), "--everywhere", "--never-contact", "--yes", "--json")

    blocks = [each for each in json.loads(result.stdout) if each["kind"] == "never_contact"]
    assert {each["workspace"] for each in blocks} >= {LINKEDIN, MAIL}
    assert {each["verified"] for each in blocks} == {True}
    assert all(synced.world.workspace(provider).blocked for provider in ("heyreach", "instantly"))
