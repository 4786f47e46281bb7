"""`init` writes a configuration that works, or nothing."""

from __future__ import annotations

import stat
from pathlib import Path

from tests.postroom.cli.conftest import Run

GIVEN = ("init", "--provider", "networkhq", "--name", "acme", "--key", "env:NETWORKHQ_API_KEY")


def test_the_first_configuration_is_right_and_private(run: Run, home: Path) -> None:
    """0600, and `config check` has nothing to say against it."""
    result = run(*GIVEN)

    assert result.exit_code == 0
    assert stat.S_IMODE((home / "config.toml").stat().st_mode) == 0o600
    assert run("config", "check").exit_code == 0


def test_a_configuration_that_is_there_is_never_overwritten(run: Run, home: Path) -> None:
    """A second `init` changes nothing."""
    (home / "config.toml").write_text("# mine")

    result = run(*GIVEN)

    assert result.exit_code == 2
    assert (home / "config.toml").read_text() == "# mine"


def test_a_key_pasted_by_mistake_is_not_written(run: Run, home: Path) -> None:
    """Neither into the file nor into the refusal."""
    result = run(*GIVEN[:-1], "sk-live-4f9a8b7c")

    assert result.exit_code == 2
    assert "sk-live" not in result.output
    assert not (home / "config.toml").exists()


def test_without_a_terminal_everything_must_be_given(run: Run, home: Path) -> None:
    """A script is not left hanging at a question."""
    result = run("init", "--provider", "heyreach")

    assert result.exit_code == 2
    assert "--name" in result.stderr
