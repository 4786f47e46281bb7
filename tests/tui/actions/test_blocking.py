"""The wider answer to a stop: never contact them again, agreed to by a typed word, behind the stop in the outbox."""

from __future__ import annotations

from store import outbox
from tests.tui.conftest import Desktop


def asked(d: Desktop) -> list[str]:
    """What the outbox holds, in the order in which it was asked for."""
    return [row.kind for row in sorted(d.read(outbox.rows), key=lambda row: row.id)]


async def test_w_and_the_word_stop_and_then_block(desktop) -> None:
    """Both are entries of their own, the stop first."""
    async with desktop() as d:
        await d.press("X")
        assert "never contact again" in d.text
        await d.press("w")
        assert "Never contact Ada Lovelace again?" in d.text
        await d.press(*"never", "enter")

        assert asked(d) == ["stop_lead", "never_contact"]
        assert "NOT YET BLOCKED" in d.said


async def test_leaving_the_wider_question_does_neither(desktop) -> None:
    """Who thinks better of it has not half agreed."""
    async with desktop() as d:
        await d.press("X", "w", "escape")

        assert asked(d) == []


async def test_a_plain_yes_stops_and_blocks_nobody(desktop) -> None:
    """The wider answer is another key."""
    async with desktop() as d:
        await d.press("X", "y")

        assert asked(d) == ["stop_lead"]


async def test_another_word_agrees_to_nothing(desktop) -> None:
    """Only the very word does."""
    async with desktop() as d:
        await d.press("X", "w", *"yes", "enter")

        assert asked(d) == []
        assert "Never contact Ada Lovelace again?" in d.text
