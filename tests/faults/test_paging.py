"""PG02 to PG10: lists that shrink while they are read, lead in circles, forget their place, lie about their length."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.faults import FaultKind
from simulator.server import SimulatorServer
from store import queries
from tests.conftest import MakeSimulator
from tests.faults.stand import BOTH, HR, LIST, NH, Stand, native

SIZE = {HR: 26, NH: 14}

Far = Callable[..., SimulatorServer]


@pytest.fixture
def far(make_simulator: MakeSimulator) -> Far:
    """Makes providers without a limit."""

    def make(**settings: object) -> SimulatorServer:
        return make_simulator(**{"heyreach_per_minute": None, "networkhq_per_minute": None} | settings)

    return make


def equal(stand: Stand, workspace: str) -> bool:
    """Whether the cache holds the conversations that the provider has, in its order, and no other as alive."""
    there = [row.id for row in stand.simulator.world.workspace(workspace).newest()]
    here = [native(row.key) for row in stand.rows(workspace) if not row.gone]
    return sorted(here) == sorted(there)


@pytest.mark.parametrize("behind", [1, 9, 10, 11, 40])
async def test_pg02_rows_deleted_between_pages_by_offset_skip_nobody(far: Far, tmp_path: Path, behind: int) -> None:
    """V2: what vanishes above shifts what is below. The ten rows read twice show it, and one page is read over."""
    server = far(conversations=260, networkhq_share=0.0)
    world, space = server.world, server.world.workspace(HR)
    offsets: list[int] = []

    def shrink(_: str, operation: str, body: bytes) -> None:
        if operation != "inbox/GetConversationsV2" or b'"seen": false' in body:
            return
        offsets.append(json.loads(body)["offset"])
        if len(offsets) == 2:
            for row in list(space.newest())[:behind]:
                world.remove(space, row)

    async with Stand(server, tmp_path, providers=[HR]) as stand:
        stand.fault("status", operation="GetConversationsV3", status=404)
        server.meanwhile(shrink)
        await stand.sync()
        server.meanwhile(None)
        alive = {row.id for row in space.newest()}
        missing = alive - {native(row.key) for row in stand.rows(HR)}

        assert missing == set()
        assert (offsets[:3] == [0, 90, 0]) == (behind >= 10)
        for _ in range(2):
            report = (await stand.sync_next_day())[0]
        assert report.complete, report.reason
        assert equal(stand, HR)


@pytest.mark.parametrize("workspace", BOTH)
async def test_pg02_rows_deleted_between_pages_by_cursor_skip_nobody(far: Far, tmp_path: Path, workspace: str) -> None:
    """A cursor stands between two rows, not at a number: what vanishes beside it moves nobody past it."""
    server = far(conversations=40, networkhq_share=0.35, page_most=5)
    world, space = server.world, server.world.workspace(workspace)

    def shrink(_: str, operation: str, __: bytes) -> None:
        if operation.endswith(LIST[workspace]) and len(space.ranks) > 6:
            rows = list(space.newest())
            world.remove(space, rows[0])
            world.remove(space, rows[5])

    async with Stand(server, tmp_path, providers=[workspace]) as stand:
        server.meanwhile(shrink)
        await stand.sync()
        server.meanwhile(None)
        assert {row.id for row in space.newest()} <= {native(row.key) for row in stand.rows(workspace)}
        for _ in range(2):
            await stand.sync_next_day()
        assert equal(stand, workspace)


@pytest.mark.parametrize("workspace", BOTH)
@pytest.mark.parametrize(
    "kind",
    [
        pytest.param("repeated_cursor", id="repeats"),
        pytest.param("cursor_cycle", id="circle-of-two"),
        pytest.param("endless_cursor", id="never-ends"),
    ],
)
async def test_pg04_a_cursor_that_leads_back_is_left_and_buries_nobody(
    far: Far, tmp_path: Path, workspace: str, kind: FaultKind
) -> None:
    """Left after two repeats, said to be incomplete, and what the walks did not show is not taken for gone."""
    server = far(page_most=5)
    async with Stand(server, tmp_path, providers=[workspace]) as stand:
        assert (await stand.sync())[0].complete
        stand.fault(kind, provider=workspace, operation=LIST[workspace])
        reports, asked = [], []
        for _ in range(4):
            server.traffic.clear()
            reports += await stand.sync_next_day()
            asked.append(server.traffic.count(LIST[workspace]))
        shown = stand.rows(workspace)
        server.faults.clear()
        mended = await stand.sync_next_day()

        assert not any(report.complete for report in reports)
        assert all(report.reason for report in reports)
        assert max(asked) <= 8
        assert len(shown) == SIZE[workspace]
        assert not any(row.gone for row in shown)
        assert mended[0].complete
        assert equal(stand, workspace)


@pytest.mark.parametrize("workspace", BOTH)
@pytest.mark.parametrize("kind", ["missing_cursor", "empty_page"])
async def test_pg05_more_without_a_way_to_it_is_incomplete(
    far: Far, tmp_path: Path, workspace: str, kind: FaultKind
) -> None:
    """No cursor, or empty pages for ever: at most three are followed, and nothing is called complete or gone."""
    server = far(page_most=5)
    async with Stand(server, tmp_path, providers=[workspace]) as stand:
        assert (await stand.sync())[0].complete
        stand.fault(kind, provider=workspace, operation=LIST[workspace])
        server.traffic.clear()
        reports = await stand.sync_next_day()
        asked = server.traffic.count(LIST[workspace])
        for _ in range(3):
            reports += await stand.sync_next_day()
        shown = stand.rows(workspace)
        server.faults.clear()

        assert not any(report.complete for report in reports)
        assert asked <= (1 if kind == "missing_cursor" else 1 + 3) + 2
        assert len(shown) == SIZE[workspace]
        assert not any(row.gone for row in shown)
        assert (await stand.sync_next_day())[0].complete


@pytest.mark.parametrize("workspace", BOTH)
async def test_pg05_one_empty_page_in_the_middle_is_not_the_end(far: Far, tmp_path: Path, workspace: str) -> None:
    """An empty page that says there is more is passed over by its cursor."""
    server = far(page_most=5)
    async with Stand(server, tmp_path, providers=[workspace]) as stand:
        stand.fault("empty_page", provider=workspace, operation=LIST[workspace], skip=1, times=1)
        first = await stand.sync()
        again = await stand.sync_next_day()

        assert first[0].complete or first[0].reason
        assert again[0].complete
        assert len(stand.rows(workspace)) == SIZE[workspace]


async def test_pg06_a_cursor_that_expired_half_way_restarts_the_walk_once(far: Far, tmp_path: Path) -> None:
    """NetworkHQ's cursors are good for minutes. The walk begins again at the top, and everybody is there."""
    server = far(page_most=3, cursor_seconds=600)
    asked: list[str] = []

    def wait(_: str, operation: str, __: bytes) -> None:
        if operation == "conversations":
            asked.append(operation)
            if len(asked) == 3:
                server.world.clock.advance(700)

    async with Stand(server, tmp_path, providers=[NH]) as stand:
        server.meanwhile(wait)
        report = (await stand.sync())[0]
        server.meanwhile(None)

        assert report.complete, report.reason
        assert len(stand.rows(NH)) == SIZE[NH]
        assert [each.status for each in server.traffic.log() if each.operation == "conversations"].count(400) == 1
        assert equal(stand, NH)


