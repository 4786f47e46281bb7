"""DF01: one record that cannot be read, at each place of a page of a hundred: the other ninety-nine are stored."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from postroom.records import ProviderName
from tests.faults.intake import Intake, intake
from tests.faults.matrix import amount
from tests.providers import samples, samples_instantly

HEYREACH, NETWORKHQ, INSTANTLY = ProviderName.HEYREACH, ProviderName.NETWORKHQ, ProviderName.INSTANTLY
PAGE = 100
POISONS: tuple[object, ...] = ("not a record", None, [], {"id": None}, 7)
"""One after the other, from place to place."""

Make = Callable[[int], object]

LISTS: dict[str, tuple[ProviderName, str, str, Make]] = {
    "heyreach conversations": (
        HEYREACH, "conversations", "conversation", lambda n: samples.hr_conversation(f"2-{n:08}")
    ),
    "heyreach campaigns": (HEYREACH, "campaigns", "campaign", lambda n: samples.hr_campaign(1000 + n)),
    "heyreach senders": (HEYREACH, "senders", "sender", lambda n: samples.hr_account(1000 + n)),
    "heyreach campaign leads": (
        HEYREACH,
        "campaign_leads",
        "enrolment",
        lambda n: samples.hr_campaign_lead(1000 + n, linkedInUserProfile=samples.hr_profile(f"lead-{n}")),
    ),
    "heyreach enrolments": (
        HEYREACH, "enrolments", "enrolment", lambda n: samples.hr_campaign_for_lead(1000 + n)
    ),
    "networkhq conversations": (
        NETWORKHQ, "conversations", "conversation", lambda n: samples.nhq_conversation(f"conv_{n}")
    ),
    "networkhq campaigns": (NETWORKHQ, "campaigns", "campaign", lambda n: samples.nhq_campaign(f"c{n}")),
    "networkhq senders": (NETWORKHQ, "senders", "sender", lambda n: samples.nhq_account(f"acc_{n}")),
    "networkhq campaign leads": (
        NETWORKHQ,
        "campaign_leads",
        "enrolment",
        lambda n: samples.nhq_campaign_lead(f"cl_{n}", campaign_id="7", lead={"id": f"lead_{n}", "name": "Ada"}),
    ),
    "instantly conversations": (
        INSTANTLY,
        "conversations",
        "conversation",
        lambda n: samples_instantly.in_mail(f"mail-{n}", thread=f"thread-{n}", lead=f"lead-{n}@example.com"),
    ),
    "instantly campaigns": (INSTANTLY, "campaigns", "campaign", lambda n: samples_instantly.in_campaign(f"c{n}")),
    "instantly senders": (
        INSTANTLY, "senders", "sender", lambda n: samples_instantly.in_account(f"seat-{n}@acme.example")
    ),
    "instantly campaign leads": (
        INSTANTLY,
        "campaign_leads",
        "enrolment",
        lambda n: samples_instantly.in_lead(f"lead-{n}", campaign="7", email=f"lead-{n}@example.com", payload={}),
    ),
    "instantly enrolments": (
        INSTANTLY, "enrolments", "enrolment", lambda n: samples_instantly.in_lead(f"lead-{n}", campaign=f"c{n}")
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
async def test_df01_one_poisoned_record_never_costs_its_page(tmp_path: Path, name: str) -> None:
    """Wherever it stands in its page: ninety-nine are stored, and one is in quarantine."""
    provider, what, table, make = LISTS[name]
    wrong = []
    async with intake(tmp_path, provider) as taking:
        for place in range(0, PAGE, amount(11, 1)):
            # What is known of a lead's enrolments is replaced; the others are added to.
            replaced = what == "enrolments"
            before = 0 if replaced else count(taking, table)
            aside = taking.rejected
            records = [make(1000 * (place + 1) + n) for n in range(PAGE)]
            records[place] = POISONS[place % len(POISONS)]
            await taking.take(what, page(provider, records))
            stored, aside = count(taking, table) - before, taking.rejected - aside
            # A list that is paged by offset was asked for twice: its first page was full.
            if stored != PAGE - 1 or (aside == 0) is not replaced:
                wrong.append((place, stored, aside))

        kinds = count(taking, "quarantine")

    assert wrong == []
    assert kinds > 0 or what == "enrolments"


@pytest.mark.parametrize("provider", [HEYREACH, NETWORKHQ, INSTANTLY])
async def test_df01_one_poisoned_message_never_costs_its_thread(tmp_path: Path, provider: ProviderName) -> None:
    """Wherever it stands among a hundred messages, the other ninety-nine can be read."""
    wrong = []
    async with intake(tmp_path, provider) as taking:
        for place in range(0, PAGE, amount(11, 1)):
            before = count(taking, "message")
            await taking.take("thread", thread(provider, place))
            if count(taking, "message") - before != PAGE - 1:
                wrong.append(place)
        taking.read_everything()

    assert wrong == []


def page(provider: ProviderName, records: list[object]) -> object:
    """The records as this provider's last page."""
    if provider is INSTANTLY:
        return samples_instantly.in_page(*records)
    return samples.hr_page(*records) if provider is HEYREACH else samples.nhq_page(*records)


def thread(provider: ProviderName, poisoned: int) -> object:
    """A thread of a hundred messages, one of which is none."""
    if provider is HEYREACH:
        told: list[object] = [
            samples.hr_message(f"Message {n}", at=f"2026-01-02T{n // 60:02}:{n % 60:02}:00Z") for n in range(PAGE)
        ]
        told[poisoned] = "not a message"
        return samples.hr_conversation(f"2-{poisoned:08}", messages=told, totalMessages=PAGE)
    if provider is INSTANTLY:
        mails: list[object] = [
            samples_instantly.in_mail(f"m{poisoned}-{n}", timestamp_email=f"2026-01-02T{n // 60:02}:{n % 60:02}:00Z")
            for n in range(PAGE)
        ]
        mails[poisoned] = "not a mail"
        return samples_instantly.in_page(*mails)
    told = [samples.nhq_message(f"m{n}", sent_at=f"2026-01-02T{n // 60:02}:{n % 60:02}:00Z") for n in range(PAGE)]
    told[poisoned] = "not a message"
    return {"data": samples.nhq_detail(f"conv_{poisoned}", messages=told), **samples.nhq_end()}


def count(taking: Intake, table: str) -> int:
    """Rows of a table of the cache."""
    return taking.store.cache.number(f"select count(*) from {table}")
