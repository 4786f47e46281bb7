"""Instantly's mails, leads, campaigns and mailboxes in Postroom's words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from postroom.records import CampaignState, Conversation, Direction, EnrolmentState, Health, Verdict
from postroom.text import person_key
from providers.instantly import outreach, records
from providers.instantly.wire import Account, Day, Email, InstantlyCampaign, InstantlyLead, Overview, Step, VitalsRow
from tests.providers import samples_instantly as samples


def mail(**more: object) -> Email:
    return Email.model_validate(samples.in_mail(**more))  # type: ignore[arg-type]  # names of fields


def sent(**more: object) -> Email:
    return Email.model_validate(samples.in_sent(**more))  # type: ignore[arg-type]  # names of fields


def shown(*mails: Email, whole: bool = False, **known: object) -> Conversation:
    given = {"automatic": {}, "labels": {}, "leads": {}, **known}
    return records.conversation(mails, whole=whole, **given)  # type: ignore[arg-type]  # the three are dictionaries


def test_a_page_of_mails_is_the_conversations_that_it_shows() -> None:
    """By thread; a mail that Instantly knows no thread of is a conversation of its own."""
    mails = [mail(), sent(), mail(mail="loose", thread=None)]

    grouped = records.threads(mails)

    assert {thread: [each.id for each in group] for thread, group in grouped.items()} == {
        samples.THREAD: [samples.SENT, samples.MAIL],
        "loose": ["loose"],
    }


def test_a_conversation_says_who_and_about_what() -> None:
    """The person by address, the mailbox of ours, the campaign, the newest words."""
    row = shown(sent(), mail())

    assert (row.id, row.sender_id, row.sender_name) == (samples.THREAD, "sender@acme.example", "Sam Sender")
    assert (row.lead.id, row.lead.name, row.lead.person) == ("ada@example.com", "Ada Lovelace", "email:ada@example.com")
    assert (row.channel, row.campaign_id, row.last_text) == ("email", samples.CAMPAIGN, "Interested")
    assert (row.last_direction, row.unread, row.verdict) == (Direction.INBOUND, True, Verdict.INTERESTED)
    assert (row.fragment, row.messages_complete) == (True, False)


def test_the_time_shown_is_the_mails_and_the_watermark_is_instantlys() -> None:
    """A mail that arrives late is shown at the time that it claims, and found by the time it was stored."""
    row = shown(mail())

    assert (row.last_at, row.stored_at) == (1_787_140_416_149_000, 1_787_140_476_149_000)


def test_a_known_lead_brings_the_person_that_linkedin_knows() -> None:
    """Through the address in the lead's payload it is the same human as at the other providers."""
    lead = InstantlyLead.model_validate(samples.in_lead())

    row = shown(mail(), leads={"ada@example.com": records.profile_of(lead)})

    assert (row.lead.company, row.lead.position) == ("Engines", "Analyst")
    assert row.lead.person == person_key("https://linkedin.com/in/ada-lovelace/")


@pytest.mark.parametrize(
    ("kind", "direction"),
    [
        (1, Direction.OUTBOUND),
        (2, Direction.INBOUND),
        (3, Direction.OUTBOUND),
        (4, Direction.UNKNOWN),
        (9, Direction.UNKNOWN),
    ],
)
def test_the_type_says_who_wrote(kind: int, direction: Direction) -> None:
    """What is only scheduled was written by nobody yet."""
    assert records.direction(mail(ue_type=kind)) is direction


def test_a_mail_without_a_type_is_told_by_its_addresses() -> None:
    """Ours is the one from our mailbox."""
    assert records.direction(mail(ue_type=None)) is Direction.INBOUND
    assert records.direction(sent(ue_type=None)) is Direction.OUTBOUND


@pytest.mark.parametrize("flag", [1, True, "true", 1.0])
def test_a_number_is_as_good_as_a_truth(flag: object) -> None:
    """Instantly sends both."""
    assert mail(is_unread=flag).is_unread is True
    assert records.message(mail(is_auto_reply=flag)).kind == "auto_reply"


def test_an_automatic_reply_is_nobodys_answer() -> None:
    """The row does not say that they answered."""
    row = shown(sent(), mail(), automatic={samples.MAIL: True})

    assert row.messages[-1].kind == "auto_reply"
    assert row.last_direction is Direction.UNKNOWN


def test_a_message_keeps_apart_what_it_quotes_and_who_wrote_to_whom() -> None:
    """The lists of addresses are strings with commas."""
    body = {"text": "Interested\n\nOn Tue, 18 Aug 2026, Sam wrote:\n> Hi Ada, quick question."}

    message = records.message(mail(body=body, cc_address_email_list="a@example.com, b@example.com"))

    assert message.body == "Interested"
    assert message.quoted == "On Tue, 18 Aug 2026, Sam wrote:\n> Hi Ada, quick question."
    assert message.participants == (
        "From Ada Lovelace <ada@example.com> to sender@acme.example cc a@example.com, b@example.com"
    )


