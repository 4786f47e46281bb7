"""A file that breaks off, or takes no more, fails with a sentence that says which, not with SQLite's own error."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from postroom.errors import StateError
from store.connection import DAMAGE_MARK, connect
from tests.faults.shim import FOR_EVER, WRITE, Disk

ROWS = 2000

FILL = """
import resource, sys
from pathlib import Path
from postroom.errors import StateError
from store.connection import connect

some = connect(Path(sys.argv[1]))
some.execute("pragma journal_mode = wal").fetchone()
if len(sys.argv) > 2:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    while True:
        some.execute("insert into word (text) values (zeroblob(20000))")
except StateError as error:
    print(type(error).__name__, error)
"""
"""Writes until the file takes no more, in a process of its own, and prints how that is told."""


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


@pytest.mark.parametrize(
    ("number", "told"), [(errno.EDQUOT, "DiskFull"), (errno.EFBIG, "DiskFull"), (errno.EIO, "StateError")]
)
def test_a_quota_that_is_used_up_is_a_full_disk_and_a_broken_disk_is_not(
    tmp_path: Path, number: int, told: str
) -> None:
    """SQLite tells them apart from a full disk, and not from one another; whoever frees some space need not know."""
    path = tmp_path / "state" / "some.db"
    path.parent.mkdir()
    path.touch()
    made = connect(path)
    made.execute("create table word (id integer primary key, text)")
    made.close()
    disk = Disk(path.parent, tmp_path / "control")
    if number != errno.EFBIG:
        disk.arm(40, number, kinds=WRITE, count=FOR_EVER)
    limit = ["60000"] if number == errno.EFBIG else []

    said = subprocess.run(
        [sys.executable, "-c", FILL, str(path), *limit],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, **disk.environment},
        cwd=Path(__file__).parents[2],
    )

    assert said.stdout.startswith(told)
    assert ("Free some space" in said.stdout) == (told == "DiskFull")
