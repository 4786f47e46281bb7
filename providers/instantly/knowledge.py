"""What Instantly tells of mails and people only when asked apart: names and profiles, labels, automatic replies.

Asked for beside a page and kept for the life of the client. What cannot be learned now is simply not known: a page is
never lost over it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from postroom.errors import Forbidden, ProviderError
from postroom.records import Direction
from providers.base import Lane
from providers.endpoints import WirePage
from providers.http import Http
from providers.instantly.endpoints import MAILS
from providers.instantly.outreach import address
from providers.instantly.records import direction, lead_address
from providers.instantly.wire import Email, InstantlyLead, LeadLabel
from providers.shaping import line
from providers.wire import number

MAX_KEPT = 20_000
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
        self.people: dict[str, InstantlyLead] = {}
        """By address."""
        self.labels: dict[int, str] = {}
        """The workspace's own interest statuses."""
        self.automatic: dict[str, bool] = {}
        """Whether a mail is an automatic reply, by id."""
        self._asked: set[str] = set()
        """Addresses that were asked for, whether or not anybody knew them."""
        self._refused: set[str] = set()
        """Questions that the key may not ask."""

    async def learn_people(self, threads: Iterable[Sequence[Email]], *, lane: Lane) -> None:
        """Who the people of some threads are, in one question for all that are new."""
        wanted = sorted({email for mails in threads if (email := lead_address(mails))} - self._asked)
        if not wanted or "people" in self._refused:
            return
        try:
            page = await self._ask.list_leads(contacts=wanted[:100], lane=lane)
        except ProviderError as error:
            self._note(error, "people")
            return
        if len(self._asked) > MAX_KEPT:
            self._asked.clear()
            self.people.clear()
        self._asked.update(wanted[:100])
        for lead in page.records:
            email = address(lead.email)
            known = self.people.get(email)
            if known is None or (lead.payload and not known.payload):
                self.people[email] = lead

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
