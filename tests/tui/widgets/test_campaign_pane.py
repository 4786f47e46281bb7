"""The campaign pane: figures as reported, and what is not yet stopped in words."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from postroom.records import CampaignState, EnrolmentState
from tests.tui.builders import campaign, enrolment
from tests.tui.test_cells import HOSTILE
from tests.tui.widgets.stage import Play, on_stage
from tui.glyphs import ASCII
from tui.widgets.campaign_pane import CampaignPane


def text(play: Play) -> str:
    return "\n".join(line.rstrip() for line in play.drawn())


async def test_it_shows_state_figures_and_senders() -> None:
    """What a person decides by is on one page."""
    async with on_stage(CampaignPane(), size=(42, 40)) as play:
        play.widget.show(campaign(), hints=(("P", "pause"), ("X", "stop lead")))
        drawn = text(play)

        assert "▶ IN_PROGRESS · HeyReach" in drawn
        assert "1,412 leads" in drawn
        assert " 38 % acceptance rate" in drawn
        assert "replies, 27 days: 42" in drawn
        assert "✗ Tom Roe\n   LinkedIn asks to sign in again" in drawn
        assert "P pause   X stop lead" in drawn


async def test_a_stop_on_its_way_says_not_yet() -> None:
    """A lead is not called stopped before the provider has shown it."""
    async with on_stage(CampaignPane(), size=(42, 60)) as play:
        play.widget.show(
            campaign(pending_action="pausing: not yet paused"),
            [
                enrolment(pending_action="NOT YET STOPPED"),
                enrolment(state=EnrolmentState.STOPPED, state_raw="Stopped", note="replied"),
            ],
        )
        drawn = text(play)

        assert "⚠ NOT YET STOPPED" in drawn
        assert "⧖ pausing: not yet paused" in drawn
        assert "■ Q3 founders  Stopped\n   replied" in drawn


async def test_where_there_are_totals_only_it_says_so() -> None:
    """No empty chart stands for figures that a provider does not give."""
    async with on_stage(CampaignPane(), size=(42, 40)) as play:
        play.widget.show(
            campaign(provider="networkhq", days=(), rates=()), sentence="NetworkHQ's API cannot pause a campaign."
        )
        drawn = text(play)

        assert "totals only" in drawn
        assert "NetworkHQ's API cannot pause a campaign." in drawn.replace("\n", "")


async def test_an_unknown_state_is_shown_in_the_providers_word() -> None:
    """A word that nobody knew is not guessed at."""
    async with on_stage(CampaignPane(), size=(42, 40)) as play:
        play.widget.show(campaign(state=CampaignState.UNKNOWN, state_raw="HIBERNATING"))

        assert "? HIBERNATING" in text(play)


async def test_no_campaign_is_a_sentence() -> None:
    """An empty pane says what would be in it."""
    async with on_stage(CampaignPane(), size=(20, 20)) as play:
        before = text(play)
        play.widget.show(None)
        shown = text(play)
        play.widget.clear()

        assert "No campaign is known for this lead." in " ".join(shown.split())
        assert (before.strip(), text(play).strip()) == ("", "")


async def test_a_pane_too_low_scrolls() -> None:
    """All of it can be reached, and not more."""
    async with on_stage(CampaignPane(), size=(42, 8)) as play:
        play.widget.show(campaign(), hints=(("P", "pause"),))
        play.widget.scroll_lines(500)
        bottom = text(play)
        play.widget.scroll_lines(-500)

        assert "P pause" in bottom
        assert "Q3 founders" in text(play)


@pytest.mark.parametrize("width", [20, 30, 42, 80])
@pytest.mark.parametrize("hostile", HOSTILE)
async def test_hc06_lines_are_exactly_as_wide_as_the_pane(width: int, hostile: str) -> None:
    """Whatever a campaign or a sender is called."""
    async with on_stage(CampaignPane(), size=(width, 60)) as play:
        play.widget.show(
            campaign(name=hostile * 5, state_raw=hostile, senders=((hostile, campaign().senders[1][1], hostile),)),
            [enrolment(campaign_name=hostile * 5, state_raw=hostile, note=hostile, pending_action=hostile)],
            sentence=hostile,
        )
        lines = play.drawn()

        assert {cell_len(line) for line in lines} == {width}
        assert not [char for line in lines for char in line if ord(char) < 32 or 0x7F <= ord(char) < 0xA0]


async def test_the_ascii_set_needs_no_other_font() -> None:
    """With plain names, every character of the pane is ASCII."""
    async with on_stage(CampaignPane(glyphs=ASCII), size=(42, 40)) as play:
        play.widget.show(campaign(pending_action="not yet paused"), [enrolment(pending_action="NOT YET STOPPED")])

        assert text(play).replace("·", "").isascii()


async def test_why_a_campaign_is_not_sending_stands_under_its_state() -> None:
    """A campaign that runs and sends nothing says why; one that is paused has said it."""
    async with on_stage(CampaignPane(), size=(42, 40)) as play:
        idle = campaign(state_raw="Active", idle="Instantly says: out of schedule.")
        play.widget.show(idle)
        assert "▶ Active · HeyReach\n Instantly says: out of schedule." in text(play)

        play.widget.show(campaign(state=CampaignState.PAUSED, idle="Instantly says: out of schedule."))
        assert "out of schedule" not in text(play)
