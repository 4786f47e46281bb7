"""What is shipped is what is meant to be: every package, its styles, its types, and nothing beside them."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Set as AbstractSet
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {"postroom", "providers", "store", "sync", "tui", "simulator"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist and the wheel built from it, without asking any registry."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, text=True)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> AbstractSet[str]:
    """The names of the files in the wheel."""
    (path,) = built.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return set(archive.namelist())


def sources(pattern: str) -> set[str]:
    """The files of the tree that fit, in the six packages."""
    return {str(path.relative_to(ROOT)) for package in PACKAGES for path in (ROOT / package).rglob(pattern)}


def test_the_wheel_holds_every_module_of_every_package(wheel: AbstractSet[str]) -> None:
    """Nothing that is imported is left at home."""
    assert sources("*.py") - wheel == set()


def test_the_wheel_holds_the_styles_and_the_promise_of_types(wheel: AbstractSet[str]) -> None:
    """A screen without its styles would be drawn wrong; `py.typed` lets others check against ours."""
    assert sources("*.tcss") - wheel == set()
    assert {f"{package}/py.typed" for package in PACKAGES} - wheel == set()


def test_the_wheel_holds_nothing_else(wheel: AbstractSet[str]) -> None:
    """No tests, no caches, no notes."""
    others = {name.split("/")[0] for name in wheel} - PACKAGES

    assert all(name.endswith(".dist-info") for name in others)
    assert not any("__pycache__" in name or name.endswith((".pyc", ".db", ".toml")) for name in wheel)


def test_the_sdist_can_be_tested_by_whoever_gets_it(built: Path) -> None:
    """Tests, locked requirements and the Makefile are in it; nothing hidden but the import rules is."""
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}

    assert {"Makefile", "requirements/dev.txt", "tests/test_packaging.py", "README.md", ".importlinter"} <= names
    assert not any(name.startswith((".git/", ".venv", ".ci")) for name in names)


@pytest.mark.parametrize("name", ["runtime.txt", "dev.txt"])
def test_the_locks_pin_everything_and_name_no_place(name: str) -> None:
    """Every requirement has a version and hashes; where it comes from is the installer's business."""
    lines = (ROOT / "requirements" / name).read_text().splitlines()
    pinned = [line for line in lines if line and not line.startswith(("#", " "))]

    assert pinned
    assert [line for line in pinned if "==" not in line or not line.endswith("\\")] == []
    assert [line for line in lines if "://" in line or "@" in line or line.startswith("-")] == []
