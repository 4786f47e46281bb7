"""`config`: a person can see what is in force, and nobody can see a key."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from postroom.config import Config, WorkspaceConfig
from tests.postroom.cli.conftest import Run

TEXT = """\
undo_seconds = 5
proxy = "http://me:hunter2@127.0.0.1:3128"

[[workspace]]
name = "acme"
provider = "heyreach"
api_key = "command:vault read --token=hunter2"

[keymap]
inbox.done = "D"
"""


@pytest.fixture
def path(home: Path) -> Path:
    path = home / "config.toml"
    path.write_text(TEXT)
    return path


def test_a_right_file_is_said_to_be_right(run: Run, path: Path) -> None:
    """The sentence names the file and its workspaces."""
    result = run("config", "check")

    assert (result.exit_code, result.stdout, result.stderr) == (0, "", f"{path} is right. Workspaces: acme.\n")


def test_a_wrong_file_is_a_mistake_of_configuration(run: Run, path: Path) -> None:
    """Exit 2, on stderr, with the line."""
    path.write_text(TEXT.replace("heyreach", "heyrech"))

    result = run("config", "check")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{path}, line 6: ")


@pytest.mark.parametrize("arguments", [["config", "show"], ["config", "show", "--json"]])
def test_what_is_shown_holds_every_setting_and_no_secret(run: Run, path: Path, arguments: list[str]) -> None:
    """It may be pasted into a bug report."""
    result = run(*arguments)

    assert result.exit_code == 0
    assert "hunter2" not in result.output
    assert all(word in result.stdout for word in ("undo_seconds", "command:vault …", "inbox.done", "mark_seen"))


def test_what_is_shown_can_be_read_as_a_configuration(run: Run, path: Path) -> None:
    """The output is TOML again."""
    path.write_text(TEXT.replace(" read --token=hunter2", ""))
    path.write_text(run("config", "show").stdout)

    assert run("config", "check").exit_code == 0


def test_the_schema_names_every_setting(run: Run, home: Path) -> None:
    """It needs no configuration."""
    result = run("config", "schema")

    names = [*Config.model_fields, *WorkspaceConfig.model_fields]
    assert [name for name in names if name not in result.stdout and name != "workspaces"] == []
    assert "properties" in json.loads(run("config", "schema", "--json").stdout)
