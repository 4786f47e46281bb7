"""Paging by offset over lists that shift."""

from __future__ import annotations

import random

import pytest

from providers.heyreach.paging import Place, place_after, place_of


def walk(rows: list[str], *, limit: int = 100, between=len) -> tuple[list[str], int]:
    """Everything that is met on the way through the list, and the number of pages."""
    met: list[str] = []
    cursor: str | None = None
    for pages in range(1, 200):
        place = place_of(cursor, prefix="v2")
        assert place is not None
        page = rows[place.offset : place.offset + limit]
        met += page
        following = place_after(place, page, limit=limit)
        if following is None:
            return met, pages
        cursor = following.spelled("v2")
        between(rows)
    pytest.fail("the walk does not end")


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 190, 1000])
def test_a_still_list_is_read_whole(count: int) -> None:
    """Every row is met, in hardly more pages than there must be."""
    rows = [f"id{n}" for n in range(count)]

    met, pages = walk(rows)

    assert set(met) == set(rows)
    assert pages <= count / 90 + 2


def test_pg02_rows_that_vanish_between_pages_hide_no_others() -> None:
    """When the list moves up by more than the overlap, one page is read over."""
    rows = [f"id{n}" for n in range(500)]
    left = set(rows[60:])
    once = iter([True])

    def delete(rows: list[str]) -> None:
        if next(once, False):
            del rows[:60]

    met, _ = walk(rows, between=delete)

    assert left <= set(met)


def test_deletions_and_moves_lose_no_row_that_stays_in_place() -> None:
    """Whatever happens between two pages, rows that only shift are all met."""
    for seed in range(200):
        rng = random.Random(seed)
        rows = [f"id{n}" for n in range(400)]

        def shift(rows: list[str], rng: random.Random = rng) -> None:
            for _ in range(rng.randrange(5)):
                del rows[rng.randrange(len(rows))]

        met, _ = walk(rows, between=shift)

        assert set(rows) <= set(met)


def test_pg10_a_server_that_repeats_its_last_page_is_noticed() -> None:
    """Offsets beyond the end give the last page again at some servers: the walk ends."""
    rows = [f"id{n}" for n in range(100)]
    first = place_after(Place(), rows, limit=100)
    assert first is not None

    assert place_after(first, rows, limit=100) is None


def test_small_pages_advance() -> None:
    """A page of one row still leads to the next."""
    place = place_after(Place(), ["a"], limit=1)

    assert place == Place(1, ())
    assert place_after(place, [], limit=1) is None


@pytest.mark.parametrize("cursor", ["", "v2", "v2:", "v2:x:", "o:1:", "v2:-1:", "v2:1:zz", "v2:9999999999:"])
def test_a_foreign_cursor_is_known_as_such(cursor: str) -> None:
    """A cursor of another list, or a damaged one, is not followed."""
    assert place_of(cursor, prefix="v2") is None


def test_a_cursor_survives_its_spelling() -> None:
    """What was written is read back."""
    place = place_after(Place(), [f"id{n}" for n in range(100)], limit=100)
    assert place is not None

    assert place_of(place.spelled("v2"), prefix="v2") == place
    assert place.offset == 90
