"""Chance that can be asked twice: every draw follows from numbers, so any part of a world can be made again alone.

Not `random.Random`: seeding one costs more than all the draws that a conversation needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_MASK = (1 << 64) - 1


def mix(*parts: int) -> int:
    """A 64-bit number that follows from `parts` and looks like chance."""
    x = 0x9E3779B97F4A7C15
    for part in parts:
        x = ((x ^ (part & _MASK)) * 0xBF58476D1CE4E5B9) & _MASK
        x = ((x ^ (x >> 31)) * 0x94D049BB133111EB) & _MASK
        x ^= x >> 29
    return x


class Dice:
    """A run of draws that starts from `parts`: the same parts give the same run."""

    __slots__ = ("_state",)

    def __init__(self, *parts: int) -> None:
        self._state = mix(*parts)

    def below(self, end: int) -> int:
        """A whole number from 0 to `end` - 1."""
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) & _MASK
        return (self._state >> 33) % end

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def percent(self, share: float) -> bool:
        """True in `share` of 100 cases."""
        return self.below(10_000) < share * 100

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices."""
        return choices[self.below(len(choices))]
