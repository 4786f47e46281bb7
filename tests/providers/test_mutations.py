"""Answers with a hole in them: each field of each endpoint removed, null or of the wrong type, one at a time."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Awaitable, Callable, Iterator

import httpx
import pytest

from postroom.errors import ProviderError
from postroom.records import Conversation, Lead, Page, ProviderName
from providers.base import Lane, Provider
from tests.providers import samples, samples_instantly
from tests.providers.stage import staged

HEYREACH, NETWORKHQ, INSTANTLY = ProviderName.HEYREACH, ProviderName.NETWORKHQ, ProviderName.INSTANTLY
LEAD = Lead(id="lead_1", name="Ada", profile_url="https://www.linkedin.com/in/ada-lovelace")

Ask = Callable[[Provider], Awaitable[object]]
Path = tuple[str | int, ...]

GONE = object()
REPLACEMENTS: tuple[object, ...] = (
    GONE,
    None,
    "",
    "word",
    "\x1b[31m\u202e\x00",
    0,
    -1,
    2**70,
    1.5,
    float("nan"),
    float("inf"),
    True,
    [],
    [None, 7, "x", {}],
    {},
    {"deep": {"er": []}},
)

ENDPOINTS: dict[str, tuple[ProviderName, Ask, object]] = {
    "heyreach conversations": (
        HEYREACH,
        lambda c: c.conversations(lane=Lane.ACTION),
        samples.hr_page(samples.hr_conversation(), samples.hr_conversation("2-dHdv")),
    ),
    "heyreach thread": (HEYREACH, lambda c: c.thread("7/x", lane=Lane.ACTION), samples.hr_conversation()),
    "heyreach campaigns": (HEYREACH, lambda c: c.campaigns(lane=Lane.ACTION), samples.hr_page(samples.hr_campaign())),
    "heyreach campaign": (HEYREACH, lambda c: c.campaign("7"), samples.hr_campaign()),
    "heyreach senders": (HEYREACH, lambda c: c.senders(lane=Lane.ACTION), samples.hr_page(samples.hr_account())),
    "heyreach enrolments": (
        HEYREACH,
        lambda c: c.enrolments(LEAD, lane=Lane.ACTION),
        samples.hr_page(samples.hr_campaign_for_lead()),
    ),
    "heyreach campaign leads": (
        HEYREACH,
        lambda c: c.campaign_leads("7", lane=Lane.ACTION),
        samples.hr_page(samples.hr_campaign_lead()),
    ),
    "heyreach statistics": (
        HEYREACH,
        lambda c: c.statistics("7", start_day="2026-01-01", end_day="2026-01-02", lane=Lane.ACTION),
        samples.hr_stats(),
    ),
    "networkhq conversations": (
        NETWORKHQ,
        lambda c: c.conversations(lane=Lane.ACTION),
        samples.nhq_page(samples.nhq_conversation(), samples.nhq_conversation("conv_02")),
    ),
    "networkhq thread": (
        NETWORKHQ,
        lambda c: c.thread("conv_01", lane=Lane.ACTION),
        {"data": samples.nhq_detail(), **samples.nhq_end()},
    ),
    "networkhq send": (NETWORKHQ, lambda c: c.send("conv_01", "Thanks"), samples.nhq_sent()),
    "networkhq campaigns": (
        NETWORKHQ,
        lambda c: c.campaigns(lane=Lane.ACTION),
        samples.nhq_page(samples.nhq_campaign()),
    ),
    "networkhq senders": (NETWORKHQ, lambda c: c.senders(lane=Lane.ACTION), samples.nhq_page(samples.nhq_account())),
    "networkhq campaign leads": (
        NETWORKHQ,
        lambda c: c.campaign_leads("c1", lane=Lane.ACTION),
        samples.nhq_page(samples.nhq_campaign_lead()),
    ),
    "instantly conversations": (
        INSTANTLY,
        lambda c: c.conversations(lane=Lane.ACTION),
        samples_instantly.in_page(
            samples_instantly.in_mail(), samples_instantly.in_mail("mail-2", thread="thread-2-dHdv")
        ),
    ),
    "instantly thread": (
        INSTANTLY,
        lambda c: c.thread(samples_instantly.THREAD, lane=Lane.ACTION),
        samples_instantly.in_page(samples_instantly.in_mail(), samples_instantly.in_sent()),
    ),
    "instantly send": (
        INSTANTLY,
        lambda c: c.send("conv_01", "Thanks"),
        # One answer to two questions: what the thread says, which a reply answers, and what came of the reply.
        samples_instantly.in_page(samples_instantly.in_mail(thread="conv_01")) | samples_instantly.in_sent(ue_type=3),
    ),
    "instantly campaign": (INSTANTLY, lambda c: c.campaign("c"), samples_instantly.in_campaign()),
    "instantly campaigns": (
        INSTANTLY,
        lambda c: c.campaigns(lane=Lane.ACTION),
        samples_instantly.in_page(samples_instantly.in_campaign()),
    ),
    "instantly senders": (
        INSTANTLY,
        lambda c: c.senders(lane=Lane.ACTION),
        samples_instantly.in_page(samples_instantly.in_account()),
    ),
    "instantly campaign leads": (
        INSTANTLY,
        lambda c: c.campaign_leads("c", lane=Lane.ACTION),
        samples_instantly.in_page(samples_instantly.in_lead()),
    ),
    "instantly enrolments": (
        INSTANTLY,
        lambda c: c.enrolments(Lead(id="ada@example.com", name="Ada"), lane=Lane.ACTION),
        samples_instantly.in_page(samples_instantly.in_lead()),
    ),
}


def places(value: object, path: Path = ()) -> Iterator[Path]:
    """Every place in an answer, the answer itself left out."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in inner:
        yield (*path, step)
        yield from places(item, (*path, step))


