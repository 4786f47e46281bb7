"""The two palettes. Colour helps the eye; every meaning is also a sign or a word."""

from __future__ import annotations

from textual.app import App
from textual.theme import Theme

DARK = Theme(
    name="postroom-dark",
    primary="#7aa2c9", secondary="#8fb6a4", accent="#d9a766", warning="#d9a766", error="#e07a72", success="#86b88a",
    foreground="#d7d9d4", background="#14171a", surface="#191d21", panel="#22272c", dark=True,
)  # fmt: skip

LIGHT = Theme(
    name="postroom-light",
    primary="#2f6690", secondary="#3d7a63", accent="#8a5000", warning="#8a5000", error="#b3261e", success="#2e7038",
    foreground="#22262a", background="#faf9f6", surface="#f3f1ec", panel="#e7e4dc", dark=False,
)  # fmt: skip


def register(app: App[object], *, theme: str | None = None) -> None:
    """Make both themes known to the app and choose one: `theme`, else the dark one."""
    app.register_theme(DARK)
    app.register_theme(LIGHT)
    app.theme = theme or DARK.name
