"""What each provider's API offers, as data: the screen, the command line and sync all ask this one table.

Sources: the providers' contracts; a capability that an API lacks is never faked, it is refused with its reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from postroom.records import ProviderName, Verdict
from postroom.text import canonical

MAX_REPLY = 8000
"""Characters of a reply. NetworkHQ documents it without saying what it counts; HeyReach documents nothing."""


class Action(StrEnum):
    """Something that may or may not be offered by a provider."""

    REPLY = "reply"
    MARK_SEEN = "mark_seen"
    STOP_LEAD = "stop_lead"
    PAUSE_CAMPAIGN = "pause_campaign"
    RESUME_CAMPAIGN = "resume_campaign"
    STATISTICS_BY_DAY = "statistics_by_day"
    ADD_TAGS = "add_tags"
    SET_VERDICT = "set_verdict"
    NEVER_CONTACT = "never_contact"


class Offer(StrEnum):
    """Whether an action is offered."""

    YES = "yes"
    EMULATED = "emulated"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Capability:
    """One cell of the table."""

    offer: Offer
    sentence: str = ""
    """EMULATED: how it is done. NO: the reason and what is possible instead. YES: a warning, or empty."""

    @property
    def offered(self) -> bool:
        """Whether the action can be done at all."""
        return self.offer is not Offer.NO


_YES = Capability(Offer.YES)

_TABLE: dict[ProviderName, dict[Action, Capability]] = {
    ProviderName.HEYREACH: {
        **dict.fromkeys(Action, _YES),
        Action.STOP_LEAD: Capability(Offer.YES, "HeyReach cannot undo a stop through its API."),
        Action.NEVER_CONTACT: Capability(
            Offer.YES, "HeyReach's blacklist holds for the whole workspace, and its API takes nobody off again."
        ),
        Action.SET_VERDICT: Capability(Offer.NO, "HeyReach keeps no verdicts, so this one stays in Postroom."),
    },
    ProviderName.NETWORKHQ: {
        Action.REPLY: _YES,
        Action.MARK_SEEN: Capability(
            Offer.NO, "NetworkHQ's API cannot mark a conversation as read, so the read mark stays in Postroom."
        ),
        Action.STOP_LEAD: Capability(
            Offer.NO, "NetworkHQ's API cannot stop a lead. Open the conversation in NetworkHQ and stop it there."
        ),
        Action.PAUSE_CAMPAIGN: Capability(
            Offer.NO, "NetworkHQ's API cannot pause a campaign. Pause it in NetworkHQ's own web page."
        ),
        Action.RESUME_CAMPAIGN: Capability(
            Offer.NO, "NetworkHQ's API cannot resume a campaign. Resume it in NetworkHQ's own web page."
        ),
        Action.STATISTICS_BY_DAY: Capability(Offer.NO, "NetworkHQ reports totals only, not figures per day."),
        Action.ADD_TAGS: Capability(Offer.NO, "NetworkHQ's API cannot tag a lead; a tag set here stays in Postroom."),
        Action.NEVER_CONTACT: Capability(
            Offer.NO, "NetworkHQ's API has no list of people never to contact. Stop them in NetworkHQ's own web page."
        ),
        Action.SET_VERDICT: Capability(
            Offer.NO, "NetworkHQ's API cannot change its verdicts, so this one stays in Postroom."
        ),
    },
    ProviderName.INSTANTLY: {
        **dict.fromkeys(Action, _YES),
        Action.STOP_LEAD: Capability(
            Offer.EMULATED,
            "Instantly's API cannot stop a lead, so it is moved out of the campaign into a list called “Stopped”.",
        ),
        Action.RESUME_CAMPAIGN: Capability(Offer.YES, "Instantly starts and resumes a campaign with the same call."),
        Action.ADD_TAGS: Capability(
            Offer.NO,
            "Instantly's API cannot tag a lead; it has an interest status instead. A tag set here stays in Postroom.",
        ),
        Action.NEVER_CONTACT: Capability(
            Offer.YES, "Instantly's block list holds for the whole workspace. Only in Instantly is it undone."
        ),
        Action.SET_VERDICT: Capability(
            Offer.YES,
            "Instantly is told as its interest status. It may complete the lead and start automations there.",
        ),
    },
}


def capability(provider: ProviderName, action: Action) -> Capability:
    """The cell of the table for a provider and an action."""
    return _TABLE[provider][action]


INSTANTLY_VERDICTS = frozenset(
    {
        Verdict.NONE,
        Verdict.INTERESTED,
        Verdict.MEETING,
        Verdict.OUT_OF_OFFICE,
        Verdict.NOT_INTERESTED,
        Verdict.WRONG_PERSON,
    }
)
"""Those that Instantly has an interest status for."""


def verdict_problem(provider: ProviderName, verdict: Verdict) -> str:
    """Why a provider cannot be told a verdict, as a sentence; empty when it can."""
    cell = capability(provider, Action.SET_VERDICT)
    if not cell.offered:
        return cell.sentence
    if verdict not in INSTANTLY_VERDICTS:
        word = verdict.value.replace("_", " ")
        return f"Instantly has no interest status for “{word}”, so it stays in Postroom."
    return ""


def reply_problem(provider: ProviderName, text: str) -> str | None:
    """Why `text` cannot be sent through `provider`, as a sentence. None: it can.

    The limit is kept in characters, in UTF-16 units and in bytes, since the provider's own unit is unknown.
    """
    if not canonical(text):
        return "There is nothing to send: the reply is empty."
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    longest = max(len(text), units, len(text.encode("utf-8", "surrogatepass")))
    if longest > MAX_REPLY:
        title = {ProviderName.HEYREACH: "HeyReach", ProviderName.NETWORKHQ: "NetworkHQ"}.get(provider, "Instantly")
        return f"The reply is too long for {title}: {longest} of at most {MAX_REPLY} characters. Shorten it."
    return None
