"""Every provider answers for every action, and a refusal says why."""

from __future__ import annotations

import pytest

from postroom.capabilities import INSTANTLY_VERDICTS, Action, Offer, capability, reply_problem, verdict_problem
from postroom.records import ProviderName, Verdict
from providers.instantly import outreach


@pytest.mark.parametrize("provider", list(ProviderName))
@pytest.mark.parametrize("action", list(Action))
def test_what_is_not_offered_says_why(provider: ProviderName, action: Action) -> None:
    """Nobody presses a dead key and wonders."""
    cell = capability(provider, action)

    assert cell.offered or cell.sentence.endswith(".")


def test_networkhq_cannot_stop_pause_resume_or_mark_seen() -> None:
    """What the vendor's API lacks is not pretended."""
    refused = {action for action in Action if capability(ProviderName.NETWORKHQ, action).offer is Offer.NO}

    assert {Action.STOP_LEAD, Action.PAUSE_CAMPAIGN, Action.RESUME_CAMPAIGN, Action.MARK_SEEN} <= refused


@pytest.mark.parametrize("provider", [ProviderName.HEYREACH, ProviderName.NETWORKHQ])
@pytest.mark.parametrize("text", ["x", "x" * 8000, "é" * 4000, "😀" * 2000, "Hi {{first_name}}", "  x  "])
def test_a_reply_that_fits_can_be_sent(provider: ProviderName, text: str) -> None:
    """The limit is 8,000 however it is counted; a placeholder is a question, not a refusal."""
    assert reply_problem(provider, text) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        (" \n\t ", "empty"),
        ("\u200b\ufeff", "empty"),
        ("x" * 8001, "8001 of at most 8000"),
        ("é" * 4001, "8002 of at most 8000"),
        ("😀" * 2001, "8004 of at most 8000"),
        ("\ud800" * 8001, "at most 8000"),
    ],
)
def test_a_reply_that_a_provider_would_refuse_is_refused_here(text: str, says: str) -> None:
    """Nothing to send, or too much of it by characters, UTF-16 units or bytes."""
    problem = reply_problem(ProviderName.NETWORKHQ, text)

    assert problem is not None
    assert says in problem
    assert problem.endswith(".")


def test_a_verdict_is_told_where_the_provider_has_a_word_for_it() -> None:
    """The table and the client of Instantly know the same words."""
    assert set(outreach.INTEREST) == INSTANTLY_VERDICTS
    assert verdict_problem(ProviderName.INSTANTLY, Verdict.MEETING) == ""
    assert "“later”" in verdict_problem(ProviderName.INSTANTLY, Verdict.LATER)
    assert all(
        verdict_problem(each, Verdict.MEETING).endswith(".") for each in (ProviderName.HEYREACH, ProviderName.NETWORKHQ)
    )
