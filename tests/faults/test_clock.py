"""CK01, CK03, CK04: our clock is wrong, an hour comes twice, the provider's clock and its headers are absurd."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import formatdate
from pathlib import Path

import pytest

from postroom.records import ProviderName
from postroom.secrets import Secret
from providers.base import Lane
from providers.factory import connect
from simulator.faults import Fault
from simulator.server import SimulatorServer
from store import outbox, queries
from store.rows import InboxRow, View
from tests.e2e.outside import run
from tests.faults.day import UNDO, Day, a_day
from tests.faults.virtual_time import START, LoopClock, run_virtual
from tests.providers.wire_server import Reader, WireServer, Writer, serving

HOUR, DAY = 3600.0, 86_400.0
JUMPS = (HOUR, -HOUR, DAY, -DAY, 3650 * DAY, -3650 * DAY)


@pytest.mark.parametrize("jump", JUMPS)
def test_ck01_a_clock_that_jumps_sends_nothing_early_late_or_twice(tmp_path: Path, jump: float) -> None:
    """Undo times last as long as they were promised to, whichever clock an entry was dated by."""
    day, left, states = run_virtual(_sent_around_a_jump(tmp_path / "state", jump))
    sent = [event for event in day.sim.ledger.events() if event.kind == "message"]

    # By a clock that is a day ahead it waited too long: it is held for the person, never sent late.
    late = {"refused at first"} if jump >= DAY else set()
    assert sorted(event.text for event in sent) == sorted({"after", "before", "refused at first"} - late)
    assert {text for text, state in states.items() if state == "held"} == late
    for name in ("before", "after"):
        assert UNDO - 0.01 <= left[name] <= UNDO + 6.0, name
    assert left.get("refused at first", 0.0) <= 120.0
    assert day.problems == []


async def _sent_around_a_jump(folder: Path, jump: float) -> tuple[Day, dict[str, float], dict[str, str]]:
    """How long three replies took: one waits for a retry, one is in its undo time, one is written after the jump."""
    async with a_day(folder, seed=3, pending_share=0.0) as day:
        rows = _different(day)
        day.sim.fault(Fault("status", status=429, retry_after="7", operation="SendMessage", times=1))
        began = {"refused at first": _give(day, rows[0], "refused at first", undo=0)}
        await asyncio.sleep(1)
        began["before"] = _give(day, rows[1], "before")
        await asyncio.sleep(3.3)
        day.clock.wrong = jump
        began["after"] = _give(day, rows[2], "after")
        await asyncio.sleep(200)
        day.judge_end()
        events = [event for event in day.sim.ledger.events() if event.kind == "message"]
        states = {row.text: row.state for row in outbox.rows(day.store, open_only=False)}
        return day, {event.text: (event.at - START) / 1e6 - began[event.text] for event in events}, states


def _different(day: Day) -> list[InboxRow]:
    """Three HeyReach conversations in which a reply can be sent."""
    rows = queries.inbox_rows(day.store, View.ALL, limit=128)
    return [row for row in rows if row.provider == ProviderName.HEYREACH and not row.blocked][:3]


def _give(day: Day, row: InboxRow, text: str, *, undo: float = UNDO) -> float:
    """Give a reply to the outbox, as the screen does; the moment at which that was."""
    day.give(row, text, undo=undo)
    return day.clock.monotonic()


def test_ck01_a_thread_keeps_its_order_while_the_clock_jumps(tmp_path: Path) -> None:
    """Order comes from the provider, not from when we heard of it."""

    async def talk() -> tuple[list[str], list[str]]:
        async with a_day(tmp_path / "state", seed=4) as day:
            workspace = day.sim.world.workspace("heyreach")
            key = _different(day)[0].key
            conversation = workspace.by_id[key.id.partition("/")[2]]
            for number, jump in enumerate(JUMPS):
                day.clock.wrong = jump
                day.sim.world.hear(workspace, conversation, f"Message {number}")
                day.engine.request_sync()
                await asyncio.sleep(40)
            return [message.body for message in queries.thread(day.store, key)], [f"Message {n}" for n in range(6)]

    shown, said = run_virtual(talk())

    assert [body for body in shown if body.startswith("Message ")] == said


def test_ck03_the_hour_that_comes_twice_changes_no_order(
    tmp_path: Path, make_simulator: Callable[..., SimulatorServer]
) -> None:
    """Half past two comes twice on this night in Berlin; what was said first stands first."""
    first_half_past_two = int(datetime(2026, 10, 25, 0, 30, tzinfo=UTC).timestamp()) * 1_000_000
    simulator = make_simulator(now=first_half_past_two, networkhq_keys=())
    world = simulator.world
    workspace = world.workspace("heyreach")
    one, other = list(workspace.by_id.values())[:2]
    for number, conversation in enumerate((one, other, one, other)):
        world.hear(workspace, conversation, f"Said as number {number}")
        world.clock.advance(1800)
    config = tmp_path / "config.toml"
    config.write_text(
        '[[workspace]]\nname = "acme"\nprovider = "heyreach"\n'
        f'api_key = "env:HEYREACH_API_KEY"\nbase_url = "{simulator.heyreach_url}"\nrequests_per_minute = 6000\n'
    )
    there = ("--config", config, "--state-dir", tmp_path / "state")
    berlin = {"TZ": "Europe/Berlin", "HEYREACH_API_KEY": simulator.heyreach_key}
    run(*there, "sync", "--once", **berlin)
    rows = [json.loads(line) for line in run(*there, "list", "--json", "-n", "2", **berlin).splitlines()]
    shown = [run(*there, "show", row["ref"], **berlin) for row in rows]

    assert [("number 3" in text, "number 2" in text) for text in shown] == [(True, False), (False, True)]
    assert shown[0].index("number 1") < shown[0].index("number 3")
    assert shown[1].index("number 0") < shown[1].index("number 2")


RESETS = ("0", "5", "60", "1e9", "4e9", "99999999999999", "-5", "nan", "inf", "soon", "", str(START // 1_000_000 + 60))


@pytest.mark.parametrize("skew", [0.0, 300.0, -300.0])
@pytest.mark.parametrize("reset", RESETS)
def test_ck04_no_header_makes_us_wait_longer_than_two_minutes(reset: str, skew: float) -> None:
    """However absurd a limit's end is, and however wrong the provider's clock, the pause is from 0 to 120 s."""
    waited, believed = run_virtual(_between_two_reads({"x-ratelimit-reset": reset}, skew))

    assert 0.0 <= waited <= 120.5
    assert believed == pytest.approx(skew, abs=1.0)


def test_ck04_a_reset_is_counted_from_the_providers_own_clock() -> None:
    """It names a moment 45 s after the answer; that our clock differs by five minutes changes nothing."""
    for skew in (0.0, 300.0, -300.0):
        reset = str(int(START / 1e6 + skew + 45))
        waited, _ = run_virtual(_between_two_reads({"x-ratelimit-reset": reset}, skew))

        assert waited == pytest.approx(45.0, abs=1.5)


async def _between_two_reads(headers: dict[str, str], skew: float) -> tuple[float, float]:
    """How long a second read in the background waits after such an answer, and the skew that was found."""
    clock = LoopClock()

    async def answer(state: WireServer, reader: Reader, writer: Writer) -> None:
        while True:
            await state.take_request(reader)
            body = b'{"items": [], "totalCount": 0}'
            told = {
                "date": formatdate(clock.wall() + skew, usegmt=True), "content-type": "application/json",
                "content-length": str(len(body)), "x-ratelimit-limit": "300", "x-ratelimit-remaining": "3", **headers,
            }  # fmt: skip
            lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
            writer.write(f"HTTP/1.1 200 OK\r\n{lines}\r\n".encode() + body)
            await writer.drain()

    async with serving(answer) as server:
        base = f"http://127.0.0.1:{server.port}"
        provider = connect(ProviderName.HEYREACH, key=Secret("made-up"), base_url=base, clock=clock)
        await provider.campaigns(lane=Lane.BACKFILL)
        began = clock.monotonic()
        await provider.campaigns(lane=Lane.BACKFILL)
        waited, believed = clock.monotonic() - began, provider.usage.skew
        await provider.aclose()
    return waited, believed
