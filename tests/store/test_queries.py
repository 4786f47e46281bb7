"""A conversation is found by whatever the user copied, and its head says everything at once."""

from __future__ import annotations

import pytest

from postroom.errors import Ambiguous, NotFound
from postroom.records import ConversationKey, Health
from store import queries, writes
from store.database import Store
from tests.builders import at, conversation, inbound, lead, outbound, page, sender

ADA = ConversationKey("acme", "c1")


def fill(store: Store) -> None:
    """Twenty conversations in one workspace, one more in another."""
    records = page(*(conversation(f"c{n}", inbound(minutes=n), who=lead(f"Lead {n}")) for n in range(20)))
    writes.apply_conversations(store, "acme", "heyreach", records, now=at(100))
    writes.apply_conversations(store, "beta", "heyreach", page(conversation("c7", inbound())), now=at(100))


def test_a_conversation_is_found_by_ref_prefix_or_id(store: Store) -> None:
    """The short id from the list, part of it, or the provider's own id."""
    fill(store)
    row = queries.inbox_row(store, ADA)
    assert row is not None

    assert [queries.find_conversation(store, text).key for text in (row.ref, row.ref[:10], "c1")] == [ADA] * 3


def test_what_fits_several_or_none_is_a_sentence(store: Store) -> None:
    """The message names candidates, or says where the ids are."""
    fill(store)

    for text in ("hr:", "c7"):
        with pytest.raises(Ambiguous, match="Give more"):
            queries.find_conversation(store, text)
    for text in ("", "hr:zzz", "nothing", "%", "hr:'"):
        with pytest.raises(NotFound, match="postroom list"):
            queries.find_conversation(store, text)


def test_the_head_joins_the_senders_health(store: Store) -> None:
    """Before writing one sees whether the account can send."""
    tagged = conversation("c1", inbound(minutes=1), who=lead(tags=("remote",)), sender_name="")
    writes.apply_conversations(store, "acme", "heyreach", page(tagged), now=at(5))
    writes.apply_senders(store, "acme", page(sender(health=Health.BROKEN, note="signed out")), now=at(5))
    shown = queries.conversation(store, ADA)

    assert shown is not None
    assert (shown.sender_name, shown.sender_health, shown.sender_note) == ("Jane Doe", Health.BROKEN, "signed out")
    assert (shown.tags, shown.complete, shown.message_count) == (("remote",), True, 1)
    assert queries.conversation(store, ConversationKey("acme", "none")) is None


def test_reconciliation_sees_our_messages_alone(store: Store) -> None:
    """Counting echoes counts what we wrote, with its ids, whatever the lead quoted."""
    thread = conversation(
        "c1",
        outbound("Thanks!", minutes=1, remote_id="m1"),
        inbound("Thanks!", minutes=2, remote_id="m2"),
        outbound("Thanks!  ", minutes=3, remote_id="m3"),
        outbound("Other", minutes=4, remote_id="m4"),
    )
    writes.apply_conversations(store, "acme", "networkhq", page(thread), now=at(5))

    found = queries.outbound_with_hash(store, ADA, outbound("Thanks!").text_hash)

    assert [(key, remote_id) for key, remote_id, _ in found] == [("m1#0", "m1"), ("m3#0", "m3")]
    assert queries.known_ids(store, ADA) == ("m1", "m3", "m4")
