"""Files that are damaged, forbidden, on a server, newer, deleted or locked: what the program does with its folder."""

from __future__ import annotations

import ctypes
import os
import random
import shutil
import sqlite3
import stat
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from store import migrations_user
from tests.e2e.hands import find
from tests.faults.at_home import Home
from tests.faults.matrix import amount
from tests.faults.shim import Disk
from tests.faults.short_life import lives

NFS, CIFS, SMB2 = 0x6969, 0xFF534D42, 0xFE534D42
TEXT = "Thursday at ten suits me."
PRIVATE = "For your eyes alone."
HALF = 0.5
DEALT = amount(1, 3)


def as_anybody() -> None:
    """From here on the process is held to a file's permissions, even when root runs the tests."""
    if os.geteuid() == 0:
        for capability in (0, 1, 2, 3):  # chown, override permissions, read anything, act as the owner
            ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)


AS_ANYBODY = (
    sys.executable,
    "-c",
    "import os, sys; from tests.faults.test_files import as_anybody; as_anybody();os.execvp(sys.argv[1], sys.argv[1:])",
)


@pytest.mark.parametrize("chunk", range(DEALT))
def test_dk04_flipped_bytes_in_the_cache_cost_nothing_that_was_written(home: Home, chunk: int) -> None:
    """However the cache is damaged: it is rebuilt, and what the person wrote stays byte for byte."""
    before, inbox = home.precious(), {row["id"] for row in home.rows()}
    disk = Disk(home.state, home.folder / "control")
    with lives(home.state, disk, home.far.places) as found:
        for seed in range(chunk, amount(6, 300), DEALT):
            dice = random.Random(seed)
            _flip(home.cache, dice, flips=dice.choice((1, 8, 200)), header=dice.random() < HALF)
            for _ in range(3):
                told = found.live("sync")
                assert told.broken == [], (seed, told.broken)
                assert told.code == 0 or told.sentences, (seed, "it failed without a word")
            assert told.code == 0, (seed, told)
            with closing(sqlite3.connect(home.cache)) as cache:
                verdict = cache.execute("pragma integrity_check").fetchone()
                assert verdict == ("ok",), (seed, verdict)
                assert {name for (name,) in cache.execute("select native from conversation")} == inbox, seed
            assert home.precious() == before, seed


def _flip(path: Path, dice: random.Random, *, flips: int, header: bool) -> None:
    """Change random bytes; with `header`, those that SQLite looks at first."""
    content = bytearray(path.read_bytes())
    for _ in range(flips):
        content[dice.randrange(100 if header else len(content))] ^= 1 << dice.randrange(8)
    path.write_bytes(content)


@pytest.mark.parametrize("denied", ["read-only folder", "not owned", "read-only file"])
def test_dk07_a_folder_that_cannot_be_written_is_shown_and_sends_are_refused(home: Home, denied: str) -> None:
    """Reading works, acting ends with exit code 1 and the reason, nothing is sent, and no byte is changed."""
    row = home.rows()[0]
    with _denied(home.state, denied):
        before = home.digests()
        listed = home.run("list", "--json", before=as_anybody)
        shown = home.run("show", row["ref"], before=as_anybody)
        replied = home.run("reply", row["ref"], "--message", TEXT, "--yes", before=as_anybody)
        synced = home.run("sync", "--once", before=as_anybody)

        assert listed.code == shown.code == 0, (listed, shown)
        assert str(row["ref"]) in listed.out
        assert (replied.code, synced.code) == (1, 1)
        assert "cannot be" in replied.err or "cannot be" in synced.err
        assert home.digests() == before

    assert home.far.delivered()[TEXT] == 0


@pytest.mark.parametrize("denied", ["read-only folder", "read-only file"])
def test_dk07_the_screen_of_a_folder_that_cannot_be_written_is_a_viewer(home: Home, denied: str) -> None:
    """The inbox is shown; whoever begins a reply is told that it is not saved, and why; nothing is sent."""
    row = next(row for row in home.rows() if str(row["lead"]).isascii())
    with _denied(home.state, denied), home.screen(before=AS_ANYBODY, extra={"PYTHONPATH": _root()}) as screen:
        screen.wait_for(str(row["lead"])[:12], within=60)
        find(screen, str(row["lead"]))
        screen.press("r")
        shown = screen.wait_for("not saved")
        screen.type(TEXT)
        screen.press("ctrl+s")
        screen.wait_for("cannot be written")
        assert "Another Postroom" not in shown

    assert home.far.delivered()[TEXT] == 0


