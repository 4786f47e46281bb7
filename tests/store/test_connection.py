"""A file that breaks off in the middle of a reading fails with a sentence, not with SQLite's own error."""

from __future__ import annotations

from pathlib import Path

import pytest

from postroom.errors import StateError
from store.connection import DAMAGE_MARK, connect

ROWS = 2000


def test_damage_that_is_met_while_rows_are_read_is_told_and_noted(tmp_path: Path) -> None:
    """The first rows can be read, then a page is nonsense: once that came up as SQLite's own error."""
    path = tmp_path / "some.db"
    path.touch()
    made = connect(path)
    made.execute("create table word (id integer primary key, text)")
    made.executemany("insert into word (text) values (?)", [("x" * 400,)] * ROWS)
    made.close()
    content = bytearray(path.read_bytes())
    content[len(content) // 2 :] = b"\xff" * (len(content) - len(content) // 2)
    path.write_bytes(content)
    opened = connect(path, read_only=True)

    with pytest.raises(StateError, match="damaged"):
        opened.rows(str, "select text from word")
    opened.close()

    assert Path(f"{path}{DAMAGE_MARK}").exists()
