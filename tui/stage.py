"""What every area of actions stands on: the widgets, the desk, what is being shown, and a voice.

An area changes the screen at once and starts its slower work here; a failure that Postroom understands becomes a
sentence in the bottom line.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import Enum
from typing import TypeVar

from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from postroom.errors import PostroomError
from postroom.records import ConversationKey, Micros
from store import queries
from store.rows import InboxRow, View
from tui import keys
from tui.desk import Desk
from tui.dossier import Dossier
from tui.glyphs import ASCII, UNICODE
from tui.offers import offers, unoffered
from tui.port import SyncPort
from tui.settings import ScreenSettings
from tui.widgets.campaign_pane import CampaignPane
from tui.widgets.composer import Composer
from tui.widgets.hint_bar import HintBar
from tui.widgets.inbox_list import InboxList
from tui.widgets.status_bar import StatusBar, WorkspaceStatus
from tui.widgets.thread_view import ThreadView
from tui.widgets.view_tabs import ViewTabs

R = TypeVar("R")


class Pane(Enum):
    """One of the panes that a digit goes to."""

    INBOX = 1
    THREAD = 2
    CAMPAIGN = 3


@dataclass(slots=True)
class Shown:
    """What the screen shows now. Only the area that a field belongs to changes it."""

    view: View = View.INBOX
    workspace: str | None = None
    """None: all of them."""
    filter_text: str = ""
    searching: bool = False
    """`filter_text` is a full-text search."""
    dossier: Dossier | None = None
    """None: the cursor rests on nothing, or it is still being read."""
    opened: ConversationKey | None = None
    """The conversation that was opened, not only passed by."""
    writing: ConversationKey | None = None
    """The conversation that the composer belongs to."""
    fetched: bool = False
    """Whether anything has ever been fetched, as far as is known."""
    statuses: tuple[WorkspaceStatus, ...] = ()
    """What is known of each workspace."""
    decision: str = ""
    """What `z` would take back, in words."""
    everywhere: bool = True
    """Whether the thread is all that was said with the person, on every channel."""


class Widgets:
    """The screen's parts, made once and drawn in by the areas."""

    def __init__(self, settings: ScreenSettings) -> None:
        glyphs = ASCII if settings.ascii else UNICODE
        self.tabs = ViewTabs(glyphs=glyphs, id="tabs")
        self.status = StatusBar(glyphs=glyphs, id="status")
        self.inbox = InboxList(clock=settings.clock, glyphs=glyphs, id="inbox")
        self.thread = ThreadView(glyphs=glyphs, id="thread")
        self.composer = Composer(glyphs=glyphs, id="composer")
        self.filter = Input(placeholder="filter; enter searches every message", id="filter", compact=True)
        self.campaign = CampaignPane(glyphs=glyphs, id="campaign")
        self.hints = HintBar(glyphs=glyphs, id="hints")


class _Work:
    """Work beside the screen: a failure that we understand becomes its sentence."""

    def __init__(self, work: Coroutine[object, object, None], say: Callable[..., None]) -> None:
        self._work = work
        self._say = say

    def __await__(self) -> Generator[object, None, None]:
        return self._surely().__await__()

    async def _surely(self) -> None:
        try:
            await self._work
        except PostroomError as error:
            self._say(str(error), severity="error")


