"""One workspace at one provider: its inbox in order, its senders, campaigns and lists. No HTTP."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from simulator.campaigns import Campaign
from simulator.dice import mix
from simulator.people import Person, newcomer, number_of, person
from simulator.threads import Conversation, Spoken, history

NEWCOMERS = 4_000_000_000
"""From here on people were added by a client."""

_REMEMBERED = 2000
"""Dialogues that are kept rather than made again."""

Rank = tuple[int, int]
"""Orders an inbox, newest first: minus the time of the last message, then the conversation's index."""


@dataclass(frozen=True, slots=True)
class Sender:
    """A LinkedIn seat."""

    index: int
    id: str
    person: Person
    usable: bool
    """Whether its session with LinkedIn is good."""
    cooling: bool
    """Whether it may not send invitations for a while."""
    navigator: bool


@dataclass(slots=True)
class LeadList:
    """A list of leads."""

    id: str
    name: str
    created_at: int
    companies: bool = False
    description: str = ""
    campaigns: tuple[str, ...] = ()
    people: dict[int, None] = field(default_factory=dict)
    """The numbers of the people on it, in the order in which they were put there."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """A message that is not shown before a moment."""

    until: int
    conversation: Conversation
    spoken: Spoken


@dataclass(slots=True)
class Workspace:
    """What one key opens."""

    provider: str
    name: str
    key: str
    world_seed: int
    seed: int
    """What this workspace alone is drawn from."""
    anchor: int
    scopes: frozenset[str]
    credits: int
    conversations: list[Conversation] = field(default_factory=list)
    senders: list[Sender] = field(default_factory=list)
    campaigns: list[Campaign] = field(default_factory=list)
    lists: list[LeadList] = field(default_factory=list)
    newcomers: dict[int, Person] = field(default_factory=dict)
    tags: list[str] = field(default_factory=lambda: ["Hot", "Nurture", "Customer"])
    """Every tag that exists."""
    lead_tags: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """Tags by the number of the person, where they are no longer those the world began with."""
    enriched: dict[int, int] = field(default_factory=dict)
    """When a person was enriched, by number."""
    by_id: dict[str, Conversation] = field(default_factory=dict)
    by_person: dict[int, list[int]] = field(default_factory=dict)
    """The indexes of a person's conversations."""
    ranks: list[Rank] = field(default_factory=list)
    hidden: list[Hidden] = field(default_factory=list)
    """Messages that were delivered and are not shown yet."""
    spoken_in: set[int] = field(default_factory=set)
    """The indexes of the conversations in which something was said since the world began."""
    mail_places: list[tuple[int, int, int]] | None = None
    """Instantly: the mails from before the world began, in the order in which they were stored. None: not yet put."""
    moved: dict[tuple[int, int], tuple[int, str]] = field(default_factory=dict)
    """Instantly: when a person left a campaign, by the campaign's index and the person's number, and for which list."""
    added: dict[tuple[int, int], int] = field(default_factory=dict)
    """Instantly: when a person was added to a campaign."""
    interests: dict[int, int | None] = field(default_factory=dict)
    """Instantly: the interest statuses that were set, by the number of the person."""
    blocked: dict[str, str] = field(default_factory=dict)
    """Instantly: the block list, by id."""
    _began: dict[int, tuple[Spoken, ...]] = field(default_factory=dict)
    """What some conversations held when the world began, as last made."""
    _emails: dict[str, int] = field(default_factory=dict)
    _emails_of: int = 0
    """How many people those are of."""

    def history(self, conversation: Conversation) -> tuple[Spoken, ...]:
        """Every message that the provider shows, oldest first."""
        began = self._began.get(conversation.index)
        if began is None:
            began = history(self.world_seed, conversation, self.senders[conversation.sender].person)
            if len(self._began) >= _REMEMBERED:
                self._began.clear()
            self._began[conversation.index] = began
        if not conversation.said and not conversation.edits:
            return began
        return tuple(
            replace(spoken, text=conversation.edits.get(spoken.id, spoken.text))
            for spoken in (*began, *conversation.said)
        )

    def newest(self, *, after: Rank | None = None) -> Iterator[Conversation]:
        """The conversations, newest first, from behind a rank."""
        start = bisect_right(self.ranks, after) if after else 0
        for position in range(start, len(self.ranks)):
            yield self.conversations[self.ranks[position][1]]

    def say(self, conversation: Conversation, spoken: Spoken) -> None:
        """Add a message and move the conversation to where it now belongs."""
        conversation.said.append(spoken)
        self.spoken_in.add(conversation.index)
        conversation.seen = spoken.side == "us"
        self.touch(conversation, spoken.sent_at)

    def reveal(self, now: int) -> None:
        """Show what is to be shown by now."""
        if not self.hidden:
            return
        due = [hidden for hidden in self.hidden if hidden.until <= now]
        self.hidden = [hidden for hidden in self.hidden if hidden.until > now]
        for hidden in due:
            self.say(hidden.conversation, hidden.spoken)
            if self.provider == "networkhq":
                self.touch(hidden.conversation, hidden.until)  # its rows are dated by their last change

    def remove(self, conversation: Conversation) -> None:
        """Let a conversation be gone."""
        del self.ranks[bisect_left(self.ranks, rank(conversation))]
        del self.by_id[conversation.id]
        self.by_person[conversation.person].remove(conversation.index)
        conversation.gone = True

    def touch(self, conversation: Conversation, moment: int) -> None:
        """Let the conversation's newest activity be at `moment`, if it is later than what there was."""
        del self.ranks[bisect_left(self.ranks, rank(conversation))]
        conversation.last_at = max(conversation.last_at, moment)
        insort(self.ranks, rank(conversation))

    def person(self, number: int) -> Person:
        """The person with this number."""
        return self.newcomers.get(number) or person(self.world_seed, number)

    def find_person(self, url: str) -> Person | None:
        """The person of this workspace with that profile address, in any spelling."""
        number = number_of(self.world_seed, url)
        if number is not None and number in self.by_person:
            return person(self.world_seed, number)
        wanted = url.rstrip("/").lower()
        return next((someone for someone in self.newcomers.values() if someone.url.lower() == wanted), None)

    def find_member(self, member_id: str) -> Person | None:
        """The person of this workspace whom LinkedIn gave that number."""
        return next((who for who in map(self.person, self.people()) if who.member_id == member_id), None)

    def find_email(self, email: str) -> Person | None:
        """The person of this workspace with that email address."""
        return next((who for who in map(self.person, self.people()) if who.email == email), None)

    @property
    def organization(self) -> str:
        """Instantly's id of the workspace."""
        return f"{self.seed & 0xFFFFFFFF:08x}-0000-7372-9610-000000000001"

    def by_email(self) -> dict[str, int]:
        """The numbers of the people, by email address."""
        known = len(self.by_person) + len(self.newcomers)  # not of the addresses, which two may share
        if self._emails_of != known:
            self._emails = {self.person(number).email.lower(): number for number in self.people()}
            self._emails_of = known
        return self._emails

    def people(self) -> Iterator[int]:
        """The numbers of everybody who was written to or added."""
        yield from self.by_person
        yield from self.newcomers

    def welcome(self, url: str, names: tuple[str, ...]) -> tuple[Person, bool]:
        """The person with that profile address, added if need be; and whether they were known."""
        known = self.find_person(url)
        if known is not None:
            return known, True
        number = NEWCOMERS + len(self.newcomers)
        self.newcomers[number] = newcomer(number, url, names)
        return self.newcomers[number], False

    def tags_of(self, number: int) -> tuple[str, ...]:
        """The tags of a person."""
        if number in self.lead_tags:
            return self.lead_tags[number]
        draw = mix(self.seed, 41, number) % 20
        return {0: ("Hot",), 1: ("Nurture",), 2: ("Hot", "Customer")}.get(draw, ())

    def campaign(self, id_: str) -> Campaign | None:
        """The campaign with this id."""
        return next((campaign for campaign in self.campaigns if campaign.id == id_), None)

    def campaigns_of(self, number: int) -> list[Campaign]:
        """The campaigns that hold a person."""
        return [campaign for campaign in self.campaigns if number in campaign.members]

    def list(self, id_: str) -> LeadList | None:
        """The list with this id."""
        return next((found for found in self.lists if found.id == id_), None)

    def sender(self, id_: str) -> Sender | None:
        """The sender with this id."""
        return next((sender for sender in self.senders if sender.id == id_), None)


def rank(conversation: Conversation) -> Rank:
    """Where a conversation stands in its inbox."""
    return -conversation.last_at, conversation.index
