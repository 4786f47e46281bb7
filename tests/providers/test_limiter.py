"""Whose turn it is, decided with a clock in the hand."""

from __future__ import annotations

import itertools
import json
import math

import pytest

from providers.base import Lane
from providers.limiter import BURST_SECONDS, FLOOR, HEYREACH, MINUTE, NETWORKHQ, Allowance, Limiter

A, T, C, H, B = Lane.ACTION, Lane.OPEN_THREAD, Lane.CHANGED, Lane.HEAD, Lane.BACKFILL


def run(
    limiter: Limiter, lanes: list[Lane], *, seconds: float, start: float = 0.0, took: float = 0.0
) -> list[tuple[float, Lane]]:
    """Somebody always waits in each lane: who leaves when. Each request is on its way for `took` seconds."""
    now, left, flying = start, [], []
    while now < start + seconds:
        for back, lane in [each for each in flying if each[0] <= now]:
            limiter.arrive(lane)
            flying.remove((back, lane))
        decision = limiter.turn(lanes, now=now)
        if isinstance(decision, Lane):
            limiter.leave(decision, now=now)
            left.append((now, decision))
            flying.append((now + took, decision))
            if not took:
                limiter.arrive(decision)
                flying.clear()
        else:
            back = min((each[0] for each in flying), default=math.inf)
            step = min(now + decision, back)
            now = max(step, now + 1e-6)
    for _, lane in flying:
        limiter.arrive(lane)
    return left


def most_in(moments: list[float], seconds: float) -> int:
    """The most that happened in any span of so many seconds."""
    return max(sum(1 for each in moments if start <= each < start + seconds) for start in moments)


def test_an_idle_client_does_not_wait() -> None:
    """The first requests leave at once."""
    limiter = Limiter(HEYREACH)

    assert [limiter.turn([lane], now=0.0) for lane in Lane] == list(Lane)
    assert limiter.turn([], now=0.0) == math.inf


def test_the_background_keeps_to_its_ceiling_in_every_minute() -> None:
    """120 a minute in the background at HeyReach, and never ten at once."""
    moments = [moment for moment, _ in run(Limiter(HEYREACH), [B], seconds=300)]

    assert most_in(moments, MINUTE) == 120
    assert most_in(moments, 2.0) <= 7
    assert len(moments) >= 4.9 * 120


def test_everything_together_keeps_to_the_total() -> None:
    """240 a minute in all, and no more than ten in two seconds, whoever asks."""
    moments = [moment for moment, _ in run(Limiter(HEYREACH), [A, B], seconds=180)]

    assert most_in(moments, MINUTE) <= 240
    assert most_in(moments, 2.0) <= 10


def test_cc05_a_users_action_does_not_wait_for_a_backfill() -> None:
    """While an import uses all it may, an action leaves within a second at any moment."""
    for moment in [each / 10 for each in range(0, 1200, 7)]:
        limiter = Limiter(HEYREACH)
        run(limiter, [T, C, H, B], seconds=moment, took=0.3)
        waited, now = 0.0, moment
        while (decision := limiter.turn([A, B], now=now)) is not A:
            assert not isinstance(decision, Lane), "the backfill went first"
            waited, now = waited + decision, now + decision

        assert waited <= 1.0


def test_the_last_of_a_minute_are_kept_for_actions() -> None:
    """Opening threads can use up their share, never the user's."""
    limiter = Limiter(HEYREACH)
    run(limiter, [T], seconds=59)

    assert limiter.turn([T], now=59.0) is not T
    assert limiter.turn([T, A], now=59.9) is A


def test_whoever_waits_at_the_screen_goes_first() -> None:
    """An action before an open thread before everything else."""
    limiter = Limiter(HEYREACH)

    assert limiter.turn([B, H, C, T, A], now=0.0) == A
    assert limiter.turn([B, H, C, T], now=0.0) == T


def test_the_other_lanes_share_four_two_one() -> None:
    """Changed threads come first, and yet a backfill advances."""
    lanes = [lane for _, lane in run(Limiter(HEYREACH), [C, H, B], seconds=180)]
    share = {lane: lanes.count(lane) / len(lanes) for lane in (C, H, B)}

    assert share == pytest.approx({C: 4 / 7, H: 2 / 7, B: 1 / 7}, abs=0.02)


