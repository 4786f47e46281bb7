"""DK05 and DK11: user.db cut short, overwritten or flipped; and two upgrades before a downgrade."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from postroom.commands import Reply
from postroom.errors import StateError
from store import backup, migrations_user, outbox
from store.connection import connect
from store.database import USER_FILE, Store, prepare
from tests.builders import at
from tests.faults.at_home import Home, at_home
from tests.faults.matrix import amount

DRAFT = "Dear Ada, …\n  with  spaces\t and 𝒻ancy letters"
WAITS = "This was queued when the backup was made."
LATER = "This was written after the backup."
MANY = 60
"""Drafts and decisions, so that the file has pages to lose."""

Damage = Callable[[bytearray, random.Random], None]


def cut_short(content: bytearray, dice: random.Random) -> None:
    """Somewhere it ends."""
    del content[dice.randrange(len(content)) :]


def cut_to_pages(content: bytearray, dice: random.Random) -> None:
    """It ends where a page ends, as after a crash of the file system."""
    del content[4096 * dice.randrange(len(content) // 4096) :]


def overwrite(content: bytearray, dice: random.Random) -> None:
    """A stretch of it is something else."""
    start = dice.randrange(len(content))
    stretch = dice.randbytes(dice.choice((512, 4096, 40_000)))
    content[start : start + len(stretch)] = stretch[: len(content) - start]


def clear(content: bytearray, dice: random.Random) -> None:
    """A stretch of it is zeroes, as after a power cut."""
    start = 4096 * dice.randrange(len(content) // 4096)
    length = 4096 * dice.choice((1, 4, 1000))
    content[start : start + length] = bytes(min(length, len(content) - start))


def flip(content: bytearray, dice: random.Random) -> None:
    """Single bits here and there."""
    for _ in range(dice.choice((1, 20, 400))):
        content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)


def no_database(content: bytearray, dice: random.Random) -> None:
    """Nothing of it is left."""
    content[:] = dice.choice((b"", b"\0" * 9000, b"This is no database. " * 400, dice.randbytes(20_000)))


DAMAGES: tuple[Damage, ...] = (cut_short, cut_to_pages, overwrite, clear, flip, no_database)


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, Path]]:
    """A home with drafts and sends that wait, a backup, and more written since; and its state folder put by."""
    folder = tmp_path_factory.mktemp("home")
    with at_home(folder) as home:
        rows = home.rows()
        for row in rows[1:]:
            home.write_draft(row, f"Draft for {row['lead']}. " * 20)
        enqueue(home, rows[0], WAITS)
        home.write_draft(rows[0], DRAFT)
        assert home.run("backup").code == 0
        for number in range(MANY):
            enqueue(home, rows[1 + number % 20], f"{LATER} {number} {'and so on, ' * 30}")
        pristine = folder / "pristine"
        shutil.copytree(home.state, pristine)
        yield home, pristine


def enqueue(home: Home, row: dict[str, object], text: str) -> None:
    """A reply that the next sync would send."""
    with closing(Store.open(home.state, session="test")) as store:
        outbox.enqueue(store, Reply(str(row["workspace"]), str(row["id"]), text, "s"), now=at(1))


@pytest.mark.parametrize("seed", range(amount(6, 120)))
def test_dk05_a_damaged_user_db_is_kept_and_what_is_saved_of_it_is_held(lived_in: tuple[Home, Path], seed: int) -> None:
    """Cut, overwritten or flipped anywhere: the drafts of the backup are there, the file is kept, nothing is sent."""
    home, pristine = lived_in
    shutil.rmtree(home.state)
    shutil.copytree(pristine, home.state)
    dice = random.Random(seed)
    content = bytearray((home.state / USER_FILE).read_bytes())
    DAMAGES[seed % len(DAMAGES)](content, dice)
    (home.state / USER_FILE).write_bytes(content)
    sent = home.far.delivered().total()

    looks = [("list",), ("show", row_of(pristine)), ("outbox", "--all")]
    ended = [home.run(*verb) for verb in (looks[seed % 3], ("sync", "--once"), looks[2], ("sync", "--once"))]

    assert [each for each in ended if each.code not in {0, 1, 3} or (each.code == 1 and not each.err.strip())] == []
    kept = [
        path.read_bytes()
        for path in home.state.glob(f"{USER_FILE}.corrupt-*")
        if not path.name.endswith(("-shm", "-wal"))
    ]
    with closing(sqlite3.connect(home.state / USER_FILE)) as user:
        assert user.execute("pragma quick_check").fetchone() == ("ok",)
        states = {str(state) for (state,) in user.execute("select distinct state from outbox")}
        drafts = [str(text) for (text,) in user.execute("select text from draft")]
        replies = user.execute("select count(*) from outbox where payload like ?", (f"%{WAITS}%",)).fetchone()
    if kept:
        assert bytes(content) in kept
        assert states <= {"held", "in_doubt"}
        assert home.far.delivered().total() == sent
        assert (DRAFT in drafts, replies) == (True, (1,))
    else:
        assert DAMAGES[seed % len(DAMAGES)] in {flip, overwrite, clear}, "a file that was cut passed for a whole one"


@pytest.mark.parametrize("chunk", range(amount(1, 8)))
def test_dk05_a_start_on_a_damaged_user_db_keeps_saves_and_holds(
    lived_in: tuple[Home, Path], tmp_path: Path, chunk: int
) -> None:
    """The same for many more damages, as each start meets them; a second start finds nothing left to mend."""
    _, pristine = lived_in
    for seed in range(1000 * (chunk + 1), 1000 * (chunk + 1) + amount(24, 250)):
        state, dice, damage = tmp_path / str(seed), random.Random(seed), DAMAGES[seed % len(DAMAGES)]
        shutil.copytree(pristine / "backups", state / "backups")
        shutil.copy(pristine / "generation", state)
        content = bytearray((pristine / USER_FILE).read_bytes())
        damage(content, dice)
        (state / USER_FILE).write_bytes(content)

        started(state)
        kept = {path: path.read_bytes() for path in state.glob(f"{USER_FILE}.corrupt-*")}
        started(state)

        assert {path: path.read_bytes() for path in state.glob(f"{USER_FILE}.corrupt-*")} == kept, seed
        assert kept == {} or bytes(content) in kept.values(), seed
        assert kept or damage in {flip, overwrite, clear}, seed
        with closing(sqlite3.connect(state / USER_FILE)) as user:
            assert user.execute("pragma quick_check").fetchone() == ("ok",), seed
            if kept:
                states = {str(each) for (each,) in user.execute("select distinct state from outbox")}
                drafts = {str(text) for (text,) in user.execute("select text from draft")}
                assert states <= {"held", "in_doubt"}, seed
                assert DRAFT in drafts, seed
        shutil.rmtree(state)


def started(state: Path) -> None:
    """A start of the program. One that meets nonsense on its way says so, and the next one mends it."""
    try:
        prepare(state, session="test")
    except StateError as error:
        if "Restart Postroom" not in str(error):
            raise
        prepare(state, session="test")


def row_of(state: Path) -> str:
    """The id of the first conversation with a draft."""
    with closing(sqlite3.connect(next(state.glob("cache-v*.db")))) as cache:
        (ref,) = cache.execute("select ref from conversation order by sort_at desc limit 1").fetchone()
        return str(ref)


@pytest.mark.parametrize("may_write", [True, False], ids=["the older one may write", "the older one may only read"])
def test_dk11_after_two_upgrades_and_a_downgrade_every_draft_is_there(tmp_path: Path, *, may_write: bool) -> None:
    """Drafts of the first Postroom, of this one and of a newer one: all are there when this one is back."""
    with at_home(tmp_path) as home:
        rows = home.rows()
        path = home.state / USER_FILE
        path.unlink()
        (home.state / "generation").unlink()
        migrated(path, upto=1)
        home.write_draft(rows[0], "by the first")
        upgraded = home.run("sync", "--once")
        home.write_draft(rows[1], "by this one")
        queued = enqueue_one(home, rows[3])
        migrated(path, upto=migrations_user.VERSION + 1, min_writer=1 if may_write else migrations_user.VERSION + 1)
        home.write_draft(rows[2], "by a newer one")
        (home.state / "cache-v99.db").write_bytes(b"laid out in a way that nobody knows yet")
        before = path.read_bytes()

        back = [home.run(*verb) for verb in (("list",), ("outbox",), ("sync", "--once"))]

        assert upgraded.code == 0, upgraded
        assert [each.code for each in back[:2]] == [0, 0]
        assert draft_of(home, rows[0]) == "by the first"
        assert draft_of(home, rows[1]) == "by this one"
        assert draft_of(home, rows[2]) == "by a newer one"
        assert [made.name.endswith(("-before-v2.db", "-before-v3.db")) for made in backup.backups(path)[:2]] == [
            True
        ] * 2
        if may_write:
            assert back[2].code == 0, back[2]
            home.write_draft(rows[4], "by this one again")
            assert draft_of(home, rows[4]) == "by this one again"
        else:
            assert (back[2].code, "newer Postroom" in back[2].err) == (1, True)
            assert path.read_bytes() == before
            assert home.far.delivered()[queued] == 0


def migrated(path: Path, *, upto: int, min_writer: int = 1) -> None:
    """The file as the Postroom of that version leaves it."""
    path.touch(mode=0o600)
    history = migrations_user.steps(upto=min(upto, migrations_user.VERSION))
    if upto > migrations_user.VERSION:

        @history(name="0099_newer")
        def newer(db: Database) -> None:
            db.conn.execute("alter table draft add column mood text not null default ''")
            db.conn.execute("create table mood (name text primary key)")
            db.conn.execute(f"pragma user_version = {upto}")

    user = connect(path)
    with closing(user):
        user.execute("pragma journal_mode = wal").fetchone()
        migrations_user.migrate(user, path, history=history, target=upto)
        user.execute("update meta set value = ? where key = 'min_writer'", (min_writer,))


def enqueue_one(home: Home, row: dict[str, object]) -> str:
    """A reply that waits, by its text."""
    text = "Queued by this one."
    enqueue(home, row, text)
    return text


def draft_of(home: Home, row: dict[str, object]) -> str:
    """The draft of a conversation, as the program shows it."""
    exported = home.run("export", row["ref"])
    assert exported.code == 0, exported
    (conversation,) = json.loads(exported.out)["conversations"]
    return str(conversation["draft"]["text"])
