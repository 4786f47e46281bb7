"""The status line after a pull."""

from __future__ import annotations

import pytest

from postroom.errors import Forbidden, NeverSent, ProviderError, RateLimited, Unauthorised, Uncertain
from sync.report import PullReport, Tally
from sync.status import status_after


def report(*problems: str) -> PullReport:
    return Tally(problems=list(problems)).report(workspace="acme", provider="heyreach", requests=1, threads_missing=0)


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (Unauthorised("The key is wrong."), "denied"),
        (Forbidden("A scope is missing."), "denied"),
        (NeverSent("No connection."), "offline"),
        (RateLimited("Too fast."), "limited"),
        (Uncertain("No answer."), "failed"),
    ],
)
def test_each_trouble_has_its_word_and_its_sentence(error: ProviderError, state: str) -> None:
    """The status bar says what is wrong, in the words of whoever knows."""
    word, sentence = status_after(report(str(error)), error)

    assert word == state
    assert sentence.startswith(str(error))


def test_an_incomplete_pull_says_why() -> None:
    """Something missing is never shown as all well."""
    assert status_after(report("The list did not end."), None) == ("incomplete", "The list did not end.")
    assert status_after(report(), None) == ("ok", "")