def test_a_lane_that_was_quiet_does_not_take_all_the_turns() -> None:
    """A late-comer gets its share, not the arrears."""
    limiter = Limiter(HEYREACH)
    run(limiter, [B], seconds=240)
    lanes = [lane for _, lane in run(limiter, [H, B], seconds=60, start=300)]

    assert lanes.count(B) >= len(lanes) / 4


def test_the_background_keeps_two_of_four_ways_free() -> None:
    """A slow import leaves room for the thread on the screen and for an action."""
    limiter = Limiter(HEYREACH)
    for lane in (B, B):
        assert limiter.turn([lane], now=0.0) == lane
        limiter.leave(lane, now=0.0)

    assert limiter.turn([H], now=0.0) == math.inf
    assert limiter.turn([T], now=0.0) == T
    limiter.leave(T, now=0.0)
    assert limiter.turn([T], now=0.0) == math.inf
    assert limiter.turn([A], now=0.0) == A
    limiter.leave(A, now=0.0)
    assert limiter.turn([A], now=0.0) == math.inf
    limiter.arrive(B)
    assert limiter.turn([A], now=0.0) == A


def test_networkhq_starts_at_one_a_second_and_learns() -> None:
    """Thirty in the first minute, then twice as many each minute, up to 240."""
    moments = [moment for moment, _ in run(Limiter(NETWORKHQ), [B], seconds=6 * MINUTE)]
    a_minute = [sum(1 for each in moments if n * MINUTE <= each < (n + 1) * MINUTE) for n in range(6)]

    assert moments[:3] == pytest.approx([0.0, 1.0, 2.0])
    assert a_minute[0] == 30
    assert a_minute == sorted(a_minute)
    assert a_minute[-1] == pytest.approx(240, abs=12)


def test_an_idle_networkhq_learns_nothing() -> None:
    """Only a minute that was used shows what the provider takes."""
    limiter = Limiter(NETWORKHQ)
    limiter.turn([B], now=0.0)
    limiter.turn([B], now=10 * MINUTE)

    assert limiter.ceiling == 30


def test_a_429_halves_and_clean_minutes_give_back() -> None:
    """Half at once; ten more with each minute that passes well."""
    limiter = Limiter(HEYREACH)
    limiter.turn([B], now=0.0)
    limiter.limited(left_at=0.0, now=1.0, retry_after=7.0)

    assert limiter.ceiling == 60
    assert limiter.turn([B], now=1.0) == pytest.approx(7.0)
    assert limiter.turn([T], now=1.0) == pytest.approx(7.0)
    assert limiter.turn([A], now=1.0) == A
    assert limiter.turn([B], now=8.0) == B
    for minutes, ceiling in ((1, 70), (2, 80), (6, 120), (9, 120)):
        limiter.turn([B], now=1.0 + minutes * MINUTE)
        assert limiter.ceiling == ceiling


def test_requests_on_their_way_together_are_one_mistake() -> None:
    """Two 429 to requests sent before the first of them came back halve once."""
    limiter = Limiter(HEYREACH)
    limiter.limited(left_at=0.0, now=1.0, retry_after=None)
    limiter.limited(left_at=0.5, now=1.1, retry_after=None)
    assert limiter.ceiling == 60

    limiter.limited(left_at=5.0, now=5.5, retry_after=None)
    assert limiter.ceiling == 30


def test_the_ceiling_has_a_floor() -> None:
    """However often a provider refuses, something still advances."""
    limiter = Limiter(NETWORKHQ)
    for n in range(20):
        limiter.limited(left_at=float(n), now=n + 0.5, retry_after=None)

    assert limiter.ceiling == FLOOR


def test_after_a_429_the_background_is_spread_evenly() -> None:
    """No new burst runs into the same wall."""
    limiter = Limiter(HEYREACH)
    limiter.limited(left_at=0.0, now=0.0, retry_after=1.0)
    moments = [moment for moment, _ in run(limiter, [B], seconds=50, start=1.0)]
    gaps = [later - earlier for earlier, later in itertools.pairwise(moments)]

    assert min(gaps) == pytest.approx(1.0)


