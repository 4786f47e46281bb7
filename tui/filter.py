"""The last line of defence: nothing reaches the terminal that it would obey, whatever widget drew it."""

from __future__ import annotations

from textual.app import App


def install(app: App[object]) -> None:
    """Put the output filter on the app. Call it in the app's `__init__`, after `super().__init__()`."""
