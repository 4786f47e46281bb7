"""What Instantly tells of mails and people only when asked apart: names and profiles, labels, automatic replies.

Asked for beside a page and kept for the life of the client. What cannot be learned now is simply not known: a page is
never lost over it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from postroom.errors import Forbidden, ProviderError
from postroom.records import Direction
from providers.base import Lane
from providers.endpoints import WirePage
from providers.http import Http
from providers.instantly import records
from providers.instantly.endpoints import MAILS, PAGE
from providers.instantly.outreach import address
from providers.instantly.records import Profile, direction, lead_address, profile_of
from providers.instantly.wire import Email, InstantlyLead, LeadLabel
from providers.shaping import line
from providers.wire import number

MAX_KEPT = 20_000
MAX_PEOPLE = 100_000
"""People who are kept; beyond that, whoever was asked for first is forgotten, and asked for again when they write."""
AT_ONCE = 4
"""Mails read by themselves for each page, at most: each costs one of few reads of mails."""
_SPARE = 4
"""Reads of mails that must be free before one is spent on learning."""
_FIRST_OWN_LABEL = 5
"""Interest statuses from here on, and below -4, are the workspace's own."""
_KNOWN = range(-4, _FIRST_OWN_LABEL)


class Asked(Protocol):
    """The operations that answer such questions."""

    http: Http

    async def list_leads(self, *, contacts: Sequence[str], lane: Lane) -> WirePage[InstantlyLead]:
        """The leads with these addresses."""

    async def list_labels(self, *, lane: Lane) -> WirePage[LeadLabel]:
        """The workspace's own interest statuses."""

    async def get_email(self, email: str, *, lane: Lane) -> Email:
        """One mail by itself."""


class Knowledge:
    """Answers that were given once."""

    def __init__(self, ask: Asked) -> None:
        self._ask = ask
        self.people: dict[str, Profile] = {}
        """By address; empty where nobody knew more than the address."""
        self.labels: dict[int, str] = {}
        """The workspace's own interest statuses."""
        self.automatic: dict[str, bool] = {}
        """Whether a mail is an automatic reply, by id."""
        self._waiting: dict[str, tuple[str | None, dict[str, Email]]] = {}
        """Threads of a long walk whose people were not asked for yet: the page that showed each first, its mails."""
        self._refused: set[str] = set()
        """Questions that the key may not ask."""

    async def learn_people(self, threads: Iterable[Sequence[Email]], *, lane: Lane) -> None:
        """Who the people of some threads are, in one question for all that are new."""
        wanted = {email for mails in threads if (email := lead_address(mails))} - self.people.keys()
        await self._ask_for(sorted(wanted)[:PAGE], lane=lane)

    async def gather_people(
        self, threads: Mapping[str, list[Email]], *, place: str | None, last: bool, lane: Lane
    ) -> dict[str, list[Email]]:
        """The threads of a page of a long walk, and earlier ones whose people are known only now.

        People are asked for a hundred at a time; those of the first page and of the `last` one at once. `place` is the
        page's cursor.
        """
        if place is None:
            self._waiting.clear()
        for thread, mails in threads.items():
            self._waiting.setdefault(thread, (place, {}))[1].update({mail.id: mail for mail in mails})
        addresses = {thread: lead_address([*mails.values()]) for thread, (_, mails) in self._waiting.items()}
        while wanted := [email for email in dict.fromkeys(addresses.values()) if email and email not in self.people]:
            if len(wanted) < PAGE and place is not None and not last:
                break
            if not await self._ask_for(wanted[:PAGE], lane=lane):
                self._waiting.clear()
                return dict(threads)
        told = [thread for thread, email in addresses.items() if not email or email in self.people]
        known = [mail for thread in told for mail in self._waiting.pop(thread)[1].values()]
        return records.threads(known) | {thread: mails for thread, mails in threads.items() if thread in self._waiting}

    @property
    def waits_from(self) -> str | None:
        """The cursor of the first page with people who were not asked for yet."""
        return next((place for place, _ in self._waiting.values()), None)

    async def _ask_for(self, wanted: Sequence[str], *, lane: Lane) -> bool:
        """Ask who some people are. False: nothing was learned."""
        if not wanted or "people" in self._refused:
            return False
        try:
            page = await self._ask.list_leads(contacts=wanted, lane=lane)
        except ProviderError as error:
            self._note(error, "people")
            return False
        found: dict[str, InstantlyLead] = {}
        for lead in page.records:  # one for each campaign that somebody is in
            email = address(lead.email)
            if email in wanted and (email not in found or (lead.payload and not found[email].payload)):
                found[email] = lead
        self.people |= {email: profile_of(lead) for email, lead in found.items()}
        if not (found and page.more and len(page.records) + len(page.rejected) >= PAGE):
            # All of them were shown: nobody knows the others.
            self.people |= {email: Profile() for email in wanted if email not in found}
        while len(self.people) > MAX_PEOPLE:
            del self.people[next(iter(self.people))]
        return True

    async def learn_labels(self, mails: Iterable[Email], *, lane: Lane) -> None:
        """What the workspace calls an interest status that is not one of Instantly's."""
        values = {value for mail in mails if (value := number(mail.i_status)) is not None}
        if not values - set(_KNOWN) - self.labels.keys() or "labels" in self._refused:
            return
        try:
            page = await self._ask.list_labels(lane=lane)
        except ProviderError as error:
            self._note(error, "labels")
            return
        for label in page.records:
            value = number(label.interest_status)
            if value is not None and label.label:
                self.labels[value] = line(label.label)
        for value in values - set(_KNOWN):
            self.labels.setdefault(value, f"interest status {value}")

    async def learn_automatic(self, mails: Sequence[Email], *, lane: Lane) -> None:
        """Whether received mails are automatic replies, for a few of them, the first given first."""
        for mail in mails:
            if mail.is_auto_reply is not None and direction(mail) is Direction.INBOUND:
                self.automatic[mail.id] = mail.is_auto_reply
        unknown = [mail.id for mail in mails if direction(mail) is Direction.INBOUND and mail.id not in self.automatic]
        for email in unknown[:AT_ONCE]:
            if self._ask.http.bucket_left(MAILS) <= _SPARE:
                return
            try:
                whole = await self._ask.get_email(email, lane=lane)
            except ProviderError:
                return
            if len(self.automatic) > MAX_KEPT:
                self.automatic.clear()
            self.automatic[email] = bool(whole.is_auto_reply)

    def _note(self, error: ProviderError, question: str) -> None:
        if isinstance(error, Forbidden):
            self._refused.add(question)
