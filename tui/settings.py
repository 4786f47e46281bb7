"""What the front door tells the screen. No Textual here: the command line fills these in before it is loaded."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo

from postroom.records import Micros
from postroom.secrets import child_environment


def wall_clock() -> Micros:
    """The present, for what is shown and stored."""
    return time.time_ns() // 1000


@dataclass(frozen=True, slots=True)
class ScreenSettings:
    """How the screen behaves."""

    undo_seconds: float = 10.0
    """How long a reply can be taken back before it leaves."""
    mark_seen: bool = True
    """Tell the provider what was read here, where it can be told."""
    theme: str | None = None
    """A theme's name; `dark` and `light` are Postroom's own. None: dark."""
    keymap: Mapping[str, str] = field(default_factory=dict)
    """Action id to keys, as `tui.keys.check_keymap` accepts it."""
    ascii: bool = False
    """Draw signs in ASCII."""
    timezone: tzinfo | None = None
    """Where the reader is. None: as the machine says."""
    clock: Callable[[], Micros] = wall_clock
    child_environment: Callable[[], Mapping[str, str]] = lambda: child_environment(os.environ)
    """What an editor or a browser may know. The front door leaves out every key that the configuration names."""
    read_seconds: float = 1.0
    """How long an opened conversation stands in front of the reader before it counts as read."""
    burst_seconds: float = 0.03
    """Printable keys closer together than this are typed text, not commands. 0 turns that off."""
    guard_seconds: float = 0.3
    """How long a new dialog ignores keys, so that a key held down does not answer it."""


@dataclass(frozen=True, slots=True)
class PaletteCommand:
    """A command that the front door adds to the palette."""

    title: str
    help: str
    run: Callable[[], str]
    """Does it and returns one sentence on what happened. Must not block."""
