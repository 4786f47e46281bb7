"""The JSON that scripts rely on is the JSON that is documented."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from postroom.cli import formats, shapes
from postroom.cli.front import VERBS
from postroom.records import CampaignState, ConversationKey, Direction, EnrolmentState, Health, Verdict
from store.drafts import Draft
from store.exporting import Decision, Kept, Step
from store.rows import Anchor, CampaignRow, ConversationRow, EnrolmentRow, InboxRow, MessageRow, OutboxRow

DOCUMENT = (Path(__file__).resolve().parents[3] / "docs" / "cli.md").read_text()
AT = 1_767_571_200_000_000

INBOX = InboxRow(
    anchor=Anchor(AT, 1), key=ConversationKey("acme", "1/2-x"), ref="hr:3f9a61c2d07b", provider="heyreach",
    lead_name="Ada Lovelace", company="Analytical Engines", position="CTO", subject="", preview="Thursday?",
    last_direction=Direction.INBOUND, last_at=AT, waiting_since=AT, unread=True, starred=False,
    verdict=Verdict.INTERESTED, verdict_raw="", folder="inbox", wake_at=None, campaign_id="7", blocked=False,
    gone=False, has_draft=False, outbox_state="", also_in=(), version=1,
)  # fmt: skip
HEAD = ConversationRow(
    row=INBOX, sender_id="1", sender_name="Jane Doe", sender_health=Health.GOOD, sender_note="", channel="LinkedIn",
    headline="", location="", profile_url=None, email=None, browser_url=None, lead_id="l", linkedin_id=None,
    tags=("vip",), message_count=1, total_messages=1, complete=True, person=None, group=False,
)  # fmt: skip
MESSAGE = MessageRow(
    id=1, key="k#0", direction=Direction.INBOUND, sent_at=None, body="Thursday?", subject="", kind="text", edited=False,
    author="Ada Lovelace",
)  # fmt: skip
ENTRY = OutboxRow(
    id=1, workspace="acme", kind="reply", state="in_doubt", conversation="1/2-x", title="Reply to Ada", text="Yes",
    error="", attempts=1, created_at=AT, updated_at=AT, undo_until=None, next_attempt_at=None, remote_id=None,
    matched_by="", resend_of=None, verified=False,
)  # fmt: skip
ENROLMENT = EnrolmentRow(
    workspace="acme", provider="heyreach", campaign_id="7", campaign_name="Q3", state=EnrolmentState.ACTIVE,
    state_raw="InSequence", campaign_state=CampaignState.RUNNING, lead_id="l", lead_name="Ada", lead_url=None,
    linkedin_id=None, note="", pending_action="",
)  # fmt: skip
CAMPAIGN = CampaignRow(
    workspace="acme", id="7", ref="hr:91c2", provider="heyreach", name="Q3", state=CampaignState.RUNNING,
    state_raw="IN_PROGRESS", totals=(("leads", 3),), rates=(("reply rate", 0.1),), days=(("2026-01-05", 1, 2),),
    statistics_at=AT, senders=(("Jane", Health.GOOD, ""),), pending_action="",
)  # fmt: skip

KEPT = Kept(
    head=HEAD, messages=(MESSAGE,), versions={1: [("Wednesday?", AT)]}, draft=Draft("Yes", AT, ""),
    decisions=(Decision(1, AT, "star", {}, "starred Ada", None, None),), entries=(ENTRY,),
    steps={1: [Step(AT, "queued", "")]}, enrolments=(ENROLMENT,), campaign=CAMPAIGN,
)  # fmt: skip


@pytest.mark.parametrize(
    "shape",
    [
        shapes.inbox_shape(INBOX),
        shapes.conversation_shape(HEAD, [MESSAGE], [ENTRY], [ENROLMENT]),
        shapes.outbox_shape(ENTRY),
        shapes.statistics_shape(CAMPAIGN),
        formats.kept_shape(KEPT),
    ],
    ids=["list", "show", "outbox", "stats", "export"],
)
def test_every_field_is_documented_and_plain(shape: dict[str, object]) -> None:
    """Whatever a script may read stands in docs/cli.md."""
    plain = json.loads(json.dumps(shape))

    assert [name for name in names(plain) if f"`{name}" not in DOCUMENT and name not in FREE] == []


FREE = {"leads", "reply rate"}
"""Names that come from the provider's counters."""


def names(value: object) -> set[str]:
    """Every key in a document, at every depth."""
    if isinstance(value, dict):
        return set(value) | {name for item in value.values() for name in names(item)}
    return {name for item in value for name in names(item)} if isinstance(value, list) else set()


def test_every_verb_and_every_state_is_documented() -> None:
    """The document names what the program has."""
    states = ("undo", "queued", "sending", "accepted", "pending", "sent", "failed", "in_doubt", "held", "discarded")

    assert [verb for verb in VERBS if verb not in DOCUMENT] == []
    assert [state for state in states if f"`{state}`" not in DOCUMENT] == []
