"""Where the program finds itself: closed streams, full disks, odd bytes, folders that refuse. Always a sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from postroom.cli.front import as_text
from simulator.server import SimulatorServer
from tests.postroom.cli.conftest import Run, first

ROOT = Path(__file__).resolve().parents[3]


def shell(line: str, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A line of shell; `$P` in it is Postroom, in a process of its own."""
    return subprocess.run(
        ["/bin/sh", "-c", line],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env={
            "HOME": str(home),
            "P": f"{sys.executable} -m postroom",
            "PYTHONPATH": str(ROOT),
            "POSTROOM_CONFIG": str(home / "config.toml"),
            "POSTROOM_STATE_DIR": str(home / "state"),
            "PATH": os.environ["PATH"],
            **environment,
        },
    )


@pytest.mark.parametrize("verb", ["list", "list --json", "config schema", "doctor", "--help"])
@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-", "<&-"])
def test_a_closed_stream_is_no_failure_of_ours(home: Path, verb: str, closed: str) -> None:
    """Whoever closes a stream does not want to read it; nothing else changes."""
    (home / "state").mkdir(mode=0o700)
    expected = shell(f"$P {verb}", home)

    result = shell(f"$P {verb} {closed}", home)

    assert (result.returncode, "Traceback" in result.stderr) == (expected.returncode, False)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_output_that_cannot_be_written_is_said(home: Path) -> None:
    """A script that saves a list to a full disk learns that the list is not complete."""
    result = shell("$P config schema > /dev/full", home)

    assert (result.returncode, result.stderr) == (
        1,
        "The output could not be written (No space left on device), so it is not complete.\n",
    )


def test_a_text_is_utf_8_in_every_locale() -> None:
    """A reply typed under LC_ALL=C arrives as it was typed."""
    typed = "größe 😀".encode().decode("ascii", "surrogateescape")

    assert as_text(["reply", typed, "plain"]) == ["reply", "größe 😀", "plain"]


@pytest.mark.parametrize("line", ["$P search $(printf '\\377')", "printf '\\377' | $P reply x -"])
def test_bytes_that_are_no_text_are_refused(home: Path, simulator: SimulatorServer, line: str) -> None:
    """Better no reply than one with a hole in it."""
    result = shell(line, home)

    assert result.returncode == 2
    assert "UTF-8" in result.stderr
    assert "inside Postroom" not in result.stderr


@pytest.mark.parametrize("verb", ["list", "doctor", "sync", "outbox"])
def test_a_file_in_the_place_of_the_folder_is_named(
    run: Run, simulator: SimulatorServer, home: Path, verb: str
) -> None:
    """Together with the option that names another place."""
    (home / "state").write_text("something else")

    result = run(verb)

    assert result.exit_code == 1
    assert f"{home / 'state'} cannot be" in result.stdout + result.stderr
    assert "--state-dir" in result.stdout + result.stderr


def test_a_configuration_that_cannot_be_written_is_said(run: Run, home: Path) -> None:
    """With the option that names another place."""
    (home / "file").write_text("")

    result = run("--config", f"{home}/file/c.toml", "init", "--provider", "heyreach", "--name", "a", "--key", "env:X")

    assert result.exit_code == 2
    assert "cannot be written (" in result.stderr
    assert "--config" in result.stderr


def test_without_any_key_sync_says_which_is_missing(run: Run, home: Path) -> None:
    """Exit 2, as for every other mistake in the configuration."""
    (home / "config.toml").write_text('[[workspace]]\nname = "a"\nprovider = "heyreach"\napi_key = "env:NOT_THERE"\n')

    result = run("sync")

    assert result.exit_code == 2
    assert "the environment variable NOT_THERE is not set" in result.stderr


def test_a_key_put_right_sends_at_once(run: Run, synced: SimulatorServer, home: Path) -> None:
    """The refused key stopped the workspace; the next reply tries the new one instead of waiting for a sync."""
    ref = str(first(run, "--workspace", "acme-linkedin")["ref"])
    right = (home / "config.toml").read_text()
    (home / "config.toml").write_text(right.replace(synced.heyreach_key, "wrong"))
    refused = run("reply", ref, "-m", "Thursday suits me.")
    (home / "config.toml").write_text(right)
    sent = run("reply", ref, "-m", "At ten?")

    assert (refused.exit_code, sent.exit_code) == (1, 0)
    assert [event.text for event in synced.ledger.delivered()] == ["At ten?"]


def test_a_queued_reply_says_that_it_is_kept(run: Run, synced: SimulatorServer) -> None:
    """Whoever reads “refused the connection” must not type it a second time."""
    ref = str(first(run)["ref"])
    synced.offline()

    queued = run("reply", ref, "-m", "Thursday suits me.")
    synced.online()
    run("sync")
    run("sync")

    assert queued.exit_code == 3
    assert "It is kept and leaves with the next sync." in queued.stderr
    assert list(synced.ledger.deliveries().values()) == [1]
