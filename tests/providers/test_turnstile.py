"""Waiting for a turn, with a clock that moves when told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from providers.base import Lane
from providers.limiter import HEYREACH, NETWORKHQ, Limiter
from providers.turnstile import Turnstile
from tests.providers.virtual import VirtualClock, settle


@pytest.fixture
def clock() -> VirtualClock:
    """Time that stands still."""
    return VirtualClock()


@pytest.fixture
async def gate(clock: VirtualClock) -> AsyncIterator[Turnstile]:
    """NetworkHQ's turnstile: one a second in the background."""
    turnstile = Turnstile(Limiter(NETWORKHQ), clock)
    yield turnstile
    await turnstile.aclose()


async def test_turns_come_at_the_pace_of_the_limiter(gate: Turnstile, clock: VirtualClock) -> None:
    """The first at once, then one a second, in the order of asking."""
    passed: list[tuple[int, float]] = []

    async def ask(number: int) -> None:
        async with gate.turn(Lane.BACKFILL):
            passed.append((number, clock.time))

    tasks = [asyncio.create_task(ask(number)) for number in range(4)]
    await clock.advance(10)
    await asyncio.gather(*tasks)

    assert passed == [(0, 0.0), (1, 1.0), (2, 2.0), (3, 3.0)]


async def test_an_action_passes_those_who_wait(gate: Turnstile, clock: VirtualClock) -> None:
    """A send does not stand in line behind an import."""
    passed: list[Lane] = []

    async def ask(lane: Lane) -> None:
        async with gate.turn(lane):
            passed.append(lane)

    tasks = [asyncio.create_task(ask(lane)) for lane in (Lane.BACKFILL,) * 3]
    await settle()
    tasks.append(asyncio.create_task(ask(Lane.ACTION)))
    await settle()
    assert passed == [Lane.BACKFILL, Lane.ACTION]

    await clock.advance(5)
    await asyncio.gather(*tasks)


async def test_a_turn_is_given_on_when_its_holder_is_done(clock: VirtualClock) -> None:
    """Two of the background are on their way; the third leaves when one comes back."""
    gate = Turnstile(Limiter(HEYREACH), clock)
    release = asyncio.Event()
    inside = 0

    async def ask() -> None:
        nonlocal inside
        async with gate.turn(Lane.HEAD):
            inside += 1
            await release.wait()
            inside -= 1

    tasks = [asyncio.create_task(ask()) for _ in range(5)]
    await settle()
    assert inside == 2

    release.set()
    await asyncio.gather(*tasks)
    await gate.aclose()


async def test_whoever_gives_up_leaves_no_gap(gate: Turnstile, clock: VirtualClock) -> None:
    """A cancelled request, waiting or on its way, takes nobody's turn."""
    started = asyncio.Event()

    async def hold() -> None:
        async with gate.turn(Lane.BACKFILL):
            started.set()
            await asyncio.sleep(60)

    holder, waiter = asyncio.create_task(hold()), asyncio.create_task(hold())
    await started.wait()
    for task in (waiter, holder):
        task.cancel()
    await asyncio.gather(holder, waiter, return_exceptions=True)

    last = asyncio.create_task(hold())
    await clock.advance(1.0)
    assert gate.limiter._flying[Lane.BACKFILL] == 1
    last.cancel()
    await asyncio.gather(last, return_exceptions=True)
    assert gate.limiter._flying[Lane.BACKFILL] == 0


async def test_a_turn_won_in_the_moment_of_giving_up_is_given_back(gate: Turnstile, clock: VirtualClock) -> None:
    """Cancelled between the grant and the start: the place is free again."""

    async def ask() -> None:
        async with gate.turn(Lane.BACKFILL):
            pass

    await ask()
    task = asyncio.create_task(ask())
    await settle()
    clock.time = 1.0
    gate._admit()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert gate.limiter._flying[Lane.BACKFILL] == 0


async def test_patience_ends(gate: Turnstile) -> None:
    """Who will not wait for ever is told so."""
    async with gate.turn(Lane.BACKFILL):
        with pytest.raises(TimeoutError):
            async with gate.turn(Lane.BACKFILL, patience=0.01):
                pytest.fail("there was no turn to be had")


async def test_closing_turns_everybody_away(gate: Turnstile) -> None:
    """Nobody waits for a client that is closed."""

    async def ask() -> None:
        async with gate.turn(Lane.BACKFILL):
            pass

    await ask()
    task = asyncio.create_task(ask())
    await settle()
    await gate.aclose()

    with pytest.raises(asyncio.CancelledError):
        await task
