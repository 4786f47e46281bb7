"""The two themes. Colour helps the eye; every meaning is also a sign or a word."""

from __future__ import annotations

from textual.app import App
from textual.theme import Theme

from tui import palette
from tui.palette import Palette


def _theme(name: str, colours: Palette, *, dark: bool) -> Theme:
    return Theme(
        name=name,
        primary=colours.primary,
        secondary=colours.secondary,
        accent=colours.accent,
        warning=colours.warning,
        error=colours.error,
        success=colours.success,
        foreground=colours.foreground,
        background=colours.background,
        surface=colours.surface,
        panel=colours.panel,
        dark=dark,
    )


DARK = _theme("postroom-dark", palette.DARK, dark=True)
LIGHT = _theme("postroom-light", palette.LIGHT, dark=False)


def register(app: App[object], *, theme: str | None = None) -> None:
    """Make both themes known to the app and choose one: `theme`, else the dark one."""
    app.register_theme(DARK)
    app.register_theme(LIGHT)
    app.theme = theme or DARK.name
