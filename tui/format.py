"""How times, counts and words are written on the screen. Pure: the present and the time zone come in as arguments."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from postroom.terms import CampaignState, Micros, ProviderName, Verdict

if TYPE_CHECKING:
    from store.rows import CampaignRow

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_EARLIEST, _LATEST = -62_135_510_400, 253_402_214_400
"""Seconds between which every time zone can be drawn: 0001-01-02 to 9999-12-31."""

_PROVIDER_TAGS: dict[str, str] = {
    ProviderName.HEYREACH: "HR",
    ProviderName.NETWORKHQ: "NHQ",
    ProviderName.INSTANTLY: "IN",
}
_NOT_TO_SEND = frozenset({CampaignState.DRAFT, CampaignState.PAUSED, CampaignState.FINISHED, CampaignState.CANCELED})
"""States of a campaign that nobody expects to send."""

_PROVIDER_NAMES: dict[str, str] = {
    ProviderName.HEYREACH: "HeyReach",
    ProviderName.NETWORKHQ: "NetworkHQ",
    ProviderName.INSTANTLY: "Instantly",
}
_VERDICT_TAGS: dict[Verdict, str] = {
    Verdict.INTERESTED: "interested",
    Verdict.CURIOUS: "curious",
    Verdict.NOT_INTERESTED: "declined",
    Verdict.LATER: "later",
    Verdict.MEETING: "meeting",
    Verdict.OUT_OF_OFFICE: "away",
    Verdict.WRONG_PERSON: "wrong person",
    Verdict.DO_NOT_CONTACT: "no contact",
}


def age(at: Micros | None, now: Micros) -> str:
    """How long ago, in at most three characters up to 99 years: `now`, `4m`, `2h`, `1d`, `3w`, `2y`. Empty for None."""
    if at is None:
        return ""
    seconds = (now - at) // 1_000_000
    if seconds < 60:
        return "now"
    if seconds < 3600:
        return f"{seconds // 60}m"
    if seconds < 86_400:
        return f"{seconds // 3600}h"
    days = seconds // 86_400
    if days < 14:
        return f"{days}d"
    return f"{days // 7}w" if days < 365 else f"{min(days // 365, 99)}y"


def until(at: Micros | None, now: Micros) -> str:
    """How long until then, written like `age`; empty for None."""
    return "" if at is None else age(now, at)


def seconds_left(at: Micros | None, now: Micros) -> str:
    """What is left of an undo window: `8s`, rounded up; `0s` when it has passed; empty for None."""
    return "" if at is None else f"{max(0, -((now - at) // 1_000_000))}s"


def clock(at: Micros | None, tz: tzinfo) -> str:
    """The time of day, `14:03`; empty for None."""
    return "" if at is None else f"{_local(at, tz):%H:%M}"


def day(at: Micros | None, now: Micros, tz: tzinfo) -> str:
    """A day in words, for the rule above its messages: `Tuesday 3 November`, with the year when it is not this one."""
    if at is None:
        return "no date"
    then, today = _local(at, tz), _local(now, tz)
    words = f"{_DAYS[then.weekday()]} {then.day} {_MONTHS[then.month - 1]}"
    if then.date() == today.date():
        return f"Today, {words}"
    if 0 < today.toordinal() - then.toordinal() < 2:
        return f"Yesterday, {words}"
    return words if then.year == today.year else f"{words} {then.year}"


def same_day(first: Micros | None, second: Micros | None, tz: tzinfo) -> bool:
    """Whether two times fall on one day where the reader is. Two missing times do."""
    if first is None or second is None:
        return first is second
    return _local(first, tz).date() == _local(second, tz).date()


def count(number: int) -> str:
    """A count in full, `1,234`."""
    return f"{number:,}"


def short_count(number: int) -> str:
    """A count in at most five characters: `999`, `1,234`, `12.3k`, `456k`, `1.2M`."""
    for limit, divisor, unit, digits in ((10_000, 1, "", 0), (100_000, 1e3, "k", 1), (1_000_000, 1e3, "k", 0)):
        if number < limit:
            return (
                f"{number:,}" if divisor == 1 else f"{int(number / divisor * 10**digits) / 10**digits:.{digits}f}{unit}"
            )
    return f"{int(number / 1e5) / 10:.1f}M"


def percent(ratio: float) -> str:
    """A ratio from 0 to 1 as `38 %`; below one per cent with a decimal, and never rounded up to 100."""
    value = ratio * 100
    if 0 < value < 1:
        return f"{value:.1f} %"
    return f"{99 if 99 < value < 100 else round(value)} %"


def plural(number: int, noun: str, nouns: str = "") -> str:
    """`1 lead`, `412 leads`."""
    return f"{count(number)} {noun if number == 1 else nouns or noun + 's'}"


def sender(name: str) -> str:
    """Who we write as, in the middle of a sentence."""
    return name or "an unnamed sender"


def provider_tag(provider: str) -> str:
    """Two or three letters for a provider: `HR`, `NHQ`, `IN`."""
    return _PROVIDER_TAGS.get(provider, provider[:3].upper())


def provider_name(provider: str) -> str:
    """A provider as it writes its own name."""
    return _PROVIDER_NAMES.get(provider, provider)


def why_idle(campaign: CampaignRow) -> str:
    """Why a campaign that should be sending is not. Empty where its state says it already, or nothing is known."""
    return "" if campaign.state in _NOT_TO_SEND else campaign.idle


def verdict_tag(verdict: Verdict, raw: str = "") -> str:
    """A verdict in at most twelve letters; the provider's own word, as people write it, where none of ours fits."""
    return _VERDICT_TAGS.get(verdict, raw.replace("_", " ").lower() if raw.isupper() else raw)


def _local(at: Micros, tz: tzinfo) -> datetime:
    """The moment where the reader is; a time no calendar can show becomes the nearest one that it can."""
    seconds = min(max(at // 1_000_000, _EARLIEST), _LATEST)
    return datetime.fromtimestamp(seconds, UTC).astimezone(tz)
