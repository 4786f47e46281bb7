"""A provider that never says “that was all”: the command ends by itself, says why, and asked only what it may."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.contracts import CONTRACTS, needs_contracts
from tests.e2e.outside import run
from tests.e2e.vendor_mock import VendorMock


@needs_contracts
@pytest.mark.contract
@pytest.mark.parametrize(
    ("fresh_ids", "fresh_cursors"),
    [(False, False), (False, True), (True, True)],
    ids=["same page, same cursor", "same page, new cursors", "new records, new cursors"],
)
def test_a_list_without_end_is_left_with_the_reason(*, fresh_ids: bool, fresh_cursors: bool, tmp_path: Path) -> None:
    """`sync --once` does not hang on a provider that always says there is more, and does not call that complete."""
    document = json.loads((CONTRACTS / "networkhq.openapi.json").read_text())
    with VendorMock("networkhq", document, fresh_ids=fresh_ids, fresh_cursors=fresh_cursors) as mock:
        config = tmp_path / "config.toml"
        config.write_text(
            '[[workspace]]\nname = "acme"\nprovider = "networkhq"\napi_key = "env:MOCK_KEY"\n'
            f'base_url = "{mock.url}"\nrequests_per_minute = 6000\n'
        )
        arguments = ("--config", config, "--state-dir", tmp_path / "state", "sync", "--once", "--json")
        report = json.loads(run(*arguments, code=3, MOCK_KEY="nhq_live_mock"))

    assert report["complete"] is False
    assert report["workspaces"][0]["reason"] != ""
    assert report["workspaces"][0]["conversations_seen"] > 0
    assert mock.violations == []
    assert len(mock.requests) < 500