@pytest.mark.parametrize("workspace", BOTH)
async def test_pg06_a_cursor_that_is_never_good_ends_the_walk_after_one_restart(
    far: Far, tmp_path: Path, workspace: str
) -> None:
    """Twice is enough: what was read is kept, the rest is said to be missing, and nothing is lost by it later."""
    server = far(page_most=3)
    refused: list[str] = []

    async with Stand(server, tmp_path, providers=[workspace]) as stand:
        for _ in range(2):
            stand.fault("status", provider=workspace, operation=LIST[workspace], status=400, skip=2, times=1)
        report = (await stand.sync())[0]
        refused += [str(each.status) for each in server.traffic.log() if each.operation.endswith(LIST[workspace])]
        server.faults.clear()
        mended = (await stand.sync(after=3600))[0]

        assert not report.complete
        assert refused.count("400") == 2
        assert len(refused) <= 12
        assert mended.complete
        assert equal(stand, workspace)


@pytest.mark.parametrize("workspace", BOTH)
async def test_pg08_a_conversation_that_is_gone_is_readable_and_cannot_be_answered(
    far: Far, tmp_path: Path, workspace: str
) -> None:
    """One walk without it proves nothing; two and a 404 do. What was written in it stays."""
    server = far()
    async with Stand(server, tmp_path, providers=[workspace]) as stand:
        await stand.sync()
        key = stand.answerable(workspace)[3]
        words = stand.bodies(key)
        stand.remove(key)
        gone = []
        for _ in range(3):
            report = (await stand.sync_next_day())[0]
            row = queries.inbox_row(stand.store, key)
            assert row is not None
            gone.append(row.gone)
        sent = await stand.send(key, "Are you there?")

        assert gone == [False, True, True]
        assert report.complete, report.reason
        assert stand.bodies(key) == words
        assert sent.state == "held"
        assert "no longer exists" in sent.error
        assert stand.tries(workspace) == 0
        assert sum(row.gone for row in stand.rows(workspace)) == 1


