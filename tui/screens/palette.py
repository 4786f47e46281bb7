"""Every command by name, with its key. Its words are ours and reach the list as Content, never as markup."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content


@dataclass(frozen=True, slots=True)
class Command:
    """One line of the palette."""

    title: str
    key: str
    """As people write it; empty: it has none."""
    help: str
    run: Callable[[], None]


@runtime_checkable
class Commanding(Protocol):
    """A screen that has commands."""

    def commands(self) -> Iterator[Command]:
        """What can be done here now."""
        ...


class Commands(Provider):
    """Finds among the screen's commands."""

    async def discover(self) -> Hits:
        """Everything, before a letter is typed."""
        for command in self._commands():
            yield DiscoveryHit(_line(command, Content(command.title)), command.run, text=command.title)

    async def search(self, query: str) -> Hits:
        """What the typed letters may mean."""
        matcher = self.matcher(query)
        for command in self._commands():
            score = max(matcher.match(command.title), 0.7 * matcher.match(command.help))
            if score > 0:
                title = Content(command.title) if "[" in command.title else matcher.highlight(command.title)
                yield Hit(score, _line(command, title), command.run, text=command.title)

    def _commands(self) -> Iterator[Command]:
        screen = self.screen
        if isinstance(screen, Commanding):
            yield from screen.commands()


def _line(command: Command, title: Content) -> Content:
    """The title with its key, and under it what it does."""
    return Content.assemble(title, (f"  {command.key}", "bold $primary"), ("\n" + command.help, "dim"))
