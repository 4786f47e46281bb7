"""Answers as Instantly spells them, with made-up people. Each call gives a fresh one that a test may change."""

from __future__ import annotations

from tests.providers.samples import Json

THREAD = "0198b006-5456-7372-9610-956111500006"
MAIL = "0198b008-5456-7372-9610-956111500008"
SENT = "0198b009-5456-7372-9610-956111500009"
CAMPAIGN = "0198b002-5456-7372-9610-956111500002"
LEAD = "0198b004-5456-7372-9610-956111500004"
STOPPED = "0198b00c-5456-7372-9610-95611150000c"
JOB = "0198b00d-5456-7372-9610-95611150000d"


def in_mail(mail: str = MAIL, *, thread: str | None = THREAD, **more: object) -> Json:
    return {
        "id": mail,
        "timestamp_created": "2026-08-19T11:54:36.149Z",
        "timestamp_email": "2026-08-19T11:53:36.149Z",
        "message_id": "<abc@mail.example.com>",
        "subject": "Re: Hello",
        "from_address_email": "ada@example.com",
        "to_address_email_list": "sender@acme.example",
        "cc_address_email_list": None,
        "body": {"text": "Interested", "html": "<p>Interested</p>"},
        "organization_id": "0198b001-5456-7372-9610-956111500001",
        "campaign_id": CAMPAIGN,
        "lead": "ada@example.com",
        "lead_id": LEAD,
        "eaccount": "sender@acme.example",
        "ue_type": 2,
        "is_unread": 1,
        "i_status": 1,
        "thread_id": thread,
        "content_preview": "Interested",
        "attachment_json": None,
        "from_address_json": [{"address": "ada@example.com", "name": "Ada Lovelace"}],
        "to_address_json": None,
        **more,
    }


def in_sent(mail: str = SENT, **more: object) -> Json:
    ours: Json = {
        "timestamp_created": "2026-08-18T09:00:02.000Z",
        "timestamp_email": "2026-08-18T09:00:00.000Z",
        "subject": "Hello",
        "from_address_email": "sender@acme.example",
        "to_address_email_list": "ada@example.com",
        "body": {"text": "Hi Ada, quick question.", "html": "Hi Ada, quick question.<br/>"},
        "ue_type": 1,
        "is_unread": 0,
        "i_status": None,
        "content_preview": "Hi Ada, quick question.",
        "from_address_json": [{"address": "sender@acme.example", "name": "Sam Sender"}],
    }
    return in_mail(mail, **{**ours, **more})


def in_page(*items: object, cursor: str | None = None) -> Json:
    return {"items": list(items), "next_starting_after": cursor}


def in_campaign(campaign: str = CAMPAIGN, status: int = 1, **more: object) -> Json:
    return {
        "id": campaign,
        "name": "Founders by mail",
        "status": status,
        "not_sending_status": None,
        "email_list": ["sender@acme.example"],
        "stop_on_reply": True,
        "timestamp_created": "2026-08-01T08:00:00.000Z",
        "timestamp_updated": "2026-08-01T08:00:00.000Z",
        **more,
    }


def in_lead(lead: str = LEAD, **more: object) -> Json:
    return {
        "id": lead,
        "timestamp_created": "2026-08-02T08:00:00.000Z",
        "timestamp_updated": "2026-08-02T08:00:00.000Z",
        "organization": "0198b001-5456-7372-9610-956111500001",
        "campaign": CAMPAIGN,
        "list_id": None,
        "status": 1,
        "email": "ada@example.com",
        "first_name": "Ada",
        "last_name": "Lovelace",
        "company_name": "Engines",
        "job_title": "Analyst",
        "payload": {"linkedin_url": "https://www.linkedin.com/in/ada-lovelace"},
        "lt_interest_status": 1,
        **more,
    }


def in_account(email: str = "sender@acme.example", **more: object) -> Json:
    return {
        "email": email,
        "first_name": "Sam",
        "last_name": "Sender",
        "status": 1,
        "warmup_status": 1,
        "stat_warmup_score": 97,
        "setup_pending": False,
        **more,
    }


def in_vitals() -> Json:
    good = {"domain": "acme.example", "allPass": True, "mx": True, "spf": True, "dkim": True, "dmarc": True}
    return {"status": "success", "success_list": [good], "failure_list": []}


def in_warmup() -> Json:
    counts = {"sent": 40, "received": 38, "landed_inbox": 39, "landed_spam": 1, "health_score": 97}
    return {"email_date_data": {}, "aggregate_data": {"sender@acme.example": counts}}


def in_job(status: str = "success") -> Json:
    return {"id": JOB, "type": "move-leads", "status": status, "progress": 100}


def in_overview(**more: object) -> Json:
    return {"emails_sent_count": 40, "contacted_count": 20, "reply_count": 6, "reply_count_unique": 5, **more}


def in_day(day: str = "2026-01-01", **more: object) -> Json:
    return {"date": day, "sent": 20, "contacted": 10, "replies": 3, "unique_replies": 2, "replies_automatic": 1, **more}


def in_step(step: str = "0", variant: str = "0", **more: object) -> Json:
    return {"step": step, "variant": variant, "sent": 25, "replies": 4, "unique_replies": 3, **more}


def in_answer(method: str, path: str) -> object | None:
    """What Instantly answers to an operation when all is well. None: nothing is known of it."""
    return next((form for part, form in _forms(method).items() if part in path), None)


def _forms(method: str) -> Json:
    """The first part of a path that fits tells the form."""
    return {
        "mark-as-read": {"success": True},
        "/emails/reply": in_mail("0198b010-5456-7372-9610-956111500010", ue_type=3),
        "/emails/": in_mail(is_auto_reply=0),
        "/emails": in_page(in_mail(), in_sent()),
        "/sending-status": {"diagnostics": {"status": "out_of_schedule"}, "summary": {"status": "out_of_schedule"}},
        "/analytics/daily": [in_day("2026-01-02"), in_day()],
        "/analytics/overview": in_overview(),
        "/analytics/steps": [in_step(), in_step("1")],
        "/analytics": [{"campaign_id": CAMPAIGN, "campaign_name": "x", "campaign_status": 1, "emails_sent_count": 4}],
        "/search-by-contact": {"items": [in_campaign()]},
        "/campaigns/": in_campaign(),
        "/campaigns": in_page(in_campaign()),
        "/leads/list": in_page(in_lead()),
        "/leads/move": in_job("pending"),
        "/leads/": in_lead(campaign=None),
        "/lead-lists": in_page({"id": STOPPED, "name": "Stopped"}),
        "/background-jobs/": in_job(),
        "/accounts/test/vitals": in_vitals(),
        "/accounts/warmup-analytics": in_warmup(),
        "/accounts": in_page(in_account()),
        "/lead-labels": in_page({"id": LEAD, "label": "Call in spring", "interest_status": 7}),
    }
