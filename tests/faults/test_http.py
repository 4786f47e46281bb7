"""HF01 to HF09: what the network and the provider do to a send, told apart by what each proves of its delivery."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.faults import FaultKind
from simulator.server import SimulatorServer
from sync.clock import DAY, SECOND
from tests.conftest import MakeSimulator
from tests.faults.gate import Gate, opened
from tests.faults.stand import ALL, HR, IN, LIST, NH, Stand, address_of

TEXT = "Tuesday at ten works well."


@pytest.fixture
def far(make_simulator: MakeSimulator) -> SimulatorServer:
    """Providers without a limit, none of whose sends is pending of itself."""
    return make_simulator(
        heyreach_per_minute=None,
        networkhq_per_minute=None,
        instantly_per_minute=None,
        instantly_mails_per_minute=None,
        instantly_conversations=30,
        pending_share=0.0,
    )


@pytest.mark.parametrize("workspace", ALL)
async def test_hf01_a_send_that_is_refused_a_connection_waits_and_leaves_once(
    far: SimulatorServer, tmp_path: Path, workspace: str
) -> None:
    """The thread could still be read, then the door shut: nothing left, so that it is tried until it is open again."""

    def address(gate: Gate) -> Callable[[str], str]:
        return lambda name: gate.url + address_of(far, name).removeprefix(far.url)

    async with opened(far.port) as gate, Stand(far, tmp_path, providers=[workspace], address=address(gate)) as stand:
        await stand.sync()
        key = stand.answerable(workspace)[0]
        gate.shut_after({HR: b"GetChatroom", NH: b"/conversations/", IN: b"search=thread"}[workspace])
        row = await stand.send(key, TEXT)
        refused = [row.state]
        for _ in range(3):
            await stand.sync(after=60)
            refused.append(stand.row(row.id).state)
        attempts = stand.row(row.id).attempts
        tried = stand.tries(workspace)
        await gate.open()
        await stand.sync(after=60)
        await stand.sync()

        assert refused == ["queued"] * 4
        assert attempts >= 1
        assert tried == 0
        assert stand.row(row.id).state == "sent"
        assert stand.delivered(TEXT) == stand.tries(workspace) == 1


async def _delivered_without_an_answer(
    far: SimulatorServer, tmp_path: Path, workspace: str, kind: FaultKind, deadline: float
) -> None:
    async with Stand(far, tmp_path, providers=[workspace], deadline=deadline) as stand:
        await stand.sync()
        key = stand.answerable(workspace)[0]
        stand.fault_on_send(workspace, kind, delivered=True)
        row = await stand.send(key, TEXT)
        tried = stand.tries(workspace)
        await stand.sync()
        await stand.sync()

        assert (row.state, tried) == ("in_doubt", 1)
        assert stand.row(row.id).state == "sent"
        assert stand.bodies(key).count(TEXT) == 1
        assert stand.delivered(TEXT) == stand.tries(workspace) == 1


@pytest.mark.parametrize("workspace", ALL)
async def test_hf02_delivered_and_closed_is_in_doubt_until_its_echo(
    far: SimulatorServer, tmp_path: Path, workspace: str
) -> None:
    """One request, one delivery, one bubble."""
    await _delivered_without_an_answer(far, tmp_path, workspace, "close", 5.0)


@pytest.mark.parametrize("workspace", ALL)
async def test_hf03_delivered_and_reset_is_in_doubt_until_its_echo(
    far: SimulatorServer, tmp_path: Path, workspace: str
) -> None:
    """A reset proves as little as a close."""
    await _delivered_without_an_answer(far, tmp_path, workspace, "reset", 5.0)


@pytest.mark.parametrize("workspace", ALL)
async def test_hf04_delivered_and_never_answered_is_in_doubt_until_its_echo(
    far: SimulatorServer, tmp_path: Path, workspace: str
) -> None:
    """The deadline ends the wait, and nothing is concluded from it."""
    await _delivered_without_an_answer(far, tmp_path, workspace, "hang", 0.4)


@pytest.mark.parametrize("workspace", ALL)
@pytest.mark.parametrize("delivered", [True, False])
async def test_hf06_a_502_is_never_called_failed_and_never_sent_again(
    far: SimulatorServer, tmp_path: Path, workspace: str, delivered: bool
) -> None:
    """Whether it was delivered or not: the same answer, the same doubt. Only the echo makes a difference."""
    async with Stand(far, tmp_path, providers=[workspace]) as stand:
        await stand.sync()
        stand.fault_on_send(workspace, "status", status=502, delivered=delivered)
        row = await stand.send(stand.answerable(workspace)[0], TEXT)
        states = [row.state]
        for _ in range(4):
            await stand.sync(after=4 * 3600)
            states.append(stand.row(row.id).state)
        await stand.restart()
        await stand.sync_next_day()

        assert states == (["in_doubt"] + ["sent"] * 4 if delivered else ["in_doubt"] * 5)
        assert stand.row(row.id).state == states[-1]
        assert stand.tries(workspace) == 1
        assert stand.delivered(TEXT) == delivered


@pytest.mark.parametrize("workspace", ALL)
@pytest.mark.parametrize("delivered", [True, False])
async def test_hf07_a_503_that_says_when_to_come_back_is_not_obeyed_by_a_send(
    far: SimulatorServer, tmp_path: Path, workspace: str, delivered: bool
) -> None:
    """`Retry-After: 1` says nothing about delivery, so nobody comes back by himself."""
    async with Stand(far, tmp_path, providers=[workspace]) as stand:
        await stand.sync()
        stand.fault_on_send(workspace, "status", status=503, retry_after="1", delivered=delivered)
        row = await stand.send(stand.answerable(workspace)[0], TEXT)
        for seconds in (1, 5, 60, 3600):
            await stand.sync(after=seconds)

        assert row.state == "in_doubt"
        assert stand.row(row.id).state == ("sent" if delivered else "in_doubt")
        assert stand.tries(workspace) == 1
        assert stand.delivered(TEXT) == delivered


@pytest.mark.parametrize("workspace", ALL)
async def test_hf08_a_read_that_fails_twice_is_made_three_times(
    far: SimulatorServer, tmp_path: Path, workspace: str
) -> None:
    """The rows are there in the end, and nobody hammered: the waits grow and are not all alike."""
    waits: set[float] = set()
    for number in range(3):
        async with Stand(far, tmp_path / str(number), providers=[workspace]) as stand:
            far.traffic.clear()
            stand.fault("status", provider=workspace, operation=LIST[workspace], status=500, times=2)
            reports = await stand.sync()

            assert reports[0].complete
            assert len(stand.rows(workspace)) >= {HR: 26, NH: 14, IN: 30}[workspace]
            assert [each.status for each in far.traffic.log() if each.operation.endswith(LIST[workspace])][:3] == [
                500,
                500,
                200,
            ]
            assert len(stand.time.slept) == 2
            assert all(0 < wait <= 4 for wait in stand.time.slept)
            waits.update(stand.time.slept)
    assert len(waits) == 6


async def test_hf09_a_pending_send_becomes_sent_by_its_echo_and_is_one_bubble(
    make_simulator: MakeSimulator, tmp_path: Path
) -> None:
    """Not shown on the first sync, shown on the second; at no moment are there two."""
    far = make_simulator(networkhq_per_minute=None, pending_share=1.0, pending_seconds=600)
    async with Stand(far, tmp_path, providers=[NH]) as stand:
        await stand.sync()
        key = stand.answerable(NH)[0]
        row = await stand.send(key, TEXT)
        seen = [row.state]
        bubbles = [stand.bubbles(key).count(TEXT)]
        for seconds in (5, 900):
            await stand.sync(after=seconds)
            seen.append(stand.row(row.id).state)
            bubbles.append(stand.bubbles(key).count(TEXT))

        assert seen == ["pending", "pending", "sent"]
        assert bubbles == [1, 1, 1]
        assert stand.delivered(TEXT) == stand.tries(NH) == 1


async def test_hf09_a_pending_send_that_never_shows_is_doubtful_in_the_end(
    make_simulator: MakeSimulator, tmp_path: Path
) -> None:
    """A quarter of an hour and three whole syncs; not before, and never sent again."""
    far = make_simulator(networkhq_per_minute=None, pending_share=1.0, pending_seconds=DAY / SECOND)
    async with Stand(far, tmp_path, providers=[NH]) as stand:
        await stand.sync()
        row = await stand.send(stand.answerable(NH)[0], TEXT)
        states = []
        for seconds in (60, 60, 60, 300, 600):
            await stand.sync(after=seconds)
            states.append(stand.row(row.id).state)
        await stand.sync_next_day()

        assert states == ["pending"] * 4 + ["in_doubt"]
        assert stand.row(row.id).state == "sent"
        assert stand.tries(NH) == 1