def test_dk07_a_missing_folder_that_cannot_be_made_is_named(home: Home) -> None:
    """Exit code 1, the folder, the reason, and the option that chooses another."""
    shutil.rmtree(home.state)
    with _denied(home.folder, "read-only folder"):
        ended = home.run("sync", "--once", before=as_anybody)

    assert ended.code == 1
    assert str(home.state) in ended.err
    assert "--state-dir" in ended.err


@contextmanager
def _denied(folder: Path, how: str) -> Iterator[None]:
    """Take the right to write away, and give it back."""
    files = [path for path in folder.iterdir() if path.is_file()]
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [folder, *files]}
    mine = os.geteuid() == 0
    if how == "not owned" and mine:
        for path in modes:
            os.chown(path, 12345, 12345)
            path.chmod(0o755 if path == folder else 0o644)
    elif how == "read-only file":
        for path in files:
            path.chmod(0o400)
    else:
        folder.chmod(0o500)
    try:
        yield
    finally:
        for path, mode in modes.items():
            if mine:
                os.chown(path, 0, 0)
            path.chmod(mode)


def _root() -> str:
    return str(Path(__file__).parents[2])


@pytest.mark.parametrize("magic", [NFS, CIFS, SMB2])
def test_dk08_a_folder_on_a_server_is_refused_before_anything_is_made_there(home: Home, magic: int) -> None:
    """The sentence names --state-dir, and neither a database nor its write-ahead log appears on the server."""
    shutil.rmtree(home.state)
    disk = Disk(home.state, home.folder / "control")
    disk.claim_to_be(magic)
    ended = home.run("sync", "--once", extra=disk.environment)

    assert ended.code == 1
    assert "network file system" in ended.err
    assert "--state-dir" in ended.err
    assert not [path.name for path in home.state.rglob("*") if ".db" in path.name]


def test_dk08_a_folder_that_moved_to_a_server_is_not_touched(home: Home) -> None:
    """What was made on this machine and copied to a server is neither read nor written there."""
    disk = Disk(home.state, home.folder / "control")
    disk.claim_to_be(NFS)
    before = home.digests()

    for verb in (("list",), ("sync", "--once"), ("outbox",)):
        ended = home.run(*verb, extra=disk.environment)
        assert (ended.code, "--state-dir" in ended.err) == (1, True), ended

    assert home.digests() == before


def test_dk09_an_older_program_reads_a_newer_file_and_changes_no_byte(home: Home) -> None:
    """After a downgrade the inbox and its draft are shown; sends and syncs are refused with the reason."""
    row = home.rows()[3]
    _newer(home, min_reader=1)
    before = home.digests()

    listed = home.run("list", "--json")
    shown = home.run("show", row["ref"])
    refused = [
        home.run("reply", home.rows()[0]["ref"], "--message", TEXT, "--yes"),
        home.run("sync", "--once"),
    ]

    assert (listed.code, shown.code) == (0, 0)
    assert [ended.code for ended in refused] == [1, 1], refused
    assert all("update Postroom" in ended.err for ended in refused), refused
    assert _lasting(home.digests()) == _lasting(before)
    assert home.far.delivered()[TEXT] == 0


def test_dk09_an_older_program_that_may_not_read_a_newer_file_refuses(home: Home) -> None:
    """Every verb says that Postroom is too old, and changes no byte."""
    _newer(home, min_reader=99)
    before = home.digests()

    for verb in (("list",), ("outbox",), ("sync", "--once")):
        ended = home.run(*verb)
        assert (ended.code, "update Postroom" in ended.err) == (1, True), ended

    assert _lasting(home.digests()) == _lasting(before)


