"""A checked configuration is not checked again until it changes."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from postroom.cli import vouched
from postroom.config import parse

TEXT = """\
undo_seconds = 3
theme = "light"
keymap."inbox.done" = "d"

[[workspace]]
name = "acme-linkedin"
provider = "heyreach"
api_key = "env:HEYREACH_API_KEY"

[[workspace]]
name = "other"
provider = "networkhq"
api_key = "keyring:other"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A configuration that was checked, with its answer kept beside it."""
    path = tmp_path / "config.toml"
    path.write_text(TEXT)
    vouched.vouch(path, tmp_path, vouched.settings_of(parse(TEXT, path=path)))
    return path


def test_a_checked_file_is_known_again(path: Path) -> None:
    """Every setting of the screen comes back as it was found."""
    expected = vouched.Settings(
        undo_seconds=3, mark_seen=True, theme="light", ascii=False, keymap={"inbox.done": "d"},
        key_variables=["HEYREACH_API_KEY"],
    )  # fmt: skip

    assert vouched.recall(path, path.parent) == expected


def test_a_changed_file_is_not(path: Path) -> None:
    """One changed letter, and the file is checked again."""
    path.write_text(TEXT.replace("light", "dark"))

    assert vouched.recall(path, path.parent) is None


def test_a_missing_file_is_not(path: Path) -> None:
    """What was once there does not stand in for it."""
    path.unlink()

    assert vouched.recall(path, path.parent) is None


@pytest.mark.parametrize("kept", ["", "[]", "{}", '{"digest": 1', "\x00\xff"])
def test_a_damaged_answer_is_no_answer(path: Path, kept: str) -> None:
    """The file is checked again."""
    (path.parent / "settings.json").write_text(kept)

    assert vouched.recall(path, path.parent) is None


def test_an_answer_with_other_kinds_of_values_is_no_answer(path: Path) -> None:
    """A number where a word belongs came from somebody else."""
    kept = path.parent / "settings.json"
    kept.write_text(kept.read_text().replace('"light"', "7"))

    assert vouched.recall(path, path.parent) is None


def test_nobody_else_can_read_the_answer(path: Path) -> None:
    """0600, as everything in the state folder."""
    assert stat.S_IMODE((path.parent / "settings.json").stat().st_mode) == 0o600


def test_a_folder_that_cannot_be_written_is_no_trouble(path: Path) -> None:
    """The next start checks again."""
    settings = vouched.recall(path, path.parent)
    assert settings is not None

    vouched.vouch(path, path.parent / "nowhere", settings)

    assert not (path.parent / "nowhere").exists()
