"""The status line after a pull."""

from __future__ import annotations

import pytest

from postroom.errors import Forbidden, NeverSent, ProviderError, RateLimited, Unauthorised, Uncertain
from sync.report import PullReport, Tally, missing_sentence
from sync.status import status_after


def report(*problems: str, missing: int = 0) -> PullReport:
    return Tally(problems=list(problems)).report(
        workspace="acme", provider="heyreach", requests=1, threads_missing=missing
    )


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


def test_an_import_that_goes_on_is_no_trouble() -> None:
    """Threads that the next pull reads are progress; anything that stands in its way is said."""
    going_on = report(missing_sentence(50), missing=50)

    assert status_after(going_on, None, importing=True) == ("syncing", "")
    assert status_after(going_on, None) == ("incomplete", missing_sentence(50))
    assert status_after(report("No end.", missing_sentence(50), missing=50), None, importing=True)[0] == "incomplete"
