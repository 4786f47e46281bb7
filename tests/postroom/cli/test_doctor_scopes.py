"""`doctor` names what an Instantly key may not do, and what that costs, without changing anything over there."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from postroom.cli.simulating import configuration
from simulator.config import INSTANTLY_KEY, SimulatorConfig
from simulator.faults import Fault
from simulator.server import SimulatorServer
from tests.postroom.cli.conftest import Run

WORLD = SimulatorConfig(
    seed=7, conversations=4, instantly_conversations=4, heyreach_per_minute=None, networkhq_per_minute=None
)
ALL = (
    "emails:read", "emails:create", "emails:update", "campaigns:read", "campaigns:update", "leads:read", "leads:update",
    "lead_lists:read", "lead_lists:create", "background-jobs:read", "accounts:read", "lead-labels:read",
    "block_list_entries:read", "block_list_entries:create",
)  # fmt: skip
"""What Postroom needs."""


def found(run: Run, home: Path, *, scopes: tuple[str, ...]) -> tuple[int, list[tuple[str, str]]]:
    """The exit code, and (status, sentence) of each finding about scopes, of a key with these."""
    with SimulatorServer(replace(WORLD, scopes={INSTANTLY_KEY: scopes})) as server:
        (home / "config.toml").write_text(configuration(server, limits=False))
        result = run("doctor", "--json")
        assert server.ledger.actions() == ()
        assert server.ledger.delivered() == ()
    findings = json.loads(result.stdout)["findings"]
    return result.exit_code, [(each["status"], each["sentence"]) for each in findings if each["check"] == "scopes"]


def test_a_key_with_every_scope_lacks_nothing(run: Run, home: Path) -> None:
    """Said in one line, and for the workspace of Instantly alone."""
    code, findings = found(run, home, scopes=ALL)

    assert (code, [status for status, _ in findings]) == (0, ["ok"])


@pytest.mark.parametrize("scope", ALL)
def test_each_missing_scope_is_named_with_what_it_costs(run: Run, home: Path, scope: str) -> None:
    """That one, and no other."""
    _, findings = found(run, home, scopes=tuple(each for each in ALL if each != scope))

    assert len(findings) == 1
    assert f"lacks {scope}: " in findings[0][1]
    assert findings[0][0] == ("problem" if scope == "emails:read" else "warning")


def test_a_key_that_may_only_read_is_no_problem(run: Run, home: Path) -> None:
    """Whoever gave it such a key may have meant it: six warnings, and exit 0."""
    code, findings = found(run, home, scopes=tuple(each for each in ALL if each.endswith(":read")))

    assert (code, {status for status, _ in findings}) == (0, {"warning"})
    assert any("No reply can be sent." in sentence for _, sentence in findings)


def test_what_could_not_be_asked_is_not_called_missing(run: Run, home: Path) -> None:
    """A limit that is reached says nothing about the key."""
    with SimulatorServer(WORLD) as server:
        (home / "config.toml").write_text(configuration(server, limits=False))
        server.fault(Fault("status", provider="instantly", operation="pause", status=429))
        result = run("doctor", "--json")
    sentences = [each["sentence"] for each in json.loads(result.stdout)["findings"] if each["check"] == "scopes"]

    assert len(sentences) == 1
    assert "could not be asked" in sentences[0]
