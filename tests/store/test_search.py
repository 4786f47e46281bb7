"""Search finds what was typed, literally, newest first, and never mistakes it for a query."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from postroom.records import ConversationKey
from store import journal, search, writes
from store.database import Store
from store.rows import View
from tests.builders import at, conversation, inbound, lead, outbound, page


def fill(store: Store) -> None:
    """Three conversations, the newest with Zoë."""
    records = page(
        conversation("c1", inbound("What does the engine cost?", minutes=1)),
        conversation("c2", inbound("We have a Compiler already", minutes=2), who=lead("Grace Hopper", company="Navy")),
        conversation(
            "c3",
            outbound("About the engine …", minutes=3),
            inbound('say "NEAR(x" AND *', minutes=4),
            who=lead("Zoë O'Brien-Smith"),
        ),
    )
    writes.apply_conversations(store, "acme", "heyreach", records, now=at(10))
    while search.index_pending(store):
        pass


def found(store: Store, text: str, **options: object) -> list[str]:
    """Native ids of the conversations found."""
    return [row.key.id for row in search.search(store, text, **options)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("engine", ["c3", "c1"]),
        ("the engine", ["c3", "c1"]),
        ("engine cost", ["c1"]),
        ("cos", ["c1"]),
        ("cos ", []),
        ("ENGINE", ["c3", "c1"]),
        ("zoe", ["c3"]),
        ("o'brien-smith", ["c3"]),
        ("grace navy", ["c2"]),
        ("g", ["c2"]),
        ("NEAR(", ["c3"]),
        ('"', []),
        ("*", []),
        ("compiler OR engine", []),
        ("body:engine", []),
        ("", []),
        ("   ", []),
        ("nowhere", []),
    ],
)
def test_what_was_typed_is_what_is_found(store: Store, text: str, ids: list[str]) -> None:
    """Words are found as words, the last one as a beginning; punctuation and operators mean nothing."""
    fill(store)

    assert ids == found(store, text)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=20) | st.text(alphabet='"*()^:-+{}AND NEARaé\u0301\u0903_\x00²Ⅷ', max_size=12))
def test_nothing_typed_is_ever_an_error(store: Store, text: str) -> None:
    """No key in the filter ever shows a syntax error."""
    if not search.search(store, "engine"):
        fill(store)

    for view in (View.ALL, View.INBOX):
        search.filter_rows(store, view, text)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("pricin", ["c3", "c2", "c1"]),
        ("PRICI", ["c3", "c2", "c1"]),
        ("new prici", ["c2"]),
        ("prices", []),
        ("pricinß", []),
        ("हिन्", ["c1"]),
        ("हि ", []),
        ("מחיר", ["c2"]),
        ("grösse", ["c3"]),
        ("GRÖSS", ["c3"]),
        ("heart", ["c3"]),
    ],
)
def test_an_unfinished_word_is_found_by_all_that_it_begins(store: Store, text: str, ids: list[str]) -> None:
    """However long the beginning is, in any script; a vowel sign ends no word, the sign for a picture's looks does."""
    records = page(
        conversation("c1", inbound("Pricing? हिन्दी", minutes=1)),
        conversation("c2", inbound("The new pricings. מחיר", minutes=2), who=lead("Grace Hopper")),
        conversation("c3", inbound("pricin\u0301g of Grösse, ❤\ufe0fhearty", minutes=3), who=lead("Alan Turing")),
    )
    writes.apply_conversations(store, "acme", "heyreach", records, now=at(10))
    while search.index_pending(store):
        pass

    assert found(store, text) == ids


def test_a_beginning_of_very_many_words_is_found_too(store: Store) -> None:
    """More words than a query could name."""
    records = [conversation(f"c{n}", inbound(f"word{n}", minutes=n), who=lead(f"L{n}")) for n in range(300)]
    writes.apply_conversations(store, "acme", "heyreach", page(*records), now=at(1000))
    while search.index_pending(store):
        pass

    assert found(store, "word", limit=3) == ["c299", "c298", "c297"]
    assert found(store, "word29", limit=3) == ["c299", "c298", "c297"]


