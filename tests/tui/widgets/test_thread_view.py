"""The thread: who said what and when, and what is on its way, told apart whatever the messages say."""

from __future__ import annotations

from datetime import UTC

import pytest
from rich.cells import cell_len

from postroom.records import Direction, Health
from tests.tui.builders import DAY, HOUR, MINUTE, NOW, echo, head, inbox_row, message
from tests.tui.test_cells import HOSTILE
from tests.tui.widgets.stage import Play, on_stage
from tui.glyphs import ASCII
from tui.widgets.thread_lines import FOLD
from tui.widgets.thread_view import ThreadView


def shown(play: Play, *messages: object, echoes: object = (), **how: object) -> str:
    play.widget.show(how.pop("head", head()), messages, echoes, now=NOW, tz=UTC, **how)
    return "\n".join(line.rstrip() for line in play.drawn())


async def test_it_says_who_they_are_and_who_we_are() -> None:
    """Nobody replies from the wrong account unawares."""
    async with on_stage(ThreadView()) as play:
        text = shown(play, head=head(row=inbox_row(0, also_in=("networkhq",))))

        assert text.splitlines()[0].split("  ")[0].strip() == "Ada Lovelace · Director, Analytical Engines"
        assert text.splitlines()[0].endswith("in HR+NHQ")
        assert text.splitlines()[1].strip() == "you are Jane Doe · LinkedIn · acme-linkedin"


async def test_it_opens_at_the_newest_message() -> None:
    """The last words are what one came for."""
    async with on_stage(ThreadView()) as play:
        text = shown(play, *(message(number, f"word {number}") for number in range(1, 60)))

        assert "word 59" in text
        assert "word 1\n" not in text


async def test_days_are_told_apart() -> None:
    """A rule names each day once."""
    async with on_stage(ThreadView(), size=(80, 40)) as play:
        messages = [
            message(i, sent_at=at) for i, at in enumerate((NOW - 400 * DAY, NOW - DAY, NOW - HOUR, NOW - MINUTE), 1)
        ]
        text = shown(play, *messages)

        assert [line.strip("─ ") for line in text.splitlines()[3:] if "──" in line] == [
            "Sunday 29 September 2024", "Yesterday, Sunday 2 November", "Today, Monday 3 November",
        ]  # fmt: skip


async def test_hc08_a_body_cannot_reach_the_columns_that_are_ours() -> None:
    """A message that imitates Postroom stands behind its bar like any other."""
    fake = "✓ sent\n⚠ IN DOUBT\n│ 2 Thread │\n──── Today ────\n" + "x" * 500
    async with on_stage(ThreadView(), size=(60, 40)) as play:
        lines = shown(play, message(1, fake, sent_at=NOW), head=head()).splitlines()
        theirs = lines[4 : lines.index("", 4) if "" in lines[4:] else None]

        assert {line[:3] for line in theirs if line} == {" ▎ "}


async def test_ours_and_theirs_differ_without_colour() -> None:
    """Our messages are indented."""
    async with on_stage(ThreadView()) as play:
        lines = shown(play, message(1, "theirs"), message(2, "ours")).splitlines()

        assert [line.index("▎") for line in lines if "theirs" in line or "ours" in line] == [1, 8]


async def test_a_direction_nobody_knows_is_marked() -> None:
    """A message of unknown direction is never drawn as a reply."""
    async with on_stage(ThreadView()) as play:
        assert " ? who wrote this" in shown(play, message(1, "who wrote this", direction=Direction.UNKNOWN))


async def test_subject_kind_and_edits_are_shown() -> None:
    """An InMail has its subject, an edited message says so, a voice note says what it is."""
    async with on_stage(ThreadView(), size=(100, 40)) as play:
        text = shown(
            play,
            message(1, subject="Your talk", kind="inmail"),
            message(2, edited=True),
            message(3, "", kind="voice note"),
            message(4, ""),
        )

        assert "Your talk" in text
        assert "InMail" in text
        assert "edited" in text
        assert "(voice note: the provider's API does not give it" in text
        assert "(empty message)" in text


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("undo", "◷ undo 8s"),
        ("queued", "⇡ queued"),
        ("sending", "⇡… sending"),
        ("sent", "✓ sent"),
        ("accepted", "✓? accepted"),
        ("pending", "⧖ pending"),
        ("in_doubt", "⚠ IN DOUBT — may have arrived"),
        ("failed", "✗ failed"),
        ("held", "‖ held"),
        ("new_word", "? new_word"),
    ],
)
async def test_what_is_on_its_way_has_a_sign_and_a_word(state: str, expected: str) -> None:
    """The state of a reply stands below it, in the sign's own column, with the sentence that says what it means."""
    async with on_stage(ThreadView()) as play:
        text = shown(
            play, message(1), echoes=[echo(state, undo_until=NOW + 8_000_000, sentence="They replied meanwhile.")]
        )

        assert f"        {expected}\n           They replied meanwhile." in text


async def test_the_countdown_is_redrawn_alone() -> None:
    """Each second of an undo window changes the number and nothing else."""
    async with on_stage(ThreadView()) as play:
        waiting = echo("undo", undo_until=NOW + 8_000_000)
        before = shown(play, message(1), echoes=[waiting])
        play.widget.show_echoes([waiting], now=NOW + 3_000_000)
        after = "\n".join(line.rstrip() for line in play.drawn())

        assert after == before.replace("undo 8s", "undo 5s")


async def test_what_stands_against_a_reply_is_said_at_the_head() -> None:
    """A sender that cannot send, and a conversation that is gone, say so before one writes."""
    async with on_stage(ThreadView()) as play:
        broken = shown(play, head=head(sender_health=Health.BROKEN, sender_note="LinkedIn asks to sign in again"))
        gone = shown(play, head=head(1, row=inbox_row(1, gone=True)))

        assert "✗ Jane Doe cannot send: LinkedIn asks to sign in again" in broken
        assert "✗ This conversation is gone at the provider" in gone


