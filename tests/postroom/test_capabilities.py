"""Every provider answers for every action, and a refusal says why."""

from __future__ import annotations

import pytest

from postroom.capabilities import Action, Offer, capability
from postroom.records import ProviderName


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
