"""`export`: everything that is kept of a lead, or of many, to stdout or into a folder of private files."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import click

from postroom.cli import formats
from postroom.cli.output import put, put_json, say
from postroom.cli.shapes import outbox_shape
from postroom.cli.state import check_workspace, reading
from postroom.cli.verb import Places, Verb, pass_places
from postroom.errors import ConfigError, NotFound, PostroomError
from postroom.records import ConversationKey
from store import exporting
from store.database import Store
from store.exporting import Kept
from store.people import Person, find_person
from store.rows import View

_ENDINGS = {"json": "json", "csv": "csv", "markdown": "md"}
_VERSION = 1
"""Of the JSON document. It grows when a field changes its meaning; new fields leave it as it is."""


@click.command(
    "export",
    cls=Verb,
    examples=(
        "postroom export hr:3f9a > ada.json",
        "postroom export https://www.linkedin.com/in/ada --format markdown",
        "postroom export --all --to conversations",
        "postroom export --view interested --format csv > interested.csv",
    ),
)
@click.argument("lead", required=False)
@click.option("--all", "everything", is_flag=True, help="Every conversation.")
@click.option("--view", type=click.Choice([view.value for view in View]), help="The conversations of a view.")
@click.option("--workspace", help="With --all or --view: only this workspace.")
@click.option("--format", "form", type=click.Choice(list(_ENDINGS)), default="json", show_default=True)
@click.option(
    "--to", "folder", metavar="DIR", type=click.Path(path_type=Path), help="A file for each conversation, in DIR."
)
@click.option("--force", is_flag=True, help="Replace files that are there already.")
@pass_places
def export_command(
    places: Places,
    lead: str | None,
    view: str | None,
    workspace: str | None,
    form: str,
    folder: Path | None,
    *,
    everything: bool,
    force: bool,
) -> None:
    """Print or save everything that is kept of LEAD: messages, drafts, notes, decisions, sends, campaigns.

    LEAD is an id as “postroom list” prints it, a profile address or an email address. All conversations of that person
    are exported, in whatever workspace they are. Files are made for your eyes alone (mode 0600). In CSV, what a
    spreadsheet would take for a formula stands behind an apostrophe.
    """
    if (lead is None) == (view is None and not everything):
        raise ConfigError("Say what to export: one LEAD, or --view, or --all.")
    if view is not None and everything:
        raise ConfigError("Say either --view or --all.")
    with reading(places.state_dir) as store:
        check_workspace(store, workspace)
        person = find_person(store, lead) if lead is not None else None
        if person is not None:
            keys: Iterator[ConversationKey] = iter(person.conversations)
        else:
            keys = exporting.keys_in(store, View(view) if view else View.ALL, workspace=workspace)
        found = (kept for key in keys if (kept := exporting.kept(store, key)) is not None)
        if folder is not None:
            _into(folder, store, person, found, form=form, force=force)
        else:
            _print(store, person, found, form=form)


def _print(store: Store, person: Person | None, found: Iterator[Kept], *, form: str) -> None:
    """To stdout: one document for a person, a line for each conversation of many."""
    if form == "csv":
        put(formats.as_csv([]).rstrip("\r\n"))
        for kept in found:
            put(formats.as_csv([kept], header=False).replace("\r\n", "\n").rstrip("\n"))
    elif form == "markdown":
        for kept in found:
            put(formats.as_markdown([kept]))
    elif person is not None:
        put_json(_document(store, person, list(found)))
    else:
        for kept in found:
            put_json(formats.kept_shape(kept))


def _document(store: Store, person: Person, found: list[Kept]) -> dict[str, object]:
    """All that is kept of one person."""
    return {
        "version": _VERSION,
        "exported_at": formats.exact(time.time_ns() // 1000),
        "lead": person.name,
        "profile_urls": sorted(person.urls),
        "emails": sorted(person.emails),
        "lead_ids": sorted({lead for _, lead in person.leads}),
        "conversations": [formats.kept_shape(kept) for kept in found],
        "campaigns": [
            {"workspace": workspace, "campaign_id": native, "campaign": name, "state_raw": state}
            for workspace, native, name, state in exporting.enrolled(store, person)
        ],
        "actions": [outbox_shape(row) for row in exporting.actions_elsewhere(store, person)],
    }


def _into(folder: Path, store: Store, person: Person | None, found: Iterator[Kept], *, form: str, force: bool) -> None:
    """A file for each conversation; for a person in JSON one for all of theirs."""
    first = next(found, None)
    if first is None and (person is None or form != "json"):
        raise NotFound("No conversation fits, so nothing was exported.")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ExportFailed(f"{folder} cannot be used ({error.strerror}). Choose another folder with --to.") from error
    ending = _ENDINGS[form]
    written = 0
    if person is not None and form == "json":
        name = formats.file_name(first, ending) if first is not None else "lead.json"
        _save(folder / name, formats.as_json(_document(store, person, [*_some(first), *found])), force=force)
        written = 1
    else:
        render = _RENDER[form]
        for kept in chain(_some(first), found):
            _save(folder / formats.file_name(kept, ending), render(kept), force=force)
            written += 1
    say(f"{written} {'file' if written == 1 else 'files'} in {folder}.")


_RENDER: dict[str, Callable[[Kept], str]] = {
    "json": lambda kept: formats.as_json(formats.kept_shape(kept)),
    "csv": lambda kept: formats.as_csv([kept]),
    "markdown": lambda kept: formats.as_markdown([kept]),
}


class ExportFailed(PostroomError):
    """A file could not be written. Those written before stay."""


def _some(kept: Kept | None) -> list[Kept]:
    return [] if kept is None else [kept]


def _save(path: Path, text: str, *, force: bool) -> None:
    """Write a private file: a new one, or with `force` one in the place of another; never through a link."""
    target = path.with_name(f".{path.name}.part") if force else path
    try:
        target.unlink(missing_ok=True) if force else None
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(target, flags, 0o600), "w", encoding="utf-8", newline="", errors="replace") as file:
            file.write(text)
        if force:
            target.replace(path)
    except FileExistsError:
        raise ExportFailed(f"{path} is there already and was left as it is. --force replaces it.") from None
    except OSError as error:
        raise ExportFailed(f"{path} could not be written ({error.strerror}).") from error
