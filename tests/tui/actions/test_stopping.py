"""Stopping a person everywhere: every enrolment in every workspace, each with what will happen to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from postroom.records import ConversationKey, EnrolmentState
from store import outbox, writes
from store.database import Store
from tests import builders as make
from tests.tui.conftest import HEYREACH, NETWORKHQ, NOW, Desktop

SECOND = "beta-linkedin"


@pytest.fixture
def state_dir(state_dir: Path) -> Path:
    """The small world, in which Ada is enrolled at a second HeyReach workspace and at NetworkHQ too."""
    ada = make.lead()
    store = Store.open(state_dir, session="test")
    for workspace, provider, campaign in ((SECOND, "heyreach", "b9"), (NETWORKHQ, "networkhq", "n9")):
        record = make.conversation(f"{workspace}-1", make.inbound("Hello", minutes=5), who=ada)
        writes.apply_conversations(store, workspace, provider, make.page(record), now=NOW)
        known = make.enrolment(campaign, who=ada, campaign_name=f"Campaign {campaign}")
        writes.apply_enrolments(store, workspace, ada, (known,), now=NOW)
    store.close()
    return state_dir


def stops(d: Desktop) -> list[tuple[str, str]]:
    """Workspace and title of every stop in the outbox."""
    return sorted((row.workspace, row.title) for row in d.read(outbox.rows) if row.kind == "stop_lead")


async def test_one_key_stops_a_person_in_every_workspace(desktop) -> None:
    """What can be stopped is; what cannot says what to do instead."""
    async with desktop() as d:
        await d.press("X")
        assert "Stop lead in 2 campaigns" in d.text
        assert SECOND in d.text
        assert "stays: NetworkHQ's" in d.text

        await d.press("y")
        assert stops(d) == [
            (HEYREACH, "Stop Ada Lovelace in Q3 founders"),
            (SECOND, "Stop Ada Lovelace in Campaign b9"),
        ]


async def test_where_one_is_stopped_already_the_key_offers_the_rest_alone(desktop, state_dir: Path) -> None:
    """After a partial failure the same key tries again what is left."""
    store = Store.open(state_dir, session="test")
    stopped = make.enrolment("b9", who=make.lead(), campaign_name="Campaign b9", state=EnrolmentState.STOPPED)
    writes.apply_enrolments(store, SECOND, make.lead(), (stopped,), now=NOW)
    store.close()
    async with desktop() as d:
        await d.press("X", "y")

        assert stops(d) == [(HEYREACH, "Stop Ada Lovelace in Q3 founders")]


async def test_from_a_conversation_whose_provider_cannot_stop_the_others_are_stopped(desktop) -> None:
    """The key is about the person, not about the row it was pressed on."""
    async with desktop() as d:
        d.app.main.stage.widgets.inbox.move_to(ConversationKey(NETWORKHQ, f"{NETWORKHQ}-1"))
        await d.settled()
        await d.press("X", "y")

        assert [workspace for workspace, _ in stops(d)] == [HEYREACH, SECOND]
