"""Which sends have arrived, decided by counting."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sync.clock import MINUTE
from sync.reconcile import Attempt, Match, Outbound, match, overdue

NOW = 1_767_571_200_000_000


def attempt(entry_id: int = 1, *, text: str = "thanks", baseline: int = 0, **changes: object) -> Attempt:
    fields: dict[str, object] = {
        "entry_id": entry_id,
        "text_hash": text,
        "baseline": baseline,
        "known_ids": frozenset(),
        "claimed_at": NOW,
        "ended": 1.0,
    }
    return Attempt(**(fields | changes))  # type: ignore[arg-type]  # the names are checked by the dataclass


def shown(*texts: str, ids: bool = False, sent_at: int = NOW) -> list[Outbound]:
    return [
        Outbound(key=f"k{number}", text_hash=text, remote_id=f"m{number}" if ids else None, sent_at=sent_at)
        for number, text in enumerate(texts)
    ]


def test_an_echo_beyond_the_baseline_settles_the_send() -> None:
    """A reply that appears in the thread after it was sent has arrived."""
    found = match([attempt()], shown("thanks"), read_began=2.0)

    assert found == (Match(1, None, "text"),)


def test_a_text_that_was_there_before_proves_nothing() -> None:
    """An older “thanks” in the thread is not the one just sent."""
    assert match([attempt(baseline=1)], shown("thanks"), read_began=2.0) == ()


def test_two_equal_sends_need_two_echoes() -> None:
    """“Thanks!” sent twice and seen once: the older is settled, the newer stays open."""
    attempts = [attempt(2), attempt(1)]

    assert [found.entry_id for found in match(attempts, shown("thanks"), read_began=2.0)] == [1]
    assert [found.entry_id for found in match(attempts, shown("thanks", "thanks"), read_began=2.0)] == [1, 2]


def test_a_baseline_that_counts_what_is_on_its_way_is_not_counted_twice() -> None:
    """The second of two equal sends, claimed while the first was unseen, is settled by the second echo."""
    attempts = [attempt(1, baseline=0), attempt(2, baseline=1)]

    assert [found.entry_id for found in match(attempts, shown("thanks", "thanks"), read_began=2.0)] == [1, 2]
    assert match(attempts[1:], shown("thanks"), read_began=2.0) == ()


def test_a_read_begun_before_the_send_ended_proves_nothing() -> None:
    """A poll that was already under way cannot settle a send."""
    assert match([attempt(ended=5.0)], shown("thanks"), read_began=4.0) == ()


def test_a_named_message_settles_its_own_send() -> None:
    """Where the provider gave an id, that id is the proof."""
    found = match([attempt(remote_id="m0")], shown("other", ids=True), read_began=2.0)

    assert found == (Match(1, "m0", "id"),)


def test_an_id_known_before_the_claim_is_never_an_echo() -> None:
    """A message that the provider already showed cannot be the one just sent, whatever the counts say."""
    found = match([attempt(known_ids=frozenset({"m0"}))], shown("thanks", ids=True), read_began=2.0)

    assert found == ()


def test_an_id_that_settled_another_entry_is_not_used_again() -> None:
    """One message confirms one send."""
    assert match([attempt()], shown("thanks", ids=True), read_began=2.0, taken={"m0"}) == ()


def test_time_only_chooses_between_equal_texts() -> None:
    """Of two new equal messages, the one dated near the attempt is taken as its echo."""
    old = Outbound("k0", "thanks", "m0", NOW - 60 * MINUTE)
    near = Outbound("k1", "thanks", "m1", NOW + MINUTE)

    assert match([attempt()], [old, near], read_began=2.0)[0].remote_id == "m1"
    assert match([attempt()], [old], read_began=2.0)[0].remote_id == "m0"


def test_an_echo_without_a_time_still_counts() -> None:
    """A provider that dates nothing can still confirm a send."""
    assert match([attempt()], [Outbound("k", "thanks", None, None)], read_began=2.0) == (Match(1, None, "text"),)


@given(
    sends=st.integers(0, 5),
    there_before=st.integers(0, 3),
    delivered=st.integers(0, 5),
    others=st.integers(0, 3),
)
def test_never_more_sends_settled_than_messages_appeared(
    sends: int, there_before: int, delivered: int, others: int
) -> None:
    """However often one text is sent, no more sends are called arrived than copies have appeared."""
    attempts = [attempt(number, baseline=there_before) for number in range(sends)]
    messages = shown(*["thanks"] * (there_before + delivered), *["other"] * others)

    found = match(attempts, messages, read_began=2.0)

    assert len(found) == min(sends, delivered)
    assert [one.entry_id for one in found] == list(range(len(found)))


def test_a_pending_send_is_doubtful_only_after_time_and_three_syncs() -> None:
    """“The provider says it will appear” is believed for 15 minutes and three complete pulls."""
    assert overdue(ended_at=NOW, complete_syncs=3, now=NOW + 15 * MINUTE)
    assert not overdue(ended_at=NOW, complete_syncs=2, now=NOW + 60 * MINUTE)
    assert not overdue(ended_at=NOW, complete_syncs=9, now=NOW + 14 * MINUTE)
