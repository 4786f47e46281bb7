"""`doctor`: checks everything that could keep Postroom from working, and says what to do about each thing that does."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from postroom.cli.output import put, put_json
from postroom.cli.state import exists, reading
from postroom.cli.verb import Exit, Places, Verb, as_json, pass_places
from postroom.cli.workspaces import Access
from postroom.errors import Forbidden, Gone, PostroomError
from providers.base import Provider
from providers.extras import ChecksRights
from store import outbox, queries
from store.database import InstanceLock
from tui.format import plural

SKEW_SECONDS = 120.0
"""A clock that is further off than this makes times on screen misleading."""

SHOWN_RECORDS = 5
"""How many of the records that could not be read are shown one by one."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check."""

    check: str
    status: str
    """`ok`, `warning` (it works, but look at it) or `problem`."""
    sentence: str
    workspace: str = ""


@click.command(
    "doctor",
    cls=Verb,
    examples=("postroom doctor", "postroom doctor --json", "postroom doctor --offline"),
    exits="0 no problem (warnings are none), 1 something does not work, 2 the configuration is wrong.",
)
@click.option("--offline", is_flag=True, help="Leave out the checks that ask the providers.")
@as_json
@pass_places
def doctor_command(places: Places, *, offline: bool, as_json: bool) -> int:
    """Check the configuration, the keys, the clock, the state folder and the terminal. Nothing is changed."""
    # Nothing is written, the log neither; and what libraries have to say may hold what was sent.
    logging.getLogger().addHandler(logging.NullHandler())
    findings = [*_configuration(places, offline=offline), *_state(places.state_dir), *_terminal()]
    for finding in findings:
        if not as_json:
            where = f"{finding.workspace}: " if finding.workspace else ""
            put(f"{_SIGNS[finding.status]} {finding.check:<14} {where}{finding.sentence}")
    problems = [finding for finding in findings if finding.status == "problem"]
    if as_json:
        put_json({"ok": not problems, "findings": [asdict(finding) for finding in findings]})
    if any(finding.check == "configuration" for finding in problems):
        return Exit.USAGE
    return Exit.FAILED if problems else Exit.DONE


_SIGNS = {"ok": "✓", "warning": "!", "problem": "✗"}


def _configuration(places: Places, *, offline: bool) -> Iterator[Finding]:
    """The file, then every workspace in it."""
    try:
        access = Access.configured(places)
    except PostroomError as error:
        yield Finding("configuration", "problem", str(error))
        return
    yield Finding(
        "configuration", "ok", f"{places.config_path} names {plural(len(access.config.workspaces), 'workspace')}."
    )
    readable: list[str] = []
    for workspace in access.config.workspaces:
        try:
            access.key(workspace.name)
        except PostroomError as error:
            yield Finding("key", "problem", str(error), workspace.name)
            continue
        readable.append(workspace.name)
        yield Finding("key", "ok", "It can be read.", workspace.name)
    if not offline:
        for findings in asyncio.run(_connections(readable, access)):
            yield from findings


async def _connections(workspaces: Sequence[str], access: Access) -> list[list[Finding]]:
    """All of them at once: an unreachable one takes its time."""
    return await asyncio.gather(*(_connection(workspace, access) for workspace in workspaces))


async def _connection(workspace: str, access: Access) -> list[Finding]:
    """Whether the provider takes the key, what the key may not do, and what the provider's clock says."""
    provider = access.connect(workspace)
    try:
        return await _checked(workspace, provider)
    finally:
        await provider.aclose()


async def _checked(workspace: str, provider: Provider) -> list[Finding]:
    try:
        await provider.check()
    except PostroomError as error:
        # Whoever answers 404 to the first question is somebody else.
        hint = " Check base_url." if isinstance(error, Gone) else ""
        trouble = Finding("connection", "problem", f"{error}{hint}", workspace)
        return [trouble, *(await _rights(workspace, provider) if isinstance(error, Forbidden) else [])]
    found = [Finding("connection", "ok", "The provider takes the key.", workspace)]
    found += await _rights(workspace, provider)
    skew = provider.usage.skew
    if abs(skew) > SKEW_SECONDS:
        direction = "behind" if skew > 0 else "ahead of"
        sentence = f"This machine's clock is {abs(skew):.0f} s {direction} the provider's. Set it right."
        found.append(Finding("clock", "warning", sentence, workspace))
    else:
        found.append(Finding("clock", "ok", f"It agrees with the provider's to {abs(skew):.0f} s.", workspace))
    return found


