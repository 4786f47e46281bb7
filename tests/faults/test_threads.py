"""DF05 to DF15: equal messages, orders, edits, odd times, read marks, and words that came while one was writing."""

from __future__ import annotations

import json
import random
from pathlib import Path

import httpx
import pytest

from postroom.records import ConversationKey
from simulator.config import HEYREACH_KEY
from simulator.server import SimulatorServer
from store import journal, queries, writes
from sync.clock import DAY, SECOND
from tests.conftest import MakeSimulator
from tests.faults.stand import BOTH, HR, NH, Stand


@pytest.fixture
def far(make_simulator: MakeSimulator) -> SimulatorServer:
    """Providers without a limit, none of whose sends is pending of itself."""
    return make_simulator(heyreach_per_minute=None, networkhq_per_minute=None, pending_share=0.0)


@pytest.mark.parametrize("workspace", BOTH)
async def test_df05_two_equal_messages_of_one_second_are_two_for_ever(
    far: SimulatorServer, tmp_path: Path, workspace: str
) -> None:
    """“ok” and “ok” in the same second, in the same millisecond even: both stored, and still two after ten syncs."""
    async with Stand(far, tmp_path, providers=[workspace]) as stand:
        await stand.sync()
        key = stand.answerable(workspace)[2]
        space = far.world.workspace(workspace)
        at = far.world.now()
        for number in range(2):
            name = f"r{far.ledger.next_seq}"
            far.world.record(space, "inbound", at=at, conversation=stand.there(key).id, text="ok", message=name)
            assert number == 0 or stand.said(key)[-1].sent_at == stand.said(key)[-2].sent_at
        counts, keys = [], set()
        for number in range(10):
            await stand.sync(after=(30, 700, 86_460)[number % 3])
            stand.simulator.world.clock.advance(61)
            await stand.engine.open_thread(key)
            counts.append(stand.bodies(key).count("ok"))
            keys.add(tuple(message.key for message in stand.thread(key)))
        await stand.restart()
        await stand.sync_next_day()

        assert counts == [2] * 10
        assert len(keys) == 1
        assert stand.bodies(key).count("ok") == 2


async def test_df07_the_order_in_which_messages_are_shown_changes_nothing(
    make_simulator: MakeSimulator, tmp_path: Path
) -> None:
    """Oldest first, newest first, shuffled: the same threads, and nothing new in any of them."""
    threads: list[dict[ConversationKey, list[str]]] = []
    fresh: list[int] = []
    now = 1_767_571_200_000_000
    for number, order in enumerate(("oldest", "newest", "mixed", "shuffled", "oldest")):
        far = make_simulator(heyreach_per_minute=None, message_order=order if order != "shuffled" else "mixed", now=now)
        if order == "shuffled":
            shuffle_pages(far)
        far.world.clock.advance(number * DAY / SECOND)
        async with Stand(far, tmp_path, providers=[HR]) as stand:
            report = (await stand.sync())[0]
            fresh.append(report.messages_new)
            for row in stand.rows(HR):
                await stand.engine.open_thread(row.key)
            threads.append({row.key: stand.bodies(row.key) for row in stand.rows(HR)})

    assert fresh[0] > 0
    assert fresh[1:] == [0, 0, 0, 0]
    assert all(each == threads[0] for each in threads)


def shuffle_pages(far: SimulatorServer) -> None:
    """Every list that is asked for shows the messages of a conversation in any order."""
    dice = random.Random(7)
    page = httpx.post(
        f"{far.heyreach_url}/inbox/GetConversationsV3",
        json={"limit": 100, "filters": {}},
        headers={"X-API-KEY": HEYREACH_KEY},
    ).json()
    for item in page["items"]:
        dice.shuffle(item["messages"])
    show(far, page)


def show(far: SimulatorServer, page: dict[str, object]) -> None:
    """Let the list be exactly this, from now on."""
    from simulator.faults import Fault

    far.faults.clear()
    far.fault(Fault("text", operation="GetConversationsV3", body=json.dumps(page)))