@pytest.mark.parametrize("first", [True, False])
async def test_pg08_a_thread_that_its_list_knows_and_nobody_else_is_not_waited_for_for_ever(
    far: Far, tmp_path: Path, *, first: bool
) -> None:
    """Twice a whole walk shows the row and the thread is a 404: then all that can be read is read, until it changes."""
    server = far()
    space = server.world.workspace(NH)
    async with Stand(server, tmp_path, providers=[NH]) as stand:
        if not first:
            await stand.sync()
        row = next(space.newest())
        server.world.hear(space, row, "Are you there?")
        stand.fault("status", operation="conversation", status=404, times=None)
        reports = [(await stand.sync(after=120))[0] for _ in range(3)]
        reports += [(await stand.sync(after=1900))[0] for _ in range(3)]
        shown = stand.rows(NH)
        server.faults.clear()
        server.world.hear(space, row, "Hello?")
        mended = (await stand.sync())[0]

        assert [report.complete for report in reports[:3]] == [False] * 3
        assert reports[-1].complete, reports[-1].reason
        assert not any(each.gone for each in shown)
        assert shown[0].preview == "Are you there?"
        assert mended.complete
        assert stand.bodies(stand.rows(NH)[0].key)[-2:] == ["Are you there?", "Hello?"]


@pytest.mark.parametrize("workspace", BOTH)
async def test_pg08_half_of_the_list_missing_at_once_is_an_outage(far: Far, tmp_path: Path, workspace: str) -> None:
    """A provider that shows a part of the inbox has trouble of its own: nobody is buried for it."""
    server = far(conversations=80, networkhq_share=0.5)
    space = server.world.workspace(workspace)
    async with Stand(server, tmp_path, providers=[workspace]) as stand:
        await stand.sync()
        hidden, space.ranks[20:] = space.ranks[20:], []
        for _ in range(4):
            await stand.sync_next_day()
        lost = [row for row in stand.rows(workspace) if row.gone]
        space.ranks += hidden

        assert lost == []
        assert (await stand.sync_next_day())[0].complete
        assert equal(stand, workspace)


@pytest.mark.parametrize("total", [0, -5, 3, 1_000_000, None])
@pytest.mark.parametrize("version", [3, 2])
async def test_pg09_what_a_provider_says_of_its_length_ends_no_walk(
    far: Far, tmp_path: Path, total: int | None, version: int
) -> None:
    """Too small, negative, absurd or absent: the walk goes to the end of the list, and no further."""
    server = far(conversations=130, networkhq_share=0.0)
    async with Stand(server, tmp_path, providers=[HR]) as stand:
        if version == 2:
            stand.fault("status", operation="GetConversationsV3", status=404)
        stand.fault(
            "wrong_total",
            operation=f"GetConversationsV{version}",
            index=total or 0,
            body="absent" if total is None else "",
        )
        report = (await stand.sync())[0]

        assert report.complete, report.reason
        assert len(stand.rows(HR)) == 130
        assert server.traffic.count(f"GetConversationsV{version}") <= 6


@pytest.mark.parametrize("size", [100, 101, 190, 200, 260])
async def test_pg10_an_offset_beyond_the_end_that_brings_the_last_page_again_ends(
    far: Far, tmp_path: Path, size: int
) -> None:
    """V2 never sends a short page here: the walk still sees that it has been there, and nobody is doubled."""
    server = far(conversations=size, networkhq_share=0.0)
    async with Stand(server, tmp_path, providers=[HR]) as stand:
        stand.fault("status", operation="GetConversationsV3", status=404)
        stand.fault("last_page", operation="GetConversationsV2")
        report = (await stand.sync())[0]
        server.traffic.clear()
        again = (await stand.sync())[0]

        assert report.complete, report.reason
        assert len(stand.rows(HR)) == size
        assert again.complete
        assert again.conversations_changed == again.messages_new == 0
        assert server.traffic.count() <= 8
        assert equal(stand, HR)
