"""Which request meets which fault."""

from __future__ import annotations

import pytest

from simulator.faults import Fault, Faults, read_fault


def test_a_fault_is_met_as_often_as_it_says() -> None:
    """First some requests pass, then some fail, then all pass."""
    faults = Faults(1)
    faults.add(Fault("close", skip=1, times=2))

    met = [faults.take("heyreach", "inbox/SendMessage") is not None for _ in range(4)]

    assert met == [False, True, True, False]


@pytest.mark.parametrize(
    ("provider", "operation", "expected"),
    [
        ("", "", True),
        ("heyreach", "inbox/SendMessage", True),
        ("heyreach", "SendMessage", True),
        ("networkhq", "", False),
        ("", "Message", False),
        ("", "campaign/GetAll", False),
    ],
)
def test_a_fault_is_about_an_operation(provider: str, operation: str, expected: bool) -> None:
    """By provider, by full name, or by the last part of it."""
    assert Fault("close", provider, operation).meets("heyreach", "inbox/SendMessage") is expected


def test_chance_follows_from_the_seed() -> None:
    """Half of the requests, and always the same half."""
    runs = []
    for _ in range(2):
        faults = Faults(7)
        faults.add(Fault("close", probability=0.5))
        runs.append([faults.take("heyreach", "x") is not None for _ in range(200)])

    assert runs[0] == runs[1]
    assert 70 < sum(runs[0]) < 130


def test_faults_are_cleared_for_one_provider() -> None:
    """What is cleared is gone, and the rest stays."""
    faults = Faults(1)
    for provider in ("heyreach", "networkhq"):
        faults.add(Fault("close", provider))

    faults.clear(provider="heyreach")

    assert [fault.provider for fault in faults.active()] == ["networkhq"]


@pytest.mark.parametrize("row", [{"kind": "nonsense"}, {"kind": "close", "often": 1}, {"kind": "close", "times": "1"}])
def test_a_fault_that_cannot_be_read_says_why(row: dict[str, object]) -> None:
    """Unknown kinds, unknown fields and wrong types are named."""
    with pytest.raises(ValueError, match=r"nonsense|often|times"):
        read_fault(row)
