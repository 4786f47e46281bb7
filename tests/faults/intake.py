"""Answers of any kind, taken in as sync takes them in: through the client, the guarded walk and the store's writes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from postroom.records import CampaignKey, Lead, Page, ProviderName
from providers.base import Provider
from store import queries, search, writes, writes_campaigns
from store.database import Store, prepare
from store.rows import View
from sync.walk import Walk, Walked
from tests import builders
from tests.providers import samples_instantly
from tests.providers.stage import Stage, staged

WORKSPACE = "acme"
NOW = builders.at(0)
MANY = 40
"""Requests for one list from which on it is called an endless loop; the walk's guards allow half of it."""

THREADS = {
    ProviderName.HEYREACH: "7/x",
    ProviderName.NETWORKHQ: "conv_01",
    ProviderName.INSTANTLY: samples_instantly.THREAD,
}
"""The conversation whose thread is asked for."""

LISTS = ("conversations", "campaigns", "senders", "campaign_leads")


@dataclass
class Intake:
    """One provider whose next answer the test chooses, and a store that takes everything in."""

    provider: ProviderName
    store: Store
    stage: Stage
    answers: list[bytes] = field(default_factory=lambda: [b""])
    kept: list[object] = field(default_factory=list)
    """The records kept since the test emptied it."""
    rejected: int = 0
    """Records that could not be read."""

    @property
    def client(self) -> Provider:
        return self.stage.client

    async def take(self, what: str, answer: object | bytes) -> int:
        """Answer everything that `what` asks with `answer`, keep what can be kept. Returns the number of requests."""
        self.answers[0] = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        before = len(self.stage.requests)
        if what in LISTS:
            await self.walk(what)
        else:
            await self._one(what)
        return len(self.stage.requests) - before

    async def walk(self, what: str) -> Walked:
        """Walk over a list as sync does."""
        fetch: Callable[[str | None], Awaitable[Page[object]]] = {
            "conversations": lambda cursor: self.client.conversations(cursor=cursor),
            "campaigns": lambda cursor: self.client.campaigns(cursor=cursor),
            "senders": lambda cursor: self.client.senders(cursor=cursor),
            "campaign_leads": lambda cursor: self.client.campaign_leads("7", cursor=cursor),
        }[what]  # type: ignore[assignment]  # pages of four kinds

        def keep(page: Page[object], _cursor: str | None) -> bool:
            self._keep(what, page)
            return False

        return await Walk(name=what, fetch=fetch, take=keep, identity=repr, page_size=100).run()

    def read_everything(self) -> int:
        """Read what is stored the way the screen and the verbs do. Returns how many conversations there are."""
        while search.index_pending(self.store):
            pass
        rows = queries.inbox_rows(self.store, View.ALL, limit=5000)
        for row in rows:
            queries.conversation(self.store, row.key)
            queries.thread(self.store, row.key)
            queries.enrolments(self.store, row.key)
        for campaign in queries.campaigns(self.store, workspace=WORKSPACE):
            queries.campaign(self.store, CampaignKey(WORKSPACE, campaign.id))
        queries.workspaces(self.store)
        queries.quarantined(self.store)
        return len(rows)

    def _keep(self, what: str, page: Page[object]) -> None:
        """As sync keeps a page of this list."""
        store, provider = self.store, self.provider
        self.kept += page.records
        self.rejected += len(page.rejected)
        if what == "conversations":
            writes.apply_conversations(store, WORKSPACE, provider, page, now=NOW)  # type: ignore[arg-type]
        elif what == "campaigns":
            writes_campaigns.apply_campaigns(store, WORKSPACE, provider, page, now=NOW)  # type: ignore[arg-type]
        elif what == "senders":
            writes_campaigns.apply_senders(store, WORKSPACE, page, now=NOW)  # type: ignore[arg-type]
        else:
            writes_campaigns.apply_campaign_leads(store, WORKSPACE, "7", page, now=NOW)  # type: ignore[arg-type]

    async def _one(self, what: str) -> None:
        """As sync asks for one thing, and keeps it."""
        store, provider, lead = self.store, self.provider, _lead()
        if what == "thread":
            told = await self.client.thread(THREADS[provider])
            self.kept += told.conversation.messages
            writes.apply_thread(store, WORKSPACE, provider, told.conversation, complete=not told.more, now=NOW)
        elif what == "campaign":
            campaign = await self.client.campaign("7")
            writes_campaigns.apply_campaigns(store, WORKSPACE, provider, Page((campaign,)), now=NOW)
        elif what == "enrolments":
            enrolments = await self.client.enrolments(lead)
            self.kept += enrolments
            writes_campaigns.apply_enrolments(store, WORKSPACE, lead, enrolments, now=NOW)
        elif what == "statistics":
            figures = await self.client.statistics("7", start_day="2026-01-01", end_day="2026-01-02")
            writes_campaigns.apply_statistics(store, WORKSPACE, "7", figures, now=NOW)
        else:
            await self.client.send("conv_01", "Thanks")


@asynccontextmanager
async def intake(folder: Path, provider: ProviderName) -> AsyncIterator[Intake]:
    """A client and a prepared store."""
    prepare(folder, session="test")
    store = Store.open(folder, session="test")
    answers = [b""]
    writes.set_workspace_status(store, WORKSPACE, provider, state="ok", sentence="", synced_at=NOW, now=NOW)

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=answers[0], headers={"Content-Type": "application/json"})

    try:
        async with staged(provider, answer) as stage:
            yield Intake(provider, store, stage, answers)
    finally:
        store.close()


def _lead() -> Lead:
    return builders.lead("Ada Lovelace", id="lead_1", email="ada@example.com")
