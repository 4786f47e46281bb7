"""A conversation's messages, made again from the seed whenever somebody looks, so that size costs nothing.

What was said since the world began (`Conversation.said`) is kept; everything before it is derived.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from simulator.clock import DAY, HOUR, MINUTE, SECOND
from simulator.dice import Dice, mix
from simulator.people import Person, person
from simulator.scripts import DAYS, NUDGES, OPENINGS, SILENT, SMALL_TALK, TOPICS, Mood, mood_table

Side = Literal["us", "lead"]

_MOODS = mood_table()
_OTHERS = ("Marisol", "Henrik", "Ayaka", "our CFO", "Dr. Okafor", "procurement", "Bartosz")


@dataclass(frozen=True, slots=True)
class Spoken:
    """One message of a conversation."""

    id: str
    side: Side
    text: str
    sent_at: int
    in_mail: bool = False
    subject: str | None = None


@dataclass(slots=True)
class Conversation:
    """One conversation of a workspace: its row. `last_at` orders the inbox."""

    index: int
    id: str
    seed: int
    """What its dialogue is drawn from."""
    person: int
    """The lead's number."""
    sender: int
    """Index of the sender in its workspace."""
    campaign: int | None
    """Index of the campaign that started it. None: nobody knows."""
    told_campaign: bool
    """Whether the provider says which campaign that is."""
    mood: Mood
    length: int
    """How many messages were there when the world began."""
    began_last_at: int
    last_at: int
    seen: bool
    group: bool = False
    blocked_by_me: bool = False
    blocked_by_lead: bool = False
    said: list[Spoken] = field(default_factory=list)
    edits: dict[str, str] = field(default_factory=dict)
    """What messages say now that said something else before, by id."""
    gone: bool = False


def history(world_seed: int, conversation: Conversation, sender: Person) -> tuple[Spoken, ...]:
    """The messages from before the world began, oldest first."""
    lines = _lines(conversation)
    values = _values(conversation, person(world_seed, conversation.person), sender)
    times = _times(conversation, len(lines))
    bare = conversation.index % 23 == 9  # an InMail or voice note whose text the provider does not have
    return tuple(
        Spoken(
            id=f"{conversation.index}-{number}",
            side="us" if line[0] == ">" else "lead",
            text="" if bare and number == len(lines) - 1 else line[1:].format_map(values),
            sent_at=sent_at,
            in_mail=bare and number == len(lines) - 1,
            subject="Partnership" if bare and number == len(lines) - 1 else None,
        )
        for number, (line, sent_at) in enumerate(zip(lines, times, strict=True))
    )


def ends_with_lead(conversation: Conversation) -> bool:
    """Whether the lead had the last word when the world began."""
    return _lines(conversation)[-1][0] == "<"


def fresh_text(conversation: Conversation, lead: Person, template: str) -> str:
    """A template of something new, said in this conversation."""
    return template.format_map(_values(conversation, lead, lead))


def draw_mood(dice: Dice) -> Mood:
    """A mood, as often as its weight."""
    return dice.pick(_MOODS)


def draw_length(dice: Dice, mood: Mood) -> int:
    """How many messages of a dialogue have been said: mostly up to and a little past the lead's first answer."""
    if mood.name == SILENT:
        return dice.between(1, 3)
    if dice.percent(5):
        return dice.between(14, 46)
    return dice.between(2, 8)


def _lines(conversation: Conversation) -> list[str]:
    """The dialogue: an opening, perhaps nudges, then as much of the mood's as has been said."""
    dice = Dice(conversation.seed, 7)
    language, *dialogue = dice.pick(conversation.mood.dialogues)
    nudges = (dice.below(3) if dialogue else 2) if language == "en" else 0
    first = dice.below(len(NUDGES))
    opening = dice.pick(OPENINGS[language])
    lines = [opening, *(NUDGES[(first + step) % len(NUDGES)] for step in range(nudges)), *dialogue]
    if conversation.length <= len(lines):
        return _closed(lines[: conversation.length], dialogue)
    if conversation.length <= 8 or language != "en":
        return lines
    start = 1 if lines[-1][0] == "<" else 0
    more = conversation.length - len(lines)
    return lines + [SMALL_TALK[(start + step) % len(SMALL_TALK)] for step in range(more)]


def _closed(lines: list[str], dialogue: list[str]) -> list[str]:
    """A cut dialogue in which the lead has answered, where the mood says that there was an answer."""
    if dialogue and all(line[0] == ">" for line in lines):
        return [lines[0], dialogue[0]]
    return lines


def _times(conversation: Conversation, count: int) -> list[int]:
    """When the messages were sent, oldest first, the last at the row's time."""
    dice = Dice(conversation.seed, 8)
    moment = conversation.began_last_at
    times = [moment]
    twins = conversation.index % 97 == 5
    for step in range(count - 1):
        short = count > 200 or dice.percent(45)
        gap = dice.between(1, 90) * MINUTE if short else dice.between(2, 70) * HOUR + dice.below(DAY // 24)
        moment -= 0 if twins and step == 0 else gap + dice.below(60) * SECOND + dice.below(1000) * 1000
        times.append(moment)
    return times[::-1]


def _values(conversation: Conversation, lead: Person, sender: Person) -> dict[str, str]:
    """What the placeholders of the dialogues stand for."""
    draw = mix(conversation.seed, 9)
    topic = TOPICS[draw % len(TOPICS)]
    return {
        "first": lead.first,
        "company": lead.company,
        "place": lead.place,
        "me": sender.first,
        "topic": topic,
        "topic_slug": topic.replace(" ", "-"),
        "day": DAYS[draw // 64 % len(DAYS)],
        "other": _OTHERS[draw // 4096 % len(_OTHERS)],
    }
