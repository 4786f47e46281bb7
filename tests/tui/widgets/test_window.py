"""The rows held in memory, against a plain list."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.tui.builders import inbox_row
from tui.widgets.window import BLOCK, MOST, Read, Window

ROWS = [inbox_row(number) for number in range(1500)]


def test_an_empty_view_wants_nothing() -> None:
    """No read is made for rows that do not exist."""
    assert Window().wants(0, 20) is None


def test_a_far_jump_reads_there_and_not_all_between() -> None:
    """The scroll bar dragged to the middle costs one read."""
    window = Window(0, ROWS[:256], 1500)

    assert [window.wants(top, 20) for top in (0, 200, 800, 1480)] == [None, Read.AFTER, Read.JUMP, Read.END]


def test_a_short_block_ends_the_view() -> None:
    """Fewer rows came than were asked for: that is where the view ends, whatever the count said."""
    window = Window(0, ROWS[:256], 1500)
    window.add_after(ROWS[256:260])

    assert (window.count, window.wants(200, 20)) == (260, None)


def test_memory_does_not_grow_with_the_way_travelled() -> None:
    """Scrolling through everything holds no more than a few blocks."""
    window = Window(0, ROWS[:256], 1500)
    for start in range(256, 1500, BLOCK):
        window.add_after(ROWS[start : start + BLOCK])

    assert len(window.rows) <= MOST
    assert window.rows == ROWS[window.start : window.end]


def test_rows_above_that_nobody_knew_of_move_the_lines() -> None:
    """A count that was too small is put right by the rows that come."""
    window = Window(100, ROWS[300:428], 1000)
    window.add_before(ROWS[172:300])

    assert (window.start, window.row(0), window.count) == (0, ROWS[172], 1028)


@given(st.integers(0, 1400), st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 1499)), max_size=12))
def test_it_always_holds_a_run_of_the_view(start: int, steps: list[tuple[str, int]]) -> None:
    """Whatever is read and removed, a line of the window is that line of the view."""
    view = list(ROWS)
    window = Window(start, view[start : start + BLOCK], len(view))
    for step, index in steps:
        if step == "a" and window.end < len(view):
            window.add_after(view[window.end : window.end + BLOCK])
        elif window.start > 0:
            window.add_before(view[max(window.start - BLOCK, 0) : window.start])
        if window.start <= index < window.end:
            del view[index]
            window.remove(index)

    assert window.rows == view[window.start : window.end]
    assert window.count == len(view)
