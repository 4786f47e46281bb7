"""`backup` and `restore`: what the user wrote and decided, copied by hand and brought back."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime
from pathlib import Path

import click

from postroom.cli.output import ask, interactive, put, put_json, say, table
from postroom.cli.state import reading
from postroom.cli.verb import Exit, Places, Verb, as_json, confirmed, pass_places
from postroom.errors import ConfigError, NotFound, ReadOnlyState, StateError
from postroom.records import Micros
from store import backup
from store.database import USER_FILE, InstanceLock, Store, prepare

_REASONS = {backup.ASKED: "asked for", "daily": "daily"}


@click.command("backup", cls=Verb, examples=("postroom backup", "postroom backup /mnt/usb/postroom.db"))
@click.argument("file", required=False, type=click.Path(path_type=Path))
@as_json
@pass_places
def backup_command(places: Places, file: Path | None, *, as_json: bool) -> None:
    """Copy user.db, read the copy back, and print where it is: beside the automatic backups, or at FILE.

    It holds drafts, decisions, notes and the outbox; the conversations themselves come back with a sync. It works while
    a screen is open. A copy made by this verb is kept until you delete it; of the automatic ones five are kept.
    """
    path = places.state_dir / USER_FILE
    with reading(places.state_dir) as store:
        if store.user.path is None:
            raise StateError(f"There is no {USER_FILE} in {places.state_dir} yet, so there is nothing to copy.")
        if file is None:
            made = backup.make(store.user, path, label=backup.ASKED, now=_now())
        else:
            made = file.expanduser().absolute()
            _check_target(made)
            backup.write(store.user, made)
    if as_json:
        put_json(_shape(made))
    else:
        put(str(made))


@click.command(
    "restore",
    cls=Verb,
    examples=("postroom restore --list", "postroom restore user-20260105T101500000000-daily.db"),
    exits="0 restored, 1 refused, 2 there is no such backup, 130 not agreed.",
)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--list", "listing", is_flag=True, help="List the backups, newest first. So does no FILE.")
@confirmed
@as_json
@pass_places
def restore_command(places: Places, file: Path | None, *, listing: bool, confirmed: bool, as_json: bool) -> int:
    """Go back to a backup: FILE is a name that --list prints, or a path.

    The present user.db is set aside, never deleted. A backup may know less than what was sent since, so everything in
    it that was on its way is held: look whether it arrived before you send it again.
    """
    path = places.state_dir / USER_FILE
    if file is None or listing:
        return _list(path, as_json=as_json)
    source = _chosen(path, file)
    lock = InstanceLock.acquire(places.state_dir)
    if lock is None:
        raise ReadOnlyState(
            f"Another Postroom is open with {places.state_dir}, and what it writes would be lost. "
            "Close it and try again."
        )
    try:
        backup.check(source)
        if not _agreed(source, confirmed=confirmed):
            say("Nothing was restored.")
            return Exit.INTERRUPTED
        aside = backup.restore(path, source, now=_now())
        _start(places.state_dir, source, aside, as_json=as_json)
    finally:
        lock.release()
    return Exit.DONE


def _start(state_dir: Path, source: Path, aside: Path | None, *, as_json: bool) -> None:
    """Hold what was on its way, and say what there is now."""
    session = secrets.token_hex(8)
    prepare(state_dir, session=session)
    store = Store.open(state_dir, session=session)
    try:
        held = store.user.number("select count(*) from outbox where state = 'held'")
        doubts = store.user.number("select count(*) from outbox where state = 'in_doubt'")
        drafts = store.user.number("select count(*) from draft")
    finally:
        store.close()
    if as_json:
        put_json(
            {
                "restored": str(source), "set_aside": str(aside) if aside else None, "held": held, "in_doubt": doubts,
                "drafts": drafts,
            }
        )  # fmt: skip
    else:
        put(
            f"Restored {source.name}: {drafts} drafts, {held} sends held, {doubts} in doubt. Nothing is sent by itself."
        )
    if aside is not None:
        say(f"What was there before is kept as {aside}.")


def _list(path: Path, *, as_json: bool) -> int:
    """Print the backups."""
    found = backup.backups(path)
    if as_json:
        for each in found:
            put_json(_shape(each))
        return Exit.DONE
    if not found:
        say("There are no backups yet. One is made each day, before each upgrade, and by “postroom backup”.")
    for line in table(
        [(each.name, _made_at(each) or "", f"{each.stat().st_size:,} bytes", _reason(each)) for each in found],
        widths=(60, 20, 18),
    ):
        put(line)
    return Exit.DONE


def _shape(path: Path) -> dict[str, object]:
    return {"file": str(path), "made_at": _made_at(path), "bytes": path.stat().st_size, "reason": _reason(path)}


def _made_at(path: Path) -> str | None:
    """When a backup was made, by its name. None: the name does not say."""
    for part in path.stem.split("-"):
        try:
            return datetime.strptime(part, "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        except ValueError:
            continue
    return None


def _reason(path: Path) -> str:
    """Why a backup was made."""
    label = path.stem.split("-", 2)[-1]
    return _REASONS.get(label, label.replace("-", " "))


def _chosen(path: Path, file: Path) -> Path:
    """The backup that is meant: a file, or the name of one of those in the folder."""
    beside = path.with_name("backups") / file.name
    if file.name == str(file) and beside.is_file():
        return beside
    found = file.expanduser().absolute()
    if not found.is_file():
        raise NotFound(f"There is no backup {file}. “postroom restore --list” shows those there are.")
    if found == path:
        raise ConfigError(f"{file} is the file in use. Choose a backup.")
    return found


def _check_target(target: Path) -> None:
    """Raise StateError where no copy can be put. Nothing that is there is ever overwritten."""
    if target.exists() or target.is_symlink():
        raise StateError(f"{target} is there already and was left as it is. Choose another name.")
    if not target.parent.is_dir():
        raise StateError(f"There is no folder {target.parent}. Make it, or choose another.")


def _agreed(source: Path, *, confirmed: bool) -> bool:
    question = f"Go back to {source.name}? What you wrote since is set aside, and everything unsent is held."
    if confirmed:
        return True
    if not interactive():
        raise ConfigError(f"{question} Without a terminal to ask at, this needs --yes.")
    return ask(question)


def _now() -> Micros:
    return time.time_ns() // 1000
