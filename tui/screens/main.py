"""The one screen: inbox, thread with the composer in it, campaign; a line above and a line below.

It only passes on: keys to the actions, the widgets' messages to the areas they concern.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator, Sequence
from functools import partial
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from postroom.errors import PostroomError
from sync.events import SyncEvent
from tui.actions.areas import Areas
from tui.actions.typing import Typing
from tui.bindings import bindings
from tui.desk import Desk
from tui.messages import SyncHeard
from tui.port import SyncFactory
from tui.screens.confirm import ConfirmScreen
from tui.screens.palette import Command
from tui.settings import PaletteCommand, ScreenSettings
from tui.stage import Pane, Stage, Widgets
from tui.widgets.composer import Composer
from tui.widgets.inbox_list import InboxList
from tui.widgets.status_bar import StatusBar
from tui.widgets.thread_view import ThreadView
from tui.widgets.view_tabs import ViewTabs

MINUTE = 60.0
FIRST_SECONDS = 0.1
"""How long the first frame waits for its rows: reading them takes less than drawing it twice."""
FOLLOW_SECONDS = 2.0
"""How often a viewer looks for what the writer has changed."""


class MainScreen(Screen[None]):
    """Everything but the dialogs."""

    BINDINGS: ClassVar[list[BindingType]] = bindings()
    HORIZONTAL_BREAKPOINTS = [(0, "-one"), (90, "-two"), (140, "-three")]  # noqa: RUF012 (as Textual declares it)
    AUTO_FOCUS = "#inbox"

    def __init__(
        self,
        desk: Desk,
        settings: ScreenSettings,
        *,
        sync: SyncFactory | None = None,
        extra: Sequence[PaletteCommand] = (),
    ) -> None:
        super().__init__(classes=f"-pane-{Pane.INBOX.value}")
        self.widgets = Widgets(settings)
        self.stage = Stage(self, desk, settings, self.widgets)
        self.areas = Areas(self.stage, extra=extra)
        self._typing = Typing(self.stage, self.areas)
        self._sync_factory = sync

    def compose(self) -> ComposeResult:
        """The widget tree is the screen."""
        widgets = self.widgets
        with Horizontal(id="top"):
            yield widgets.tabs
            yield widgets.status
        with Horizontal(id="panes"):
            with Vertical(id="pane-inbox"):
                yield widgets.filter
                yield widgets.inbox
            with Vertical(id="pane-thread"):
                yield widgets.thread
                yield widgets.composer
            with Vertical(id="pane-campaign"):
                yield widgets.campaign
        yield widgets.hints

    async def on_mount(self) -> None:
        """Show what the cache has, if it can be read in a moment with the first frame; sync starts after it."""
        for number, (pane, name) in enumerate(self._titles(), 1):
            pane.border_title = f"{number} {name}"
        self.widgets.filter.display = False
        self.widgets.composer.display = False
        self.stage.go_pane(Pane.INBOX)
        self.areas.listing.show()
        self.areas.syncing.refresh_status()
        self.stage.show_hints()
        if self.widgets.inbox.opener is not None:
            await asyncio.wait([asyncio.ensure_future(self.widgets.inbox.opener.wait())], timeout=FIRST_SECONDS)
        self.set_interval(MINUTE, self._minute)
        if not self.stage.desk.writable:
            self.set_interval(FOLLOW_SECONDS, self.areas.syncing.follow_writer)
        self.watch(self.app, "app_focus", self._focus_changed, init=False)
        self.call_after_refresh(self.stage.desk.warm)
        if self._sync_factory is not None:
            self.call_after_refresh(self.run_worker, self._start_sync(self._sync_factory), group="sync")

    def action_act(self, action_id: str) -> None:
        """Every binding leads here."""
        self.areas.act(action_id)

    def commands(self) -> Iterator[Command]:
        """What the palette offers."""
        return self.areas.commands()

    def hear(self, event: SyncEvent) -> None:
        """Sync says something, in a thread of its own."""
        self.post_message(SyncHeard(event))

    def on_key(self, event: events.Key) -> None:
        """Every key that no text field took."""
        self._typing.heard(event)

    def on_descendant_focus(self) -> None:
        """A click went to another pane, or a key did."""
        self.stage.follow_focus()

    @on(SyncHeard)
    def _sync_heard(self, message: SyncHeard) -> None:
        self.areas.syncing.hear(message.event)

    @on(InboxList.Moved)
    def _moved(self, message: InboxList.Moved) -> None:
        self.areas.replying.moved_on()
        self.areas.reading.moved(message.row)
        if message.row is not None:
            self._typing.ready()

    @on(InboxList.Opened)
    def _opened(self) -> None:
        self.areas.act("thread.open")

    @on(InboxList.ReadFailed)
    def _read_failed(self, message: InboxList.ReadFailed) -> None:
        self.stage.say(message.sentence, severity="error")
        self._typing.ready()

    @on(ThreadView.OlderWanted)
    def _older_wanted(self, message: ThreadView.OlderWanted) -> None:
        self.areas.reading.older(message.before_id)

    @on(Composer.Autosave)
    def _autosave(self, message: Composer.Autosave) -> None:
        self.areas.replying.autosave(message.text)

    @on(Composer.SendWanted)
    def _send_wanted(self, message: Composer.SendWanted) -> None:
        self.stage.hush()
        self.stage.attempt(partial(self.areas.replying.send, message.text, done=message.done))
        self.widgets.composer.go_on()

    @on(Composer.Parked)
    def _parked(self, message: Composer.Parked) -> None:
        self.stage.hush()
        self.areas.replying.park(message.text)
        self.widgets.composer.go_on()

    @on(Composer.EditorWanted)
    def _editor_wanted(self) -> None:
        self.areas.act("reply.editor")

    @on(Composer.Refused)
    def _refused(self, message: Composer.Refused) -> None:
        self.stage.say(message.sentence, severity="warning")

    @on(Composer.PasteAsked)
    def _paste_asked(self, message: Composer.PasteAsked) -> None:
        self.stage.start(self._ask_paste(message.text), group="ask", exclusive=True)

    @on(Input.Changed, "#filter")
    def _filter_changed(self, message: Input.Changed) -> None:
        if self.widgets.filter.has_focus:
            self.areas.listing.filter(message.value)

    @on(Input.Submitted, "#filter")
    def _filter_submitted(self, message: Input.Submitted) -> None:
        self.areas.listing.search(message.value)

    @on(ViewTabs.Picked)
    def _view_picked(self, message: ViewTabs.Picked) -> None:
        self.areas.listing.go(message.view)

    @on(ViewTabs.WorkspacePicked)
    def _workspace_picked(self) -> None:
        self.areas.act("workspace.switch")

    @on(StatusBar.DoubtPicked)
    def _doubt_picked(self) -> None:
        self.areas.act("outbox.open")

    async def _ask_paste(self, text: str) -> None:
        question = ConfirmScreen(
            f"Paste {len(text):,} characters?",
            Content(f"{text[:300]} …"),
            verb="Paste them",
            guard=self.stage.settings.guard_seconds,
        )
        if await self.stage.ask(question):
            self.widgets.composer.accept_paste(text)

    async def _start_sync(self, factory: SyncFactory) -> None:
        """In a thread: it loads an HTTP client, and no key may wait for that."""
        try:
            self.stage.sync = await asyncio.to_thread(factory, self.hear)
        except PostroomError as error:
            self.stage.say(str(error), severity="error")
        gc.freeze()  # what it loaded stays for good: see `spare_collections`

    def _titles(self) -> tuple[tuple[Widget, str], ...]:
        widgets = self.widgets
        return (widgets.inbox, "Inbox"), (widgets.thread, "Thread"), (widgets.campaign, "Campaign")

    def _minute(self) -> None:
        """Ages are a minute older."""
        self.widgets.inbox.tick()
        self.areas.triage.wake_due()
        self.areas.syncing.refresh_status()
        self._typing.look_idle()

    def _focus_changed(self, focused: bool) -> None:
        """The terminal came to the front, or left it."""
        if self.stage.sync is not None:
            self.stage.sync.set_focus("focused" if focused else "unfocused")
        if focused:
            self.areas.reading.in_front()