@pytest.mark.parametrize("workspace", BOTH)
async def test_df08_a_message_that_was_edited_is_one_message_with_two_texts(
    far: SimulatorServer, tmp_path: Path, workspace: str
) -> None:
    """The new text is shown, the old one kept, the count is as before; and it stays so."""
    async with Stand(far, tmp_path, providers=[workspace]) as stand:
        await stand.sync()
        keys = [row.key for row in stand.rows(workspace)][:9]
        before = {key: stand.bodies(key) for key in keys}
        for key in keys:
            far.world.edit(far.world.workspace(workspace), stand.there(key), f"What I meant was {key.id}.")
        for seconds in (86_460, 60, 86_460):
            await stand.sync(after=seconds)
        after = {key: stand.thread(key) for key in keys}

        for key in keys:
            assert [message.body for message in after[key]][:-1] == before[key][:-1]
            assert after[key][-1].body == f"What I meant was {key.id}."
            versions = [text for text, _ in queries.message_versions(stand.store, after[key][-1].id)]
            assert versions == [before[key][-1]]
            assert len(after[key]) == len(before[key])


TIMES = {
    "2026-01-04T12:00:00": "2026-01-04T12:00:00",
    "2026-01-04T17:30:00+05:30": "2026-01-04T12:00:00",
    "1767528000": "2026-01-04T12:00:00",
    "1767528000000": "2026-01-04T12:00:00",
    "2026-03-29T02:30:00+01:00": "2026-03-29T01:30:00",
    "2025-10-26T02:30:00+02:00": "2025-10-26T00:30:00",
    "2025-10-26T02:30:00+01:00": "2025-10-26T01:30:00",
}
"""As a provider may write a time, and the same in UTC."""


@pytest.mark.parametrize(("written", "meant"), TIMES.items(), ids=list(TIMES))
async def test_df09_a_time_means_the_same_however_it_is_written(
    make_simulator: MakeSimulator, tmp_path: Path, written: str, meant: str
) -> None:
    """Without an offset, with an odd one, as a number, in the hour that a clock change skips or repeats: UTC."""
    from datetime import datetime

    far = make_simulator(heyreach_per_minute=None, now=1_775_000_000_000_000)
    page = listed(far)
    item = page["items"][0]
    shown: object = int(written) if written.isdigit() else written
    item.update(lastMessageAt=shown, totalMessages=1, messages=[{**item["messages"][-1], "createdAt": shown}])
    show(far, {**page, "items": [item]})
    async with Stand(far, tmp_path, providers=[HR]) as stand:
        await stand.sync()
        row = stand.rows(HR)[0]

        expected = round(datetime.fromisoformat(f"{meant}+00:00").timestamp()) * SECOND
        assert row.last_at == expected
        assert [message.sent_at for message in stand.thread(row.key)] == [expected]


@pytest.mark.parametrize("year", [2031, 9999])
async def test_df09_a_time_in_the_far_future_is_shown_and_hides_nothing_that_comes(
    make_simulator: MakeSimulator, tmp_path: Path, year: int
) -> None:
    """It is not taken for how far the list was read: what is written today is still found by the next poll."""
    far = make_simulator(heyreach_per_minute=None)
    page = listed(far)
    item = page["items"][0]
    future = f"{year}-12-31T23:59:59Z"
    item.update(lastMessageAt=future, totalMessages=1, messages=[{**item["messages"][-1], "createdAt": future}])
    show(far, page)
    async with Stand(far, tmp_path, providers=[HR]) as stand:
        await stand.sync()
        state = writes.stream_state(stand.store, HR, "conversations")
        far.faults.clear()
        odd = next(row for row in stand.rows(HR) if row.last_at == max(each.last_at or 0 for each in stand.rows(HR)))
        key = next(key for key in stand.answerable(HR)[5:] if key != odd.key)
        stand.hear(key, "Are you still there?")
        await stand.sync()

        assert state.high_water is not None
        assert state.high_water <= far.world.now()
        assert len(stand.rows(HR)) == 26
        assert stand.bodies(key)[-1] == "Are you still there?"
        assert (odd.last_at or 0) > far.world.now() + DAY
        assert [message.sent_at for message in stand.thread(odd.key)][-1] == odd.last_at


def listed(far: SimulatorServer) -> dict[str, list[dict[str, object]]]:
    """HeyReach's list as it is."""
    answer = httpx.post(
        f"{far.heyreach_url}/inbox/GetConversationsV3",
        json={"limit": 100, "filters": {}},
        headers={"X-API-KEY": HEYREACH_KEY},
    )
    page: dict[str, list[dict[str, object]]] = answer.json()
    return page


