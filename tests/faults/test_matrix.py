"""Every row of the fault matrix has a test, and the page that tells of it has a line for each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.faults.matrix import FIGURES, ROWS

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "reliability.md"
_TEST = re.compile(r"(?m)^\s*(?:async )?def test_([a-z]{2}\d\d)_")


def test_every_row_has_a_test_and_every_test_of_a_row_is_in_the_matrix() -> None:
    """No fault is claimed to be proven that nobody provokes."""
    tested = {found.upper() for file in HERE.glob("test_*.py") for found in _TEST.findall(file.read_text())}

    assert tested == set(ROWS)


@pytest.mark.parametrize("name", [*FIGURES, *ROWS])
def test_the_page_for_users_tells_what_was_found(name: str) -> None:
    """Each figure and each row has its line, with something in it."""
    assert re.search(rf"(?m)^\| {name} \| .*\d.* \|$", PAGE.read_text()), f"no line of {name} in {PAGE.name}"
