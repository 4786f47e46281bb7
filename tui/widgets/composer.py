"""The reply being written. Its border says who writes to whom; nothing but a modified key sends."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import TextArea

from postroom.text import sanitise
from tui.cells import steady
from tui.format import count, plural
from tui.glyphs import UNICODE, Glyphs

LARGE_PASTE = 5_000
"""Characters of a paste beyond which it is asked about."""

PASTE_REST = 0.3
"""Seconds after a paste in which no key is a command: what looked like a key may have been part of it.

A paste can forge its own end, so keys that follow it without such a rest count as part of it, however many they are.
Where the line stalls for longer in such a paste, its key gets as far as the undo time, with the text in sight: the
second end, which alone would tell, is dropped by Textual's reader. Terminals take the forged one out themselves.
"""

_WRITING = frozenset({"enter", "tab", "backspace", "delete"})

_LEAVING = frozenset({"reply.send", "reply.send_done", "reply.park"})
"""What ends the writing: a key behind one of these is no part of the text, however soon it came."""
HELD_AT_MOST = 1.0
"""Seconds for which such keys wait until it is done; by then whatever kept it has had the keys for itself."""

QUIET, LATEST = 0.5, 2.0
"""Seconds after the last key, and after the first unsaved one, when the draft is handed over."""


class Composer(TextArea):
    """Plain text with soft wrap."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,ctrl+enter", "send(False)", "Send", id="reply.send", show=False),
        Binding("alt+enter", "send(True)", "Send and done", id="reply.send_done", show=False),
        Binding("ctrl+e", "edit_outside", "Editor", id="reply.editor", show=False),
        Binding("escape", "park", "Keep draft", id="reply.park", show=False),
        # A tab typed while writing must not reach the screen, where it would switch the view.
        Binding("tab,shift+tab", "stay", show=False),
    ]

    @dataclass
    class Autosave(Message):
        """The draft changed: 500 ms after the last key, at the latest 2 s after the first unsaved one."""

        text: str

    @dataclass
    class SendWanted(Message):
        """The text is to be sent; `done`: and the conversation is done with."""

        text: str
        done: bool

    @dataclass
    class Parked(Message):
        """Left with esc: the draft is to be kept."""

        text: str

    @dataclass
    class EditorWanted(Message):
        """The text is to be edited in `$EDITOR`."""

        text: str

    @dataclass
    class PasteAsked(Message):
        """A paste of more than 5 kB waits for a yes: then call `accept_paste(text)`."""

        text: str
        """Already sanitised."""

    @dataclass
    class Refused(Message):
        """A key did nothing, and here is why (empty, too long, sent too soon after a paste)."""

        sentence: str

    def __init__(
        self,
        *,
        glyphs: Glyphs = UNICODE,
        id: str | None = None,  # noqa: A002 (as Textual calls it)
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(id=id, soft_wrap=True, highlight_cursor_line=False, placeholder=Content("Write a reply"))
        self.cursor_blink = False  # a blinking cursor is a timer that never rests
        self._glyphs = glyphs
        self._monotonic = monotonic
        self._handed_over = ""
        self._limit = 8000
        self._saved: bool | None = None
        self._pasted_at = float("-inf")
        """When the last of a paste came from the terminal."""
        self._held: list[events.Key] | None = None
        """Keys behind one that ends the writing, until that is done. None: there was no such key."""
        self._quiet: Timer | None = None
        self._latest: Timer | None = None

    def open(self, *, lead: str, sender: str, channel: str, text: str = "", limit: int = 8000) -> None:
        """Start or go on writing to `lead` as `sender`; the cursor stands at the end of `text`."""
        dot = f" {self._glyphs.dot} "
        self.border_title = Content(f"reply to {steady(lead)} as {steady(sender)}{dot}{steady(channel)}")
        self._limit = limit
        self._saved = None
        self._rest()
        self._handed_over = text
        self.load_text(text)
        self.move_cursor(self.document.end)
        self._count()

    def accept_paste(self, text: str) -> None:
        """Insert a large paste that was confirmed."""
        self._insert(sanitise(text))

    def flush(self) -> str | None:
        """The text not yet handed to `Autosave`, which is then not posted; None: nothing is unsaved."""
        self._rest()
        if self.text == self._handed_over:
            return None
        self._handed_over = self.text
        return self.text

    def show_saved(self, saved: bool | None) -> None:
        """Say in the border whether the draft is on disk. None: say nothing."""
        self._saved = saved
        self._count()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """The text changed: count, and hand the draft over soon."""
        event.stop()
        if self.text == self._handed_over:
            return
        self._saved = None
        self._count()
        if self._quiet is not None:
            self._quiet.stop()
        self._quiet = self.set_timer(QUIET, self._hand_over)
        self._latest = self._latest or self.set_timer(LATEST, self._hand_over)

    async def _on_paste(self, event: events.Paste) -> None:
        """A paste is text, whatever is in it: it is made safe, and none of it is a key."""
        event.stop()
        event.prevent_default()
        self._take(event.text)
        self._pasted_at = self._moment(event)

    def on_key(self, event: events.Key) -> None:
        """What follows a paste without a rest is part of it: text goes on, and no key is a command."""
        moment = self._moment(event)
        if self._held is not None:
            self._held.append(event)
            event.stop()
            event.prevent_default()
        elif moment - self._pasted_at >= PASTE_REST:
            if self._leaves(event):
                self._held = []
                self.set_timer(HELD_AT_MOST, self.go_on)
        elif event.is_printable or event.key in _WRITING:
            self._pasted_at = moment
        else:
            event.stop()
            event.prevent_default()
            self.post_message(self.Refused("That key came with the paste, so it did nothing. Press it again."))

    def go_on(self) -> None:
        """What ended the writing, if anything did, is done: the keys behind it go to whoever has the focus now."""
        if self._held is not None:
            self.call_later(self._release)  # after those that have come this far

    def action_paste(self) -> None:
        """Paste from the app's own clipboard."""
        self._take(self.app.clipboard)
        self._pasted_at = self._monotonic()

    def action_send(self, done: bool) -> None:
        """Ask for the text to be sent."""
        length = len(self.text)
        if not self.text.strip():
            self._refuse("There is nothing to send yet.")
        elif length > self._limit:
            over = plural(length - self._limit, "character")
            self._refuse(f"Too long by {over}: at most {count(self._limit)} can be sent.")
        else:
            self._rest()
            self.post_message(self.SendWanted(self.text, done=done))

    def action_edit_outside(self) -> None:
        """Ask for `$EDITOR`."""
        self.post_message(self.EditorWanted(self.text))

    def action_park(self) -> None:
        """Leave; the draft is kept."""
        self._rest()
        self._handed_over = self.text
        self.post_message(self.Parked(self.text))

    def action_stay(self) -> None:
        """Do nothing."""

    def _refuse(self, sentence: str) -> None:
        self.post_message(self.Refused(sentence))
        self.go_on()

    def _leaves(self, event: events.Key) -> bool:
        """Whether the key ends the writing, by whatever keymap."""
        found = None if event.is_printable else self.screen.active_bindings.get(event.key)
        return found is not None and found.node is self and found.binding.id in _LEAVING

    async def _release(self) -> None:
        held, self._held = self._held or [], None
        for event in held:
            event.stop(False).prevent_default(False)
            if self.has_focus:
                await self._on_key(event)
            else:
                (self.screen.focused or self.screen).post_message(event)

    def _take(self, text: str) -> None:
        """Insert pasted text, or ask about it when it is large."""
        if self.read_only:
            return
        text = sanitise(text)
        if len(text) > LARGE_PASTE:
            self.post_message(self.PasteAsked(text))
        else:
            self._insert(text)

    def _insert(self, text: str) -> None:
        """Put text at the cursor, in place of the selection."""
        result = self._replace_via_keyboard(text, *self.selection)
        if result is not None:
            self.move_cursor(result.end_location)

    def _hand_over(self) -> None:
        """Post the draft."""
        text = self.flush()
        if text is not None:
            self.post_message(self.Autosave(text))

    def _moment(self, event: events.Event) -> float:
        """When the terminal sent it: many keys may have waited for their turn."""
        return self._monotonic() - max(0.0, time.monotonic() - event.time)

    def _rest(self) -> None:
        """Stop both timers."""
        for timer in (self._quiet, self._latest):
            if timer is not None:
                timer.stop()
        self._quiet = self._latest = None

    def _count(self) -> None:
        """The counter in the border, with the word on saving before it."""
        words = {
            None: "",
            True: f"saved {self._glyphs.dot} ",
            False: f"{self._glyphs.in_doubt} NOT SAVED {self._glyphs.dot} ",
        }
        length = len(self.text)
        self.set_class(length > self._limit, "-too-long")
        self.set_class(self._saved is False, "-unsaved")
        self.border_subtitle = Content(f"{words[self._saved]}{length}/{self._limit}")
