"""One human and everything that the store holds of them: found by an id, a profile address or an email address.

A person is the leads of all providers with the same LinkedIn profile or the same email address.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from postroom.errors import NotFound
from postroom.records import ConversationKey
from postroom.text import person_key, profile_key
from store import erased, queries
from store.connection import Value
from store.database import Store
from store.enrolments import lead_key


@dataclass(slots=True)
class Person:
    """Somebody, and by what the store knows them."""

    name: str = ""
    """The name on their newest conversation. Empty: they have none."""
    names: set[str] = field(default_factory=set)
    rows: list[int] = field(default_factory=list)
    """Row numbers of their conversations in the cache, newest first."""
    conversations: list[ConversationKey] = field(default_factory=list)
    """The same by their keys."""
    refs: set[str] = field(default_factory=set)
    leads: set[tuple[str, str]] = field(default_factory=set)
    """(workspace, the provider's id)."""
    urls: set[str] = field(default_factory=set)
    emails: set[str] = field(default_factory=set)
    linkedin_ids: set[str] = field(default_factory=set)
    enrolments: set[tuple[str, str, str]] = field(default_factory=set)
    """(workspace, lead, campaign): the keys of their enrolments."""

    @property
    def profiles(self) -> set[str]:
        """Their profile addresses in the form that is compared."""
        return {key for key in map(profile_key, self.urls) if key}

    @property
    def persons(self) -> set[str]:
        """What `conversation.person` says of them."""
        found = {person_key(url) for url in self.urls} | {person_key(None, email) for email in self.emails}
        return {key for key in found if key}

    def facts(self) -> set[str]:
        """What they would be recognised by if a provider showed them again."""
        facts = {erased.conversation_fact(key.workspace, key.id) for key in self.conversations}
        for workspace, lead_id in self.leads:
            facts.update(erased.lead_facts(workspace, lead_id))
        for url in self.urls:
            facts.update(erased.lead_facts("", "", url))
        for email in self.emails:
            facts.update(erased.lead_facts("", "", None, email))
        for number in self.linkedin_ids:
            facts.update(erased.lead_facts("", "", None, None, number))
        return facts


def find_person(store: Store, who: str) -> Person:
    """The person of a conversation's id, a profile address, an email address or a lead's id.

    Raises NotFound when the store has nothing of them, and Ambiguous for an id that fits several conversations.
    """
    person = facts_of(who)
    if not person.urls and not person.emails:
        _start_with_id(store, person, who)
    known = -1
    while known != len(person.rows) + len(person.enrolments):
        known = len(person.rows) + len(person.enrolments)
        _gather_conversations(store, person)
        _gather_enrolments(store, person)
    if not person.rows and not person.enrolments:
        raise NotFound(f"Nobody here is known by “{who}”. `postroom list` shows the ids.")
    return person


def facts_of(who: str) -> Person:
    """What an address alone says of a person. Nothing for anything else."""
    person = Person()
    if profile_key(who):
        person.urls.add(who)
    elif "@" in who and "/" not in who:
        person.emails.add(who.strip().lower())
    return person


def _start_with_id(store: Store, person: Person, who: str) -> None:
    """The lead of the conversation with this id, or the lead with this id."""
    try:
        key = queries.find_conversation(store, who).key
    except NotFound:
        person.leads.update(
            store.cache.rows(
                lambda workspace, lead: (str(workspace), str(lead)),
                """
                select distinct w.name, c.lead_id from conversation c join workspace w on w.id = c.workspace
                where c.lead_id = :who
                union select w.name, e.lead_id from enrolment e join workspace w on w.id = e.workspace
                where e.lead_id = :who
                """,
                {"who": who},
            )
        )
    else:
        _take(
            store, person, "c.native = :native and w.name = :workspace", {"native": key.id, "workspace": key.workspace}
        )


def _gather_conversations(store: Store, person: Person) -> None:
    _take(
        store,
        person,
        """
        c.person in (
            select i.person from json_each(:persons) known cross join identity i on i.key = known.value
        ) or lower(trim(c.email)) in (
            select value from json_each(:emails)
        ) or (w.name, c.lead_id) in (select value ->> 0, value ->> 1 from json_each(:leads))
        """,
        {
            "persons": json.dumps(sorted(person.persons)),
            "emails": json.dumps(sorted(person.emails)),
            "leads": json.dumps(sorted(person.leads)),
        },
    )


def _take(store: Store, person: Person, where: str, parameters: dict[str, Value]) -> None:
    """Add the conversations that fulfil a condition of this file, and what they say of the person."""

    def take(
        number: int, workspace: str, native: str, ref: str, lead_id: str, name: str, url: str | None,
        email: str | None, linkedin_id: str | None,
    ) -> None:  # fmt: skip
        if number in person.rows:
            return
        person.rows.append(number)
        person.conversations.append(ConversationKey(workspace, native))
        person.refs.add(ref)
        person.name = person.name or name
        person.names.update({name} - {""})
        person.leads.update({(workspace, lead_id)} if lead_id else ())
        person.urls.update({url} if url else ())
        person.emails.update({email.strip().lower()} if email and "@" in email else ())
        person.linkedin_ids.update({linkedin_id} if linkedin_id else ())

    store.cache.rows(
        take,
        f"""
        select c.id, w.name, c.native, c.ref, c.lead_id, c.lead_name, c.profile_url, c.email, c.linkedin_id
        from conversation c join workspace w on w.id = c.workspace where {where} order by c.sort_at desc, c.id desc
        """,  # constants
        parameters,
    )


def _gather_enrolments(store: Store, person: Person) -> None:
    """Their places in campaigns, by profile in every workspace and by the provider's id in its own."""

    def take(workspace: str, lead: str, campaign: str, lead_id: str, url: str | None) -> None:
        person.enrolments.add((workspace, lead, campaign))
        person.leads.update({(workspace, lead_id)} if lead_id else ())
        person.urls.update({url} if url else ())

    keys = [lead_key(lead_id, None) for _, lead_id in person.leads]
    store.cache.rows(
        take,
        """
        select w.name, e.lead, e.campaign, e.lead_id, e.lead_url
        from enrolment e join workspace w on w.id = e.workspace
        where e.lead in (select value from json_each(:profiles))
            or (e.lead in (select value from json_each(:keys)) or e.lead_id in (select value from json_each(:keys)))
            and (w.name, e.lead_id) in (select value ->> 0, value ->> 1 from json_each(:leads))
        """,
        {
            "profiles": json.dumps(sorted(person.profiles)),
            "keys": json.dumps(sorted(keys)),
            "leads": json.dumps(sorted(person.leads)),
        },
    )
