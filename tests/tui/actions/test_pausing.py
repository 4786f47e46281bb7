"""Pausing everything: the panic key. It lists and counts, asks once, and shows of each campaign what is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from postroom.commands import PauseCampaign, ResumeCampaign
from postroom.records import CampaignState
from store import outbox, writes_campaigns
from store.database import Store
from sync.events import Listed, Settled
from tests import builders as make
from tests.tui.conftest import HEYREACH, NETWORKHQ, NOW, Desktop
from tui.screens.confirm import ConfirmScreen
from tui.screens.report import ReportScreen

SECOND = "beta-mail"


def campaigns(state_dir: Path, workspace: str, provider: str, *known: tuple[str, CampaignState]) -> None:
    """What a provider lists now."""
    store = Store.open(state_dir, session="test")
    page = make.page(*(make.campaign(name, f"Campaign {name}", state=state) for name, state in known))
    writes_campaigns.apply_campaigns(store, workspace, provider, page, now=NOW)
    store.close()


@pytest.fixture
def state_dir(state_dir: Path) -> Path:
    """The small world, and running campaigns in a second workspace and at NetworkHQ, which cannot pause."""
    campaigns(
        state_dir, SECOND, "instantly", ("m1", CampaignState.RUNNING), ("m2", CampaignState.RUNNING),
        ("m3", CampaignState.FINISHED), ("m4", CampaignState.DRAFT),
    )  # fmt: skip
    campaigns(state_dir, NETWORKHQ, "networkhq", ("n1", CampaignState.RUNNING))
    return state_dir


async def agree(d: Desktop, *keys: str) -> None:
    """Say yes, and wait until it is in the outbox."""
    await d.press(*keys)
    await d.until(lambda: isinstance(d.app.screen, ReportScreen))
    await d.settled()


async def pause(d: Desktop, what: str) -> None:
    """Ask for it, as its line in the palette does."""
    d.app.main.action_act(f"campaign.{what}")
    await d.until(lambda: isinstance(d.app.screen, ConfirmScreen))
    await d.settled()


def pauses(d: Desktop) -> list[tuple[str, str]]:
    """Workspace and title of every pause in the outbox."""
    return sorted((row.workspace, row.title) for row in d.read(outbox.rows) if row.kind == "pause_campaign")


async def test_everything_is_listed_counted_paused_and_followed_to_its_proof(desktop) -> None:
    """One `y` asks for each by itself; what cannot be paused says so, and nothing counts before its proof."""
    async with desktop() as d:
        await d.press("ctrl+p")
        await d.pilot.press(*(each.replace(" ", "space") for each in "pause everything every"))
        await d.until(lambda: "Pause everything everywhere" in d.text and "in this workspace" not in d.text)
        await d.press("enter")
        await d.until(lambda: isinstance(d.app.screen, ConfirmScreen))
        await d.settled()
        asked = d.text
        await d.press("enter")
        assert pauses(d) == []
        await agree(d, "y")
        before = d.text
        first, *others = sorted(row.id for row in d.read(outbox.rows))
        store = Store.open(d.state_dir, session="test")
        outbox.claim(store, first, baseline=None, now=NOW)
        outbox.settle(store, first, state="accepted", now=NOW)
        outbox.verified(store, first, now=NOW)
        outbox.claim(store, others[0], baseline=None, now=NOW)
        outbox.settle(store, others[0], state="failed", error="The key may not pause.", now=NOW)
        store.close()
        d.syncs[-1].hear(Settled(HEYREACH, first, PauseCampaign.kind, "sent"))
        await d.until(lambda: "1 of 3 campaigns paused" in d.text)

        assert "3 campaigns in 2 workspaces" in asked
        assert "Pause 3 campaigns" in asked
        assert "stays as it is: NetworkHQ" in asked
        assert "Campaign m3" not in asked
        assert "Campaign m4" not in asked
        assert len(pauses(d)) == 2
        assert "0 of 3 campaigns paused" in before
        assert before.count("NOT YET PAUSED") == 3
        assert "NOT PAUSED (failed): The key" in d.text
        assert "paused: read back" in d.text


async def test_here_is_the_workspace_of_the_row_and_what_is_heard_meanwhile_is_part_of_the_question(desktop) -> None:
    """The list is asked for anew, and the dialog waits for nobody."""
    async with desktop() as d:
        d.syncs[-1].able = (HEYREACH,)
        await pause(d, "pause_workspace")
        asked = d.text
        campaigns(d.state_dir, HEYREACH, "heyreach", ("q7", CampaignState.RUNNING))
        d.syncs[-1].hear(Listed(HEYREACH))
        await d.until(lambda: "Pause 2 campaigns" in d.text)
        await agree(d, "y")

        assert f"campaigns {HEYREACH}" in d.syncs[-1].asked
        assert f"{HEYREACH}: being asked" in asked
        assert "Pause 1 campaign" in asked
        assert pauses(d) == [(HEYREACH, "Pause Campaign q7"), (HEYREACH, "Pause Q3 founders")]


async def test_a_resume_on_its_way_is_overtaken_and_a_stuck_pause_is_asked_for_again(desktop) -> None:
    """What is about to run again is paused too; what is asked for already is not asked for twice."""
    async with desktop() as d:
        store = Store.open(d.state_dir, session="test")
        outbox.enqueue(store, ResumeCampaign(HEYREACH, "q4", "Q4 engineers"), now=NOW)
        stuck = outbox.enqueue(store, PauseCampaign(SECOND, "m1", "Campaign m1"), now=NOW)
        outbox.hold(store, stuck, "It waited too long.", now=NOW)
        outbox.enqueue(store, PauseCampaign(SECOND, "m2", "Campaign m2"), now=NOW)
        store.close()
        await pause(d, "pause_all")
        asked = d.text
        await agree(d, "y")

        assert "Pause 3 campaigns" in asked
        assert "will be paused; its resume" in asked
        assert "will be asked to pause again" in asked
        assert "a pause is on its way" in asked
        assert pauses(d) == [
            (HEYREACH, "Pause Q3 founders"),
            (HEYREACH, "Pause Q4 engineers"),
            (SECOND, "Pause Campaign m1"),
            (SECOND, "Pause Campaign m2"),
        ]
        assert {row.state for row in d.read(outbox.rows)} == {"queued"}
        assert "resume_campaign" not in {row.kind for row in d.read(outbox.rows)}


async def test_more_than_ten_are_confirmed_by_their_number_as_it_is_by_then(desktop) -> None:
    """At 80x24 the question and its answers are all in sight, and a number that is out of date agrees to nothing."""
    async with desktop(size=(80, 24)) as d:
        d.syncs[-1].able = (SECOND,)
        campaigns(d.state_dir, SECOND, "instantly", *((f"x{n:02}", CampaignState.RUNNING) for n in range(11)))
        await pause(d, "pause_all")
        assert "type “14”" in d.text
        assert "Pause 14 campaigns" in d.text
        assert "Cancel" in d.text
        campaigns(d.state_dir, SECOND, "instantly", ("x99", CampaignState.RUNNING))
        d.syncs[-1].hear(Listed(SECOND))
        await d.until(lambda: "type “15”" in d.text)
        await d.press("y", "1", "4", "enter")
        assert pauses(d) == []
        await agree(d, "1", "5", "enter")

        assert len(pauses(d)) == 15


async def test_with_nothing_running_it_says_so_and_names_who_could_not_be_asked(desktop) -> None:
    """No dialog about nothing; and no false calm."""
    async with desktop() as d:
        campaigns(d.state_dir, HEYREACH, "heyreach", ("q3", CampaignState.PAUSED))
        d.syncs[-1].able = (HEYREACH,)
        await pause(d, "pause_workspace")
        await d.press("y")
        d.syncs[-1].hear(Listed(HEYREACH, "HeyReach is away."))
        await d.until(lambda: f"{HEYREACH} could not be asked: HeyReach is away." in d.said)

        assert pauses(d) == []


async def test_a_viewer_asks_for_nothing(desktop) -> None:
    """Only the writer acts."""
    async with desktop(writable=False, online=False) as d:
        await pause(d, "pause_all")
        await d.press("y")
        await d.until(lambda: "this one only shows" in d.said)

        assert pauses(d) == []
