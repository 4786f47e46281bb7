"""NetworkHQ's data in Postroom's words."""

from __future__ import annotations

import pytest

from postroom.records import CampaignState, Conversation, Direction, EnrolmentState, Health, Verdict
from providers.networkhq import records
from providers.networkhq.wire import (
    CampaignLead,
    ConversationDetail,
    LinkedInAccount,
    NetworkHQCampaign,
    NetworkHQConversation,
)
from providers.wire import read
from tests.builders import START
from tests.providers.samples import (
    nhq_account,
    nhq_campaign,
    nhq_campaign_lead,
    nhq_conversation,
    nhq_detail,
    nhq_last,
    nhq_message,
)


def row(**changes: object) -> Conversation:
    """The row that NetworkHQ's spelling, changed so, becomes."""
    record = read(NetworkHQConversation, nhq_conversation(**changes)).record
    assert record is not None
    return records.row(record)


def thread(*messages: object, whole: bool = True) -> Conversation:
    """The conversation with these messages."""
    record = read(ConversationDetail, nhq_detail(messages=messages)).record
    assert record is not None
    return records.thread(record, whole=whole)


def test_a_row_is_put_into_our_words() -> None:
    """The list carries the last message only, so the thread is still to be read."""
    conversation = row()

    assert (conversation.id, conversation.sender_id, conversation.sender_name) == ("conv_01", "acc_1", "Jane Doe")
    assert (conversation.lead.id, conversation.lead.name) == ("lead_1", "Ada Lovelace")
    assert conversation.last_text == "Send details."
    assert conversation.last_direction is Direction.INBOUND
    assert conversation.unread is True
    assert (conversation.verdict, conversation.verdict_raw) == (Verdict.INTERESTED, "INTERESTED")
    assert conversation.messages == ()
    assert not conversation.messages_complete
    assert conversation.campaign_id is None
    assert conversation.browser_url == "https://www.linkedin.com/in/ada-lovelace"


def test_a_row_without_anything_is_still_a_row() -> None:
    """A lead without a name, a sender without one, no message: it is shown."""
    conversation = row(lead=None, linkedin_account=None, last_message=None, intent=None)

    assert (conversation.lead.name, conversation.sender_name) == ("Unknown", "")
    assert conversation.lead.id == "conv_01"
    assert conversation.last_at is None
    assert (conversation.verdict, conversation.verdict_raw) == (Verdict.NONE, "")


@pytest.mark.parametrize(
    ("intent", "verdict"),
    [
        ("INTERESTED", Verdict.INTERESTED),
        ("CURIOUS", Verdict.CURIOUS),
        ("NOT_INTERESTED", Verdict.NOT_INTERESTED),
        ("DEFERRED", Verdict.LATER),
        ("CONVERTED", Verdict.MEETING),
        ("NEEDS_LABEL", Verdict.NONE),
        ("BRAND_NEW", Verdict.NONE),
    ],
)
def test_df02_an_intent_that_is_new_is_shown_raw(intent: str, verdict: Verdict) -> None:
    """NetworkHQ's own word stays beside our verdict."""
    conversation = row(intent=intent)

    assert (conversation.verdict, conversation.verdict_raw) == (verdict, intent)


def test_messages_are_sorted_by_time_and_id() -> None:
    """NetworkHQ promises no order."""
    at = "2026-01-06T10:00:00Z"
    conversation = thread(nhq_message("m3"), nhq_message("m2", sent_at=at), nhq_message("m9", sent_at="2026-01-01"))

    assert [message.key for message in conversation.messages] == ["m9", "m2", "m3"]
    assert conversation.messages[0].remote_id == "m9"
    assert conversation.messages_complete


def test_a_page_of_a_thread_is_not_called_the_whole() -> None:
    """The rest is still to come; and only a list row has a fingerprint."""
    conversation = thread(nhq_message(), whole=False)

    assert not conversation.messages_complete
    assert conversation.fingerprint == ""
    assert conversation.last_text == "Send details."


@pytest.mark.parametrize(
    ("message", "body", "kind"),
    [
        (nhq_message(content_type="voice", content=""), "[VOICE]", "voice"),
        (nhq_message(content_type="voice", content="heard"), "heard", "voice"),
        (nhq_message(content=""), "[NO TEXT]", "text"),
        (nhq_message(content_type=None), "Send details.", "text"),
    ],
)
def test_what_is_no_text_has_a_placeholder(message: dict[str, object], body: str, kind: str) -> None:
    """Only text is documented; of anything else the kind is shown."""
    shown = thread(message).messages[0]

    assert (shown.body, shown.kind) == (body, kind)


