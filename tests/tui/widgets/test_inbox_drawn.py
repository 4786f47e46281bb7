"""The inbox list, drawn: only what changed, every state told in words, and columns that stand whatever is in them."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Self

import pytest
from rich.cells import cell_len
from textual.geometry import Region

from postroom.records import ConversationKey
from store.rows import InboxRow
from tests.tui.builders import DAY, MINUTE, NOW, ListSource, inbox_row
from tests.tui.test_cells import HOSTILE
from tests.tui.widgets.stage import on_stage
from tui.glyphs import ASCII
from tui.widgets.inbox_list import InboxList


def rows(count: int) -> list[InboxRow]:
    return [inbox_row(number) for number in range(count)]


def inbox() -> InboxList:
    return InboxList(clock=lambda: NOW)


def key(number: int) -> ConversationKey:
    return inbox_row(number).key


async def test_only_ages_that_changed_are_drawn_again() -> None:
    """A minute passes: rows of hours and days are left alone."""

    class Ticking:
        now = NOW

        def __call__(self) -> int:
            return self.now

    clock = Ticking()
    async with on_stage(InboxList(clock=clock)) as play:
        play.widget.show(ListSource(rows(30)))
        await play.settle()
        play.widget.tick()
        clock.now += MINUTE
        play.widget.tick()

        assert [line[-6:].strip() for line in play.drawn()[:4]] == ["5m", "42m", "1h", "1h"]


async def test_a_changed_row_is_drawn_without_a_read() -> None:
    """A star is on screen before it is on disk."""
    source = ListSource(rows(30))
    async with on_stage(inbox()) as play:
        play.widget.show(source)
        await play.settle()
        source.reads.clear()
        play.widget.replace_row(inbox_row(0, starred=True, version=2))

        assert "★" in play.drawn()[0]
        assert source.reads == []


async def test_done_moves_the_lines_below_without_drawing_them_again() -> None:
    """What was framed and filtered for one line of the screen is there for the one above, till the colours change."""
    async with on_stage(inbox()) as play:
        play.widget.show(ListSource(rows(300)))
        await play.settle()
        whole = Region(0, 0, *play.widget.size)
        before = play.widget.render_lines(whole)
        play.widget.advance_after_removal()
        after = play.widget.render_lines(whole)
        play.pilot.app.theme = "postroom-light"
        await play.settle()
        light = play.widget.render_lines(whole)

    assert [line.text for line in after[1:-1]] == [line.text for line in before[2:]]
    assert all(new is old for new, old in zip(after[1:-1], before[2:], strict=True))
    assert [line.text for line in light] == [line.text for line in after]
    assert light[5] != after[5]


async def test_nothing_is_redrawn_when_nothing_in_sight_changed() -> None:
    """A sync that touches rows far below writes nothing to the terminal."""

    class Counting(InboxList):
        drawings: ClassVar[list[object]] = []

        def refresh(self, *regions: Region, **how: bool) -> Self:
            self.drawings.append(regions)
            return super().refresh(*regions, **how)

    source = ListSource(rows(300))
    async with on_stage(Counting(clock=lambda: NOW)) as play:
        play.widget.show(source)
        await play.settle()
        play.widget.drawings.clear()
        source.rows[200] = replace(source.rows[200], version=2)
        await play.widget.refresh_rows()

        assert play.widget.drawings == []


async def test_a_failed_read_is_told_and_the_rows_stay() -> None:
    """What is on screen stays, with the reason."""
    from postroom.errors import StateError

    class Failing(ListSource):
        async def count(self) -> int:
            if self.reads:
                raise StateError("The cache cannot be read.")
            return await super().count()

    source = Failing(rows(30))
    async with on_stage(inbox()) as play:
        play.widget.show(source)
        await play.settle()
        await play.widget.refresh_rows()
        await play.settle()

        assert [failed.sentence for failed in play.of(InboxList.ReadFailed)] == ["The cache cannot be read."]
        assert play.widget.count == 30


@pytest.mark.parametrize("width", [38, 46, 75, 80, 120, 200])
async def test_hc06_columns_stand_whatever_the_names_are(width: int) -> None:
    """Every line is exactly as wide as the pane, and the ages are under each other."""
    hostile = [inbox_row(i, lead_name=text, company=text, preview=text, subject=text) for i, text in enumerate(HOSTILE)]
    async with on_stage(inbox(), size=(width, 40)) as play:
        play.widget.show(ListSource(hostile))
        await play.settle()
        lines = play.drawn()
        per_row = 1 if width > 76 else 2
        ages = [line.rstrip()[-3:].strip() for line in lines[: len(hostile) * per_row : per_row]]

        assert {cell_len(line) for line in lines} == {width - 1}
        assert ages == [_age(row) for row in hostile]
        assert not [char for line in lines for char in line if ord(char) < 32 or 0x7F <= ord(char) < 0xA0]


async def test_hc04_markup_in_a_name_is_text() -> None:
    """A lead named like an action is shown as they wrote it, and a click on them does nothing else."""
    rows_ = [inbox_row(0), inbox_row(1, lead_name="[@click=app.quit]x[/]", company="[/foo] {{x}} $y :smile:")]
    async with on_stage(inbox(), size=(120, 10)) as play:
        play.widget.show(ListSource(rows_))
        await play.settle()
        await play.pilot.click(InboxList, offset=(12, 1))
        await play.settle()

        assert "[@click=app.quit]x[/]" in play.drawn()[1]
        assert "[/foo] {{x}} $y :smile:" in play.drawn()[1]
        assert play.widget.current == rows_[1]


@pytest.mark.parametrize("palette", ["postroom-dark", "postroom-light", "ansi-dark", "ansi-light"])
async def test_every_state_has_a_sign_or_word_of_its_own(palette: str) -> None:
    """Without any colour, rows in different states look different."""
    looks = [
        {},
        {"unread": True},
        {"has_draft": True},
        {"starred": True},
        {"gone": True},
        {"blocked": True},
        {"folder": "snoozed", "wake_at": NOW + 10**12},
        {"also_in": ("networkhq",)},
        *({"outbox_state": state} for state in ("in_doubt", "failed", "held", "undo", "queued", "pending")),
    ]
    same = {
        "key": key(0),
        "last_at": NOW,
        "waiting_since": NOW,
        "lead_name": "Ada",
        "preview": "Hi",
        "provider": "heyreach",
    }
    async with on_stage(inbox(), palette=palette) as play:
        play.widget.show(
            ListSource([inbox_row(i, **{**same, "key": key(i), "company": "", **look}) for i, look in enumerate(looks)])
        )
        await play.settle()
        lines = [line[1:] for line in play.drawn()[: len(looks)]]

        assert len(set(lines)) == len(looks)


async def test_the_ascii_set_needs_no_other_font() -> None:
    """With plain data, every character on the screen is ASCII."""
    widget = InboxList(clock=lambda: NOW, glyphs=ASCII)
    states = ("in_doubt", "failed", "held", "undo", "queued", "sending", "accepted", "pending")
    async with on_stage(widget) as play:
        widget.show(
            ListSource([inbox_row(i, outbox_state=state, starred=True, unread=True) for i, state in enumerate(states)])
        )
        await play.settle()

        assert "".join(play.drawn()).isascii()


async def test_the_age_is_that_of_the_last_word() -> None:
    """Who has just written again stands at the top, and not as somebody who wrote days ago."""
    async with on_stage(inbox()) as play:
        play.widget.show(ListSource([inbox_row(0, last_at=NOW - 4 * MINUTE, waiting_since=NOW - 6 * DAY)]))
        await play.settle()

        assert play.drawn()[0].rstrip().endswith(" 4m")


async def test_a_lead_without_a_company_has_its_room() -> None:
    """A name is not cut beside an empty column."""
    async with on_stage(inbox(), size=(38, 10)) as play:
        play.widget.show(ListSource([inbox_row(0, lead_name="Wilhelmina Featherstonehaugh", company="")]))
        await play.settle()

        assert "Wilhelmina Featherston" in play.drawn()[0]


async def test_the_first_frame_has_the_columns_of_its_own_width() -> None:
    """Nothing is laid out for another width first, to jump into place a moment later."""
    async with on_stage(inbox(), size=(40, 10)) as play:
        play.widget._painter.resize(80)
        play.widget.show(ListSource([inbox_row(0)]))
        await play.settle()

        assert all(len(line) <= 40 for line in play.drawn())


def _age(row: InboxRow) -> str:
    from tui.format import age

    return age(row.last_at, NOW)
