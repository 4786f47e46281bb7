"""The inbox list: the cursor belongs to a conversation, and no key waits."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Self

import pytest
from rich.cells import cell_len
from textual.geometry import Region

from postroom.records import ConversationKey
from store.rows import Anchor, InboxRow
from tests.tui.builders import DAY, MINUTE, NOW, ListSource, inbox_row
from tests.tui.test_cells import HOSTILE
from tests.tui.widgets.stage import on_stage
from tui.glyphs import ASCII
from tui.widgets.inbox_list import InboxList


def rows(count: int) -> list[InboxRow]:
    return [inbox_row(number) for number in range(count)]


def newest(number: int) -> InboxRow:
    return replace(inbox_row(number), anchor=Anchor(NOW + number, number + 1), lead_name=f"New {number}")


def inbox() -> InboxList:
    return InboxList(clock=lambda: NOW)


def key(number: int) -> ConversationKey:
    return inbox_row(number).key


async def test_it_opens_at_the_newest_row() -> None:
    """The first row is under the cursor and announced."""
    async with on_stage(inbox()) as play:
        play.widget.show(ListSource(rows(300)))
        await play.settle()

        assert play.widget.current == inbox_row(0)
        assert [moved.row for moved in play.of(InboxList.Moved)] == [inbox_row(0)]
        assert "Ada Lovelace" in play.drawn()[0]


async def test_it_reads_blocks_only_when_they_come_near() -> None:
    """Four hundred keys down a hundred thousand rows cost a handful of reads."""
    source = ListSource(rows(1000))
    async with on_stage(inbox()) as play:
        play.widget.show(source)
        await play.settle()
        source.reads.clear()
        for _ in range(400):
            play.widget.move(1)
        await play.settle()

        assert play.widget.index == 400
        assert play.widget.current == inbox_row(400)
        assert len(source.reads) <= 4


async def test_a_key_moves_at_once_though_its_row_is_on_its_way() -> None:
    """While a read hangs, the cursor goes on and placeholders stand where rows will be."""
    source = ListSource(rows(1000))
    async with on_stage(inbox()) as play:
        play.widget.show(source)
        await play.settle()
        source.gate.clear()
        play.widget.to_bottom()
        play.widget.move(-3)
        index, current = play.widget.index, play.widget.current
        source.gate.set()
        await play.settle()

        assert (index, current) == (996, None)
        assert play.widget.current == inbox_row(996)


async def test_the_cursor_stays_on_its_conversation_when_rows_arrive() -> None:
    """Three new conversations on top: the same one is under the cursor, on the same line of the screen."""
    source = ListSource(rows(300))
    async with on_stage(inbox()) as play:
        play.widget.show(source)
        await play.settle()
        play.widget.page(1)
        play.widget.move(5)
        before, line = play.widget.current, play.drawn().index(_line_of(play.drawn(), "▌"))
        source.rows[:0] = [newest(number) for number in (903, 902, 901)]
        await play.widget.refresh_rows()
        await play.settle()

        assert play.widget.current == before
        assert play.drawn().index(_line_of(play.drawn(), "▌")) == line
        assert play.widget.border_subtitle == "↑ 3 new"


async def test_at_the_top_new_rows_come_into_sight_above_the_cursor() -> None:
    """Who looks at the newest rows sees a newer one at once; the cursor stays on its conversation."""
    source = ListSource(rows(300))
    async with on_stage(inbox()) as play:
        play.widget.show(source)
        await play.settle()
        source.rows.insert(0, newest(901))
        await play.widget.refresh_rows(keys=frozenset({key(901)}))
        await play.settle()

        assert play.widget.current == inbox_row(0)
        assert [line[10:18].strip() for line in play.drawn()[:2]] == ["New 901", "Ada Love"]


async def test_the_cursor_follows_a_conversation_that_moved_up() -> None:
    """The lead answers while their row is read: the row jumps to the top, the cursor with it."""
    source = ListSource(rows(300))
    async with on_stage(inbox()) as play:
        play.widget.show(source)
        await play.settle()
        play.widget.move(40)
        moved = replace(source.rows.pop(40), anchor=Anchor(NOW, 41), version=2)
        source.rows.insert(0, moved)
        await play.widget.refresh_rows()
        await play.settle()

        assert play.widget.current == moved


async def test_when_the_conversation_left_the_view_the_next_one_follows() -> None:
    """Another window marked it done: the cursor rests on what followed it, not on a stranger."""
    source = ListSource(rows(300))
    async with on_stage(inbox()) as play:
        play.widget.show(source)
        await play.settle()
        play.widget.move(40)
        source.rows[:0] = [newest(901)]
        del source.rows[41]
        await play.widget.refresh_rows()
        await play.settle()

        assert play.widget.current == inbox_row(41)


async def test_keys_pressed_during_a_reread_are_not_undone_by_it() -> None:
    """A sync lands between two keys: the cursor is where the keys put it."""
    source = ListSource(rows(300))
    async with on_stage(inbox()) as play:
        play.widget.show(source)
        await play.settle()
        source.rows[:0] = [newest(901)]
        source.gate.clear()
        play.widget.run_worker(play.widget.refresh_rows())
        await play.pilot.pause()
        play.widget.move(7)
        source.gate.set()
        await play.settle()

        assert play.widget.current == inbox_row(7)


async def test_done_goes_on_to_the_next_and_does_not_come_back() -> None:
    """The row leaves at once, and a read from before the decision was stored does not bring it back."""
    source = ListSource(rows(300))
    async with on_stage(inbox()) as play:
        play.widget.show(source)
        await play.settle()
        play.widget.move(3)
        play.widget.advance_after_removal()
        next_row, count = play.widget.current, play.widget.count
        await play.widget.refresh_rows()
        await play.settle()

        assert (next_row, count) == (inbox_row(4), 299)
        assert play.widget.current == inbox_row(4)
        assert play.widget.count == 299
        assert [line[-6:].strip() for line in play.drawn()[2:4]] == ["1h", "2h"]


async def test_undone_it_comes_back() -> None:
    """`z` brings the row back: its version has grown."""
    source = ListSource(rows(300))
    async with on_stage(inbox()) as play:
        play.widget.show(source)
        await play.settle()
        play.widget.advance_after_removal()
        source.rows[0] = replace(source.rows[0], version=3)
        play.widget.move_to(key(0))
        await play.settle()

        assert play.widget.current == source.rows[0]


async def test_a_decision_that_could_not_be_stored_puts_its_row_back() -> None:
    """The disk was full: the row returns."""
    source = ListSource(rows(20))
    async with on_stage(inbox()) as play:
        play.widget.show(source)
        await play.settle()
        play.widget.advance_after_removal()
        play.widget.put_back()
        await play.settle()

        assert play.widget.count == 20


async def test_done_on_the_last_row_goes_up() -> None:
    """There is no next one below the last."""
    async with on_stage(inbox()) as play:
        play.widget.show(ListSource(rows(3)))
        await play.settle()
        play.widget.to_bottom()
        play.widget.advance_after_removal()

        assert play.widget.current == inbox_row(1)


async def test_done_on_the_only_row_shows_the_empty_sentence() -> None:
    """An empty view says so in words."""
    async with on_stage(inbox()) as play:
        play.widget.show(ListSource(rows(1)), empty="Nothing needs a reply.")
        await play.settle()
        play.widget.advance_after_removal()
        await play.settle()

        assert any("Nothing needs a reply." in line for line in play.drawn())
        assert play.of(InboxList.Moved)[-1].row is None


async def test_the_page_turns_at_the_edge() -> None:
    """Below the last line a whole new page begins; above the first, the page before it."""
    async with on_stage(inbox(), size=(80, 20)) as play:
        play.widget.show(ListSource(rows(300)))
        await play.settle()
        play.widget.move(19)
        tops = [play.widget.scroll_offset.y]
        play.widget.move(1)
        tops.append(play.widget.scroll_offset.y)
        play.widget.move(-1)
        tops.append(play.widget.scroll_offset.y)

        assert tops == [0, 20, 0]


async def test_it_goes_to_the_end_and_back() -> None:
    """The last row of a thousand is one key away, and so is the first."""
    async with on_stage(inbox()) as play:
        play.widget.show(ListSource(rows(1000)))
        await play.settle()
        play.widget.to_bottom()
        await play.settle()
        last = play.widget.current
        play.widget.to_top()
        await play.settle()

        assert (last, play.widget.current) == (inbox_row(999), inbox_row(0))


async def test_it_goes_to_a_conversation_wherever_it_stands() -> None:
    """A search result far down opens with its row in sight."""
    async with on_stage(inbox()) as play:
        play.widget.show(ListSource(rows(1000)))
        await play.settle()
        play.widget.move_to(key(700))
        await play.settle()

        assert play.widget.current == inbox_row(700)
        assert any(line.startswith("▌") for line in play.drawn())


async def test_another_view_keeps_the_conversation_if_it_is_there() -> None:
    """Clearing a filter comes back to the same conversation, centred when it is far down."""
    async with on_stage(inbox()) as play:
        play.widget.show(ListSource(rows(10)))
        await play.settle()
        play.widget.show(ListSource(rows(1000)), keep=key(600))
        while_opening = play.widget.current
        await play.settle()

        assert while_opening is None
        assert play.widget.current == inbox_row(600)


async def test_a_click_selects_and_the_second_opens() -> None:
    """The mouse works as one expects."""
    async with on_stage(inbox()) as play:
        play.widget.show(ListSource(rows(30)))
        await play.settle()
        await play.pilot.click(InboxList, offset=(20, 4))
        await play.pilot.click(InboxList, offset=(20, 4))
        await play.settle()

        assert play.widget.current == inbox_row(4)
        assert [opened.row for opened in play.of(InboxList.Opened)] == [inbox_row(4)]


async def test_the_wheel_moves_the_rows_not_the_cursor() -> None:
    """One looks around with the wheel, across what must be read, and a sync does not pull one back; a key does."""
    source = ListSource(rows(1000))
    async with on_stage(inbox()) as play:
        play.widget.show(source)
        await play.settle()
        play.widget.scroll_to(y=400, animate=False)
        await play.settle()
        away = play.drawn()
        await play.widget.refresh_rows()
        await play.settle()
        still = play.drawn()
        play.widget.move(1)
        await play.settle()

        assert away[0].endswith("10d ")
        assert still == away
        assert play.widget.current == inbox_row(1)
        assert any(line.startswith("▌") for line in play.drawn())


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


def _line_of(lines: list[str], start: str) -> str:
    return next(line for line in lines if line.startswith(start))


def _age(row: InboxRow) -> str:
    from tui.format import age

    return age(row.last_at, NOW)
