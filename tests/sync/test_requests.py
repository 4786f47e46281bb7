"""A first import asks for hardly more than the provider's API makes it ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.requests import Row, measure
from postroom.records import ProviderName
from tests.faults.virtual_time import run_virtual

HR, NH, IN = ProviderName.HEYREACH, ProviderName.NETWORKHQ, ProviderName.INSTANTLY


@pytest.mark.parametrize(("provider", "size", "part"), [(HR, 1200, 0), (NH, 80, 0), (IN, 400, 1)])
def test_a_first_import_takes_the_fewest_requests_and_a_twentieth_more(
    tmp_path: Path, provider: ProviderName, size: int, part: int
) -> None:
    """And two to look at the top again. Of Instantly's, the reads of mails: names come by others, with each page."""
    rows: list[Row] = []
    run_virtual(measure(provider, size, tmp_path / "state", polls=False, tell=rows.append))
    row = rows[part]

    assert row.fewest is not None
    assert row.fewest <= row.made <= 1.05 * row.fewest + 2
