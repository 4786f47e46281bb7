"""Every command by name, with its key. Its words are ours and reach the list as Content, never as markup."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from textual.command import DiscoveryHit, Hit, Hits, Matcher, Provider
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
            score = _score(matcher, command)
            if score > 0:
                yield Hit(score, _line(command, _highlighted(matcher, command.title)), command.run, text=command.title)

    def _commands(self) -> Iterator[Command]:
        screen = self.screen
        if isinstance(screen, Commanding):
            yield from screen.commands()


def _score(matcher: Matcher, command: Command) -> float:
    """How well a command fits: its own name before all, and in its description only the very words."""
    query = matcher.query.casefold()
    if command.title.casefold().startswith(query):
        return 2.0
    return max(matcher.match(command.title), 0.3 if query in command.help.casefold() else 0.0)


def _highlighted(matcher: Matcher, title: str) -> Content:
    """The title with the matching letters marked. One that could be taken for markup stays as it is."""
    return Content(title) if "[" in title else matcher.highlight(title)


def _line(command: Command, title: Content) -> Content:
    """The title with its key, and under it what it does."""
    return Content.assemble(title, (f"  {command.key}", "bold $primary"), ("\n" + command.help, "dim"))
