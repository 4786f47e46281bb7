"""Reading verbs answer from the local databases: without a network, and beside a writer."""

from __future__ import annotations

import json
from pathlib import Path

from simulator.server import SimulatorServer
from store.database import InstanceLock
from tests.postroom.cli.conftest import Run, first, lines


def test_before_the_first_sync_the_way_forward_is_named(run: Run) -> None:
    """A sentence instead of an empty page."""
    result = run("list")

    assert result.exit_code == 1
    assert "postroom sync" in result.stderr


def test_everything_that_was_synced_can_be_read_offline(run: Run, synced: SimulatorServer) -> None:
    """The providers are gone; the conversations are not."""
    synced.offline()
    row = first(run)

    shown = json.loads(run("show", str(row["ref"]), "--json").stdout)

    assert shown["conversation"]["lead"] == row["lead"]
    assert len(shown["messages"]) == shown["conversation"]["message_count"] > 0


def test_a_list_can_be_narrowed(run: Run, synced: SimulatorServer) -> None:
    """By number, by workspace, by a word."""
    row = first(run, "--workspace", "acme-networkhq", "-n", "1")

    assert row["workspace"] == "acme-networkhq"
    assert row["ref"] in {line["ref"] for line in lines(run("list", str(row["lead"]), "--json"))}


def test_a_message_is_found_by_a_word_in_it(run: Run, synced: SimulatorServer) -> None:
    """Over all conversations, quotes and operators taken literally."""
    row = first(run)
    message = json.loads(run("show", str(row["ref"]), "--json").stdout)["messages"][0]["body"]
    word = max(message.split(), key=len)

    assert row["ref"] in {line["ref"] for line in lines(run("search", word, "--json"))}
    assert run("search", 'NEAR(" OR *').exit_code == 0


def test_any_unique_beginning_of_an_id_works(run: Run, synced: SimulatorServer) -> None:
    """And one that fits several or none is a mistake of usage."""
    ref = str(first(run)["ref"])

    assert run("show", ref[:-2]).exit_code == 0
    assert run("show", "hr:").exit_code == 2
    assert run("show", "hr:zzzz").exit_code == 2


def test_an_unknown_workspace_is_named_with_those_there_are(run: Run, synced: SimulatorServer) -> None:
    """Not an empty list, which would look like an empty inbox."""
    result = run("list", "--workspace", "acme")

    assert result.exit_code == 2
    assert "acme-linkedin" in result.stderr


def test_reading_works_beside_a_writer(run: Run, synced: SimulatorServer, home: Path) -> None:
    """A screen is open; `list` does not mind."""
    lock = InstanceLock.acquire(home / "state")
    assert lock is not None

    result = run("list")
    lock.release()

    assert result.exit_code == 0


def test_campaigns_and_their_figures_are_printed(run: Run, synced: SimulatorServer) -> None:
    """With the provider's own word for the state; per day once they were asked for."""
    campaign = next(
        row for row in lines(run("campaigns", "--json")) if (row["provider"], row["state"]) == ("heyreach", "running")
    )

    plain = json.loads(run("stats", str(campaign["ref"]), "--json").stdout)
    fresh = json.loads(run("stats", str(campaign["ref"]), "--json", "--fresh").stdout)

    assert (plain["name"], plain["totals"]) == (campaign["name"], campaign["totals"])
    assert (plain["days"], len(fresh["days"])) == ([], 30)
