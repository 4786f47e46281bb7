"""The colours of both themes, as plain values: the first frame is drawn with them before Textual is loaded."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """One theme's colours, each as `#rrggbb`."""

    primary: str
    secondary: str
    accent: str
    warning: str
    error: str
    success: str
    foreground: str
    background: str
    surface: str
    panel: str


DARK = Palette(
    primary="#7aa2c9", secondary="#8fb6a4", accent="#d9a766", warning="#d9a766", error="#e07a72", success="#86b88a",
    foreground="#d7d9d4", background="#14171a", surface="#191d21", panel="#22272c",
)  # fmt: skip

LIGHT = Palette(
    primary="#2f6690", secondary="#3d7a63", accent="#8a5000", warning="#8a5000", error="#b3261e", success="#2e7038",
    foreground="#22262a", background="#faf9f6", surface="#f3f1ec", panel="#e7e4dc",
)  # fmt: skip
