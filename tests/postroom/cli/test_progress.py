"""The line that a first import draws says what is fetched and how far it is, and goes away."""

from __future__ import annotations

import pytest

from postroom.cli.progress import ProgressLine
from sync.events import Progressed, StatusChanged


def test_how_far_an_import_is_stands_in_one_line() -> None:
    """With the provider's claim as the goal; without one, or with a wrong one, only what was done."""
    line = ProgressLine()
    line(Progressed("acme", "conversations", 1_200, 5_000))
    line(Progressed("beta", "threads", 7))
    line(Progressed("gamma", "senders", 9, 3))

    assert line.text() == "acme conversations 1,200 of 5,000 (24 %) · beta threads 7 · gamma senders 9"


def test_a_workspace_that_is_done_leaves_the_line() -> None:
    """What is shown is what is still going on."""
    line = ProgressLine()
    line(Progressed("acme", "conversations", 1, 2))
    line(StatusChanged("acme", "ok"))

    assert line.text() == ""


def test_nothing_is_drawn_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    """A log file is not filled with carriage returns."""
    line = ProgressLine()
    line(Progressed("acme", "conversations", 1, 2))
    line.clear()

    assert capsys.readouterr().err == ""


def test_a_long_import_leaves_a_line_in_a_log_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    """Where nobody watches, silence for minutes would look like a program that hangs."""
    moments = iter([0.0, 1.0, 16.0, 17.0, 40.0])
    line = ProgressLine(clock=lambda: next(moments))
    for done in (1, 2, 3, 4):
        line(Progressed("acme", "threads", done, 4))

    assert capsys.readouterr().err.splitlines() == ["acme threads 2 of 4 (50 %)", "acme threads 4 of 4 (100 %)"]