def test_files_are_named() -> None:
    """The screen cannot open them, but says that they are there."""
    message = records.message(mail(attachment_json={"files": [{"filename": "offer.pdf", "size": 3}]}))

    assert message.body == "Interested\n\n[ATTACHMENT offer.pdf]"


def test_a_label_of_the_workspaces_own_is_shown_raw() -> None:
    """It maps to no verdict of ours."""
    row = shown(mail(i_status=7), labels={7: "Call in spring"})

    assert (row.verdict, row.verdict_raw) == (Verdict.NONE, "Call in spring")


def test_pages_of_one_thread_agree_on_its_fingerprint() -> None:
    """Another page shows other mails of it, which changes nothing by itself."""
    assert shown(mail()).fingerprint == shown(sent(), mail()).fingerprint != ""


@pytest.mark.parametrize(
    ("status", "state", "word"),
    [
        (0, CampaignState.DRAFT, "Draft"),
        (1, CampaignState.RUNNING, "Active"),
        (2, CampaignState.PAUSED, "Paused"),
        (3, CampaignState.FINISHED, "Completed"),
        (4, CampaignState.RUNNING, "Running Subsequences"),
        (-1, CampaignState.FAILED, "Accounts Unhealthy"),
        (-2, CampaignState.FAILED, "Bounce Protect"),
        (-99, CampaignState.UNKNOWN, "Account Suspended"),
        (12, CampaignState.UNKNOWN, "status 12"),
        (None, CampaignState.UNKNOWN, ""),
    ],
)
def test_a_campaigns_number_is_a_state_and_a_word(status: int | None, state: CampaignState, word: str) -> None:
    """One that nobody knows is shown and disables the actions."""
    campaign = outreach.campaign(InstantlyCampaign(id="c", status=status))

    assert (campaign.state, campaign.state_raw) == (state, word)


def test_a_running_campaign_says_why_it_sends_nothing() -> None:
    """Beside its state."""
    campaign = outreach.campaign(InstantlyCampaign(id="c", status=1, not_sending_status=1))

    assert campaign.state_raw == "Active: outside its schedule"


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (1, EnrolmentState.ACTIVE),
        (2, EnrolmentState.UNKNOWN),
        (3, EnrolmentState.STOPPED),
        (-2, EnrolmentState.STOPPED),
    ],
)
def test_a_leads_number_is_not_a_campaigns(status: int, state: EnrolmentState) -> None:
    """2 and 3 mean other things."""
    enrolment = outreach.enrolment(InstantlyLead.model_validate(samples.in_lead(status=status)))

    assert enrolment is not None
    assert enrolment.state is state


def test_a_lead_that_is_in_no_campaign_is_no_enrolment() -> None:
    """A stopped one stands in a list."""
    assert outreach.enrolment(InstantlyLead.model_validate(samples.in_lead(campaign=None))) is None


@pytest.mark.parametrize(
    ("status", "health"), [(1, Health.GOOD), (2, Health.COOLING), (-1, Health.BROKEN), (None, Health.UNKNOWN)]
)
def test_a_mailbox_says_whether_it_can_send(status: int | None, health: Health) -> None:
    """And what to do when it cannot."""
    sender = outreach.sender(Account(email="Sender@acme.example", status=status))

    assert (sender.id, sender.health) == ("sender@acme.example", health)
    assert bool(sender.note) == (health is not Health.GOOD)


def test_a_good_mailbox_with_bad_dns_says_so() -> None:
    """Its mail may not arrive where it should."""
    sender = outreach.sender(
        Account(email="s@acme.example", status=1, stat_warmup_score=41),
        VitalsRow(domain="acme.example", allPass=False, spf=False, dkim=True),
    )

    assert sender.note == ("Its domain fails SPF, so its mail may be taken for spam. Its warm-up score is 41 of 100.")


def test_figures_are_days_totals_steps_and_a_rate() -> None:
    """Instantly counts steps from 0; people do not."""
    statistics = outreach.statistics(
        Overview.model_validate(samples.in_overview()),
        [Day.model_validate(samples.in_day("2026-01-02")), Day.model_validate(samples.in_day())],
        [Step.model_validate(samples.in_step())],
    )

    assert [day.day for day in statistics.days] == ["2026-01-01", "2026-01-02"]
    assert statistics.days[0].counts["replies"] == 2
    assert statistics.totals["step 1A replies"] == 3
    assert statistics.rates == {"reply rate": 0.25}


@pytest.mark.parametrize(("given", "made"), [("Hello", "Re: Hello"), ("RE: Hello", "RE: Hello"), (None, "Re:")])
def test_an_answer_has_its_subject(given: str | None, made: str) -> None:
    """With one “Re:”, whoever wrote it."""
    assert records.reply_subject(given) == made


def test_a_message_that_was_changed_nowhere_is_the_same() -> None:
    """Reading the same mail twice gives the same record."""
    assert records.message(mail()) == replace(records.message(mail()))
