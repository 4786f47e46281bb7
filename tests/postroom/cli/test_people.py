"""`person`: who else somebody is, why, and saying otherwise."""

from __future__ import annotations

import json

import pytest

from simulator.server import SimulatorServer
from tests.postroom.cli.conftest import Run, lines


def refs(run: Run, *arguments: str) -> list[str]:
    """The conversations that `person` names."""
    result = run("person", *arguments, "--json")
    assert result.exit_code == 0, result.output
    return [each["ref"] for each in json.loads(result.stdout)["conversations"]]


@pytest.fixture
def two(synced: SimulatorServer, run: Run) -> list[str]:
    """Two conversations with different people."""
    rows = [str(row["ref"]) for row in lines(run("list", "--view", "all", "--json"))]
    alone = [ref for ref in rows if len(refs(run, ref)) == 1]
    return alone[:2]


def test_joined_by_hand_they_are_one_and_it_says_who_did_it(two: list[str], run: Run) -> None:
    """The reader knows that both are the same human."""
    joined = run("person", two[0], "--join", two[1])

    assert joined.exit_code == 0
    assert "You joined them." in joined.stdout
    assert refs(run, two[1]) == [two[1], two[0]]


def test_set_apart_it_is_with_nobody_else_and_can_be_taken_back(two: list[str], run: Run) -> None:
    """A wrong join does no lasting harm."""
    run("person", two[0], "--join", two[1])
    apart = run("person", two[1], "--apart")
    after = refs(run, two[0])
    run("person", two[1], "--together")

    assert "known in this conversation alone" in apart.stderr
    assert after == [two[0]]
    assert refs(run, two[0]) == two


def test_with_a_number_it_prints_what_was_said_on_all_channels(two: list[str], run: Run) -> None:
    """One timeline, every message with its conversation."""
    run("person", two[0], "--join", two[1])
    told = json.loads(run("person", two[0], "-n", "500", "--json").stdout)["messages"]
    times = [message["sent_at"] for message in told]

    assert len({message["conversation"] for message in told}) == 2
    assert times == sorted(times)


def test_a_conversation_is_not_joined_with_itself(two: list[str], run: Run) -> None:
    """A slip of the hand is said plainly."""
    result = run("person", two[0], "--join", two[0])

    assert result.exit_code == 1
    assert "same conversation" in result.stderr