def test_cc06_another_tool_on_the_key_is_given_way() -> None:
    """With fifty a minute left by others, hardly any of ours are refused, and the import goes on."""
    limiter, refused, asked, now = Limiter(HEYREACH), [], [], 0.0
    while now < 40 * MINUTE:
        decision = limiter.turn([B], now=now)
        if not isinstance(decision, Lane):
            now += max(decision, 1e-6)
            continue
        limiter.leave(B, now=now)
        limiter.arrive(B)
        asked.append(now)
        if sum(1 for each in asked if each > now - MINUTE) > 50:
            refused.append(now)
            limiter.limited(left_at=now, now=now, retry_after=None)
    late = [each for each in refused if each > 2 * MINUTE]

    assert len(late) <= 0.01 * len(asked)
    assert len(asked) > 40 * 25


def test_the_user_may_set_the_ceiling() -> None:
    """A high ceiling lifts the spacing and the bursts with it, for a simulator; a low one holds."""
    fast = Limiter(NETWORKHQ.with_background(6000))
    moments = [moment for moment, _ in run(fast, [B], seconds=10)]
    assert len(moments) > 600

    slow = Limiter(HEYREACH.with_background(6))
    assert len(run(slow, [B], seconds=10 * MINUTE)) <= 66
    assert HEYREACH.with_background(None) is HEYREACH
    assert Limiter(HEYREACH.with_background(2)).ceiling == 2


def test_what_is_left_is_counted() -> None:
    """The status line can say how much of the minute remains."""
    limiter = Limiter(HEYREACH)
    assert limiter.left(now=0.0) == 120

    run(limiter, [B], seconds=10)
    assert limiter.left(now=10.0) == 120 - sum(1 for _ in limiter._background)
    assert limiter.left(now=100.0) == 120


def test_cc10_the_last_minute_survives_a_restart() -> None:
    """What was spent before the restart counts after it, the older the less."""
    before = Limiter(HEYREACH)
    run(before, [B], seconds=30)
    before.limited(left_at=30.0, now=30.0, retry_after=20.0)
    dumped = before.dump(now=30.0)

    after = Limiter(HEYREACH)
    after.load(dumped, age=5.0, now=1000.0)

    assert after.ceiling == 60
    assert after.turn([B], now=1000.0) >= 15.0
    assert after.left(now=1000.0) == 0
    assert after.left(now=1055.0) == 60


def test_what_was_learned_under_another_setting_is_not_carried_over() -> None:
    """Who sets requests_per_minute after a first slow sync is heard at once."""
    before = Limiter(NETWORKHQ)
    run(before, [B], seconds=30)

    after = Limiter(NETWORKHQ.with_background(6000))
    after.load(before.dump(now=30.0), age=5.0, now=1000.0)

    assert after.ceiling == 6000
    assert after.left(now=1000.0) > 5000


def test_cc10_what_a_killed_life_may_have_asked_unseen_counts_too() -> None:
    """It may have gone on for half a second after its state was written: the burst is taken to be used up by then."""
    before, after, again = Limiter(HEYREACH), Limiter(HEYREACH), Limiter(HEYREACH)
    for _ in range(3):
        before.leave(B, now=0.0)
        before.arrive(B)

    after.load(before.dump(now=1.0, ahead=0.5), age=0.2, now=100.0)
    again.load(before.dump(now=1.0), age=0.2, now=100.0)

    assert after.turn([A], now=100.0) == pytest.approx(BURST_SECONDS - 1.2)
    assert again.turn([A], now=100.0) == A


@pytest.mark.parametrize(
    "dumped",
    [
        "",
        "{}",
        "[]",
        "null",
        '{"ceiling": "x"}',
        json.dumps({"ceiling": math.nan, "limited": False, "pause": math.nan, "spent": [math.nan], "background": []}),
        json.dumps({"ceiling": 1e9, "limited": False, "pause": 1e9, "spent": [-50, 1e9], "background": []}),
    ],
)
def test_a_damaged_state_neither_stops_nor_frees_anything(dumped: str) -> None:
    """Nonsense in the database leaves a limiter that works."""
    limiter = Limiter(Allowance(start=20, most=20, total=40))
    limiter.load(dumped, age=0.0, now=0.0)

    assert limiter.ceiling == 20
    assert limiter.turn([B], now=0.0) == B


def test_a_pause_does_not_hold_an_action() -> None:
    """The user's own request is tried: a 429 to it is known not to have been processed."""
    limiter = Limiter(HEYREACH)
    limiter.pause(30.0, now=0.0)
    limiter.pause(10.0, now=0.0)

    assert limiter.turn([H], now=0.0) == 30.0
    assert limiter.turn([H, A], now=0.0) == A