class Stage:
    """One per screen; handed to every area."""

    def __init__(self, screen: Screen[None], desk: Desk, settings: ScreenSettings, widgets: Widgets) -> None:
        self.screen = screen
        self.desk = desk
        self.settings = settings
        self.widgets = widgets
        self.shown = Shown()
        self.sync: SyncPort | None = None
        """None until the first paint, and where there is nothing to sync with."""
        self.tz: tzinfo = settings.timezone or datetime.now(UTC).astimezone().tzinfo or UTC
        self.on_dossier: Callable[[Dossier], None] = lambda _: None
        """Called with every conversation that the panes show, or show anew."""
        self._noticed = False
        self._pane = Pane.INBOX

    @property
    def now(self) -> Micros:
        """The present."""
        return self.settings.clock()

    @property
    def row(self) -> InboxRow | None:
        """The conversation under the cursor. None: there is none, or it is still being read."""
        return self.widgets.inbox.current

    @property
    def pane(self) -> Pane:
        """The pane that the keys go to."""
        return self._pane

    def go_pane(self, pane: Pane) -> None:
        """Go to a pane; where there is room for one, it is the one shown."""
        self._attend(pane)
        parts = self._parts()[pane]
        parts[-1 if self.shown.writing else 0].focus()

    def follow_focus(self) -> None:
        """The focus went to a pane by itself (a click): the keys go there too."""
        for pane, parts in self._parts().items():
            if self.screen.focused in parts and pane is not self._pane:
                self._attend(pane)
        self.show_hints()

    def show_dossier(self, dossier: Dossier) -> None:
        """Let the thread and the campaign pane show a conversation."""
        self.shown.dossier = dossier
        self.on_dossier(dossier)
        self.widgets.thread.show(
            dossier.head, dossier.timeline, dossier.echoes, now=self.now, tz=self.tz, has_older=dossier.timeline_older
        )
        self.widgets.campaign.show(
            dossier.campaign,
            dossier.enrolments,
            sentence=unoffered(dossier),
            hints=[(self.key(action_id), verb) for action_id, verb in offers(dossier)],
        )
        self.show_hints()

    def recount(self) -> None:
        """Draw the tabs with fresh counts."""
        self.start(self._recount(), group="counts", exclusive=True)

    def wake_push(self) -> None:
        """The outbox has something to send."""
        if self.sync is not None:
            self.sync.wake_push()

    def say(self, sentence: str, *, severity: str = "information") -> None:
        """One sentence in the bottom line, until the next action."""
        self._noticed = bool(sentence)
        self.widgets.hints.notice(sentence, severity=severity)

    def hush(self) -> None:
        """The next action has come: the last notice goes."""
        if self._noticed:
            self._noticed = False
            self.widgets.hints.notice("")

    def decided(self, words: str) -> None:
        """Say what `z` would take back now; empty: nothing."""
        self.shown.decision = words
        self.show_hints()

    def show_hints(self) -> None:
        """The bottom line for where the reader is."""
        self.widgets.hints.show(decision=self.shown.decision, hints=self._hints())

    def attempt(self, do: Callable[[], None]) -> None:
        """Do something at once; what cannot be done answers with its sentence."""
        try:
            do()
        except PostroomError as error:
            self.say(str(error), severity="error")

    def start(self, work: Coroutine[object, object, None], *, group: str, exclusive: bool = False) -> None:
        """Do something slower beside the screen. `exclusive`: what the group was still doing is dropped."""
        worker = self.screen.run_worker(_Work(work, self.say), group=group, exclusive=exclusive)
        task = worker._task  # noqa: SLF001 (no public way)
        if task is not None:
            # What is dropped before its first step would complain of it when it is collected.
            task.add_done_callback(lambda _: work.close())

    async def ask(self, question: Screen[R]) -> R | None:
        """Put a dialog up and wait for its answer. None: it was left."""
        return await self.screen.app.push_screen_wait(question)

    def later(self, seconds: float, do: Callable[[], None]) -> None:
        """Do something small after a while."""
        self.screen.set_timer(seconds, do)

    def key(self, action_id: str) -> str:
        """The key of an action, as the reader's keymap has it."""
        return keys.shown(action_id, self.settings.keymap)

    def _parts(self) -> dict[Pane, tuple[Widget, ...]]:
        """What can have the focus in each pane."""
        widgets = self.widgets
        return {
            Pane.INBOX: (widgets.inbox,),
            Pane.THREAD: (widgets.thread, widgets.composer),
            Pane.CAMPAIGN: (widgets.campaign,),
        }

    def _attend(self, pane: Pane) -> None:
        """The styles follow the pane: where there is room for one or two, they decide which is shown."""
        self._pane = pane
        for each in Pane:
            self.screen.set_class(each is pane, f"-pane-{each.value}")
        if pane is not Pane.INBOX:
            self.screen.set_class(pane is Pane.CAMPAIGN, "-beside-campaign")

    async def _recount(self) -> None:
        shown = self.shown
        counts = await self.desk.read(queries.view_counts, workspace=shown.workspace)
        self.widgets.tabs.show(counts, active=shown.view, workspace=shown.workspace, filter_text=shown.filter_text)

    def _hints(self) -> Sequence[tuple[str, str]]:
        """The keys that matter here, most useful first: what does not fit is left out from the end."""
        if self.screen.focused is self.widgets.composer:
            wanted = {
                "reply.send": "send", "reply.send_done": "send, done", "reply.editor": "editor",
                "reply.park": "keep draft",
            }  # fmt: skip
        elif self.pane is Pane.INBOX:
            wanted = {
                "thread.open": "open", "reply.open": "reply", "inbox.done": "done", "lead.stop": "stop",
                "filter.open": "filter", "app.palette": "commands", "app.help": "keys",
            }  # fmt: skip
        elif self.pane is Pane.CAMPAIGN:
            offered = dict(offers(self.shown.dossier)) if self.shown.dossier else {}
            wanted = {"nav.back": "back", **offered, "app.help": "keys"}
        else:
            wanted = {
                "nav.back": "back", "reply.open": "reply", "inbox.done": "done", "open.browser": "browser",
                "app.help": "keys",
            }  # fmt: skip
        return [(self.key(action_id), verb) for action_id, verb in wanted.items()]
