"""Erasing a person leaves nothing of them and everything of everybody else, however alike they are."""

from __future__ import annotations

import json

import pytest

from postroom.commands import Reply, StopLead
from postroom.errors import NotFound, Refused, StateError
from postroom.records import ConversationKey, Page, Rejection
from store import erased, erasing, journal, outbox, queries, search, writes
from store.database import CACHE_FILE, USER_FILE, Store
from store.people import find_person
from store.rows import View
from tests.builders import at, conversation, enrolment, inbound, lead, outbound, page
from tests.store.visitors import come_and_go

ADA = ConversationKey("acme", "conversation-1")


def fill(store: Store) -> None:
    """Ada, and somebody whose every id and address begins with hers."""
    records = [
        conversation("conversation-1", outbound("Hello Ada, a question"), inbound("The engine weaves", minutes=1)),
        conversation("conversation-10", inbound("Something else"), who=lead("Ada Lovelace-King")),
    ]
    writes.apply_conversations(store, "acme", "heyreach", page(*records), now=at(2))
    leads = page(enrolment(), enrolment(who=lead("Ada Lovelace-King")))
    writes.apply_campaign_leads(store, "acme", "q3", leads, now=at(2))
    while search.index_pending(store):
        pass


def test_somebody_whose_address_begins_like_hers_is_no_trace_of_her(store: Store) -> None:
    """Only what is hers goes, and only what is hers would count as left."""
    fill(store)

    done = erasing.erase(store, find_person(store, "https://linkedin.com/in/Ada-Lovelace?x=1"))

    assert done.left == ()
    assert (done.counts["conversations"], done.counts["enrolments"]) == (1, 1)
    assert [row.lead_name for row in queries.inbox_rows(store, View.ALL)] == ["Ada Lovelace-King"]
    assert [row.key.id for row in search.search(store, "something")] == ["conversation-10"]
    assert search.search(store, "weaves") == []
    assert queries.inbox_count(store, View.ALL) == 1


def test_all_of_a_person_is_found_over_workspaces_by_profile_and_address(store: Store) -> None:
    """One profile at one provider, the same address at another: one human."""
    known = lead(email="Ada@Example.com")
    other = lead("A. Lovelace", profile_url="https://www.linkedin.com/in/other", email="ada@example.com")
    writes.apply_conversations(store, "acme", "heyreach", page(conversation("c1", who=known)), now=at(1))
    writes.apply_conversations(store, "beta", "networkhq", page(conversation("c2", who=other)), now=at(1))

    found = find_person(store, "https://www.linkedin.com/in/other")

    assert set(found.conversations) == {ConversationKey("acme", "c1"), ConversationKey("beta", "c2")}
    assert found.names == {"Ada Lovelace", "A. Lovelace"}


def test_a_lead_without_a_conversation_can_be_erased_too(store: Store) -> None:
    """Somebody in a campaign who never answered."""
    fill(store)
    writes.apply_campaign_leads(store, "acme", "q3", page(enrolment(who=lead("Grace Hopper"))), now=at(3))

    done = erasing.erase(store, find_person(store, "https://www.linkedin.com/in/grace-hopper"))
    writes.apply_campaign_leads(store, "acme", "q3", page(enrolment(who=lead("Grace Hopper"))), now=at(4))

    assert (done.counts["enrolments"], done.left) == (1, ())
    with pytest.raises(NotFound):
        find_person(store, "https://www.linkedin.com/in/grace-hopper")


@pytest.mark.parametrize("state", ["queued", "undo", "in_doubt", "stop"])
def test_nobody_is_erased_while_something_is_on_its_way_to_them(store: Store, state: str) -> None:
    """Not in their conversation, and not on them as a lead."""
    fill(store)
    if state == "stop":
        command = StopLead("acme", "q3", "Q3", "", "Ada", lead_url="https://www.linkedin.com/in/ada-lovelace/")
        outbox.enqueue(store, command, now=at(3))
    else:
        undo_seconds = 10.0 if state == "undo" else 0.0
        entry = outbox.enqueue(store, Reply(*ADA, "Yes", "s"), undo_seconds=undo_seconds, now=at(3))
        if state == "in_doubt":
            outbox.claim(store, entry, baseline=0, now=at(4))

    with pytest.raises(Refused, match="on its way"):
        erasing.erase(store, find_person(store, ADA.id))

    assert queries.inbox_row(store, ADA) is not None
    assert not erased.known_in(store.state_dir).marks


