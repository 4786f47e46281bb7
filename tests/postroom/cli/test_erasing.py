"""Erasing asks for the name, refuses while something is on its way, and proves what it did."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

from postroom.commands import Reply
from simulator.server import SimulatorServer
from store import outbox
from store.database import Store
from tests.builders import at
from tests.postroom.cli.conftest import Run, first, lines
from tests.postroom.cli.test_at_a_terminal import terminal


def test_a_dry_run_erases_nothing(run: Run, synced: SimulatorServer) -> None:
    """It names the conversations that would go."""
    row = first(run)

    told = json.loads(run("erase", str(row["ref"]), "--dry-run", "--json").stdout)

    assert {"workspace": row["workspace"], "id": row["id"]} in told["conversations"]
    assert run("show", str(row["ref"])).exit_code == 0


def test_erasing_needs_the_name_typed(run: Run, synced: SimulatorServer, home: Path) -> None:
    """A yes by habit erases nobody; without a terminal it needs --yes."""
    row = first(run)

    assert run("erase", str(row["ref"])).exit_code == 2
    with terminal("erase", str(row["ref"]), home=home) as screen:
        screen.wait_for("to erase them")
        screen.type("y", "enter")
        assert screen.wait_exit() == 130
    assert run("show", str(row["ref"])).exit_code == 0
    with terminal("erase", str(row["ref"]), home=home) as screen:
        screen.wait_for("to erase them")
        screen.type(*str(row["lead"]), "enter")
        assert screen.wait_exit() == 0
        assert "0 bytes" in screen.text
    assert run("show", str(row["ref"])).exit_code == 2


def test_a_send_in_doubt_keeps_its_lead_until_it_is_settled_or_given_up(
    run: Run, synced: SimulatorServer, home: Path
) -> None:
    """Erased, nobody could tell any more whether it arrived."""
    row = first(run)
    store = Store.open(home / "state", session="test")
    with closing(store):
        entry = outbox.enqueue(store, Reply(str(row["workspace"]), str(row["id"]), "Hm", "s"), now=at(1))
        outbox.claim(store, entry, baseline=0, now=at(2))

    refused = run("erase", str(row["ref"]), "--yes")
    erased = run("erase", str(row["ref"]), "--yes", "--discard-open", "--json")

    assert (refused.exit_code, "in doubt" in refused.stderr) == (1, True)
    assert (erased.exit_code, json.loads(erased.stdout)["outbox"]) == (0, 1)
    assert lines(run("outbox", "--all", "--json")) == []


def test_whoever_was_erased_can_be_let_back(run: Run, synced: SimulatorServer) -> None:
    """By the address alone; the next full sync brings the conversation again."""
    row = first(run)
    url = json.loads(run("show", str(row["ref"]), "--json").stdout)["conversation"]["profile_url"]
    run("erase", str(row["ref"]), "--yes")

    again = run("erase", url, "--yes")
    back = run("erase", "--forget", url)
    twice = run("erase", "--forget", url)
    run("sync")

    assert (again.exit_code, "already" in again.stderr) == (2, True)
    assert (back.exit_code, twice.exit_code) == (0, 2)
    assert run("show", str(row["ref"])).exit_code == 0


def test_a_file_of_somebody_else_is_named(run: Run, synced: SimulatorServer, home: Path) -> None:
    """What Postroom did not write it does not delete, and does not overlook."""
    row = first(run)
    stray = home / "state" / "mine.txt"
    stray.write_text(f"Call {row['lead']} ({row['ref']}) on Monday")

    result = run("erase", str(row["ref"]), "--yes", "--json")

    assert (result.exit_code, json.loads(result.stdout)["left_in"]) == (3, [str(stray)])
    assert stray.exists()


def test_the_help_says_what_erasing_cannot_reach(run: Run, home: Path) -> None:
    """Snapshots, and the provider's own copy."""
    text = run("erase", "--help").stdout

    assert ("snapshots" in text, "provider keeps" in text) == (True, True)


def test_a_damaged_list_of_the_erased_lets_nobody_in(run: Run, synced: SimulatorServer, home: Path) -> None:
    """They would all come back without a word; so nothing is fetched until it is settled."""
    row = first(run)
    run("erase", str(row["ref"]), "--yes")
    Path(home / "state" / "erased").write_text("{")

    result = run("sync")

    assert result.exit_code != 0
    assert "Traceback" not in result.output
    assert run("show", str(row["ref"])).exit_code == 2


def test_a_namesake_among_the_senders_is_not_mistaken_for_them(run: Run, synced: SimulatorServer, home: Path) -> None:
    """What somebody else is called is no trace of the lead."""
    row = first(run)
    with closing(Store.open(home / "state", session="test")) as store:
        store.cache.execute("update sender set name = ?", (str(row["lead"]),))

    assert run("erase", str(row["ref"]), "--yes").exit_code == 0
