"""DF02 and DF03: answers with unknown words and with holes in them, through the client into the store and out again."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from postroom.errors import ProviderError
from postroom.records import CampaignKey, CampaignState, Health, ProviderName
from store import queries
from store.rows import View
from tests.faults.intake import MANY, WORKSPACE, intake
from tests.faults.matrix import amount, measured
from tests.providers import samples, samples_instantly
from tests.providers.test_mutations import ENDPOINTS, GONE, REPLACEMENTS, mutated, places
from tests.providers.test_mutations import Path as Path_
from tui.dossier import read_dossier
from tui.offers import offers

EACH = amount(50, 4_600)
"""Damaged answers of each endpoint, besides those with a single hole."""

ODD = (
    *REPLACEMENTS,
    "￿",
    "\ud800",
    "9" * 400,
    10**400,
    -(10**400),
    1e308,
    -(2**63),
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "∞",
    [[]],
    "null",
)


NEIGHBOUR = "77777777"
"""What names the record beside the damaged one."""

NAMED_BY = {"instantly senders": "email", "instantly campaign leads": "email", "instantly enrolments": "campaign"}
"""The field by which records are told apart, where that is not their id."""

WORD = "SOME_WORD_OF_TOMORROW"


@pytest.mark.parametrize("name", ENDPOINTS)
async def test_df03_no_damage_to_an_answer_gets_further_than_its_record(tmp_path: Path, name: str) -> None:
    """Fields removed, null or of another type, one or several at once: no crash, no page lost, no endless loop."""
    provider, _, sample = ENDPOINTS[name]
    what = name.split(" ", 1)[1].replace(" ", "_")
    sample, inside = with_neighbour(sample, NAMED_BY.get(name)) if what != "send" else (sample, None)
    dice = random.Random(name)
    uncaught: list[object] = []
    lost = endless = refused = wordless = 0
    async with intake(tmp_path, provider) as taking:
        for _ in range(EACH):
            contained = inside is not None and dice.random() < 0.5
            answer = damaged(sample, dice, within=inside if contained else ())
            taking.kept.clear()
            try:
                endless += await taking.take(what, answer) > MANY
                lost += contained and NEIGHBOUR not in repr(taking.kept)
            except ProviderError as error:
                refused += 1
                lost += contained
                wordless += not str(error).endswith(".")
            except Exception as error:  # noqa: BLE001 (this is what is counted)
                uncaught.append((answer, error))
        taking.read_everything()

    measured("mutated", responses=EACH, uncaught=len(uncaught), pages_lost=lost, endless_loops=endless)
    assert uncaught == []
    assert (lost, endless, wordless) == (0, 0, 0)
    assert refused < EACH


@pytest.mark.parametrize("provider", [ProviderName.HEYREACH, ProviderName.NETWORKHQ])
async def test_df02_a_word_of_tomorrow_is_kept_and_shown_as_it_is(tmp_path: Path, provider: ProviderName) -> None:
    """Every enumeration with a word that nobody knows: each record is stored, and the words can be read."""
    heyreach = provider is ProviderName.HEYREACH
    answers: dict[str, object] = {
        "conversations": samples.hr_page(
            samples.hr_conversation(
                lastMessageType=WORD, lastMessageSender=WORD, lastMessageText=None, campaignId=7,
                messages=[samples.hr_message("Hello", sender=WORD)],
                correspondentProfile=samples.hr_profile(autoTags=[{"name": WORD}]),
            )
        ) if heyreach else samples.nhq_page(
            samples.nhq_conversation(intent=WORD, last_message=samples.nhq_last(direction=WORD, content_type=WORD))
        ),
        "thread": samples.hr_conversation(messages=[samples.hr_message("Hello", sender=WORD)]) if heyreach
        else {"data": samples.nhq_detail(messages=[samples.nhq_message(direction=WORD, content_type=WORD)])},
        "campaigns": samples.hr_page(samples.hr_campaign(7, status=WORD)) if heyreach
        else samples.nhq_page(samples.nhq_campaign("7", status=WORD)),
        "senders": samples.hr_page(samples.hr_account(status=WORD)) if heyreach
        else samples.nhq_page(samples.nhq_account(status=WORD, account_tier=WORD)),
        "campaign_leads": samples.hr_page(
            samples.hr_campaign_lead(leadCampaignStatus=WORD, leadConnectionStatus=WORD, leadMessageStatus=WORD)
        ) if heyreach else samples.nhq_page(
            samples.nhq_campaign_lead(
                campaign_id="7", status=WORD, display_status=WORD, priority=WORD, intent=WORD,
                sender={"id": "acc_1", "status": WORD},
            )
        ),
    }  # fmt: skip
    if heyreach:
        answers["enrolments"] = samples.hr_page(samples.hr_campaign_for_lead(7, campaignStatus=WORD, leadStatus=WORD))

    async with intake(tmp_path, provider) as taking:
        for what, answer in answers.items():
            await taking.take(what, answer)
        stored = taking.read_everything()
        row = queries.inbox_rows(taking.store, View.ALL, limit=5)[0]
        campaign = queries.campaign(taking.store, CampaignKey(WORKSPACE, "7"))
        enrolments = queries.enrolments(taking.store, row.key)
        dossier = read_dossier(taking.store, row.key)
        senders = taking.store.cache.number("select count(*) from sender")
        quarantined = queries.quarantined(taking.store)

    assert (stored, senders, quarantined) == (1, 1, [])
    assert row.verdict_raw == WORD
    assert campaign is not None
    assert (campaign.state, campaign.state_raw) == (CampaignState.UNKNOWN, WORD)
    assert [each.state_raw for each in enrolments] == [WORD]
    assert dossier is not None
    assert dossier.campaign == campaign
    assert "campaign.toggle" not in dict(offers(dossier))


async def test_df02_a_number_of_tomorrow_is_kept_and_shown_as_it_is(tmp_path: Path) -> None:
    """Instantly's enumerations are numbers: one that nobody knows is stored with its record, and can be read."""
    odd = int(NEIGHBOUR)
    mail = samples_instantly.in_mail(ue_type=odd, i_status=odd)
    answers: dict[str, object] = {
        "conversations": samples_instantly.in_page(mail),
        "thread": samples_instantly.in_page(mail),
        "campaigns": samples_instantly.in_page(samples_instantly.in_campaign("7", odd, not_sending_status=odd)),
        "senders": samples_instantly.in_page(samples_instantly.in_account(status=odd, warmup_status=odd)),
        "campaign_leads": samples_instantly.in_page(samples_instantly.in_lead(status=odd, lt_interest_status=odd)),
        "enrolments": samples_instantly.in_page(samples_instantly.in_lead(campaign="7", status=odd)),
    }
    async with intake(tmp_path, ProviderName.INSTANTLY) as taking:
        for what, answer in answers.items():
            await taking.take(what, answer)
        stored = taking.read_everything()
        row = queries.inbox_rows(taking.store, View.ALL, limit=5)[0]
        said = queries.thread(taking.store, row.key)
        campaign = queries.campaign(taking.store, CampaignKey(WORKSPACE, "7"))
        enrolments = queries.enrolments(taking.store, row.key)
        dossier = read_dossier(taking.store, row.key)
        (health, reason) = taking.store.cache.rows(lambda *columns: columns, "select health, note from sender")[0]
        quarantined = queries.quarantined(taking.store)

    assert (stored, len(said), quarantined) == (1, 1, [])
    assert row.verdict_raw == f"interest status {odd}"
    assert campaign is not None
    assert (campaign.state, campaign.state_raw) == (CampaignState.UNKNOWN, f"status {odd}")
    assert [each.state_raw for each in enrolments] == [f"status {odd}"]
    assert health == Health.UNKNOWN
    assert str(odd) in reason
    assert dossier is not None
    assert "campaign.toggle" not in dict(offers(dossier))


def with_neighbour(sample: object, named_by: str | None) -> tuple[object, Path_ | None]:
    """The answer with one more record, and the place of the first. None: it is no list."""
    if not isinstance(sample, dict):
        return sample, None
    under = next((name for name in ("items", "data") if isinstance(sample.get(name), list)), None)
    if under is None:
        return sample, None
    first = sample[under][0]
    name = named_by or next(name for name in ("id", "campaignId") if name in first)
    other = json.loads(json.dumps(first).replace("ada-lovelace", NEIGHBOUR))
    if isinstance(first[name], str):
        other[name] = f"{NEIGHBOUR}@example.com" if "@" in first[name] else NEIGHBOUR
    else:
        other[name] = int(NEIGHBOUR)
    return sample | {under: [first, other]}, (under, 0)


def damaged(sample: object, dice: random.Random, *, within: Path_) -> object:
    """The answer with one to six holes, all of them below `within`."""
    answer = sample
    for _ in range(dice.choice((1, 1, 1, 2, 3, 6))):
        found = [place for place in places(answer) if place[: len(within)] == within]
        place = dice.choice(found) if found else ()
        hole = dice.choice(ODD)
        if place and not (place == within and hole is GONE):
            answer = mutated(answer, place, hole)
    return answer
