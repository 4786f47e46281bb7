"""HeyReach's inbox in Postroom's words."""

from __future__ import annotations

import pytest

from postroom.records import Conversation, Direction, Verdict
from postroom.text import canonical_hash
from providers.heyreach import records
from providers.heyreach.wire import Chatroom
from providers.wire import read
from tests.providers.samples import hr_conversation, hr_message, hr_profile


def made(**changes: object) -> Conversation:
    """The conversation that HeyReach's spelling, changed so, becomes."""
    record = read(Chatroom, hr_conversation(**changes)).record
    assert record is not None
    return records.conversation(record, listed=True)


def test_a_conversation_is_put_into_our_words() -> None:
    """Who with whom, what was said last, and what HeyReach makes of it."""
    conversation = made()

    assert conversation.id == "116968/2-YWRhLTEwMA=="
    assert (conversation.sender_id, conversation.sender_name) == ("116968", "Jane Doe")
    assert conversation.lead.name == "Ada Lovelace"
    assert conversation.lead.id == conversation.lead.profile_url == "https://www.linkedin.com/in/ada-lovelace"
    assert conversation.lead.person == "linkedin:in/ada-lovelace"
    assert conversation.lead.tags == ("Hot",)
    assert conversation.unread is True
    assert conversation.last_direction is Direction.INBOUND
    assert conversation.campaign_id == "594061"
    assert (conversation.verdict, conversation.verdict_raw) == (Verdict.INTERESTED, "Interested")
    assert conversation.messages_complete
    assert [message.direction for message in conversation.messages] == [Direction.OUTBOUND, Direction.INBOUND]
    assert conversation.browser_url == "https://www.linkedin.com/messaging/thread/2-YWRhLTEwMA==/"


def test_df05_equal_messages_of_one_second_both_survive() -> None:
    """Two “ok” are two messages, told apart by number, and the same two each time."""
    twins = [hr_message("ok"), hr_message("ok"), hr_message("ok", sender="ME")]
    first, second = made(messages=twins), made(messages=list(reversed(twins)))

    assert [(m.key, m.ordinal) for m in first.messages if m.direction is Direction.INBOUND] == [
        (first.messages[0].key, 0),
        (first.messages[0].key, 1),
    ]
    assert {(m.key, m.ordinal) for m in first.messages} == {(m.key, m.ordinal) for m in second.messages}


def test_a_message_keeps_its_key_whatever_the_precision_of_its_time() -> None:
    """Milliseconds in one endpoint, microseconds in another, seconds in a third when they are whole: one message."""
    times = ["2026-01-06T10:00:00.118Z", "2026-01-06T10:00:00.1180000Z", "2026-01-06T10:00:00.118999Z"]
    keys = {made(messages=[hr_message(at=each)]).messages[0].key for each in times}

    assert len(keys) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"text": "Sounds bad"},
        {"at": "2026-01-06T10:00:01Z"},
        {"sender": "ME"},
        {"subject": "Hello"},
        {"isInMail": True},
        {"postLink": "https://www.linkedin.com/feed/x"},
    ],
)
def test_messages_that_differ_have_different_keys(other: dict[str, str]) -> None:
    """Whatever a person would call another message is another message."""
    one = made(messages=[hr_message()]).messages[0]
    two = made(messages=[hr_message(**other)]).messages[0]  # type: ignore[arg-type]

    assert one.key != two.key


def test_the_same_text_in_another_conversation_has_another_key() -> None:
    """Keys are unique by themselves."""
    one, two = made().messages[0], made(id="2-b3RoZXI=").messages[0]

    assert one.key != two.key


def test_white_space_that_a_provider_changes_does_not_make_a_new_message() -> None:
    """CRLF for LF and trailing blanks are no other text."""
    one = made(messages=[hr_message("Hi Ada,\nsee you ")]).messages[0]
    two = made(messages=[hr_message("Hi Ada,\r\nsee you")]).messages[0]

    assert one.key == two.key
    assert one.text_hash == canonical_hash("Hi Ada, see you")


def test_texts_are_made_safe() -> None:
    """Nothing that a terminal would obey gets into a record; what is compared is the original."""
    hostile = "\x1b]0;owned\x07\u202eevil"
    conversation = made(
        lastMessageText=hostile,
        messages=[hr_message(hostile, subject=hostile)],
        correspondentProfile=hr_profile(firstName=hostile, companyName=hostile, tags=[hostile]),
    )

    shown = repr(conversation)
    assert "\x1b" not in shown
    assert "\\x1b" not in shown
    assert "\u202e" not in shown
    assert conversation.messages[0].text_hash == canonical_hash(hostile)


@pytest.mark.parametrize(
    ("message", "last_type", "body", "kind"),
    [
        (hr_message("", isInMail=True), "INMAIL", "[INMAIL]", "inmail"),
        (hr_message(""), "VOICE", "[VOICE]", "voice"),
        (hr_message(""), "TEXT", "[NO TEXT]", "text"),
        (hr_message(None), None, "[NO TEXT]", "text"),  # type: ignore[arg-type]
        (hr_message("Hello", isInMail=True), "INMAIL", "Hello", "inmail"),
        (hr_message("", at="2026-01-01T00:00:00Z"), "VOICE", "[NO TEXT]", "text"),
    ],
)
def test_a_body_that_is_not_exposed_has_a_placeholder(
    message: dict[str, object], last_type: str | None, body: str, kind: str
) -> None:
    """A voice note is shown as one, not as an empty bubble."""
    conversation = made(messages=[message], lastMessageType=last_type)

    assert (conversation.messages[0].body, conversation.messages[0].kind) == (body, kind)


