"""Styles for lines that widgets draw themselves: the colour and weight of a component class, without its background."""

from __future__ import annotations

from rich.style import Style
from textual.widget import Widget


def ink(widget: Widget, name: str) -> Style:
    """What a component class of the widget writes with, to be laid over any background."""
    style = widget.get_component_rich_style(name)
    return Style(
        color=style.color,
        bold=style.bold,
        dim=style.dim,
        italic=style.italic,
        underline=style.underline,
        reverse=style.reverse,
        strike=style.strike,
    )


def paper(widget: Widget, name: str) -> Style:
    """What a component class of the widget writes on: its background, with its own weight."""
    return widget.get_component_rich_style(name)
