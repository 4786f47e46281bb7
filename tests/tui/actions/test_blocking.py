"""The wider answer to a stop: never contact them again, agreed to by a typed word, behind the stop in the outbox."""

from __future__ import annotations

from pathlib import Path

import pytest

from store import outbox, writes
from store.database import Store
from tests import builders as make
from tests.tui.conftest import HEYREACH, NETWORKHQ, NOW, Desktop


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


@pytest.fixture
def elsewhere(state_dir: Path) -> None:
    """Workspaces in which Ada never wrote, and a mail of hers by which Instantly knows her."""
    store = Store.open(state_dir, session="test")
    for name, provider in (("beta-linkedin", "heyreach"), ("gone-linkedin", "heyreach"), ("beta-mail", "instantly")):
        somebody = make.conversation("x1", make.inbound("Hello", minutes=5), who=make.lead("Mary Somerville"))
        writes.apply_conversations(store, name, provider, make.page(somebody), now=NOW)
    record = make.conversation("n2", make.inbound("Hello", minutes=6), who=make.lead())
    writes.apply_conversations(store, NETWORKHQ, "networkhq", make.page(record), now=NOW)
    store.close()


@pytest.mark.usefixtures("elsewhere")
async def test_every_workspace_with_a_list_is_listed_counted_and_asked_also_where_they_never_wrote(desktop) -> None:
    """Not one that is no longer configured; and what has no list, or knows nothing to put on it, says so."""
    async with desktop() as d:
        d.syncs[-1].able = (HEYREACH, "beta-linkedin", "beta-mail")
        await d.press("X", "w")
        text = d.text
        await d.press(*"never", "enter")
        blocks = [row.workspace for row in d.read(outbox.rows) if row.kind == "never_contact"]

        assert "never contact again in 2 workspaces" in text
        assert "beta-mail: no address is known" in text
        assert f"{NETWORKHQ}: NetworkHQ's API has no list" in text
        assert sorted(blocks) == [HEYREACH, "beta-linkedin"]


async def test_somebody_who_is_stopped_everywhere_can_still_be_put_on_the_list(desktop) -> None:
    """There is nothing for `X` to do; the palette leads to the list all the same."""
    async with desktop() as d:
        await d.press("j")
        d.app.main.action_act("lead.never")
        await d.until(lambda: "Never contact Grace Hopper again?" in d.text)
        await d.press(*"never", "enter")
        await d.until(lambda: "NOT YET BLOCKED: it is on its way" in d.said)

        assert asked(d) == ["never_contact"]


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