def test_no_answer_of_a_provider_brings_them_back(store: Store) -> None:
    """A list, a thread by itself, a campaign's leads, a lead's campaigns, a record that could not be read."""
    fill(store)
    erasing.erase(store, find_person(store, ADA.id))
    raw = json.dumps({"id": ADA.id, "profileUrl": "https://www.linkedin.com/in/ada-lovelace"})
    again = conversation("conversation-1", inbound("Hello again", minutes=9))
    elsewhere = conversation("another", inbound("From another seat", minutes=9))

    writes.apply_conversations(store, "acme", "heyreach", page(again, elsewhere), now=at(9))
    writes.apply_thread(store, "acme", "heyreach", again, complete=True, now=at(9))
    writes.apply_thread(store, "beta", "networkhq", elsewhere, complete=True, now=at(9))
    writes.apply_enrolments(store, "acme", lead(), (enrolment(),), now=at(9))
    rejected = Page((), rejected=(Rejection("conversations", "no time", raw),))
    writes.apply_conversations(store, "acme", "heyreach", rejected, now=at(9))

    assert [row.lead_name for row in queries.inbox_rows(store, View.ALL)] == ["Ada Lovelace-King"]
    assert queries.quarantined(store) == []
    with pytest.raises(NotFound):
        find_person(store, ADA.id)


def test_the_decisions_of_others_stand(store: Store) -> None:
    """The journal loses hers alone, and a new cache is laid out by what is left of it."""
    fill(store)
    other = ConversationKey("acme", "conversation-10")
    journal.record(store, other, "star", now=at(3))
    journal.record(store, ADA, "note", {"text": "Her note"}, now=at(4))
    erasing.erase(store, find_person(store, ADA.id))
    journal.record(store, other, "tag", {"tag": "vip"}, now=at(5))

    row = queries.conversation(store, other)

    assert row is not None
    assert (row.row.starred, row.tags) == (True, ("vip",))


def test_a_reader_of_the_files_is_told_of_and_nothing_pretended(store: Store) -> None:
    """While another program reads, the log cannot be emptied: it says so, and erasing again finishes."""
    fill(store)
    reader = Store.open(store.state_dir, writable=False)
    reader.cache.execute("begin")
    reader.cache.execute("select count(*) from message").fetchone()
    store.cache.execute("pragma busy_timeout = 50")
    person = find_person(store, ADA.id)

    with pytest.raises(StateError, match="Another program"):
        erasing.erase(store, person)
    reader.cache.execute("rollback")
    reader.close()
    done = erasing.erase(store, person)

    assert done.left == ()
    assert b"weaves" not in (store.state_dir / CACHE_FILE).read_bytes()


def test_letting_somebody_back_lets_back_only_them(store: Store) -> None:
    """Each person's hashes stand together."""
    fill(store)
    for who in ("conversation-1", "conversation-10"):
        erasing.erase(store, find_person(store, who))
    back = erased.lead_facts("", "", "https://www.linkedin.com/in/ada-lovelace")

    assert erased.forget(store.state_dir, back)
    records = [conversation("conversation-1"), conversation("conversation-10", who=lead("Ada Lovelace-King"))]
    writes.apply_conversations(store, "acme", "heyreach", page(*records), now=at(9))

    assert [row.lead_name for row in queries.inbox_rows(store, View.ALL)] == ["Ada Lovelace"]


def test_the_hashes_name_nobody(store: Store) -> None:
    """The file can be read by its owner alone, and tells who was erased only to somebody who asks by name."""
    fill(store)
    erasing.erase(store, find_person(store, ADA.id))
    path = store.state_dir / erased.FILE

    assert path.stat().st_mode & 0o777 == 0o600
    assert "lovelace" not in path.read_text().lower()
    assert erased.read(store.state_dir).knows(erased.lead_facts("", "", "linkedin.com/in/ADA-lovelace"))


def test_another_program_that_comes_and_goes_afterwards_does_not_take_the_log_away(store: Store) -> None:
    """The look at all files once dropped SQLite's locks: what was written next could vanish with the log."""
    fill(store)
    erasing.erase(store, find_person(store, "https://www.linkedin.com/in/ada-lovelace"))

    come_and_go(store.state_dir / USER_FILE)
    come_and_go(store.state_dir / CACHE_FILE)

    assert all((store.state_dir / f"{name}-wal").exists() for name in (USER_FILE, CACHE_FILE))
