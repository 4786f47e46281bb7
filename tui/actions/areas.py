"""The areas put together, and the one door to them: an action id."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from textual.command import CommandPalette

from store.rows import View
from tui import keys
from tui.actions.campaigns import Campaigns
from tui.actions.departures import Departures
from tui.actions.errands import Errands
from tui.actions.history import History
from tui.actions.keeping import Keeping
from tui.actions.leaving import Leaving
from tui.actions.listing import Listing
from tui.actions.panes import Panes
from tui.actions.pausing import Pausing
from tui.actions.reading import Reading
from tui.actions.replying import Replying
from tui.actions.sharing import Sharing
from tui.actions.stopping import Stopping
from tui.actions.syncing import Syncing
from tui.actions.triage import Triage
from tui.actions.undoing import Undoing
from tui.screens.help import HelpScreen
from tui.screens.palette import Command, Commands
from tui.settings import PaletteCommand
from tui.stage import Stage
from tui.theme import DARK, LIGHT
from tui.widgets.view_tabs import TITLES


class Areas:
    """Builds every area on one stage and runs actions by their id."""

    def __init__(self, stage: Stage, *, extra: Sequence[PaletteCommand] = ()) -> None:
        self._stage = stage
        self._extra = extra
        self.history = History(stage)
        self.listing = Listing(stage)
        self.reading = Reading(stage)
        self.panes = Panes(stage, self.listing, self.reading)
        self.triage = Triage(stage, self.history)
        self.departures = Departures(stage, self.history)
        self.replying = Replying(stage, self.reading, self.triage, self.history, self.departures)
        self.undoing = Undoing(stage, self.listing, self.replying, self.history, self.departures)
        self.campaigns = Campaigns(stage, self.reading)
        self.pausing = Pausing(stage, self.reading)
        self.stopping = Stopping(stage, self.reading, self.triage)
        self.sharing = Sharing(stage)
        self.keeping = Keeping(stage, self.sharing)
        self.syncing = Syncing(stage, self.listing, self.reading, self.departures)
        self.syncing.looked_up = self.stopping.heard
        self.syncing.listed = self.pausing.heard
        self.syncing.settled = self.pausing.outcomes.heard
        self.errands = Errands(
            stage,
            listing=self.listing,
            replying=self.replying,
            sharing=self.sharing,
            syncing=self.syncing,
            departures=self.departures,
        )
        self.leaving = Leaving(stage, self.replying)
        self.handlers: Mapping[str, Callable[[], None]] = self._handlers()

    def act(self, action_id: str) -> None:
        """Run an action; what cannot be done answers with its sentence."""
        self._stage.hush()
        self.leaving.stay()
        self._stage.attempt(self.handlers[action_id])

    def commands(self) -> Iterator[Command]:
        """The palette: every action, every view, and what the front door adds."""
        writing = self._stage.shown.writing is not None
        # What one would look for first; motions come last, for nobody types a name to go one line down.
        for action in sorted(keys.ACTIONS, key=lambda action: action.risk is keys.Risk.MOTION):
            if action.id != "app.palette" and (writing or action.place is not keys.Place.COMPOSER):
                yield Command(action.label, self._stage.key(action.id), action.help, partial(self.act, action.id))
        for view in View:
            yield Command(f"Go to {TITLES[view]}", "", "Show this view.", partial(self.listing.go, view))
        for command in self._extra:
            yield Command(command.title, "", command.help, partial(self._run_extra, command))

    def _run_extra(self, command: PaletteCommand) -> None:
        self._stage.say(command.run())

    def _handlers(self) -> Mapping[str, Callable[[], None]]:
        areas = (
            self.listing, self.reading, self.panes, self.triage, self.replying, self.undoing, self.campaigns,
            self.pausing, self.stopping,
            self.sharing, self.keeping, self.syncing, self.errands, self.leaving,
        )  # fmt: skip
        handlers: dict[str, Callable[[], None]] = {
            "app.palette": self._palette,
            "app.help": self._help,
            "app.theme": self._turn_lights,
        }
        for area in areas:
            handlers.update(area.handlers())
        return handlers

    def _palette(self) -> None:
        self._stage.screen.app.push_screen(CommandPalette([Commands], placeholder="What do you want to do?"))

    def _help(self) -> None:
        self._stage.start(self._ask_help(), group="ask", exclusive=True)

    async def _ask_help(self) -> None:
        settings = self._stage.settings
        action_id = await self._stage.ask(HelpScreen(settings.keymap, guard=settings.guard_seconds))
        if action_id is not None:
            self.act(action_id)

    def _turn_lights(self) -> None:
        app = self._stage.screen.app
        app.theme = LIGHT.name if app.current_theme.dark else DARK.name