def test_a_row_without_a_text_shows_its_type() -> None:
    """The list says [INMAIL] where HeyReach shows nothing."""
    assert made(lastMessageText="", lastMessageType="INMAIL").last_text == "[INMAIL]"


@pytest.mark.parametrize("campaign", [None, 0, "0", -1, "x"])
def test_nobody_is_guessed_into_a_campaign(campaign: object) -> None:
    """Null and 0 both mean: in none."""
    assert made(campaignId=campaign).campaign_id is None


@pytest.mark.parametrize(
    ("total", "complete"), [(2, True), (1, True), (3, False), (None, False), ("2", True), (-1, True), ("many", False)]
)
def test_a_thread_that_is_shorter_than_it_should_be_is_not_called_whole(total: object, complete: bool) -> None:
    """The provider's count is the free check for completeness."""
    assert made(totalMessages=total).messages_complete is complete


def test_groups_and_blocks_are_known() -> None:
    """Nobody is offered a reply that cannot arrive."""
    assert made(groupChat=True).group
    assert made(blockedByMe=True).blocked
    assert made(blockedByParticipant="true").blocked


@pytest.mark.parametrize(
    ("labels", "verdict"),
    [
        (["Interested"], Verdict.INTERESTED),
        (["NOT_INTERESTED"], Verdict.NOT_INTERESTED),
        (["Not interested"], Verdict.NOT_INTERESTED),
        (["Meeting Booked"], Verdict.MEETING),
        (["Out of office"], Verdict.OUT_OF_OFFICE),
        (["Brand new label", "Wrong person"], Verdict.WRONG_PERSON),
        (["Brand new label"], Verdict.NONE),
        ([], Verdict.NONE),
    ],
)
def test_heyreachs_labels_become_verdicts(labels: list[str], verdict: Verdict) -> None:
    """A label that we do not know is still shown in HeyReach's words."""
    conversation = made(correspondentProfile=hr_profile(autoTags=[{"name": name} for name in labels]))

    assert conversation.verdict is verdict
    assert conversation.verdict_raw == ", ".join(labels)


def test_a_lead_without_a_profile_is_still_somebody() -> None:
    """A member who hides the profile is known by the conversation."""
    conversation = made(correspondentProfile=None, linkedInAccount=None)

    assert conversation.lead.id == conversation.id
    assert (conversation.lead.name, conversation.sender_name) == ("Unknown", "")
    assert conversation.lead.person is None


def test_a_strange_id_is_opened_at_the_leads_profile() -> None:
    """Only LinkedIn's own thread ids make an address at LinkedIn."""
    assert made(id="javascript:x").browser_url == "https://www.linkedin.com/in/ada-lovelace"


def test_a_message_without_a_time_follows_its_predecessor() -> None:
    """An unreadable time costs the time, not the message."""
    messages = [
        hr_message("one", at="2026-01-01T00:00:00Z"),
        hr_message("two", at="soon"),
        hr_message("three", at="2026-01-02T00:00:00Z"),
    ]
    conversation = made(messages=messages)

    assert [message.body for message in conversation.messages] == ["one", "two", "three"]
    assert (conversation.messages[1].sent_at, conversation.messages[1].sent_at_raw) == (None, "soon")


def test_an_empty_object_is_no_message() -> None:
    """Nothing in it, nothing to show."""
    assert len(made(messages=[{}, hr_message()]).messages) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"lastMessageAt": "2026-01-07T10:00:00Z"},
        {"lastMessageText": "x"},
        {"lastMessageSender": "ME"},
        {"totalMessages": 3},
        {"read": True},
        {"blockedByMe": True},
        {"blockedByParticipant": True},
        {"campaignId": 7},
        {"correspondentProfile": hr_profile(tags=["Cold"])},
        {"correspondentProfile": hr_profile(autoTags=[])},
    ],
)
def test_the_fingerprint_moves_with_everything_in_the_row(change: dict[str, object]) -> None:
    """A change that a person would see is never missed."""
    assert made().fingerprint == made().fingerprint
    assert made(**change).fingerprint != made().fingerprint


def test_only_a_row_has_a_fingerprint() -> None:
    """A conversation read by itself may be older than its row."""
    record = read(Chatroom, hr_conversation()).record
    assert record is not None

    assert records.conversation(record, listed=False).fingerprint == ""


@pytest.mark.parametrize("text", ["", "x", "7", "7/", "/x", "x/y", "-1/y", "９/y", "1" * 19 + "/y"])
def test_ids_that_are_not_ours_are_known(text: str) -> None:
    """A foreign id is told as such, before any request."""
    assert records.split_conversation_id(text) is None


def test_ids_are_taken_apart_at_the_first_slash() -> None:
    """HeyReach's own ids may hold slashes."""
    assert records.split_conversation_id("120044/2-ZWE3/zk1+TktMjA0NQ==") == (120044, "2-ZWE3/zk1+TktMjA0NQ==")
