"""The thread: messages as wrapped lines, and below them what is on its way.

It scrolls by itself instead of telling Textual a virtual size: lines are laid out only when they come into sight, so a
thread of any length opens at once, and showing another conversation is one repaint.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.cache import LRUCache
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from postroom.records import Micros
from store.rows import ConversationRow, EchoRow, MessageRow
from tui import cells
from tui.glyphs import UNICODE, Glyphs
from tui.widgets.inks import ink
from tui.widgets.roll import Roll
from tui.widgets.thread_lines import Form, Line, ThreadInks, day_rule, echo_lines, folds, head_lines, message_lines

_INKS = ("text", "strong", "muted", "inbound", "outbound", "rule", "subject", "good", "late", "alert")
_OLDER_WITHIN = 20
"""Messages from the top at which the older page is asked for."""


class ThreadView(Widget, can_focus=True):
    """One conversation, the newest message in sight."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"thread-view--{name}" for name in (*_INKS, "bar")}

    @dataclass
    class OlderWanted(Message):
        """The top of what is loaded is near: fetch the page before `before_id` and call `prepend`."""

        before_id: int

    def __init__(self, *, glyphs: Glyphs = UNICODE, id: str | None = None) -> None:  # noqa: A002 (as Textual calls it)
        super().__init__(id=id)
        self._glyphs = glyphs
        self._head: ConversationRow | None = None
        self._messages: list[MessageRow] = []
        self._echoes: list[EchoRow] = []
        self._now: Micros = 0
        self._tz: tzinfo = UTC
        self._sentence = ""
        self._has_older = False
        self._asked_before: int | None = None
        self._unfolded: set[int] = set()
        self._roll = Roll(self._height_of)
        self._form: Form | None = None
        self._laid_out: LRUCache[tuple[object, ...], list[Line]] = LRUCache(512)
        self._head_laid_out: list[Line] | None = None
        self._page: list[tuple[int, int]] | None = None
        self._pinned = True
        self._base: tuple[Style, Style] | None = None

    def show(
        self,
        head: ConversationRow | None,
        messages: Sequence[MessageRow],
        echoes: Sequence[EchoRow] = (),
        *,
        now: Micros,
        tz: tzinfo,
        has_older: bool = False,
        empty: str = "",
    ) -> None:
        """Show a conversation. The same one again keeps the scroll position; another opens at its newest message.

        `has_older`: the store has messages before the first of `messages`.
        """
        same = head is not None and self._head is not None and head.row.key == self._head.row.key
        reading = self._messages[self._roll.block].id if same and self._roll.block < len(self._messages) else None
        kept = self._older_than(messages) if same else []
        self._head, self._echoes, self._now, self._tz, self._sentence = head, list(echoes), now, tz, empty
        self._messages = [*kept, *messages]
        self._form = None
        if not same:
            self._unfolded.clear()
        if not kept:
            self._has_older, self._asked_before = has_older, None
        self._pinned = self._pinned or not same
        self._roll.block = next((i for i, each in enumerate(self._messages) if each.id == reading), self._roll.block)
        self._refit()

    def forget_older(self) -> None:
        """What is shown next is another choice of messages: none of the older pages belongs to it."""
        self._messages, self._asked_before, self._pinned = [], None, True

    def prepend(self, messages: Sequence[MessageRow], *, has_older: bool) -> None:
        """Add an older page above, without moving what is being read."""
        self._messages[:0] = messages
        self._roll.block += len(messages)
        self._has_older, self._asked_before = has_older, None
        self._refit()

    def show_echoes(self, echoes: Sequence[EchoRow], *, now: Micros) -> None:
        """Redraw only what is on its way (each second while an undo window runs)."""
        self._echoes, self._now, self._form = list(echoes), now, None
        self._refit()

    def scroll_lines(self, by: int) -> None:
        """Scroll by lines."""
        before = (self._roll.block, self._roll.line)
        self._roll.scroll(by, self._body_height)
        if (self._roll.block, self._roll.line) != before:
            self._turned()

    def scroll_pages(self, by: float) -> None:
        """Scroll by pages; 0.5 is half a page."""
        self.scroll_lines(round(max(self._body_height - 1, 1) * by))

    def to_top(self) -> None:
        """Go to the oldest loaded line."""
        self._roll.to_top()
        self._turned()

    def to_bottom(self) -> None:
        """Go to the newest line."""
        self._roll.to_bottom(self._body_height)
        self._turned()

    def unfold(self) -> bool:
        """Show the whole of the long messages in sight. False: none was folded."""
        in_sight = {block for block, _ in self._roll.page(self._body_height) if block < len(self._messages)}
        folded = {self._messages[block].id for block in in_sight if folds(self._messages[block])} - self._unfolded
        self._unfolded |= folded
        if folded:
            self._turned()
        return bool(folded)

    def notify_style_update(self) -> None:
        """Colours changed: nothing laid out so far is valid."""
        self._forget()
        super().notify_style_update()

    def on_resize(self) -> None:
        """Lines wrap anew; the newest stay in sight if they were."""
        self._forget()
        self._refit()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel."""
        event.stop()
        self.scroll_lines(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel."""
        event.stop()
        self.scroll_lines(-3)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of the pane. What they are written on is worked out once for all of them."""
        self._base = None
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One line of the pane."""
        if self._head is None:
            return self._sentence_line(y)
        head = self._head_lines()
        if y < len(head):
            return self._strip(head[y], " ")
        if self._page is None:
            self._page = list(self._roll.page(self._body_height))
        line = y - len(head)
        bar = self._scroll_bar(line)
        if line >= len(self._page):
            return self._strip([], bar)
        block, number = self._page[line]
        return self._strip(self._lines_of(block)[number], bar)

    @property
    def _body_height(self) -> int:
        """Lines below the head."""
        return max(self.size.height - len(self._head_lines()), 1)

    def _older_than(self, messages: Sequence[MessageRow]) -> list[MessageRow]:
        """The older pages already loaded above `messages`: reading anew never shrinks the thread."""
        first = messages[0].id if messages else None
        return next((self._messages[:i] for i, each in enumerate(self._messages) if each.id == first), [])

    def _refit(self) -> None:
        """Blocks or the pane have changed: stay at the newest line if it was in sight, else where the reader is."""
        self._roll.blocks = len(self._messages) + len(self._echoes)
        self._head_laid_out = None
        if self._pinned:
            self._roll.to_bottom(self._body_height)
        else:
            self._roll.settle(self._body_height)
        self._turned()

    def _turned(self) -> None:
        """Another part of the thread is in sight: draw it, and ask for older messages in time."""
        self._page = None
        self._pinned = self._roll.at_bottom(self._body_height)
        self.refresh()
        near_top = self._roll.block < _OLDER_WITHIN and self.size.height > 0
        if near_top and self._has_older and self._messages and self._asked_before != self._messages[0].id:
            self._asked_before = self._messages[0].id
            self.post_message(self.OlderWanted(self._messages[0].id))

    def _forget(self) -> None:
        """Nothing laid out so far is valid."""
        self._form = self._head_laid_out = self._page = None
        self._laid_out.clear()

    def _how(self) -> Form:
        """What lines are laid out with now."""
        if self._form is None:
            inks = ThreadInks(**{name: ink(self, f"thread-view--{name}") for name in _INKS})
            several = len({message.origin for message in self._messages}) > 1
            self._form = Form(max(self.size.width - 1, 1), inks, self._glyphs, self._tz, self._now, several)
        return self._form

    def _head_lines(self) -> list[Line]:
        """The head that does not scroll."""
        if self._head_laid_out is None:
            self._head_laid_out = head_lines(self._head, self._how()) if self._head is not None else []
        return self._head_laid_out

    def _height_of(self, block: int) -> int:
        """For the roll."""
        return len(self._lines_of(block))

    def _lines_of(self, block: int) -> list[Line]:
        """The lines of a message or an echo, laid out once."""
        form = self._how()
        if block >= len(self._messages):
            sender = (self._head.sender_name if self._head else "") or "you"
            return echo_lines(self._echoes[block - len(self._messages)], sender, form)
        message = self._messages[block]
        rule = day_rule(message, self._messages[block - 1] if block else None, form)
        key = (message, rule, message.id in self._unfolded, form.several)
        lines = self._laid_out.get(key)
        if lines is None:
            lines = self._laid_out[key] = message_lines(message, rule, form, unfolded=message.id in self._unfolded)
        return lines

    def _strip(self, line: Line, bar: str) -> Strip:
        """A line at its full width, with its cell of the scroll bar."""
        if self._base is None:
            self._base = self.rich_style, self.rich_style + ink(self, "thread-view--bar")
        (base, beside), width = self._base, self.size.width - 1
        segments = [Segment(text, base + style) for text, style in line if text]
        strip = Strip(segments).adjust_cell_length(width, base)
        return Strip([*strip, Segment(bar, beside)], width + 1)

    def _scroll_bar(self, line: int) -> str:
        """The scroll bar beside a line of the body: as good as can be known without laying everything out."""
        height, blocks, page = self._body_height, self._roll.blocks, self._page or []
        if not page or (self._pinned and page[0] == (0, 0)):
            return " "
        first, last = page[0][0] / blocks, (page[-1][0] + 1) / blocks
        thumb = max(round(height * (last - first)), 1)
        start = (
            height - thumb
            if self._pinned
            else 0
            if page[0] == (0, 0)
            else round((height - thumb) * first / (1 - last + first or 1))
        )
        return self._glyphs.bar if start <= line < start + thumb else " "

    def _sentence_line(self, y: int) -> Strip:
        """No conversation: one sentence, in the upper third."""
        base, width = self.rich_style, self.size.width
        lines = cells.wrap(cells.steady(self._sentence), max(width - 4, 1)) if self._sentence else []
        line = y - self.size.height // 3
        if not 0 <= line < len(lines):
            return Strip.blank(width, base)
        text = cells.fit(lines[line], width, align="centre")
        return Strip([Segment(text, base + ink(self, "thread-view--muted"))], width)
