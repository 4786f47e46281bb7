"""A home with an inbox and a draft, for the rows that damage, forbid, lock or delete files."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.at_home import Home, at_home

DRAFT = "Dear Ada, …\n  with  spaces\t and 𝒻ancy letters"
"""What is written in every home."""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home with an inbox and a draft, made once."""
    with at_home(tmp_path_factory.mktemp("template")) as found:
        found.write_draft(found.rows()[3], DRAFT)
        yield found


@pytest.fixture
def home(template: Home, tmp_path: Path) -> Home:
    """A copy of it; the providers are the same for all."""
    shutil.copytree(template.folder, tmp_path, dirs_exist_ok=True)
    return Home(tmp_path, template.far)