def _newer(home: Home, *, min_reader: int) -> None:
    """Leave user.db as a newer Postroom would."""
    with closing(sqlite3.connect(home.state / "user.db")) as user, user:
        user.execute(f"pragma user_version = {migrations_user.VERSION + 5}")
        user.execute("update meta set value = ? where key = 'min_reader'", (min_reader,))
        user.execute("update meta set value = 99 where key = 'min_writer'")
    with closing(sqlite3.connect(home.state / "user.db")) as user:
        user.execute("pragma wal_checkpoint(truncate)")


def _lasting(digests: dict[str, str]) -> dict[str, str]:
    """Without the log and the empty files that SQLite lays beside a database while it is read."""
    return {name: each for name, each in digests.items() if not name.endswith((".log", "-shm", "-wal"))}


def test_dk10_a_cache_deleted_while_stopped_is_fetched_again(home: Home) -> None:
    """Everything comes back with the next sync; draft, outbox and journal were never there to be lost."""
    assert home.run("sync", "--once").code == 0  # the far side is that of other homes too, and they have written
    inbox, before = home.rows(), home.precious()
    for path in home.state.glob("cache-v*"):
        path.unlink()

    empty = home.run("list")
    synced = home.run("sync", "--once")

    assert (empty.code, synced.code) == (0, 0)
    assert home.rows() == inbox
    assert home.precious() == before


def test_dk10_a_cache_deleted_under_the_screen_is_fetched_again(home: Home) -> None:
    """The screen goes on, syncs, and a reply that is written then leaves once."""
    row = next(row for row in home.rows() if str(row["lead"]).isascii())
    before = home.precious()
    with home.screen() as screen:
        screen.wait_for(r"HR ✓.*NHQ ✓", within=60)
        for path in home.state.glob("cache-v*"):
            path.unlink()
        screen.press("R")
        screen.wait_for(lambda shown: any(home.state.glob("cache-v*.db")) and "NHQ ✓" in shown, within=60)
        find(screen, str(row["lead"]))
        screen.press("ctrl+c")

    assert home.precious()["draft"] == before["draft"]
    assert home.run("sync", "--once").code == 0
    assert len(home.rows()) == len({line["id"] for line in home.rows()})
    assert str(row["ref"]) in {line["ref"] for line in home.rows()}


def test_se04_whatever_the_umask_the_folder_and_its_files_are_of_their_owner_alone(home: Home) -> None:
    """Started under umask 000: databases, write-ahead logs, backups, the log and everything else, while it runs too."""
    row = home.rows()[0]
    shutil.rmtree(home.state)
    done = home.run("sync", "--once", before=lambda: _umask(0))
    assert done.code == 0, done
    home.run("reply", row["ref"], "--message", PRIVATE, "--yes", before=lambda: _umask(0))
    exported = home.run("export", "--all", "--to", home.state / "exports", before=lambda: _umask(0))
    assert exported.code == 0, exported
    with home.screen(before=("sh", "-c", 'umask 0; exec "$@"', "sh")) as screen:
        screen.wait_for(r"HR ✓.*NHQ ✓", within=60)
        names = {path.name for path in home.state.rglob("*")}
        modes = _modes(home.state)

    assert {"user.db", "user.db-wal", "user.db-shm", "ballast", "generation", "postroom.lock"} <= names
    assert any(name.startswith("cache-v") and name.endswith("-wal") for name in names)
    assert any(name.startswith("user-") and name.endswith("-daily.db") for name in names), names
    assert modes == {name: 0o700 if Path(home.state, name).is_dir() else 0o600 for name in modes}


def test_se04_what_was_open_to_others_is_closed_at_the_next_start(home: Home) -> None:
    """A folder that a copy or an older tool left readable for everybody is mended."""
    for path in (home.state, *home.state.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)

    assert home.run("sync", "--once").code == 0

    modes = _modes(home.state)
    assert modes == {name: 0o700 if Path(home.state, name).is_dir() else 0o600 for name in modes}


def _umask(mask: int) -> None:
    os.umask(mask)


def _modes(folder: Path) -> dict[str, int]:
    """The mode of the folder and of all that is in it."""
    return {str(path.relative_to(folder)): stat.S_IMODE(path.lstat().st_mode) for path in (folder, *folder.rglob("*"))}
