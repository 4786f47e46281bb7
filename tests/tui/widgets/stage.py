"""A bare app to stand one widget on, with the real styles, the output filter, and a record of what the widget posts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, TypeVar

from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.widget import Widget

import tui
from tui import filter as output_filter
from tui import theme

M = TypeVar("M", bound=Message)


class Stage(App[None]):
    """One widget on the whole screen."""

    CSS_PATH: ClassVar[list[Path]] = [Path(tui.__file__).parent / "postroom.tcss"]
    CSS = "Screen > Widget, Screen > Widget:focus { border: none; }"

    def __init__(self, widget: Widget, *, palette: str = "postroom-dark") -> None:
        super().__init__()
        output_filter.install(self)
        theme.register(self, theme=palette)
        self.widget = widget

    def compose(self) -> ComposeResult:
        yield self.widget

    def on_mount(self) -> None:
        self.widget.focus()


@dataclass
class Play:
    """A widget on its stage."""

    pilot: Pilot[None]
    widget: Widget
    messages: list[Message] = field(default_factory=list)

    def of(self, kind: type[M]) -> list[M]:
        """What was posted of one kind, each once however far it bubbled."""
        return list({id(each): each for each in self.messages if isinstance(each, kind)}.values())

    async def settle(self) -> None:
        """Let every message and read be handled."""
        await self.pilot.app.workers.wait_for_complete()
        await self.pilot.pause()

    def drawn(self) -> list[str]:
        """The lines of the widget as text."""
        return [self.widget.render_line(y).text for y in range(self.widget.size.height)]


@asynccontextmanager
async def on_stage(
    widget: Widget, *, size: tuple[int, int] = (80, 20), palette: str = "postroom-dark"
) -> AsyncIterator[Play]:
    """The widget, mounted and focused."""
    messages: list[Message] = []
    app = Stage(widget, palette=palette)
    async with app.run_test(size=size, message_hook=messages.append) as pilot:
        await pilot.pause()
        yield Play(pilot, widget, messages)