@pytest.mark.parametrize("workspace", BOTH)
async def test_df14_a_mark_that_flips_at_the_provider_flips_here(
    far: SimulatorServer, tmp_path: Path, workspace: str
) -> None:
    """Unread again without a new message, on an old row too; and read elsewhere, with the next poll."""
    space = far.world.workspace(workspace)
    async with Stand(far, tmp_path, providers=[workspace]) as stand:
        await stand.sync()
        keys = [row.key for row in stand.rows(workspace) if not row.unread]
        for key in (keys[0], keys[-1]):
            far.world.record(space, "seen", conversation=stand.there(key).id, flag=False)
        await stand.sync(after=60)
        flipped = [unread(stand, key) for key in (keys[0], keys[-1])]
        for key in (keys[0], keys[-1]):
            far.world.record(space, "seen", conversation=stand.there(key).id, flag=True)
        await stand.sync(after=60)
        back = [unread(stand, key) for key in (keys[0], keys[-1])]
        far.world.record(space, "seen", conversation=stand.there(keys[-1]).id, flag=False)
        await stand.sync(after=60)

        assert flipped == [True, True]
        assert back == [False, False]
        assert unread(stand, keys[-1])


@pytest.mark.parametrize("workspace", BOTH)
async def test_df14_what_was_read_here_stays_read_until_something_is_new(
    far: SimulatorServer, tmp_path: Path, workspace: str
) -> None:
    """The provider may go on saying “unread”, for it was not told; a new message is unread again."""
    async with Stand(far, tmp_path, providers=[workspace]) as stand:
        await stand.sync()
        key = next(row.key for row in stand.rows(workspace) if row.unread)
        journal.record(stand.store, key, "read", now=stand.time.now())
        marks = []
        for seconds in (60, 3600, 86_460):
            await stand.sync(after=seconds)
            marks.append(unread(stand, key))
        stand.hear(key, "One more thing.")
        await stand.sync(after=60)

        assert marks == [False] * 3
        assert unread(stand, key)


async def test_df14_a_mark_that_flips_and_flips_back_around_the_reading_of_its_thread_is_not_lost(
    far: SimulatorServer, tmp_path: Path
) -> None:
    """The list says unread, its thread a moment later read, the list unread again, just as it did before."""
    space = far.world.workspace(NH)
    async with Stand(far, tmp_path, providers=[NH]) as stand:
        await stand.sync()
        key = next(row.key for row in stand.rows(NH) if row.unread)
        far.world.record(space, "seen", conversation=stand.there(key).id, flag=True)
        far.world.clock.advance(61)
        await stand.engine.open_thread(key)
        between = unread(stand, key)
        far.world.record(space, "seen", conversation=stand.there(key).id, flag=False)
        await stand.sync()

        assert not between
        assert unread(stand, key)


def unread(stand: Stand, key: ConversationKey) -> bool:
    """Whether the row is shown as unread."""
    row = queries.inbox_row(stand.store, key)
    assert row is not None
    return row.unread


@pytest.mark.parametrize("workspace", BOTH)
@pytest.mark.parametrize("who", ["lead", "colleague"])
async def test_df15_what_was_written_meanwhile_holds_the_reply(
    far: SimulatorServer, tmp_path: Path, workspace: str, who: str
) -> None:
    """The lead or a colleague wrote between the draft's opening and its sending: not one request to send leaves."""
    async with Stand(far, tmp_path, providers=[workspace]) as stand:
        await stand.sync()
        key = stand.answerable(workspace)[0]
        entry = stand.write(key, "As I said.")
        if who == "lead":
            stand.hear(key, "Please stop writing to me.")
        else:
            far.world.deliver(far.world.workspace(workspace), stand.there(key), "I take this one over.")
        row = await stand.engine.send_now(entry)
        for _ in range(3):
            await stand.sync(after=3600)

        assert row.state == "held"
        assert row.error
        assert stand.row(entry).state == "held"
        assert stand.tries(workspace) == 0
        assert stand.delivered("As I said.") == 0
        assert stand.bodies(key)[-1] in {"Please stop writing to me.", "I take this one over."}