async def test_a_thread_that_is_not_all_here_says_so() -> None:
    """Nobody takes a part for the whole."""
    async with on_stage(ThreadView()) as play:
        assert "3 of 12 messages so far" in shown(play, head=head(total_messages=12, complete=False))


async def test_older_messages_are_asked_for_near_the_top_and_only_once() -> None:
    """Scrolling up fetches the page before, and what is read stays where it is."""
    async with on_stage(ThreadView()) as play:
        shown(play, *(message(number) for number in range(41, 100)), has_older=True)
        play.widget.scroll_lines(-500)
        play.widget.scroll_lines(-1)
        await play.settle()
        before = _said(play)
        play.widget.prepend([message(number) for number in range(1, 41)], has_older=False)

        assert [asked.before_id for asked in play.of(ThreadView.OlderWanted)] == [41]
        assert _said(play)[:9] == before[:9]


async def test_reading_anew_never_shrinks_the_thread_nor_moves_it() -> None:
    """A sync lands while an old message is read: it stays in sight, older pages stay loaded."""
    async with on_stage(ThreadView()) as play:
        page = [message(number, f"word {number}") for number in range(41, 90)]
        shown(play, *page, has_older=True)
        play.widget.prepend([message(number, f"word {number}") for number in range(1, 41)], has_older=False)
        play.widget.to_top()
        before = play.drawn()
        shown(play, *page, message(90, "word 90"), has_older=True)

        assert play.drawn() == before


async def test_at_the_bottom_new_messages_come_into_sight() -> None:
    """Who is at the newest line follows."""
    async with on_stage(ThreadView()) as play:
        page = [message(number) for number in range(1, 60)]
        shown(play, *page)

        assert "brand new" in shown(play, *page, message(61, "brand new"))


async def test_a_very_long_message_is_folded_until_asked() -> None:
    """Twenty thousand characters, then how many more there are."""
    body = "word " * 10_000  # the fold is at the last space before FOLD
    async with on_stage(ThreadView()) as play:
        text = shown(play, message(1, body))
        opened = play.widget.unfold()
        again = play.widget.unfold()
        play.widget.to_bottom()

        assert f"{len(body) - FOLD + 1:,} characters more: space" in text
        assert (opened, again) == (True, False)
        assert "characters more" not in "\n".join(play.drawn())


async def test_keys_scroll_by_lines_and_pages() -> None:
    """To the oldest and back to the newest line."""
    async with on_stage(ThreadView()) as play:
        newest = shown(play, *(message(number, f"word {number}") for number in range(1, 60))).splitlines()
        play.widget.scroll_pages(-0.5)
        half = play.drawn()
        play.widget.to_top()
        top = "\n".join(play.drawn())
        play.widget.to_bottom()

        assert half[3:] != newest[3:]
        assert "word 1 " in top
        assert [line.rstrip() for line in play.drawn()] == newest


async def test_no_conversation_is_a_sentence() -> None:
    """An empty pane says what would be in it."""
    async with on_stage(ThreadView()) as play:
        play.widget.show(None, (), now=NOW, tz=UTC, empty="Nothing is selected.")

        assert any("Nothing is selected." in line for line in play.drawn())


@pytest.mark.parametrize("width", [24, 40, 80, 200])
async def test_hc06_lines_are_exactly_as_wide_as_the_pane(width: int) -> None:
    """Whatever is in names, subjects and bodies."""
    messages = [message(i, text * 40, subject=text, author=text) for i, text in enumerate(HOSTILE, 1)]
    row = inbox_row(0, lead_name=HOSTILE[3], company=HOSTILE[1])
    async with on_stage(ThreadView(), size=(width, 200)) as play:
        shown(play, *messages, echoes=[echo("in_doubt", HOSTILE[1] * 30, sentence=HOSTILE[9])], head=head(row=row))
        lines = play.drawn()

        assert {cell_len(line) for line in lines} == {width}
        assert not [char for line in lines for char in line if ord(char) < 32 or 0x7F <= ord(char) < 0xA0]


async def test_the_ascii_set_needs_no_other_font() -> None:
    """With plain texts, every character of the pane is ASCII."""
    async with on_stage(ThreadView(glyphs=ASCII)) as play:
        states = ("undo", "queued", "sending", "sent", "accepted", "pending", "in_doubt", "failed", "held")
        text = shown(play, message(1), message(2), echoes=[echo(state, undo_until=NOW) for state in states])

        assert text.isascii()


def _said(play: Play) -> list[str]:
    return [line[:-1].rstrip() for line in play.drawn()[3:] if "▎" in line]


async def test_a_sender_without_a_name_is_worded() -> None:
    """A provider that names nobody does not make us “Unknown”."""
    async with on_stage(ThreadView()) as play:
        drawn = shown(
            play, head=head(sender_name="", sender_health=Health.BROKEN, sender_note="LinkedIn waits for a code")
        )

        assert "you are an unnamed sender · LinkedIn" in drawn
        assert "✗ This sender cannot send: LinkedIn waits for a code" in drawn


async def test_what_stands_against_a_reply_is_never_cut() -> None:
    """The end of the sentence says what to do."""
    async with on_stage(ThreadView(), size=(44, 20)) as play:
        drawn = shown(
            play,
            head=head(sender_health=Health.BROKEN, sender_note="LinkedIn waits for a code. Enter it in NetworkHQ."),
        )

        assert "Enter it in NetworkHQ." in " ".join(drawn.split())
