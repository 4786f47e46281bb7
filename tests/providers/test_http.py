"""One request: its deadline, its retries, its count, and what is known when it fails."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator

import httpx
import pytest

from postroom.errors import (
    Forbidden,
    Gone,
    NeverSent,
    ProviderError,
    RateLimited,
    Rejected,
    Unauthorised,
    Uncertain,
)
from postroom.records import ProviderName
from providers.base import Lane
from tests.providers.samples import hr_page, nhq_page, nhq_sent
from tests.providers.stage import KEY, always, in_turn, staged
from tests.providers.virtual import VirtualClock

HEYREACH, NETWORKHQ = ProviderName.HEYREACH, ProviderName.NETWORKHQ
THREAD = {HEYREACH: "116968/2-YWRhLTEwMA==", NETWORKHQ: "conv_01"}


@pytest.fixture(params=[HEYREACH, NETWORKHQ])
def provider(request: pytest.FixtureRequest) -> ProviderName:
    """Each provider in turn."""
    return ProviderName(request.param)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, Rejected),
        (401, Unauthorised),
        (402, Rejected),
        (403, Forbidden),
        (404, Gone),
        (405, Rejected),
        (408, Uncertain),
        (409, Uncertain),
        (413, Rejected),
        (415, Rejected),
        (422, Rejected),
        (425, Uncertain),
        (429, RateLimited),
        (301, Uncertain),
        (303, Uncertain),
        (307, Uncertain),
        (500, Uncertain),
        (502, Uncertain),
        (503, Uncertain),
        (504, Uncertain),
        (524, Uncertain),
    ],
)
async def test_a_send_is_one_request_whatever_the_answer(
    provider: ProviderName, status: int, error: type[ProviderError]
) -> None:
    """The class of the error tells what is known; nothing is ever sent a second time."""
    headers = {"Retry-After": "1", "Location": "https://elsewhere.example/"}
    async with staged(provider, always(status, headers=headers)) as stage:
        with pytest.raises(error) as caught:
            await stage.client.send(THREAD[provider], "Thanks")

    assert type(caught.value) is error
    assert caught.value.status == status
    assert len(stage.requests) == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (httpx.ConnectError("refused"), NeverSent),
        (httpx.ConnectTimeout("slow"), NeverSent),
        (httpx.PoolTimeout("busy"), NeverSent),
        (httpx.LocalProtocolError(f"illegal header {KEY}"), NeverSent),
        (httpx.ProxyError("403 Forbidden"), NeverSent),
        (httpx.WriteError("reset"), Uncertain),
        (httpx.WriteTimeout("slow"), Uncertain),
        (httpx.ReadError("reset"), Uncertain),
        (httpx.ReadTimeout("slow"), Uncertain),
        (httpx.RemoteProtocolError("closed"), Uncertain),
        (httpx.DecodingError("not gzip"), Uncertain),
        (httpx.CloseError("odd"), Uncertain),
        (OSError("odd"), Uncertain),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value.__name__,
)
async def test_a_failed_send_says_whether_it_can_have_arrived(
    provider: ProviderName, fault: Exception, error: type[ProviderError]
) -> None:
    """Only a connection that was never made proves that nothing was sent; and no error shows the key."""
    async with staged(provider, in_turn(fault)) as stage:
        with pytest.raises(error) as caught:
            await stage.client.send(THREAD[provider], "Thanks")

    assert type(caught.value) is error
    assert KEY not in str(caught.value)
    assert len(stage.requests) == 1
    assert stage.client.usage.requests == (0 if error is NeverSent else 1)


async def test_hf08_a_read_is_repeated_after_a_server_error() -> None:
    """Two failures, then data: the user sees the data."""
    async with staged(HEYREACH, in_turn(*(httpx.Response(500),) * 2, httpx.Response(200, json=hr_page()))) as stage:
        page = await stage.client.conversations()

    assert page.records == ()
    assert len(stage.requests) == 3
    assert len(stage.clock.slept) == 2
    assert stage.client.usage.requests == 3


async def test_a_read_is_given_up_after_three_repetitions() -> None:
    """A provider that stays down is told of, not hammered."""
    async with staged(NETWORKHQ, always(503)) as stage:
        with pytest.raises(Uncertain, match="problem of its own"):
            await stage.client.conversations()

    assert len(stage.requests) == 4
    assert stage.clock.time < 60


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404])
async def test_a_final_answer_to_a_read_is_not_asked_for_again(status: int) -> None:
    """What will not change is not repeated."""
    async with staged(NETWORKHQ, always(status)) as stage:
        with pytest.raises(ProviderError):
            await stage.client.conversations()

    assert len(stage.requests) == 1


async def test_retries_run_out_while_nothing_succeeds() -> None:
    """In an outage each read costs one request at last, not four."""
    async with staged(NETWORKHQ, always(500)) as stage:
        for _ in range(10):
            with pytest.raises(Uncertain):
                await stage.client.conversations(lane=Lane.ACTION)

    assert len(stage.requests) == 20


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("7", 7, 8),
        ("Mon, 05 Jan 2026 00:00:09 GMT", 9, 10),
        (None, 0.1, 2),
        ("-5", 0.1, 2),
        ("abc", 0.1, 2),
        ("nan", 0.1, 2),
        ("Mon, 05 Jan 2025 00:00:00 GMT", 0.1, 2),
    ],
)
async def test_hf16_a_limited_read_waits_as_asked(header: str | None, least: float, most: float) -> None:
    """The wait is the one asked for, or a short random one where it makes no sense."""
    headers = {"Date": "Mon, 05 Jan 2026 00:00:00 GMT"} | ({"Retry-After": header} if header else {})
    answers = httpx.Response(429, headers=headers), httpx.Response(200, json=hr_page())
    async with staged(HEYREACH, in_turn(*answers)) as stage:
        await stage.client.conversations(lane=Lane.ACTION)

    assert least <= stage.clock.slept[0] <= most


@pytest.mark.parametrize(("header", "seconds"), [("1e9", 900), ("900000", 900), ("600", 600), ("0", 1)])
async def test_hf16_a_long_wait_is_left_to_sync(header: str, seconds: float) -> None:
    """A wait of minutes is not slept away inside a call; at most a quarter of an hour is believed."""
    async with staged(HEYREACH, always(429, headers={"Retry-After": header})) as stage:
        with pytest.raises(RateLimited) as caught:
            await stage.client.send(THREAD[HEYREACH], "Thanks")

    assert caught.value.retry_after == seconds
    assert stage.clock.slept == []


async def test_hf13_a_redirect_is_not_followed() -> None:
    """The key never reaches the host that a redirect names."""
    async with staged(NETWORKHQ, always(308, headers={"Location": "https://elsewhere.example/x"})) as stage:
        with pytest.raises(Uncertain, match="redirect"):
            await stage.client.conversations()

    assert [request.url.host for request in stage.requests] == ["sneakattack.networkhq.io"]


async def test_the_key_is_on_every_request_and_nowhere_else() -> None:
    """Each provider gets its key in its own header; the log has neither key nor query."""
    async with staged(HEYREACH, always(200, json=hr_page())) as stage:
        await stage.client.conversations()
    assert stage.requests[0].headers["X-API-KEY"] == KEY

    async with staged(NETWORKHQ, always(200, json=nhq_page())) as stage:
        await stage.client.conversations()
    assert stage.requests[0].headers["Authorization"] == f"Bearer {KEY}"
    assert KEY not in repr(stage.exchanges) + repr(vars(stage.client))
    assert [(each.method, each.path, each.status) for each in stage.exchanges] == [("GET", "/conversations", 200)]


async def test_a_key_that_a_provider_repeats_is_blacked_out() -> None:
    """An error text that quotes the key is not shown as it is."""
    async with staged(NETWORKHQ, always(401, json={"error": {"message": f"bad key {KEY}"}})) as stage:
        with pytest.raises(Unauthorised) as caught:
            await stage.client.conversations()

    assert KEY not in str(caught.value)
    assert "bad key [key]" in str(caught.value)


async def test_hf17_a_trickle_ends_at_the_deadline() -> None:
    """A server that sends a byte now and then does not hold a call for ever."""

    async def trickle() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.02)

    async with staged(HEYREACH, lambda _: httpx.Response(200, content=trickle()), deadline=0.2) as stage:
        with pytest.raises(Uncertain, match="in time"):
            await stage.client.conversations()

    assert len(stage.requests) == 1


async def test_hf19_an_answer_without_end_is_given_up() -> None:
    """25 MB are no page of an inbox: reading stops at the cap."""
    sent = 0

    async def flood() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(25):
            sent += 1
            yield b"x" * 1_000_000

    async with staged(NETWORKHQ, lambda _: httpx.Response(200, content=flood())) as stage:
        with pytest.raises(Uncertain, match="more than 20 MB"):
            await stage.client.send(THREAD[NETWORKHQ], "Thanks")

    assert sent <= 22


async def test_a_compressed_answer_may_not_swell_without_end() -> None:
    """A few kilobytes that would become gigabytes are given up too."""
    bomb = gzip.compress(b"\0" * 60_000_000)
    headers = {"Content-Encoding": "gzip"}
    async with staged(NETWORKHQ, always(200, content=bomb, headers=headers)) as stage:
        with pytest.raises(Uncertain):
            await stage.client.send(THREAD[NETWORKHQ], "Thanks")


async def test_the_providers_clock_is_known_from_its_answers() -> None:
    """Five minutes of difference are measured, so that times can be compared."""
    headers = {"Date": "Mon, 05 Jan 2026 00:05:00 GMT"}
    async with staged(NETWORKHQ, always(200, json=nhq_page(), headers=headers)) as stage:
        await stage.client.conversations()

    assert stage.client.usage.skew == pytest.approx(300, abs=1)


@pytest.mark.parametrize(
    ("reset", "least", "most"), [("0", 0, 1), ("9999999999", 100, 120), ("5", 4, 6), ("junk", 0, 1), ("-1", 0, 1)]
)
async def test_ck04_a_low_budget_slows_the_background_for_two_minutes_at_most(
    reset: str, least: float, most: float
) -> None:
    """Whatever a header says, the background waits between nothing and two minutes."""
    headers = {"X-RateLimit-Remaining": "1", "X-RateLimit-Limit": "100", "X-RateLimit-Reset": reset}
    clock = VirtualClock()
    async with staged(HEYREACH, always(200, json=hr_page(), headers=headers), clock=clock) as stage:
        await stage.client.conversations()
        second = asyncio.create_task(stage.client.conversations())
        await clock.advance(0)
        while not second.done():
            await clock.advance(0.5)
        await second

    assert least <= clock.time <= most


async def test_a_cancelled_send_stays_cancelled() -> None:
    """Whoever cancels must know that the outcome is unknown; nothing pretends otherwise."""
    reached = asyncio.Event()

    async def never() -> AsyncIterator[bytes]:
        reached.set()
        await asyncio.sleep(60)
        yield b""

    async with staged(NETWORKHQ, lambda _: httpx.Response(200, content=never())) as stage:
        task = asyncio.create_task(stage.client.send(THREAD[NETWORKHQ], "Thanks"))
        await reached.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    assert stage.client.usage.requests == 1


async def test_a_send_that_gets_no_turn_never_left() -> None:
    """When the limit is used up for long, the message stays queued, and that is known."""
    clock = VirtualClock()
    async with staged(NETWORKHQ, always(200, json=nhq_sent()), clock=clock, deadline=0.1) as stage:
        tasks = [asyncio.create_task(stage.client.send(THREAD[NETWORKHQ], str(n))) for n in range(14)]
        results = await asyncio.gather(*tasks, return_exceptions=True)

    assert sum(isinstance(result, NeverSent) for result in results) == 2
    assert len(stage.requests) == 12


async def test_cc10_a_restart_does_not_forget_what_was_spent() -> None:
    """Twenty starts in a minute together keep to the limit of one."""
    state, left = "", []
    for _ in range(20):
        async with staged(HEYREACH, always(200, json=hr_page())) as stage:
            stage.client.restore_limiter(state)
            for _ in range(7):
                await stage.client.conversations()
            state = stage.client.limiter_state()
            left.append(stage.client.usage.budget_left)

    assert left[0] == 113
    assert left[10] < 50


@pytest.mark.parametrize("state", ["", "{", "[]", "{}", '{"at": 1, "limiter": "{}"}', '{"at": "x", "limiter": 1}'])
async def test_a_damaged_limiter_state_is_ignored(state: str) -> None:
    """A broken line in the database does not stop a start."""
    async with staged(HEYREACH, always(200, json=hr_page())) as stage:
        stage.client.restore_limiter(state)

        assert stage.client.usage.budget_left == 120
