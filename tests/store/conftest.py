"""A real store in a temporary folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.database import Store, prepare

SESSION = "this-session"


@pytest.fixture
def state_dir(tmp_path: Path) -> Path:
    """Where the files are; not made yet."""
    return tmp_path / "state"


@pytest.fixture
def store(state_dir: Path) -> Iterator[Store]:
    """A writer's store, as a first start leaves it."""
    prepare(state_dir, session=SESSION)
    opened = Store.open(state_dir, session=SESSION)
    yield opened
    opened.close()
