"""Scrolling over blocks of unknown height, against the plain list of all lines."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.widgets.roll import Roll

heights = st.lists(st.integers(1, 9), min_size=1, max_size=12)


def _lines(sizes: list[int]) -> list[tuple[int, int]]:
    return [(block, line) for block, size in enumerate(sizes) for line in range(size)]


@given(heights, st.integers(1, 15), st.lists(st.integers(-30, 30), max_size=8))
def test_it_scrolls_like_a_list_of_all_lines(sizes: list[int], height: int, steps: list[int]) -> None:
    """Any walk shows the page that a plain list of lines would show."""
    every = _lines(sizes)
    roll = Roll(sizes.__getitem__, blocks=len(sizes))
    roll.to_bottom(height)
    top = last = max(len(every) - height, 0)
    for step in steps:
        roll.scroll(step, height)
        top = min(max(top + step, 0), last)

    assert list(roll.page(height)) == every[top : top + height]


@given(heights, st.integers(1, 15))
def test_the_bottom_is_known_when_it_is_in_sight(sizes: list[int], height: int) -> None:
    """Only at the newest line does the pane follow new messages."""
    roll = Roll(sizes.__getitem__, blocks=len(sizes))
    at_top = roll.at_bottom(height)
    roll.to_bottom(height)

    assert (at_top, roll.at_bottom(height)) == (len(_lines(sizes)) <= height, True)


def test_only_blocks_in_sight_are_laid_out() -> None:
    """A thread of a hundred thousand messages opens by looking at its last page."""
    asked: list[int] = []

    def height_of(block: int) -> int:
        asked.append(block)
        return 5

    roll = Roll(height_of, blocks=100_000)
    roll.to_bottom(40)
    list(roll.page(40))

    assert set(asked) == set(range(99_992, 100_000))


def test_a_page_without_blocks_is_empty() -> None:
    """A thread without messages has nothing to scroll."""
    roll = Roll(lambda _: 1)
    roll.scroll(5, 10)

    assert list(roll.page(10)) == []
