"""What sync writes about campaigns, senders, enrolments and statistics. Each function is one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

from postroom.records import Campaign, Enrolment, Lead, Micros, Page, Sender, Statistics
from postroom.text import email_key, person_key, person_keys, short_ref
from store import erased, kinship
from store.connection import Connection, transaction
from store.database import Store
from store.enrolments import lead_key
from store.streams import keep_rejections
from store.workspaces import number_of, place_of

_DAYS_KEPT = 30


def apply_campaigns(store: Store, workspace: str, provider: str, page: Page[Campaign], *, now: Micros) -> int:
    """Take a page of campaigns in. Returns how many are new or changed."""
    with transaction(store.cache) as cache:
        place = place_of(cache, workspace, provider)
        before = cache.total_changes
        cache.executemany(
            """
            insert into campaign (workspace, native, ref, name, state, state_raw, totals, sender_ids, created_at)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict do update set name = excluded.name, state = excluded.state, state_raw = excluded.state_raw,
                totals = excluded.totals, sender_ids = excluded.sender_ids, created_at = excluded.created_at
            where (name, state, state_raw, totals, sender_ids, created_at) is not (excluded.name, excluded.state,
                excluded.state_raw, excluded.totals, excluded.sender_ids, excluded.created_at)
            """,
            [
                (
                    place.id, c.id, short_ref(provider, workspace, c.id), c.name, c.state.value, c.state_raw,
                    json.dumps(dict(c.totals)), json.dumps(c.sender_ids), c.created_at,
                )
                for c in page.records
            ],
        )  # fmt: skip
        changed = cache.total_changes - before
        keep_rejections(cache, place.id, page.rejected, now=now)
    return changed


def apply_senders(store: Store, workspace: str, page: Page[Sender], *, now: Micros) -> int:
    """Take a page of senders in. Returns how many are new or changed. The workspace must be known."""
    with transaction(store.cache) as cache:
        number = number_of(cache, workspace)
        before = cache.total_changes
        cache.executemany(
            """
            insert into sender (workspace, native, name, health, note, profile_url, email)
            values (?, ?, ?, ?, ?, ?, ?)
            on conflict do update set name = excluded.name, health = excluded.health, note = excluded.note,
                profile_url = excluded.profile_url, email = excluded.email
            where (name, health, note, profile_url, email) is not (excluded.name, excluded.health, excluded.note,
                excluded.profile_url, excluded.email)
            """,
            [(number, s.id, s.name, s.health.value, s.note, s.profile_url, s.email) for s in page.records],
        )
        changed = cache.total_changes - before
        keep_rejections(cache, number, page.rejected, now=now)
    return changed


def apply_enrolments(
    store: Store,
    workspace: str,
    lead: Lead,
    enrolments: tuple[Enrolment, ...],
    *,
    now: Micros,
    provider: str = "",
) -> int:
    """Replace what is known of one lead's enrolments. Returns how many changed, vanished ones included.

    With the `provider`, also in a workspace that was never synced.
    """
    del now
    facts = erased.lead_facts(workspace, lead.id, lead.profile_url, lead.email, lead.linkedin_id)
    if erased.known_in(store.state_dir).knows(facts):
        return 0
    with transaction(store.cache) as cache:
        number = place_of(cache, workspace, provider).id if provider else number_of(cache, workspace)
        who = lead_key(lead.id, lead.profile_url)
        before = cache.total_changes
        _upsert(cache, number, [(who, enrolment) for enrolment in enrolments])
        _link(cache, number, enrolments)
        cache.execute(
            """
            delete from enrolment where workspace = ? and lead in (?, ?)
                and campaign not in (select value from json_each(?))
            """,
            (number, who, lead.id, json.dumps([e.campaign_id for e in enrolments])),
        )
        return cache.total_changes - before


def apply_campaign_leads(store: Store, workspace: str, campaign_id: str, page: Page[Enrolment], *, now: Micros) -> int:
    """Take a page of a campaign's leads in, and tell the conversations that carry no campaign which one it is.

    A conversation whose lead is in several campaigns stays without one: guessing would show the wrong campaign.
    """
    known = erased.known_in(store.state_dir)
    if known.marks:
        page = replace(
            page,
            records=tuple(each for each in page.records if not known.is_enrolment(workspace, each)),
            rejected=tuple(each for each in page.rejected if not known.is_rejection(workspace, each)),
        )
    keyed = [(lead_key(e.lead_id, e.lead_url), e) for e in page.records if e.campaign_id == campaign_id]
    nameless = _without_campaign(store.cache, workspace, [e for _, e in keyed])
    with transaction(store.cache) as cache:
        number = number_of(cache, workspace)
        before = cache.total_changes
        _upsert(cache, number, keyed)
        _link(cache, number, page.records)
        changed = cache.total_changes - before
        _tell_campaign(cache, number, campaign_id, keyed, nameless)
        keep_rejections(cache, number, page.rejected, now=now)
    return changed


def _without_campaign(cache: Connection, workspace: str, enrolments: Iterable[Enrolment]) -> list[tuple[int, str]]:
    """The conversations of these leads, by their own ids, that carry no campaign.

    A look at every conversation, so it is done once for a page, and before the transaction that others wait for.
    """
    return cache.rows(
        lambda conversation, lead: (int(conversation), str(lead)),
        """
        select id, lead_id from conversation
        where workspace = ? and campaign_id is null and lead_id in (select value from json_each(?))
        """,
        (number_of(cache, workspace), json.dumps([e.lead_id for e in enrolments if e.lead_id])),
    )


def _tell_campaign(
    cache: Connection,
    workspace: int,
    campaign: str,
    keyed: Iterable[tuple[str, Enrolment]],
    nameless: Iterable[tuple[int, str]],
) -> None:
    """Say which campaign the conversations of some leads belong to, where a lead is in no other and none is known."""
    leads = [(who, e.lead_id or None, person_key(e.lead_url, e.lead_email)) for who, e in keyed]
    cache.execute(
        """
        with lead (id, person) as materialized (
            select value ->> 1, (select person from identity where key = value ->> 2) from json_each(:leads)
            where (select count(*) from enrolment where workspace = :workspace and lead = value ->> 0) = 1
        )
        update conversation set campaign_id = :campaign, version = version + 1
        where campaign_id is null and id in (
            select c.id from lead cross join conversation c on c.person = lead.person and c.workspace = :workspace
            union all
            select value ->> 0 from json_each(:nameless) where value ->> 1 in (select id from lead)
        )
        """,
        {
            "leads": json.dumps(leads), "workspace": workspace, "campaign": campaign,
            "nameless": json.dumps(list(nameless)),
        },
    )  # fmt: skip


def apply_statistics(store: Store, workspace: str, campaign_id: str, statistics: Statistics, *, now: Micros) -> None:
    """Keep what a campaign's statistics say: days, rates, and when they were read."""
    days = [
        (day.day, day.counts.get("replies", 0), day.counts.get("messages sent", 0))
        for day in statistics.days[-_DAYS_KEPT:]
    ]
    with transaction(store.cache) as cache:
        cache.execute(
            """
            update campaign set days = ?, rates = ?, statistics_at = ?, totals = json_patch(?, totals)
            where workspace = ? and native = ?
            """,
            (
                json.dumps(days), json.dumps(list(statistics.rates.items())), now,
                json.dumps(dict(statistics.totals)), number_of(cache, workspace), campaign_id,
            ),
        )  # fmt: skip


