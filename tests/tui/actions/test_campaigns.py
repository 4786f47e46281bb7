"""Stopping a lead, pausing and resuming a campaign: asked for exactly, confirmed with `y`, said honestly."""

from __future__ import annotations

from postroom.records import CampaignState
from store import outbox, writes, writes_campaigns
from store.database import Store
from sync.events import Pulled
from tests import builders as make
from tests.tui.conftest import ADA, HEYREACH, Desktop
from tui.screens.confirm import ConfirmScreen


def commands(d: Desktop) -> list[tuple[str, str]]:
    """Kind and title of what is in the outbox."""
    return [(row.kind, row.title) for row in d.read(outbox.rows)]


async def test_stop_lists_every_enrolment_and_hits_the_active_ones(desktop) -> None:
    """The dialog says what will happen to each campaign; `y` stops what can be stopped."""
    async with desktop() as d:
        await d.press("X")
        assert "Q3 founders" in d.text
        assert "will be stopped" in d.text
        assert "stays stopped" in d.text
        assert "Stop lead in 1 campaign" in d.text

        await d.press("y")
        assert commands(d) == [("stop_lead", "Stop Ada Lovelace in Q3 founders")]
        assert "NOT YET STOPPED" in d.said
        assert "NOT STOPPED" in d.text


async def test_neither_enter_nor_the_key_itself_confirms(desktop) -> None:
    """Only `y` says yes."""
    async with desktop() as d:
        await d.press("X", "enter", "X", "space")
        assert isinstance(d.app.screen, ConfirmScreen)

        await d.press("escape")
        assert commands(d) == []


async def test_keys_right_after_the_dialog_opened_do_not_answer_it(desktop) -> None:
    """A key held too long, or typed ahead, confirms nothing."""
    async with desktop(guard_seconds=60) as d:
        await d.press("X", "y")

        assert isinstance(d.app.screen, ConfirmScreen)
        assert commands(d) == []


async def test_done_and_stop_does_both_after_one_yes(desktop) -> None:
    """`E` stops the lead and is done with the conversation."""
    async with desktop() as d:
        await d.press("E", "y")

        assert [kind for kind, _ in commands(d)] == ["stop_lead"]
        assert d.stored(ADA).folder == "done"


async def test_lead_without_known_campaigns_asks_the_provider_first(desktop) -> None:
    """What nobody has looked up yet is looked up, not guessed."""
    async with desktop() as d:
        d.syncs[0].able = (HEYREACH,)
        await d.press("j", "X")

        assert f"{HEYREACH}: being asked" in d.text
        assert "look up c2" in d.syncs[0].asked


async def test_provider_that_cannot_stop_answers_with_a_sentence(desktop) -> None:
    """NetworkHQ cannot stop a lead: no dialog, one sentence, and what is possible instead."""
    async with desktop() as d:
        await d.press("G", "X")
        assert "cannot stop a lead" in d.said

        await d.press("P")
        assert "cannot pause a campaign" in d.said


async def test_p_pauses_a_running_campaign_after_one_yes(desktop) -> None:
    """Pausing is safe: one `y`."""
    async with desktop() as d:
        await d.press("P")
        assert "Pause Q3 founders?" in d.text

        await d.press("y")
        assert commands(d) == [("pause_campaign", "Pause Q3 founders")]
        assert "not yet paused" in d.said


async def test_p_resumes_a_paused_campaign_and_says_for_how_many(desktop) -> None:
    """Resuming writes to people: the number of leads is in the question."""
    async with desktop() as d:
        await d.press("j", "j")
        await d.settled()
        await d.press("P")
        assert "Resume for 412 leads" in d.text

        await d.press("y")
        assert commands(d) == [("resume_campaign", "Resume Q4 engineers")]


async def test_resume_is_refused_offline(desktop) -> None:
    """What makes messages go out must be seen to work."""
    async with desktop() as d:
        store = Store.open(d.state_dir, session="test")
        writes.set_workspace_status(
            store, HEYREACH, "heyreach", state="offline", sentence="No network.", synced_at=None, now=d.clock.now
        )
        store.close()
    async with desktop() as d:
        await d.press("j", "j", "P")

        assert "can only be resumed online" in d.said
        assert commands(d) == []


async def test_unknown_state_changes_nothing(desktop) -> None:
    """A state that Postroom does not know is shown in the provider's word, and its actions are off."""
    async with desktop() as d:
        store = Store.open(d.state_dir, session="test")
        odd = make.campaign("q3", state=CampaignState.UNKNOWN, state_raw="HIBERNATING")
        writes_campaigns.apply_campaigns(store, HEYREACH, "heyreach", make.page(odd), now=d.clock.now)
        store.close()
        await d.press("P")

        assert "“HIBERNATING”" in d.said


async def test_the_pane_names_the_keys_that_would_do_something(desktop) -> None:
    """A paused campaign is resumed, a running one paused; a lead in no campaign has neither key."""
    async with desktop() as d:
        running = d.text
        store = Store.open(d.state_dir, session="test")
        paused = make.campaign("q3", state=CampaignState.PAUSED)
        writes.apply_campaigns(store, HEYREACH, "heyreach", make.page(paused), now=d.clock.now)
        store.close()
        d.syncs[0].hear(Pulled(HEYREACH, (), campaigns=True))
        await d.until(lambda: "P resume" in d.text)
        await d.press("G")
        await d.until(lambda: "No campaign is known for this" in d.text)

        assert "P pause   X stop lead" in running
        assert "X stop lead" not in d.text


async def test_a_stop_in_many_campaigns_asks_for_their_number(desktop) -> None:
    """More than ten at once: `y` is too easy, the number has to be typed."""
    async with desktop() as d:
        store = Store.open(d.state_dir, session="test")
        writes_campaigns.apply_enrolments(
            store,
            HEYREACH,
            make.lead(),
            tuple(make.enrolment(f"q{n}", campaign_name=f"Campaign {n}") for n in range(11)),
            now=d.clock.now,
        )
        store.close()
        await d.press("X", "y", "enter")
        assert isinstance(d.app.screen, ConfirmScreen)
        assert commands(d) == []

        await d.press("1", "1", "enter")
        assert len(commands(d)) == 11


async def test_what_is_not_read_back_is_counted_in_the_top_line(desktop) -> None:
    """A pause and a stop that the provider does not show yet are no secret of one pane."""
    async with desktop() as d:
        await d.press("X", "y", "P", "y")
        d.app.main.areas.syncing.refresh_status()
        await d.until(lambda: "2 not confirmed" in d.line(0))
        for row in d.read(outbox.rows):
            await d.app.desk.write(outbox.resolve, row.id, "discard", now=d.clock.now)
        d.app.main.areas.syncing.refresh_status()

        await d.until(lambda: "not confirmed" not in d.line(0))
