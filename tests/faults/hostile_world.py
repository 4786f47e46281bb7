"""A world in which every text of the providers is a payload, and a way to tell which of them a screen shows.

Each text is a mark (`q`, the payload's number, a letter for the field, a colon) with the payload behind it. A case
counts only when a screen shows the mark with what a reader may see of the payload behind it.
"""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from postroom.commands import Reply
from postroom.records import Lead, ProviderName
from postroom.text import sanitise, sanitise_line
from providers.base import Lane
from simulator.corpus import PAYLOADS
from store import outbox, search, writes, writes_campaigns
from store.database import CACHE_FILE, InstanceLock, Store, prepare
from tests import builders
from tests.providers import samples
from tests.providers.stage import staged
from tui.cells import steady

WORKSPACE = "acme"
ACCOUNT = 116968
NOW = builders.at(24 * 60)

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_MARK = re.compile(r"q([0-9a-z]{2})([a-z]):")
_ENOUGH = 3
"""Characters behind a mark that prove that the payload is on screen, where it has so many."""


def text(number: int, letter: str) -> str:
    """The text of a field: its mark, and the payload."""
    return f"q{_DIGITS[number // 36]}{_DIGITS[number % 36]}{letter}:{PAYLOADS[number]}"


@dataclass
class Seen:
    """The cases so far: payload, field, screen."""

    cases: set[tuple[int, str, str]] = field(default_factory=set)

    def look(self, screen: str, shown: str, *, apart_from: Collection[str] = ()) -> None:
        """Take in what a screen shows, `apart_from` the fields that only shine through from behind it."""
        for match in _MARK.finditer(shown):
            number = _DIGITS.index(match[1][0]) * 36 + _DIGITS.index(match[1][1])
            if (
                match[2] not in apart_from
                and number < len(PAYLOADS)
                and _shows(shown[match.start() : match.start() + 60], text(number, match[2]))
            ):
                self.cases.add((number, match[2], screen))


def _shows(shown: str, raw: str) -> bool:
    """Whether the screen goes on after the mark with what may be seen of the payload, and that is something."""
    shown = unicodedata.normalize("NFC", shown)
    for safe in (sanitise_line(raw), sanitise(raw).split("\n")[0], sanitise(raw).replace("\n", "␊")):
        wanted = steady(safe).rstrip()
        enough = wanted[: min(len("q00n:") + _ENOUGH, len(wanted))]
        if len(enough) > len("q00n:") and shown.startswith(enough):
            return True
    return False


def build(folder: Path, numbers: Sequence[int], *, past_the_ingest: bool) -> Path:
    """A state folder with these payloads in every field; returns it.

    `past_the_ingest`: afterwards the payloads are written into the cache raw, as if the ingest had let them through.
    """
    state = folder / "state"
    lock = InstanceLock.acquire(state)
    assert lock is not None
    prepare(state, session="test")
    store = Store.open(state, session="test")
    asyncio.run(_fill(store, numbers))
    while search.index_pending(store):
        pass
    store.close()
    if past_the_ingest:
        _write_raw(state / CACHE_FILE, numbers)
    lock.release()
    return state


async def _fill(store: Store, numbers: Sequence[int]) -> None:
    """Through the client, as sync does: the inbox, the longest thread, campaigns, senders; and the outbox."""
    answers: dict[str, object] = {
        "GetConversationsV3": samples.hr_page(*(_chat(place, n) for place, n in enumerate(numbers))),
        "GetChatroom": _chat(0, numbers[0], messages=_messages(numbers)),
        "campaign/GetAll": samples.hr_page(*(_campaign(place, n, numbers) for place, n in enumerate(numbers))),
        "GetCampaignsForLead": samples.hr_page(*(_enrolment(place, n) for place, n in enumerate(numbers))),
        "li_account": samples.hr_page(*(_account(place, n) for place, n in enumerate(numbers))),
    }

    def answer(request: httpx.Request) -> httpx.Response:
        told = next(told for path, told in answers.items() if path in request.url.path)
        return httpx.Response(200, content=json.dumps(told))  # which spells a lone surrogate as JSON can

    async with staged(ProviderName.HEYREACH, answer) as stage:
        client = stage.client
        page = await client.conversations(lane=Lane.BACKFILL)
        writes.apply_conversations(store, WORKSPACE, "heyreach", page, now=NOW)
        thread = (await client.thread(page.records[0].id)).conversation
        writes.apply_thread(store, WORKSPACE, "heyreach", thread, complete=True, now=NOW)
        writes_campaigns.apply_campaigns(
            store, WORKSPACE, "heyreach", await client.campaigns(lane=Lane.BACKFILL), now=NOW
        )
        writes_campaigns.apply_senders(store, WORKSPACE, await client.senders(lane=Lane.BACKFILL), now=NOW)
        lead: Lead = page.records[0].lead
        enrolments = await client.enrolments(lead, lane=Lane.OPEN_THREAD)
        writes_campaigns.apply_enrolments(store, WORKSPACE, lead, tuple(enrolments), now=NOW)
    for n in numbers:
        reply = Reply(WORKSPACE, thread.id, sanitise(text(n, "x")), str(ACCOUNT), lead_name=sanitise_line(text(n, "r")))
        outbox.hold(store, outbox.enqueue(store, reply, now=NOW), sanitise_line(text(n, "e")), now=NOW)


