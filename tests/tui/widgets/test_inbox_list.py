"""The inbox list: the cursor belongs to a conversation, and no key waits."""

from __future__ import annotations

from dataclasses import replace

from postroom.records import ConversationKey
from store.rows import Anchor, InboxRow
from tests.tui.builders import NOW, ListSource, inbox_row
from tests.tui.widgets.stage import on_stage
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


def _line_of(lines: list[str], start: str) -> str:
    return next(line for line in lines if line.startswith(start))
