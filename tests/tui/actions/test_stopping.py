"""Stopping a person everywhere: every enrolment in every workspace, each with what will happen to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from postroom.records import ConversationKey, EnrolmentState
from store import outbox, writes
from store.database import Store
from sync.events import LookedUp
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


async def test_the_dialog_names_who_is_asked_and_shows_what_they_answer(desktop, state_dir: Path) -> None:
    """It waits for nobody, and an answer to it is about all that it shows."""
    async with desktop() as d:
        d.syncs[-1].able = (HEYREACH, "gamma-mail")
        await d.press("X")
        asked = d.text
        store = Store.open(state_dir, session="test")
        ada = replace(make.lead(), id="ada@example.com", email="ada@example.com")
        somewhere = make.enrolment("m7", who=ada, campaign_name="Mails")
        writes.apply_enrolments(store, "gamma-mail", ada, (somewhere,), now=NOW, provider="instantly")
        store.close()
        d.syncs[-1].hear(LookedUp("gamma-mail", ConversationKey(HEYREACH, "c1")))
        await d.until(lambda: "Stop lead in 3 campaigns" in d.text)
        answered = d.text
        d.syncs[-1].hear(LookedUp(HEYREACH, ConversationKey(HEYREACH, "c1"), "HeyReach is away.", failed=True))
        await d.until(lambda: "HeyReach is away." in d.text)
        await d.press("y")

        assert "gamma-mail: being asked" in asked
        assert "gamma-mail: being asked" not in answered
        assert f"{HEYREACH}: being asked" in answered
        assert "will be moved to the list “Stopped”" in answered
        assert [workspace for workspace, _ in stops(d)] == [HEYREACH, SECOND, "gamma-mail"]


async def test_with_nothing_known_the_dialog_waits_and_no_key_agrees_until_there_is_something(
    desktop, state_dir: Path
) -> None:
    """The conversation is with somebody whose campaigns nobody has asked for yet."""
    async with desktop() as d:
        d.syncs[-1].able = (HEYREACH,)
        d.app.main.stage.widgets.inbox.move_to(ConversationKey(HEYREACH, "c3"))
        await d.settled()
        await d.press("X", "y")
        asked = d.text
        alan = make.lead("Alan Turing")
        store = Store.open(state_dir, session="test")
        writes.apply_enrolments(store, HEYREACH, alan, (make.enrolment("q4", who=alan),), now=NOW)
        store.close()
        d.syncs[-1].hear(LookedUp(HEYREACH, ConversationKey(HEYREACH, "c3")))
        await d.until(lambda: "Stop lead in 1 campaign" in d.text)
        await d.press("y")

        assert "Nothing to do yet" in asked
        assert [workspace for workspace, _ in stops(d)] == [HEYREACH]


async def test_with_nothing_known_and_nothing_found_it_says_so(desktop) -> None:
    """And which workspace could not be asked."""
    async with desktop() as d:
        d.syncs[-1].able = (HEYREACH,)
        d.app.main.stage.widgets.inbox.move_to(ConversationKey(HEYREACH, "c3"))
        await d.settled()
        await d.press("X")
        d.syncs[-1].hear(LookedUp(HEYREACH, ConversationKey(HEYREACH, "c3"), "HeyReach is away.", failed=True))
        await d.until(lambda: f"{HEYREACH} could not be asked" in d.said)

        assert stops(d) == []


async def test_a_stop_that_failed_is_offered_again_and_stays_one_entry(desktop, state_dir: Path) -> None:
    """The others, which are on their way, are not asked for twice."""
    async with desktop() as d:
        await d.press("X", "y")
        entries = {row.workspace: row.id for row in d.read(outbox.rows)}
        store = Store.open(state_dir, session="test")
        outbox.claim(store, entries[SECOND], baseline=None, now=NOW)
        outbox.settle(store, entries[SECOND], state="failed", error="Not today.", now=NOW)
        store.close()
        await d.press("X")
        asked = d.text
        await d.press("y")

        assert "Stop lead in 1 campaign" in asked
        assert "will be stopped again" in asked
        assert {row.workspace: (row.id, row.state) for row in d.read(outbox.rows)} == {
            workspace: (number, "queued") for workspace, number in entries.items()
        }
