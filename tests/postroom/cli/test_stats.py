"""`stats` says why a campaign is not sending, where the provider knows."""

from __future__ import annotations

import json
from pathlib import Path

from postroom.cli.simulating import configuration
from simulator.config import SimulatorConfig
from simulator.server import SimulatorServer
from tests.postroom.cli.conftest import Run, lines


def test_why_an_instantly_campaign_is_not_sending(run: Run, home: Path) -> None:
    """Asked for with --fresh, kept, and printed in a line of its own."""
    world = SimulatorConfig(seed=7, conversations=6, instantly_conversations=6, heyreach_per_minute=None)
    with SimulatorServer(world) as server:
        (home / "config.toml").write_text(configuration(server, limits=False))
        assert run("sync").exit_code == 0
        campaign = next(
            row for row in lines(run("campaigns", "--json")) if "outside its schedule" in str(row["state_raw"])
        )
        before = json.loads(run("stats", str(campaign["ref"]), "--json").stdout)
        fresh = json.loads(run("stats", str(campaign["ref"]), "--json", "--fresh").stdout)
        printed = run("stats", str(campaign["ref"])).stdout

    assert (before["not_sending"], fresh["not_sending"]) == ("", "Instantly says: out of schedule.")
    assert "not sending: Instantly says: out of schedule." in printed