def _chat(place: int, n: int, messages: list[object] | None = None) -> dict[str, object]:
    """One conversation; the first is the newest."""
    at = f"2026-01-{28 - place // 1400:02}T{23 - place % 1400 // 60:02}:{59 - place % 60:02}:00Z"
    profile = samples.hr_profile(
        f"lead-{place}",
        firstName=text(n, "n"),
        lastName="",
        companyName=text(n, "c"),
        position=text(n, "o"),
        headline=text(n, "h"),
        location=text(n, "l"),
        tags=[text(n, "g")],
        autoTags=[{"name": text(n, "t")}],
    )
    last = samples.hr_message(text(n, "b"), at=at, subject=text(n, "s"), isInMail=place % 2 == 0)
    listed = [*(messages or []), last]
    return samples.hr_conversation(
        f"2-{place:08}",
        account=ACCOUNT,
        lastMessageAt=at,
        lastMessageText=text(n, "p"),
        totalMessages=len(listed) if messages else 500,
        campaignId=1000 + place,
        correspondentProfile=profile,
        linkedInAccount={"id": ACCOUNT, "firstName": text(n, "a"), "lastName": "", "authIsValid": True},
        messages=listed,
    )


def _messages(numbers: Sequence[int]) -> list[object]:
    return [
        samples.hr_message(
            text(n, "b"),
            at=f"2026-01-02T{place // 60:02}:{place % 60:02}:00Z",
            subject=text(n, "s"),
            sender=("ME", "CORRESPONDENT", text(n, "u"))[place % 3],
        )
        for place, n in enumerate(numbers)
    ]


def _campaign(place: int, n: int, numbers: Sequence[int]) -> dict[str, object]:
    """The first campaign writes as everybody."""
    accounts = range(120_000, 120_000 + len(numbers)) if place == 0 else [120_000 + place]
    return samples.hr_campaign(1000 + place, name=text(n, "k"), campaignAccountIds=list(accounts))


def _account(place: int, n: int) -> dict[str, object]:
    return samples.hr_account(120_000 + place, firstName=text(n, "d"), lastName="", emailAddress=text(n, "y"))


def _enrolment(place: int, n: int) -> dict[str, object]:
    return samples.hr_campaign_for_lead(1000 + place, campaignName=text(n, "k"), leadStatus=text(n, "w"))


def _write_raw(cache: Path, numbers: Sequence[int]) -> None:
    """Put the payloads as they are where the ingest has put what it made of them."""
    fields = {
        "conversation": {
            "lead_name": "n", "company": "c", "position": "o", "headline": "h", "preview": "p", "subject": "s",
            "verdict_raw": "t", "sender_name": "a", "location": "l",
        },
        "message": {"body": "b", "subject": "s"},
        "campaign": {"name": "k"},
        "enrolment": {"campaign_name": "k", "state_raw": "w"},
        "sender": {"name": "d"},
    }  # fmt: skip
    with sqlite3.connect(cache) as db:
        for table, columns in fields.items():
            for column, letter in columns.items():
                for n in numbers:
                    raw = text(n, letter)
                    if raw.isprintable() or any("\ud800" <= char <= "\udfff" for char in raw):
                        continue
                    mark = raw[: len("q00n:")]
                    db.execute(f"update {table} set {column} = ? where {column} like ?", (raw, f"{mark}%"))
    db.close()
