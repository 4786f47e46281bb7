"""The guarded walk over pages: it ends, keeps what it read, and says the truth about the end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from postroom.errors import ProviderError, Rejected, Uncertain
from postroom.records import Page, Rejection
from sync.walk import Walk, Walked

Answer = Page[str] | ProviderError


def names(start: int, count: int) -> tuple[str, ...]:
    return tuple(f"r{number}" for number in range(start, start + count))


def page(*records: str, to: str | None = None, more: bool | None = None) -> Page[str]:
    return Page(records=records, next_cursor=to, more=to is not None if more is None else more)


def asked(
    answers: Callable[[str | None], Answer],
) -> tuple[list[str | None], Callable[[str | None], Awaitable[Page[str]]]]:
    """A list on the far side, and the cursors it was asked for."""
    cursors: list[str | None] = []

    async def fetch(cursor: str | None) -> Page[str]:
        cursors.append(cursor)
        answer = answers(cursor)
        if isinstance(answer, ProviderError):
            raise answer
        return answer

    return cursors, fetch


async def walk(
    answers: Callable[[str | None], Answer], *, page_size: int = 10, enough: Callable[[Page[str]], bool] | None = None
) -> tuple[Walked, list[str | None], list[str]]:
    cursors, fetch = asked(answers)
    kept: list[str] = []

    def take(page: Page[str], cursor: str | None) -> bool:
        kept.extend(page.records)
        return enough(page) if enough else False

    walked = await Walk(name="conversations", fetch=fetch, take=take, identity=str, page_size=page_size).run()
    return walked, cursors, kept


async def test_a_walk_ends_where_the_provider_says_so() -> None:
    """All pages are read once, in order, and the list counts as whole."""
    pages: dict[str | None, Answer] = {None: page(*names(0, 10), to="a"), "a": page(*names(10, 4))}

    walked, cursors, kept = await walk(pages.__getitem__)

    assert cursors == [None, "a"]
    assert walked == Walked(pages=2, ids=frozenset(kept), complete=True)


async def test_a_repeated_cursor_ends_the_walk() -> None:
    """A provider that always gives the same cursor is asked twice, not for ever."""
    walked, cursors, kept = await walk(lambda _: page(*names(0, 10), to="a"))

    assert cursors == [None, "a"]
    assert not walked.complete
    assert "circle" in walked.reason
    assert len(kept) == 20


async def test_a_cycle_of_cursors_ends_the_walk() -> None:
    """Cursors that lead back to each other are noticed."""
    pages: dict[str | None, Answer] = {
        None: page(*names(0, 10), to="a"),
        "a": page(*names(10, 10), to="b"),
        "b": page(*names(20, 10), to="a"),
    }

    walked, cursors, _ = await walk(pages.__getitem__)

    assert cursors == [None, "a", "b"]
    assert not walked.complete


async def test_more_without_a_cursor_is_not_the_end() -> None:
    """“There is more” without saying where is reported, not taken for the end."""
    walked, _, kept = await walk(lambda _: page(*names(0, 10), more=True))

    assert not walked.complete
    assert "not where they start" in walked.reason
    assert len(kept) == 10


async def test_empty_pages_are_followed_three_times() -> None:
    """A gap of three empty pages is crossed; a fourth ends the walk."""
    gap: dict[str | None, Answer] = {None: page(to="1"), "1": page(to="2"), "2": page(to="3"), "3": page("r1")}
    crossed, _, kept = await walk(gap.__getitem__, page_size=1)
    endless, cursors, _ = await walk(lambda cursor: page(to=f"{cursor}x"))

    assert crossed.complete
    assert kept == ["r1"]
    assert not endless.complete
    assert len(cursors) == 4


async def test_pages_that_bring_nothing_new_end_the_walk() -> None:
    """A list that sends its last page again and again under new cursors is left after three."""
    walked, cursors, _ = await walk(lambda cursor: page(*names(0, 10), to=f"{cursor}x"))

    assert not walked.complete
    assert "same records" in walked.reason
    assert len(cursors) == 4


async def test_nearly_empty_pages_end_the_walk() -> None:
    """A list that drips one new record per page of a hundred is left after twenty."""
    count = iter(range(10_000))

    walked, cursors, _ = await walk(lambda cursor: page(f"n{next(count)}", to=f"{cursor}x"), page_size=100)

    assert not walked.complete
    assert "nearly empty" in walked.reason
    assert len(cursors) == 20


async def test_an_endless_list_of_fresh_records_is_cut_at_the_cap() -> None:
    """Even a list that seems healthy for ever ends at the cap."""
    count = iter(range(10**9))
    _, fetch = asked(lambda _: page(f"n{next(count)}", to=str(next(count))))

    walked = await Walk(
        name="campaigns", fetch=fetch, take=lambda *_: False, identity=str, page_size=1, max_pages=50
    ).run()

    assert not walked.complete
    assert walked.pages == 50
    assert "did not end after 50 pages" in walked.reason


async def test_a_cursor_that_expires_restarts_the_walk_once() -> None:
    """A cursor refused half-way means: from the top, once. Nothing is lost."""
    expired = [True]

    def answers(cursor: str | None) -> Answer:
        if cursor == "a" and expired.pop():
            expired.append(False)
            return Rejected("Cursor is not valid.", status=400)
        return page(*names(10, 10)) if cursor else page(*names(0, 10), to="a")

    walked, cursors, _ = await walk(answers)

    assert cursors == [None, "a", None, "a"]
    assert walked.complete
    assert walked.ids == frozenset(names(0, 20))


async def test_a_cursor_that_keeps_expiring_is_given_up() -> None:
    """A second refusal ends the walk with the provider's sentence."""
    walked, cursors, _ = await walk(
        lambda cursor: Rejected("Cursor is not valid.", status=400) if cursor else page(*names(0, 10), to="a")
    )

    assert cursors == [None, "a", None, "a"]
    assert walked.reason == "Cursor is not valid."


async def test_an_error_midway_keeps_what_was_read() -> None:
    """A page that fails does not throw away the pages before it."""
    walked, _, kept = await walk(
        lambda cursor: Uncertain("HeyReach did not answer in time.") if cursor else page(*names(0, 10), to="a")
    )

    assert len(kept) == 10
    assert not walked.complete
    assert walked.reason == "HeyReach did not answer in time."
    assert isinstance(walked.error, Uncertain)


async def test_a_reader_who_has_enough_ends_the_walk() -> None:
    """Reading stops where everything further is known to be unchanged; that is not the end of the list."""
    walked, cursors, _ = await walk(
        lambda cursor: page(*names(len(cursor or "") * 10, 10), to=f"{cursor or ''}x"),
        enough=lambda page: "r25" in page.records,
    )

    assert len(cursors) == 3
    assert walked.enough
    assert not walked.complete
    assert walked.reason == ""


async def test_pages_of_unreadable_records_do_not_trap_the_walk() -> None:
    """A provider that changed its format for good is noticed after twenty pages."""
    broken = Rejection(stream="conversations", reason="no id", raw="{}")

    walked, cursors, _ = await walk(
        lambda cursor: Page(records=(), next_cursor=f"{cursor}x", more=True, rejected=(broken,) * 10)
    )

    assert not walked.complete
    assert len(cursors) == 20
