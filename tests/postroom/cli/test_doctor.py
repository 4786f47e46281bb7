"""`doctor` names what does not work and what to do about it, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

from simulator.faults import Fault
from simulator.server import SimulatorServer
from store.database import InstanceLock
from tests.postroom.cli.conftest import Run


def problems(output: str) -> set[tuple[str, str]]:
    """What does not work: (check, workspace)."""
    findings = json.loads(output)["findings"]
    return {(found["check"], found["workspace"]) for found in findings if found["status"] == "problem"}


def test_nothing_is_wrong_where_nothing_is(run: Run, synced: SimulatorServer) -> None:
    """Exit 0, each check said in a line."""
    result = run("doctor")

    assert result.exit_code == 0, result.stdout
    assert result.stdout.count("✓") == len(result.stdout.splitlines())


def test_a_key_that_the_provider_does_not_take_is_named(run: Run, synced: SimulatorServer) -> None:
    """The workspace it belongs to; the other one is in order."""
    synced.fault(Fault("status", provider="networkhq", status=401, body="Invalid"))

    result = run("doctor", "--json")

    assert (result.exit_code, problems(result.stdout)) == (1, {("connection", "acme-networkhq")})


def test_without_a_configuration_the_rest_is_checked_all_the_same(run: Run) -> None:
    """Exit 2, because nothing can be attempted."""
    result = run("doctor", "--json")

    assert (result.exit_code, problems(result.stdout)) == (2, {("configuration", "")})
    assert len(json.loads(result.stdout)["findings"]) > 1


def test_a_file_that_others_can_read_is_named_with_the_cure(run: Run, synced: SimulatorServer, home: Path) -> None:
    """The command to type stands in the sentence."""
    (home / "state" / "user.db").chmod(0o644)

    result = run("doctor", "--offline")

    assert result.exit_code == 1
    assert f"chmod 600 {home / 'state' / 'user.db'}" in result.stdout


def test_a_key_that_cannot_be_read_is_named(run: Run, simulator: SimulatorServer, home: Path) -> None:
    """Before anybody is asked."""
    text = (home / "config.toml").read_text()
    (home / "config.toml").write_text(text.replace(f"command:echo {simulator.heyreach_key}", "env:NOT_THERE"))

    result = run("doctor", "--json", "--offline")

    assert (result.exit_code, problems(result.stdout)) == (1, {("key", "acme-linkedin")})
    assert simulator.traffic.count() == 0


def test_doctor_changes_nothing(run: Run, synced: SimulatorServer, home: Path) -> None:
    """Neither a file's bytes nor its mode, and it makes no folder and no lock."""
    folder = home / "state"
    (folder / "postroom.lock").unlink()
    folder.chmod(0o755)

    def standing() -> dict[str, tuple[int, bytes]]:
        files = {path.name: (path.stat().st_mode, path.read_bytes()) for path in folder.iterdir()}
        return {**files, ".": (folder.stat().st_mode, b"")}

    before = standing()
    run("doctor")
    run("--state-dir", str(home / "elsewhere"), "doctor")

    assert standing() == before
    assert not (home / "elsewhere").exists()


def test_a_writer_at_work_is_noticed(run: Run, synced: SimulatorServer, home: Path) -> None:
    """Without taking anything from it."""
    lock = InstanceLock.acquire(home / "state")
    assert lock is not None

    result = run("doctor", "--offline")
    lock.release()

    assert "Another Postroom is open and writes" in result.stdout


def test_records_that_could_not_be_read_are_listed(run: Run, simulator: SimulatorServer) -> None:
    """Each with the reason, while everything else was read."""
    simulator.fault(Fault("bad_record", provider="networkhq", operation="conversations", index=0, body='{"x": 1}'))
    synced = run("sync")
    result = run("doctor", "--json")

    found = [each for each in json.loads(result.stdout)["findings"] if each["check"] == "record"]
    assert "could not be read" in synced.stderr
    assert [each["workspace"] for each in found] == ["acme-networkhq"]
    assert found[0]["sentence"].startswith("In conversations: ")


def test_a_wrong_address_is_taken_for_what_it_is(run: Run, synced: SimulatorServer, home: Path) -> None:
    """A 404 to the first question: the address is not the API's."""
    text = (home / "config.toml").read_text()
    (home / "config.toml").write_text(text.replace("/api/v1", "/api/v9"))

    result = run("doctor")

    assert result.exit_code == 1
    assert "Check base_url." in result.stdout
