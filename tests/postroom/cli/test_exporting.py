"""An export holds all that is kept of a lead, in files for nobody else's eyes."""

from __future__ import annotations

import csv
import io
import json
import stat
from pathlib import Path

from simulator.server import SimulatorServer
from tests.postroom.cli.conftest import Run, first, lines


def test_a_lead_is_exported_by_any_of_its_names(run: Run, synced: SimulatorServer) -> None:
    """By its id, its profile address and its email address: the same person."""
    row = first(run)
    document = json.loads(run("export", str(row["ref"])).stdout)

    by_profile = json.loads(run("export", document["profile_urls"][0] + "/?trk=mail").stdout)

    assert document["lead"] == row["lead"]
    assert by_profile["conversations"] == document["conversations"]
    assert [
        json.loads(run("export", email).stdout)["conversations"] == document["conversations"]
        for email in document["emails"]
    ] == [True] * len(document["emails"])
    assert run("export", "nobody@example.com").exit_code == 2


def test_all_conversations_are_lines_or_private_files(run: Run, synced: SimulatorServer, home: Path) -> None:
    """One for each conversation; a second run overwrites nothing unless it is told to."""
    target = home / "out"
    everything = lines(run("list", "--view", "all", "--json"))

    printed = lines(run("export", "--all"))
    result = run("export", "--all", "--to", str(target))
    again = run("export", "--all", "--to", str(target))
    forced = run("export", "--all", "--to", str(target), "--force")

    refs = {row["ref"] for row in everything}
    assert {line["conversation"]["ref"] for line in printed} == refs  # type: ignore[index]  # a document
    assert {json.loads(path.read_text())["conversation"]["ref"] for path in target.iterdir()} == refs
    assert (result.exit_code, again.exit_code, forced.exit_code) == (0, 1, 0)
    assert {stat.S_IMODE(path.stat().st_mode) for path in target.iterdir()} == {0o600}
    assert stat.S_IMODE(target.stat().st_mode) == 0o700


def test_a_view_can_be_taken_as_a_table(run: Run, synced: SimulatorServer) -> None:
    """Each message is a line of the CSV."""
    rows = list(csv.DictReader(io.StringIO(run("export", "--view", "needs_reply", "--format", "csv").stdout)))

    shown = {str(row["ref"]) for row in lines(run("list", "--view", "needs_reply", "--json"))}
    assert {row["ref"] for row in rows} == shown
    assert len(rows) == sum(len(json.loads(run("show", ref, "--json").stdout)["messages"]) for ref in shown)


def test_markdown_is_there_to_be_read(run: Run, synced: SimulatorServer) -> None:
    """The messages in their order, none of them markup."""
    ref = str(first(run)["ref"])
    bodies = [each["body"] for each in json.loads(run("show", ref, "--json").stdout)["messages"]]

    text = run("export", ref, "--format", "markdown").stdout

    assert [f"    {body.splitlines()[0]}" in text for body in bodies if body] == [True for body in bodies if body]


def test_nothing_is_exported_before_it_is_said_what(run: Run, synced: SimulatorServer) -> None:
    """Neither nothing nor two things at once."""
    assert run("export").exit_code == 2
    assert run("export", "hr:1", "--all").exit_code == 2
    assert run("export", "--all", "--view", "done").exit_code == 2


def test_a_link_in_the_folder_leads_nowhere(run: Run, synced: SimulatorServer, home: Path) -> None:
    """A file's place taken by a link: what it points to is left alone, also with --force."""
    ref = str(first(run)["ref"])
    target, victim = home / "out", home / "victim"
    run("export", ref, "--to", str(target))
    exported = next(target.iterdir())
    exported.unlink()
    victim.write_text("mine")
    exported.symlink_to(victim)

    plain, forced = run("export", ref, "--to", str(target)), run("export", ref, "--to", str(target), "--force")

    assert (plain.exit_code, forced.exit_code) == (1, 0)
    assert victim.read_text() == "mine"
    assert not exported.is_symlink()


def test_what_was_exported_as_files_is_what_is_printed(run: Run, synced: SimulatorServer, home: Path) -> None:
    """One shape, wherever it goes."""
    ref = str(first(run)["ref"])
    run("export", ref, "--to", str(home / "out"))

    (path,) = Path(home / "out").iterdir()
    saved, printed = json.loads(path.read_text()), json.loads(run("export", ref).stdout)

    assert {**saved, "exported_at": ""} == {**printed, "exported_at": ""}