def _link(cache: Connection, workspace: int, enrolments: Iterable[Enrolment]) -> None:
    """A lead that has a profile and an address tells that both are one person."""
    keys = (person_keys(e.lead_url, e.lead_email) for e in enrolments)
    kinship.link(cache, workspace, [(pair[0], pair[1]) for pair in keys if len(pair) == 2])


def _upsert(cache: Connection, workspace: int, keyed: Iterable[tuple[str, Enrolment]]) -> None:
    cache.executemany(
        """
        insert into enrolment (workspace, campaign, lead, lead_id, lead_url, lead_email, campaign_name, state,
            state_raw, campaign_state, enrolled_at, note)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        on conflict do update set lead_id = excluded.lead_id, lead_url = excluded.lead_url,
            lead_email = excluded.lead_email,
            campaign_name = excluded.campaign_name, state = excluded.state, state_raw = excluded.state_raw,
            campaign_state = excluded.campaign_state, enrolled_at = excluded.enrolled_at, note = excluded.note
        where (lead_id, lead_url, lead_email, campaign_name, state, state_raw, campaign_state, enrolled_at, note)
            is not (excluded.lead_id, excluded.lead_url, excluded.lead_email, excluded.campaign_name, excluded.state,
            excluded.state_raw, excluded.campaign_state, excluded.enrolled_at, excluded.note)
        """,
        [
            (
                workspace, e.campaign_id, who, e.lead_id, e.lead_url, email_key(e.lead_email), e.campaign_name,
                e.state.value, e.state_raw, e.campaign_state.value, e.enrolled_at, e.note,
            )
            for who, e in keyed
        ],
    )  # fmt: skip