def test_a_filter_stays_in_its_view(store: Store) -> None:
    """Filtering the inbox does not bring back what is done; searching everywhere does."""
    fill(store)
    journal.record(store, ConversationKey("acme", "c3"), "done", now=at(11))

    assert [row.key.id for row in search.filter_rows(store, View.INBOX, "engine")] == ["c1"]
    assert found(store, "engine") == ["c3", "c1"]


def test_a_search_stays_in_its_workspace(store: Store) -> None:
    """A client's words are not found in another client's inbox."""
    fill(store)

    assert found(store, "engine", workspace="acme") == ["c3", "c1"]
    assert found(store, "engine", workspace="beta") == []


def test_one_letter_looks_in_names_alone(store: Store) -> None:
    """The first key of a filter narrows by name, not by every text with that letter."""
    fill(store)

    assert found(store, "w") == []


def test_the_limit_keeps_the_newest(store: Store) -> None:
    """Of many results the newest are shown, in whatever order they were fetched."""
    records = [conversation(f"c{n}", inbound("needle", minutes=100 - n), who=lead(f"L{n}")) for n in range(30)]
    writes.apply_conversations(store, "acme", "heyreach", page(*records), now=at(200))
    while search.index_pending(store):
        pass

    assert found(store, "needle", limit=3) == ["c0", "c1", "c2"]


def test_a_frequent_name_is_found_by_walking(store: Store) -> None:
    """Where half the inbox has the letter, the newest are found without looking at all of them."""
    fill(store)
    walked = {
        text: [row.key.id for row in search.filter_rows(store, View.INBOX, text, frequent=0)]
        for text in ("g", "zoe", "engine", "brien zoe")
    }

    assert walked == {"g": ["c2"], "zoe": ["c3"], "engine": ["c3", "c1"], "brien zoe": ["c3"]}


def test_edits_and_new_names_replace_the_old_words(store: Store) -> None:
    """What was corrected is found by its new words and not by its old ones."""
    fill(store)
    changed = conversation("c1", inbound("What does the loom cost?", minutes=1), who=lead("Ada King"))
    writes.apply_conversations(store, "acme", "heyreach", page(changed), now=at(11))
    writes.apply_conversations(store, "acme", "heyreach", page(changed), now=at(11))
    while search.index_pending(store):
        pass

    assert (found(store, "loom"), found(store, "king")) == (["c1"], ["c1"])
    assert (found(store, "engine cost"), found(store, "lovelace")) == ([], [])


def test_text_edited_before_it_was_indexed_is_right_too(store: Store) -> None:
    """An edit that overtakes the index leaves no trace of the old words."""
    first = conversation("c1", inbound("one loom", minutes=1))
    second = conversation("c1", inbound("two engines", minutes=1))
    writes.apply_conversations(store, "acme", "heyreach", page(first), now=at(10))
    writes.apply_conversations(store, "acme", "heyreach", page(second), now=at(11))

    left = search.index_pending(store)

    assert left == 0
    assert (found(store, "loom"), found(store, "engines")) == ([], ["c1"])


def test_the_index_is_filled_in_small_batches(store: Store) -> None:
    """An import of any size is made searchable step by step, and an idle index costs no write."""
    records = [conversation(f"c{n}", inbound(f"word{n}", minutes=n)) for n in range(25)]
    writes.apply_conversations(store, "acme", "heyreach", page(*records), now=at(200))

    steps = [search.index_pending(store, limit=10) for _ in range(4)]
    before = store.cache.total_changes
    search.index_pending(store)

    assert steps == [30, 10, 0, 0]
    assert store.cache.total_changes == before
    assert found(store, "word24") == ["c24"]
