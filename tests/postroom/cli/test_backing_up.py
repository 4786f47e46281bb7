"""A backup made by hand is whole and private; going back to one loses nothing and sends nothing."""

from __future__ import annotations

import json
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from simulator.server import SimulatorServer
from store import outbox
from store.database import USER_FILE, InstanceLock, Store
from tests.builders import at
from tests.e2e.terminal import Terminal
from tests.postroom.cli.conftest import Run, first, lines
from tests.postroom.cli.test_at_a_terminal import terminal


def queue(home: Path, row: dict[str, object], text: str) -> None:
    """A reply that waits to be sent."""
    from postroom.commands import Reply

    store = Store.open(home / "state", session="test")
    with closing(store):
        outbox.enqueue(store, Reply(str(row["workspace"]), str(row["id"]), text, "s"), now=at(1))


def test_a_backup_by_hand_is_printed_listed_and_kept(run: Run, synced: SimulatorServer, home: Path) -> None:
    """The automatic ones come and go; what the person asked for stays."""
    made = [Path(run("backup").stdout.strip()) for _ in range(7)]

    listed = lines(run("restore", "--list", "--json"))

    assert [Path(str(each["file"])) for each in listed if each["reason"] == "asked for"] == made[::-1]
    assert {stat.S_IMODE(path.stat().st_mode) for path in made} == {0o600}
    assert made[0].parent == home / "state" / "backups"
    assert run("restore").stdout.count("asked for") == 7


def test_a_backup_goes_where_it_is_sent_and_over_nothing(run: Run, synced: SimulatorServer, home: Path) -> None:
    """Onto a stick, say; a file that is there is never overwritten."""
    target = home / "copy.db"

    first_time, second_time = run("backup", str(target), "--json"), run("backup", str(target))

    assert json.loads(first_time.stdout)["file"] == str(target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert (second_time.exit_code, "left as it is" in second_time.stderr) == (1, True)
    assert run("backup", str(home / "nowhere" / "copy.db")).exit_code == 1


def test_a_backup_can_be_made_beside_an_open_screen(run: Run, synced: SimulatorServer, home: Path) -> None:
    """It only reads."""
    lock = InstanceLock.acquire(home / "state")
    assert lock is not None

    result = run("backup")
    lock.release()

    assert result.exit_code == 0


def test_going_back_holds_what_was_on_its_way_and_keeps_what_was_there(
    run: Run, synced: SimulatorServer, home: Path
) -> None:
    """The words of the backup are back, those written since are set aside, and the next sync sends none of them."""
    row = first(run)
    queue(home, row, "written before")
    copy = run("backup").stdout.strip()
    queue(home, row, "written since")

    result = run("restore", Path(copy).name, "--yes", "--json")
    synced_again = run("sync")

    told = json.loads(result.stdout)
    assert (result.exit_code, told["held"]) == (0, 1)
    assert b"written since" in Path(told["set_aside"]).read_bytes() + wal(Path(told["set_aside"]))
    assert {(each["text"], each["state"]) for each in lines(run("outbox", "--all", "--json"))} == {
        ("written before", "held")
    }
    assert (synced_again.exit_code, synced.ledger.delivered()) == (0, ())


def wal(path: Path) -> bytes:
    """What SQLite keeps beside a file."""
    beside = Path(f"{path}-wal")
    return beside.read_bytes() if beside.exists() else b""


def test_what_was_set_aside_can_be_gone_back_to(run: Run, synced: SimulatorServer, home: Path) -> None:
    """A restore is itself undone by a restore, the log beside the file included."""
    row = first(run)
    copy = run("backup").stdout.strip()
    queue(home, row, "written since")
    aside = json.loads(run("restore", copy, "--yes", "--json").stdout)["set_aside"]

    result = run("restore", aside, "--yes")

    assert result.exit_code == 0
    assert [each["text"] for each in lines(run("outbox", "--all", "--json"))] == ["written since"]


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"nothing" * 1000, "damaged"), (None, "no backup of Postroom"), ("newer", "newer Postroom")],
    ids=["garbage", "foreign", "newer"],
)
def test_what_is_no_good_backup_is_refused(
    run: Run, synced: SimulatorServer, home: Path, content: bytes | str | None, word: str
) -> None:
    """A file that cannot be used does not replace one that can."""
    bad = home / "bad.db"
    if isinstance(content, bytes):
        bad.write_bytes(content)
    elif content is None:
        with closing(sqlite3.connect(bad)) as other:
            other.execute("create table recipes (name)")
    else:
        run("backup", str(bad))
        with closing(sqlite3.connect(bad, isolation_level=None)) as newer:
            newer.execute("pragma user_version = 99")
            newer.execute("update meta set value = 99 where key = 'min_writer'")
    before = (home / "state" / USER_FILE).read_bytes()

    result = run("restore", str(bad), "--yes")

    assert (result.exit_code, word in result.stderr) == (1, True)
    assert (home / "state" / USER_FILE).read_bytes() == before


def test_nobody_goes_back_under_a_running_screen(run: Run, synced: SimulatorServer, home: Path) -> None:
    """What the screen writes would be lost."""
    copy = run("backup").stdout.strip()
    lock = InstanceLock.acquire(home / "state")
    assert lock is not None

    result = run("restore", copy, "--yes")
    lock.release()

    assert (result.exit_code, "Another Postroom" in result.stderr) == (1, True)


def test_going_back_asks(run: Run, synced: SimulatorServer, home: Path) -> None:
    """Without a terminal it needs --yes; at one, a plain enter restores nothing."""
    copy = run("backup").stdout.strip()

    assert run("restore", copy).exit_code == 2
    assert run("restore", "no-such-backup").exit_code == 2
    screen: Terminal
    with terminal("restore", copy, home=home) as screen:
        screen.wait_for(r"Go back to .*\[y/N\]")
        screen.type("enter")

        assert screen.wait_exit() == 130
    assert list((home / "state").glob("user.db.replaced-*")) == []