@pytest.mark.parametrize(
    "change",
    [
        {"updated_at": "2026-01-07T00:00:00Z"},
        {"is_unread": False},
        {"intent": None},
        {"last_message": nhq_last("m2")},
        {"last_message": nhq_last(content="edited")},
        {"last_message": None},
        {"lead": {"id": "lead_1", "first_name": "Augusta"}},
        {"linkedin_account": None},
    ],
)
def test_the_fingerprint_moves_with_everything_in_the_row(change: dict[str, object]) -> None:
    """Also with the read mark alone, whether or not `updated_at` moved."""
    assert row().fingerprint == row().fingerprint
    assert row(**change).fingerprint != row().fingerprint


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("draft", CampaignState.DRAFT),
        ("started", CampaignState.RUNNING),
        ("paused", CampaignState.PAUSED),
        ("completed", CampaignState.FINISHED),
        ("archived", CampaignState.UNKNOWN),
    ],
)
def test_campaigns_have_five_counters(status: str, state: CampaignState) -> None:
    """The totals are all that NetworkHQ reports."""
    record = read(NetworkHQCampaign, nhq_campaign(status=status)).record
    assert record is not None
    campaign = records.campaign(record)

    assert (campaign.state, campaign.state_raw) == (state, status)
    assert campaign.totals == {
        "leads": 10,
        "connections sent": 5,
        "connections accepted": 3,
        "messages sent": 4,
        "replies": 1,
    }
    assert campaign.sender_ids == ("acc_1",)


@pytest.mark.parametrize(
    ("status", "display", "state", "raw"),
    [
        ("active", "queued", EnrolmentState.ACTIVE, "queued"),
        ("completed", "completed", EnrolmentState.STOPPED, "completed"),
        ("failed", "failed", EnrolmentState.STOPPED, "failed"),
        ("excluded", "excluded", EnrolmentState.STOPPED, "excluded"),
        ("paused", "paused", EnrolmentState.UNKNOWN, "paused"),
        ("novel", None, EnrolmentState.UNKNOWN, "novel"),
        (None, "queued", EnrolmentState.ACTIVE, "queued"),
    ],
)
def test_a_lead_of_a_campaign_has_its_state(
    status: str | None, display: str | None, state: EnrolmentState, raw: str
) -> None:
    """The word that NetworkHQ shows is the word we show."""
    record = read(CampaignLead, nhq_campaign_lead(status=status, display_status=display)).record
    assert record is not None
    enrolment = records.enrolment(record, campaign_id="c1")

    assert enrolment is not None
    assert (enrolment.state, enrolment.state_raw, enrolment.lead_id) == (state, raw, "lead_1")


@pytest.mark.parametrize("lead", [None, {}, {"id": None, "linkedin_url": None}])
def test_a_lead_without_id_and_address_cannot_be_joined(lead: object) -> None:
    """It belongs to no conversation that we could know."""
    record = read(CampaignLead, nhq_campaign_lead(lead=lead)).record
    assert record is not None

    assert records.enrolment(record, campaign_id="c1") is None


@pytest.mark.parametrize(
    ("change", "health", "note"),
    [
        ({}, Health.GOOD, ""),
        ({"status": "disconnected"}, Health.BROKEN, "Reconnect"),
        ({"status": "error"}, Health.BROKEN, "error"),
        ({"status": "awaiting_code"}, Health.BROKEN, "code"),
        ({"status": "connecting"}, Health.UNKNOWN, "connecting"),
        ({"status": None}, Health.UNKNOWN, "does not say"),
        ({"cooldown_until": "2026-01-06T00:00:00Z"}, Health.COOLING, "2026-01-06"),
        ({"cooldown_until": "2026-01-04T00:00:00Z"}, Health.GOOD, ""),
    ],
)
def test_a_sender_says_whether_it_can_send(change: dict[str, object], health: Health, note: str) -> None:
    """The warning comes before the composing."""
    record = read(LinkedInAccount, nhq_account(**change)).record
    assert record is not None
    sender = records.sender(record, now=START)

    assert sender.health is health
    assert note in sender.note
