"""Both palettes can be read."""

from __future__ import annotations

import pytest
from textual.color import Color
from textual.theme import Theme

from tui.theme import DARK, LIGHT


def _luminance(color: Color) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color.normalized]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: Color, other: Color) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_every_ink_stands_out_from_every_paper(theme: Theme) -> None:
    """Text, faint text and each meaningful colour keep the contrast that WCAG asks of text."""
    foreground, background = Color.parse(theme.foreground or ""), Color.parse(theme.background or "")
    papers = [background, Color.parse(theme.surface or ""), Color.parse(theme.panel or "")]
    inks = [
        Color.parse(name or "") for name in (theme.primary, theme.accent, theme.warning, theme.error, theme.success)
    ]
    worst = {
        paper.hex: round(min(_contrast(ink, paper) for ink in [*inks, foreground, paper.blend(foreground, 0.7)]), 1)
        for paper in papers
    }

    assert {paper: contrast for paper, contrast in worst.items() if contrast < 4.5} == {}
