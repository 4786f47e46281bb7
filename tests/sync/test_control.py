"""Stop, pause and resume: asked for, and believed only when read back."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from postroom.commands import PauseCampaign, ResumeCampaign, StopLead
from postroom.errors import NeverSent, Rejected, Unauthorised, Uncertain
from postroom.records import CampaignState, EnrolmentState
from store import outbox, queries
from sync import control
from sync.push import push
from tests.builders import campaign, enrolment, lead
from tests.sync.places import WORKSPACE, Place

STOP = StopLead(WORKSPACE, "q3", "Q3 founders", lead().id, "Ada Lovelace", lead_url=lead().profile_url)
PAUSE = PauseCampaign(WORKSPACE, "q3", "Q3 founders")
RESUME = ResumeCampaign(WORKSPACE, "q3", "Q3 founders")


def set_state(place: Place, state: CampaignState) -> None:
    place.far.campaign_list["q3"] = campaign(state=state)


async def test_a_stop_is_done_when_the_enrolment_shows_it(stage: Place) -> None:
    """“Stopped” is said after the provider shows it, and the pane shows it too."""
    row = await stage.push(stage.enqueue(STOP))

    assert (row.state, row.verified) == ("sent", True)
    assert queries.enrolments(stage.store, stage.link.key("c1"))[0].state is EnrolmentState.STOPPED
    assert stage.far.calls["stop_lead"] == 1


async def test_a_stop_that_does_not_show_says_so_until_it_does(stage: Place) -> None:
    """A stop that was answered but has no effect yet is “NOT YET STOPPED”, and found out by a later poll."""
    stage.far.stops_at_once = False
    entry = stage.enqueue(STOP)
    row = await stage.push(entry)
    stage.far.stop("q3")
    state = await control.verify(stage.link, stage.entry(entry.id))

    assert row.state == "accepted"
    assert "NOT YET STOPPED" in row.error
    assert state == "sent"
    assert stage.row(entry.id).verified
    assert stage.far.calls["stop_lead"] == 1


async def test_a_lead_that_is_not_in_the_campaign_is_nothing_to_stop(stage: Place) -> None:
    """A 404 means that there is nothing to stop: done, with a remark."""
    stage.far.enrolled["q3"] = []

    row = await stage.push(stage.enqueue(STOP))

    assert row.state == "sent"
    assert "nothing to stop" in getattr(stage.events[-1], "sentence", "")


async def test_a_lead_that_was_moved_to_another_campaign_is_not_called_stopped(stage: Place) -> None:
    """Nothing to stop here, but messages still go out from there: the person is asked what they mean."""
    stage.far.enrolled["q3"] = []
    stage.far.enrolled["q4"] = [replace(enrolment(), campaign_id="q4", campaign_name="Q4 engineers")]

    row = await stage.push(stage.enqueue(STOP))

    assert row.state == "failed"
    assert "still written to in “Q4 engineers”" in row.error


async def test_a_doubtful_stop_is_asked_for_again_up_to_five_times(stage: Place) -> None:
    """Stopping twice does no harm, so a stop without an answer is repeated; after five times the user is told."""
    stage.far.troubles["stop_lead"] = [Uncertain("No answer.") for _ in range(9)]
    entry = stage.enqueue(STOP)

    states = [(await stage.push(entry)).state for _ in range(5)]

    assert states == ["queued"] * 4 + ["in_doubt"]
    assert stage.far.calls["stop_lead"] == 5


async def test_a_doubtful_stop_that_worked_is_not_repeated(stage: Place) -> None:
    """A stop that was lost on its way back is found out by reading."""
    stage.far.troubles["stop_lead"] = [Uncertain("No answer.")]
    stage.far.stop("q3")

    assert (await stage.push(stage.enqueue(STOP))).state == "sent"
    assert stage.far.calls["stop_lead"] == 1


async def test_a_stop_waits_offline(stage: Place) -> None:
    """Without a connection a stop stays queued, however often it is tried."""
    stage.far.troubles["stop_lead"] = [NeverSent("No connection.") for _ in range(7)]
    entry = stage.enqueue(STOP)

    states = [(await stage.push(entry)).state for _ in range(8)]

    assert states == ["queued"] * 7 + ["sent"]


async def test_a_refused_stop_says_why(stage: Place) -> None:
    """A provider that will not do it is quoted."""
    stage.far.troubles["stop_lead"] = [Rejected("Lead URL is not valid.", status=400)]

    row = await stage.push(stage.enqueue(STOP))

    assert (row.state, row.error) == ("failed", "Lead URL is not valid.")


async def test_a_cancelled_stop_is_asked_for_again(stage: Place) -> None:
    """Quitting while a stop is on its way keeps it in the queue."""
    entry = stage.enqueue(STOP)

    def cancel() -> None:
        raise asyncio.CancelledError

    stage.far.troubles["stop_lead"] = [cancel]
    with pytest.raises(asyncio.CancelledError):
        await push(stage.link, entry)

    assert stage.row(entry.id).state == "queued"


async def test_a_pause_is_done_when_the_campaign_reads_paused(stage: Place) -> None:
    """“Paused” is said after reading it, and the campaign pane shows it."""
    stage.far.troubles["pause"] = [lambda: set_state(stage, CampaignState.PAUSED)]

    row = await stage.push(stage.enqueue(PAUSE))

    assert (row.state, row.verified) == ("sent", True)
    assert queries.campaigns(stage.store, workspace=WORKSPACE)[0].state is CampaignState.PAUSED


async def test_a_pause_that_does_not_show_is_not_claimed(stage: Place) -> None:
    """A pause that was answered but does not show stays “not yet paused”."""
    row = await stage.push(stage.enqueue(PAUSE))

    assert row.state == "accepted"
    assert "Not yet paused" in row.error


async def test_a_paused_campaign_need_not_be_paused(stage: Place) -> None:
    """Nothing is asked for that is already so."""
    set_state(stage, CampaignState.PAUSED)

    row = await stage.push(stage.enqueue(PAUSE))

    assert row.state == "sent"
    assert stage.far.calls["pause"] == 0


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        (CampaignState.FINISHED, "discarded"),
        (CampaignState.CANCELED, "discarded"),
        (CampaignState.DRAFT, "failed"),
        (CampaignState.UNKNOWN, "failed"),
    ],
)
async def test_what_cannot_be_paused_is_refused_with_the_reason(
    stage: Place, state: CampaignState, outcome: str
) -> None:
    """What is over needs no pause, which is dropped with a notice; a draft or an unknown campaign is left alone."""
    set_state(stage, state)

    row = await stage.push(stage.enqueue(PAUSE))

    assert row.state == outcome
    assert "Q3 founders" in row.error
    assert row.error in [getattr(event, "sentence", "") for event in stage.events]
    assert stage.far.calls["pause"] == 0


async def test_a_pause_that_waited_until_somebody_changed_the_campaign_is_held(stage: Place) -> None:
    """The click is old by now, so its user decides again."""
    entry = stage.enqueue(PAUSE)
    stage.clock.advance(300)
    set_state(stage, CampaignState.DRAFT)

    assert (await stage.push(entry)).state == "held"


async def test_a_pause_of_what_the_provider_does_not_know_has_failed(stage: Place) -> None:
    """A 404 before anything was asked for is a refusal, not a question."""
    del stage.far.campaign_list["q3"]

    row = await stage.push(stage.enqueue(PAUSE))

    assert (row.state, row.error) == ("failed", "There is no such campaign.")


async def test_a_pause_that_was_resumed_before_it_was_shown_is_settled(stage: Place) -> None:
    """Nobody waits for ever for a pause that its own user has overtaken."""
    pause = stage.enqueue(PAUSE)
    await stage.push(pause)
    set_state(stage, CampaignState.PAUSED)
    resume = stage.entry(outbox.enqueue(stage.store, RESUME, now=stage.clock.now(), replace=True))
    stage.far.troubles["resume"] = [lambda: set_state(stage, CampaignState.RUNNING)]
    await stage.push(resume)

    assert (stage.row(pause.id).state, stage.row(resume.id).state) == ("discarded", "sent")
    assert queries.campaigns(stage.store, workspace=WORKSPACE)[0].pending_action == ""


async def test_a_pause_on_its_way_while_it_is_resumed_is_settled_by_the_next_look(stage: Place) -> None:
    """It was being sent when the opposite was asked for, so only its answer could come first."""
    pause = stage.enqueue(PAUSE)
    asked: list[int] = []

    def overtake() -> None:
        asked.append(outbox.enqueue(stage.store, RESUME, now=stage.clock.now(), replace=True))

    stage.far.troubles["pause"] = [overtake]
    await stage.push(pause)
    set_state(stage, CampaignState.PAUSED)
    stage.far.troubles["resume"] = [lambda: set_state(stage, CampaignState.RUNNING)]
    resumed = await stage.push(stage.entry(asked[0]))
    state = await control.verify(stage.link, stage.entry(pause.id))

    assert (state, resumed.state) == ("discarded", "sent")


async def test_a_pause_that_is_never_shown_becomes_doubtful(stage: Place) -> None:
    """Somebody resumed it elsewhere, perhaps: after a quarter of an hour and three polls the user is told."""
    entry = stage.enqueue(PAUSE)
    await stage.push(entry)
    states = []
    for _ in range(4):
        stage.clock.advance(320)
        await stage.pull()
        states.append(await control.verify(stage.link, stage.entry(entry.id)))

    assert states == ["accepted", "accepted", "in_doubt", "in_doubt"]
    assert "Not yet paused" in stage.row(entry.id).error


async def test_a_pause_waits_offline(stage: Place) -> None:
    """Without a connection a pause stays queued and says that it is not done."""
    stage.far.troubles["campaign"] = [NeverSent("No connection.")]

    row = await stage.push(stage.enqueue(PAUSE))

    assert row.state == "queued"
    assert "Not yet done" in row.error
    assert stage.far.calls["pause"] == 0


async def test_a_resume_is_done_when_the_campaign_still_runs_after_a_while(stage: Place) -> None:
    """“Running” is said after HeyReach had the time to change its mind."""
    set_state(stage, CampaignState.PAUSED)
    stage.far.troubles["resume"] = [lambda: set_state(stage, CampaignState.RUNNING)]

    row = await stage.push(stage.enqueue(RESUME))

    assert (row.state, row.verified) == ("sent", True)
    assert control.SETTLING_SECONDS in stage.clock.slept


async def test_a_resume_that_is_paused_again_has_failed(stage: Place) -> None:
    """A campaign without leads pauses itself again, and the user is told why."""
    set_state(stage, CampaignState.PAUSED)

    row = await stage.push(stage.enqueue(RESUME))

    assert (row.state, row.error) == ("failed", control.EMPTY_LIST)


@pytest.mark.parametrize("state", [each for each in CampaignState if each is not CampaignState.PAUSED])
async def test_only_what_is_paused_can_be_resumed(stage: Place, state: CampaignState) -> None:
    """A resume is refused when the campaign, just read, is not paused."""
    set_state(stage, state)

    row = await stage.push(stage.enqueue(RESUME))

    assert row.state == "failed"
    assert stage.far.calls["resume"] == 0


async def test_a_resume_is_never_queued(stage: Place) -> None:
    """Offline, a resume is refused: it would start messages at a time nobody chose."""
    set_state(stage, CampaignState.PAUSED)
    stage.far.troubles["campaign"] = [NeverSent("No connection.")]

    row = await stage.push(stage.enqueue(RESUME))

    assert row.state == "failed"
    assert "never queued" in row.error


async def test_a_resume_that_waited_is_not_carried_out(stage: Place) -> None:
    """A resume asked for minutes ago is not what the user means now."""
    set_state(stage, CampaignState.PAUSED)
    entry = stage.enqueue(RESUME)
    stage.clock.advance(120)

    assert (await stage.push(entry)).state == "failed"


async def test_a_doubtful_resume_is_settled_by_reading_alone(stage: Place) -> None:
    """A resume without an answer is looked for, and never asked for again."""
    set_state(stage, CampaignState.PAUSED)
    stage.far.troubles["resume"] = [Uncertain("No answer.")]
    entry = stage.enqueue(RESUME)
    doubtful = await stage.push(entry)
    set_state(stage, CampaignState.RUNNING)
    state = await control.verify(stage.link, stage.entry(entry.id))

    assert doubtful.state == "in_doubt"
    assert state == "sent"
    assert stage.far.calls["resume"] == 1


async def test_a_resume_that_was_not_sent_has_failed(stage: Place) -> None:
    """A resume that never left is not tried again by itself."""
    set_state(stage, CampaignState.PAUSED)
    stage.far.troubles["resume"] = [NeverSent("No connection.")]

    row = await stage.push(stage.enqueue(RESUME))

    assert row.state == "failed"
    assert "was not resumed" in row.error


async def test_a_refused_key_stops_the_workspace(stage: Place) -> None:
    """A 401 on a stop stops the sends as well."""
    stage.far.troubles["stop_lead"] = [Unauthorised("The key is wrong.", status=401)]

    row = await stage.push(stage.enqueue(STOP))

    assert row.state == "failed"
    assert outbox.lane_stopped(stage.store, WORKSPACE) == "The key is wrong."


async def test_another_campaigns_enrolment_proves_nothing(stage: Place) -> None:
    """A lead that no campaign shows any more is not called stopped on that ground."""
    entry = stage.enqueue(STOP)
    stage.far.stops_at_once = False
    stage.far.troubles["enrolments"] = [
        lambda: stage.far.enrolled.update({"q3": [replace(enrolment(), campaign_id="other")]})
    ]

    assert (await stage.push(entry)).state == "accepted"