def mutated(value: object, path: Path, replacement: object) -> object:
    """`value` with something else at `path`."""
    changed = copy.deepcopy(value)
    inner: object = changed
    for step in path[:-1]:
        assert isinstance(inner, (dict, list))
        inner = inner[step]  # type: ignore[index,call-overload]
    assert isinstance(inner, (dict, list))
    if replacement is GONE:
        del inner[path[-1]]  # type: ignore[arg-type]
    else:
        inner[path[-1]] = replacement  # type: ignore[index,call-overload]
    return changed


async def outcomes(name: str, answers: list[object]) -> list[object]:
    """What comes of each answer: a result or a ProviderError. Anything else fails the test."""
    provider, ask, _ = ENDPOINTS[name]
    current: list[object] = [None]

    def answer(_: httpx.Request) -> httpx.Response:
        content = json.dumps(current[0]).encode()
        return httpx.Response(200, content=content, headers={"Content-Type": "application/json"})

    results: list[object] = []
    async with staged(provider, answer) as stage:
        for current[0] in answers:
            try:
                results.append(await ask(stage.client))
            except ProviderError as error:
                results.append(error)
    return results


@pytest.mark.parametrize("name", ENDPOINTS)
async def test_df03_no_hole_in_an_answer_is_a_crash(name: str) -> None:
    """Each field removed, null or of the wrong type: a result, or a sentence."""
    sample = ENDPOINTS[name][2]
    answers = [mutated(sample, place, each) for place in places(sample) for each in REPLACEMENTS]

    results = await outcomes(name, answers)

    assert len(results) == len(answers)
    assert all(str(result).endswith(".") for result in results if isinstance(result, ProviderError))


@pytest.mark.parametrize("name", ["heyreach conversations", "networkhq conversations", "instantly conversations"])
async def test_df03_a_hole_in_one_row_never_costs_the_other(name: str) -> None:
    """A row that lost its name is set aside; one that lost anything else is kept; its neighbour always is."""
    sample = ENDPOINTS[name][2]
    under = "data" if name.startswith("networkhq") else "items"
    named_by = {(under, 0, "id"), (under, 0, "linkedInAccountId"), (under, 0)}
    for place in places(sample):
        if place[:2] != (under, 0):
            continue
        replacements = [each for each in REPLACEMENTS if each is not GONE or place != (under, 0)]
        pages = await outcomes(name, [mutated(sample, place, each) for each in replacements])
        for replacement, page in zip(replacements, pages, strict=True):
            assert isinstance(page, Page), (place, replacement)
            rows = [row for row in page.records if isinstance(row, Conversation)]
            assert rows[-1].id.endswith(("2-dHdv", "conv_02"))
            if place not in named_by:
                assert len(rows) == 2, (place, replacement)
            elif replacement in (GONE, None, "", []):
                assert (len(rows), len(page.rejected)) == (1, 1), (place, replacement)


@pytest.mark.parametrize("name", ENDPOINTS)
async def test_several_holes_at_once_are_no_crash_either(name: str) -> None:
    """Random damage, the same in every run."""
    rng = random.Random(name)
    sample = ENDPOINTS[name][2]
    answers: list[object] = []
    for _ in range(150):
        answer = sample
        for _ in range(rng.randrange(2, 8)):
            found = list(places(answer))
            if found:
                answer = mutated(answer, rng.choice(found), rng.choice(REPLACEMENTS))
        answers.append(answer)

    assert len(await outcomes(name, answers)) == len(answers)


@pytest.mark.parametrize("name", ENDPOINTS)
async def test_no_control_code_of_an_answer_gets_into_a_record(name: str) -> None:
    """A hostile text in any field, ids included, is made visible or counts as absent; only a cursor is opaque."""
    sample = ENDPOINTS[name][2]
    hostile = "\x1b]0;owned\x07"
    texts = [place for place in places(sample) if not str(place[-1]).lower().endswith(("cursor", "starting_after"))]

    results = await outcomes(name, [mutated(sample, place, hostile) for place in texts])

    shown = [repr(result) + str(result) for result in results]
    assert not [text for text in shown if "\x1b" in text or "\\x1b" in text]
