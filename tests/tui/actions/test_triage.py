"""Decisions by keyboard: at once on the screen, on disk, and each can be taken back."""

from __future__ import annotations

import pytest

from postroom.records import Verdict
from store import queries
from store.rows import View
from tests.builders import HOUR
from tests.tui.conftest import ADA, ALAN, GRACE, NOW


async def test_e_is_done_and_on_to_the_next(desktop) -> None:
    """Done leaves the view and the cursor rests on the next conversation."""
    async with desktop() as d:
        await d.press("e")

        assert d.row.key == GRACE
        assert d.stored(ADA).folder == "done"
        assert "undo: done Ada Lovelace" in d.said


@pytest.mark.parametrize(("key", "next_one"), [("right_square_bracket", ALAN), ("left_square_bracket", ADA)])
async def test_brackets_choose_the_direction(desktop, key: str, next_one: object) -> None:
    """`]` goes on below, `[` above."""
    async with desktop() as d:
        await d.press("j", key)

        assert d.row.key == next_one
        assert d.stored(GRACE).folder == "done"


async def test_z_takes_back_level_by_level_and_capital_z_does_again(desktop) -> None:
    """Undo goes back as far as there were decisions; redo repeats what was undone."""
    async with desktop() as d:
        await d.press("e", "e", "z")
        assert (d.stored(ADA).folder, d.stored(GRACE).folder) == ("done", "inbox")
        assert d.row.key == GRACE

        await d.press("z")
        assert d.stored(ADA).folder == "inbox"
        assert d.row.key == ADA

        await d.press("Z")
        assert d.stored(ADA).folder == "done"

        await d.press("z", "z")
        assert "There is nothing to undo" in d.said


async def test_e_in_the_done_view_takes_back_to_the_inbox(desktop) -> None:
    """What is done can be undone where it lies."""
    async with desktop() as d:
        await d.press("e")
        d.app.main.areas.listing.go(View.DONE)
        await d.settled()
        await d.press("e")

        assert d.stored(ADA).folder == "inbox"


async def test_u_toggles_the_read_mark(desktop) -> None:
    """`u` marks as read, and again as unread."""
    async with desktop() as d:
        await d.press("u")
        assert not d.stored(ADA).unread

        await d.press("u")
        assert d.stored(ADA).unread


async def test_s_toggles_the_star(desktop) -> None:
    """`s` stars, and takes the star away."""
    async with desktop() as d:
        await d.press("s")
        assert d.stored(ADA).starred
        assert d.row.starred

        await d.press("s")
        assert not d.stored(ADA).starred


async def test_point_repeats_the_last_decision(desktop) -> None:
    """`.` does to this conversation what was done to the last."""
    async with desktop() as d:
        await d.press("s", "j", "full_stop")

        assert d.stored(GRACE).starred


async def test_point_without_a_decision_says_so(desktop) -> None:
    """There is nothing to repeat at first."""
    async with desktop() as d:
        await d.press("full_stop")

        assert "nothing to repeat" in d.said


async def test_c_and_a_letter_classify(desktop) -> None:
    """`c m`: a meeting. Undo gives the provider's own verdict back."""
    async with desktop() as d:
        await d.press("c", "m")
        assert d.stored(ADA).verdict is Verdict.MEETING

        await d.press("z")
        assert d.stored(ADA).verdict is Verdict.INTERESTED


async def test_b_and_a_letter_snooze(desktop) -> None:
    """`b h`: back in an hour, and until then out of sight."""
    async with desktop() as d:
        await d.press("b", "h")

        assert d.stored(ADA).folder == "snoozed"
        assert d.stored(ADA).wake_at == NOW + HOUR
        assert d.row.key == GRACE


async def test_snooze_until_a_time_in_words(desktop) -> None:
    """`b o` takes a time as people say it, and says when it cannot be read."""
    async with desktop() as d:
        await d.press("b", "o", *"soon", "enter")
        assert "cannot read that" in d.text

        await d.press(*["backspace"] * 4, *"3h", "enter")
        assert d.stored(ADA).wake_at == NOW + 3 * HOUR


async def test_snoozed_conversation_comes_back_when_its_time_has_come(desktop) -> None:
    """A minute's tick is enough to bring it back, without a sync."""
    async with desktop(online=False) as d:
        await d.press("b", "h")
        d.clock.pass_seconds(3601)
        d.app.main.areas.triage.wake_due()
        await d.settled()

        assert d.stored(ADA).folder == "inbox"


async def test_t_tags_and_the_same_tag_again_takes_it_away(desktop) -> None:
    """Tags are words; each is there or not."""
    async with desktop() as d:
        await d.press("t", *"vip", "enter")
        await d.until(lambda: d.app.main.stage.shown.dossier.head.tags == ("vip",) or d.app.main.areas.reading.reload())

        await d.press("t", *"vip", "enter")
        await d.until(lambda: d.app.main.stage.shown.dossier.head.tags == () or d.app.main.areas.reading.reload())


async def test_m_keeps_a_private_note(desktop) -> None:
    """A note is in the journal and nowhere else."""
    async with desktop() as d:
        await d.press("m", *"met", "enter")

        assert d.read(lambda store: queries.conversation(store, ADA)).note == "met"


async def test_viewer_decides_nothing(desktop) -> None:
    """Beside another Postroom a decision is refused with a sentence, and the row stays."""
    async with desktop(writable=False) as d:
        await d.press("e")

        assert "Another Postroom is the writer" in d.said
        assert d.row.key == ADA