async def _rights(workspace: str, provider: Provider) -> list[Finding]:
    """What the key may not do, where keys have scopes: each by name, with what does not work without it."""
    if not isinstance(provider, ChecksRights):
        return []
    try:
        rights = await provider.missing_rights()
    except PostroomError as error:
        return [Finding("scopes", "problem", str(error), workspace)]
    if not rights:
        return [Finding("scopes", "ok", "Nothing that Postroom asks for is refused to the key.", workspace)]
    return [
        Finding(
            "scopes",
            "problem" if right.vital else "warning",
            f"The key lacks {right.scope}: {right.without}"
            if right.asked
            else f"Whether the key has {right.scope} could not be asked: {right.without}",
            workspace,
        )
        for right in rights
    ]


def _state(folder: Path) -> Iterator[Finding]:
    """The folder, who may read it, and what in it waits for a person."""
    try:
        if not exists(folder):
            yield _to_be_made(folder)
            return
        yield from _modes(folder)
        if InstanceLock.is_held(folder):
            yield Finding("writer", "ok", "Another Postroom is open and writes; this one only reads.")
        yield from _contents(folder)
    except PostroomError as error:
        yield Finding("state folder", "problem", str(error))


def _to_be_made(folder: Path) -> Finding:
    """Whether the first sync can make the folder, told without making it."""
    nearest = next(parent for parent in folder.parents if parent.exists())
    if nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK):
        return Finding("state folder", "ok", f"{folder} does not exist yet; the first sync makes it.")
    sentence = f"{folder} cannot be made: {nearest} cannot be written. Choose another with --state-dir."
    return Finding("state folder", "problem", sentence)


def _modes(folder: Path) -> Iterator[Finding]:
    """Everything in it can be written, and is for its owner alone."""
    paths = (folder, *folder.iterdir())
    locked = next((path for path in paths if not os.access(path, os.W_OK)), None)
    if locked is not None:
        sentence = f"{locked} cannot be written, so only reading is possible. Give it back to its owner with chmod u+w."
        yield Finding("state folder", "problem", sentence)
    open_to_others = [path for path in paths if stat.S_IMODE(path.lstat().st_mode) & 0o077 and not path.is_symlink()]
    for path in open_to_others:
        mode = "700" if path.is_dir() else "600"
        yield Finding("state folder", "problem", f"{path} can be read by others. Run: chmod {mode} {path}")
    if not open_to_others and locked is None:
        yield Finding("state folder", "ok", f"{folder} is for you alone.")


def _contents(folder: Path) -> Iterator[Finding]:
    """Records that could not be read, sends that stopped, and what is unsettled."""
    with reading(folder, glance=True) as store:
        for row in queries.workspaces(store):
            if row.quarantined:
                sentence = f"{plural(row.quarantined, 'record')} could not be read; a newer Postroom tries again."
                yield Finding("records", "warning", sentence, row.name)
                for record in queries.quarantined(store, workspace=row.name, limit=SHOWN_RECORDS):
                    yield Finding("record", "warning", f"In {record.stream}: {record.reason}", row.name)
            stopped = outbox.lane_stopped(store, row.name)
            if stopped:
                yield Finding("sending", "problem", stopped, row.name)
        unsettled = outbox.unsettled_count(store)
        if unsettled:
            sentence = f"{plural(unsettled, 'entry', 'entries')} in doubt, failed or held: see “postroom outbox”."
            yield Finding("outbox", "warning", sentence)
        else:
            yield Finding("outbox", "ok", "Nothing is in doubt, failed or held.")


def _terminal() -> Iterator[Finding]:
    """Whether the screen can be drawn here."""
    if not sys.stdout.isatty():
        yield Finding("terminal", "ok", "The output is not a terminal, so it was not checked.")
        return
    size = shutil.get_terminal_size()
    encoding = sys.stdout.encoding.lower().replace("-", "")
    if os.environ.get("TERM", "dumb") == "dumb":
        yield Finding("terminal", "warning", "TERM says “dumb”: the screen cannot be drawn, the verbs work.")
    elif encoding != "utf8":
        yield Finding("terminal", "warning", "The terminal is not UTF-8. Set ascii = true in the configuration.")
    elif size.columns < 80 or size.lines < 24:
        sentence = f"{size.columns} by {size.lines} is small; the screen is made for 80 by 24 and more."
        yield Finding("terminal", "warning", sentence)
    else:
        yield Finding("terminal", "ok", f"{size.columns} by {size.lines}, UTF-8.")
