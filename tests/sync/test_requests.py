"""A first import asks for hardly more than the provider's API makes it ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.requests import Row, measure
from postroom.records import ProviderName
from tests.faults.virtual_time import run_virtual

HR, NH, IN = ProviderName.HEYREACH, ProviderName.NETWORKHQ, ProviderName.INSTANTLY


@pytest.mark.parametrize(("provider", "size"), [(HR, 1200), (NH, 80), (IN, 400)])
def test_a_first_import_takes_the_fewest_requests_and_a_twentieth_more(
    tmp_path: Path, provider: ProviderName, size: int
) -> None:
    """And two to look at the top again; at Instantly its reads of mails by themselves, too, which are the scarcest."""
    rows: list[Row] = []
    run_virtual(measure(provider, size, tmp_path / "state", tell=rows.append))

    assert len(rows) == (2 if provider is IN else 1)
    for row in rows:
        assert row.fewest is not None
        assert row.fewest <= row.made <= 1.05 * row.fewest + 2
