"""Completions are what the shells expect."""

from __future__ import annotations

import pytest

from tests.postroom.cli.conftest import Run


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_completions(run: Run, shell: str) -> None:
    """A script that asks Postroom itself what fits."""
    result = run("completions", shell)

    assert result.exit_code == 0
    assert "_POSTROOM_COMPLETE" in result.stdout
