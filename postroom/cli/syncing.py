"""`sync`: fetch what is new, send what waits, once or until told to stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Sequence
from dataclasses import asdict
from types import TracebackType
from typing import Self

import click

from postroom import log
from postroom.cli.output import put_json, say
from postroom.cli.progress import ProgressLine
from postroom.cli.state import acting
from postroom.cli.verb import Exit, Places, Verb, as_json, pass_places
from postroom.cli.workspaces import Access
from sync.engine import Engine, WorkspaceSetup
from sync.events import Settled, StatusChanged, SyncEvent
from sync.pull import PullReport
from tui.format import count, plural


@click.command(
    "sync",
    cls=Verb,
    examples=("postroom sync", "postroom sync --once --json", "postroom sync --watch"),
    exits="0 all was fetched, 3 something is missing (it is said what, and why), 1 nothing could be read, 2 no key.",
)
@click.option("--once/--watch", default=True, help="Once (the default), or again and again until interrupted.")
@click.option("--workspace", help="Only this workspace.")
@as_json
@pass_places
def sync_command(places: Places, *, once: bool, workspace: str | None, as_json: bool) -> int:
    """Fetch what is new from every workspace, and send what waits in the outbox."""
    access = Access.configured(places)
    found = access.setups(None if workspace is None else [access.config.workspace(workspace).name])
    access.require_any([setup.name for setup in found])
    with acting(places.state_dir) as desk, Narrator(watching=not once, as_json=as_json) as narrator:
        log.configure(places.state_dir)
        after = access.config.stop_elsewhere_after
        if not once:
            say("Watching. ctrl+c ends it.")
            try:
                asyncio.run(_watch(places, found, session=desk.session, narrator=narrator, stop_elsewhere=after))
            except asyncio.CancelledError:
                return Exit.INTERRUPTED
            return Exit.DONE
        reports = asyncio.run(_once(places, found, session=desk.session, narrator=narrator, stop_elsewhere=after))
    return _told(reports, in_doubt=narrator.in_doubt, as_json=as_json)


class Narrator:
    """Hears what sync does: draws the progress, says what changed, and remembers whether a send ended in doubt."""

    def __init__(self, *, watching: bool, as_json: bool) -> None:
        self.in_doubt = False
        self._watching = watching
        """Nobody waits for a report at the end, so trouble is said when it comes."""
        self._as_json = watching and as_json
        self._progress = ProgressLine()
        self._said: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._progress.clear()

    def __call__(self, event: SyncEvent) -> None:
        """Take one event."""
        self._progress(event)
        if isinstance(event, Settled):
            self.in_doubt |= event.state == "in_doubt"
        if self._as_json:
            put_json({"event": type(event).__name__.lower(), **asdict(event)})
            return
        if isinstance(event, Settled):
            self._say(f"{event.workspace}: {event.sentence or f'{event.kind} is {event.state}'}")
        elif isinstance(event, StatusChanged) and self._watching:
            self._say_status(event)

    def _say_status(self, event: StatusChanged) -> None:
        """Say what is wrong with a workspace once, and once that it is over."""
        if event.sentence != self._said.get(event.workspace, ""):
            self._said[event.workspace] = event.sentence
            self._say(f"{event.workspace}: {event.sentence or 'all is well again.'}")

    def _say(self, sentence: str) -> None:
        self._progress.clear()
        say(sentence)


def _told(reports: Sequence[PullReport], *, in_doubt: bool, as_json: bool) -> int:
    """Print what a sync did, and choose the exit code."""
    complete = all(report.complete for report in reports)
    if as_json:
        put_json({"workspaces": [asdict(report) for report in reports], "complete": complete})
    for report in reports:
        if report.complete:
            say(
                f"{report.workspace}: {plural(report.conversations_seen, 'conversation')} read, "
                f"{count(report.conversations_new)} new, {count(report.conversations_changed)} changed, "
                f"{plural(report.messages_new, 'new message')}, {plural(report.requests, 'request')}."
            )
        else:
            say(f"{report.workspace}: not complete. {report.reason}")
        if report.quarantined:
            say(f"{report.workspace}: {plural(report.quarantined, 'record')} could not be read and were put aside.")
    if in_doubt:
        return Exit.IN_DOUBT
    if complete:
        return Exit.DONE
    return Exit.PARTLY if any(report.conversations_seen or report.complete for report in reports) else Exit.FAILED


async def _once(
    places: Places,
    found: Sequence[WorkspaceSetup],
    *,
    session: str,
    narrator: Narrator,
    stop_elsewhere: float | None,
) -> list[PullReport]:
    async with Engine(
        places.state_dir, found, on_event=narrator, session=session, stop_elsewhere=stop_elsewhere
    ) as engine:
        return await engine.run_once()


async def _watch(
    places: Places,
    found: Sequence[WorkspaceSetup],
    *,
    session: str,
    narrator: Narrator,
    stop_elsewhere: float | None,
) -> None:
    """Sync until interrupted. A plain kill is as good as ctrl+c: what is being sent may finish or is in doubt."""
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    async with Engine(
        places.state_dir, found, on_event=narrator, session=session, stop_elsewhere=stop_elsewhere
    ) as engine:
        await engine.watch()
