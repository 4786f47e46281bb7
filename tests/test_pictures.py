"""The pictures in the README are of this program."""

from __future__ import annotations

from pathlib import Path

from tests.pictures import FOLDER, PICTURES, take


async def test_the_readme_shows_the_program_as_it_is(tmp_path: Path) -> None:
    """A reader of the README sees what they will get. `make screenshots` takes the pictures anew."""
    await take(tmp_path)

    stale = [each.file for each in PICTURES if (tmp_path / each.file).read_text() != (FOLDER / each.file).read_text()]
    assert stale == []
