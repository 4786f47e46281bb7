"""A person of the world, made from the seed and a number, and found again by the profile address alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from simulator.dice import Dice
from simulator.names import COMPANY_HEADS, COMPANY_TAILS, CULTURES, DECORATIONS, POSITIONS

_SCRAMBLE = 0x9E3779B1
_UNSCRAMBLE = pow(_SCRAMBLE, -1, 1 << 32)
_SHIFT = 0x5BD1E995
_SLUG = re.compile(r"/in/([^/?#]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody written to, or somebody who writes."""

    number: int
    first: str
    last: str
    slug: str
    """The last part of the profile address. Percent-encoded where it has letters that an address must not hold."""
    company: str
    position: str
    place: str
    email: str

    @property
    def name(self) -> str:
        """The whole name."""
        return f"{self.first} {self.last}"

    @property
    def url(self) -> str:
        """The LinkedIn profile address."""
        return f"https://www.linkedin.com/in/{self.slug}"

    @property
    def headline(self) -> str:
        """What stands under the name."""
        return f"{self.position} at {self.company}"

    @property
    def member_id(self) -> str:
        """LinkedIn's number for the member."""
        return str(10_000_000 + self.number * 7919 % 900_000_007)


def newcomer(number: int, url: str, names: tuple[str, ...]) -> Person:
    """Somebody whom a client added: first name, last name, company, position and email, as far as they were told."""
    first, last, company, position, email = (*names, "", "", "", "", "")[:5]
    slug = url.rstrip("/").rpartition("/in/")[2]
    return Person(number, first, last, slug, company, position, "", email)


@lru_cache(maxsize=8192)
def person(seed: int, number: int) -> Person:
    """The person with this number."""
    dice = Dice(seed, 101, number)
    culture = dice.pick(CULTURES)
    given, family = dice.pick(culture.given), dice.pick(culture.family)
    head, tail = dice.pick(COMPANY_HEADS), dice.pick(COMPANY_TAILS)
    last = family.written + (dice.pick(DECORATIONS) if dice.percent(5) else "")
    suffix = f"{(number * _SCRAMBLE + _SHIFT) % (1 << 32):08x}"
    # some addresses carry the name as written, percent-encoded, as LinkedIn's do
    stem = "zo%C3%AB-m%C3%BCller" if number % 211 == 4 else f"{given.latin}-{family.latin}"
    return Person(
        number=number,
        first=given.written,
        last=last,
        slug=f"{stem}-{suffix}",
        company=f"{head} {tail}",
        position=dice.pick(POSITIONS),
        place=dice.pick(culture.places),
        email=f"{given.latin}.{family.latin}.{suffix[:4]}@example.com",
    )


def number_of(seed: int, url: str) -> int | None:
    """The number of the person with this profile address, in any spelling of it. None: no such person."""
    match = _SLUG.search(url)
    if match is None:
        return None
    slug = unquote(match[1]).lower()
    try:
        number = (int(slug.rpartition("-")[2], 16) - _SHIFT) * _UNSCRAMBLE % (1 << 32)
    except ValueError:
        return None
    return number if unquote(person(seed, number).slug).lower() == slug else None
