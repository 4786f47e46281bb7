"""Drafts of several windows on one state: each its own, none lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from postroom.records import ConversationKey
from store import drafts
from store.database import Store, prepare
from tests.builders import at

ADA = ConversationKey("acme", "c1")


def typed(store: Store, text: str, *, minutes: int = 1) -> None:
    """What a window keeps in the conversation."""
    drafts.save_draft(store, ADA, text, seen_upto="m1#0", seen="whole 1 abc", now=at(minutes))


def beside(state_dir: Path, session: str) -> Store:
    """A window that only looks on."""
    return Store.open(state_dir, writable=False, session=session)


def test_two_windows_in_one_conversation_keep_their_own_texts(state_dir: Path, store: Store) -> None:
    """The writer and two viewers type to the same lead: each finds its own text, and sees what the others have."""
    first, second = beside(state_dir, "one"), beside(state_dir, "two")
    typed(store, "of the writer")
    typed(first, "of the first viewer", minutes=2)
    typed(second, "of the second viewer", minutes=3)
    typed(store, "of the writer, longer", minutes=4)

    texts = [(found := drafts.draft(each, ADA)) and found.text for each in (store, first, second)]
    others = [each.text for each in drafts.others_drafts(first, ADA)]
    drafts.drop_draft(first, ADA)
    left = [each.text for each in drafts.others_drafts(second, ADA)]
    first.close()
    second.close()

    assert texts == ["of the writer, longer", "of the first viewer", "of the second viewer"]
    assert others == ["of the writer, longer", "of the second viewer"]
    assert left == ["of the writer, longer"]


def test_what_a_viewer_left_joins_the_draft_at_the_next_start(state_dir: Path, store: Store) -> None:
    """Both texts are in one draft then, once each, however often Postroom is started."""
    viewer = beside(state_dir, "viewer")
    typed(store, "of the writer")
    typed(viewer, "of the viewer", minutes=2)
    viewer.close()

    for _ in range(2):
        prepare(state_dir, session="next")
    draft = drafts.draft(store, ADA)

    assert draft is not None
    assert draft.text == "of the writer\n\nof the viewer"
    assert drafts.others_drafts(store, ADA, viewer=False) == []


def test_a_viewers_text_alone_is_the_draft_at_the_next_start(state_dir: Path, store: Store) -> None:
    """With what its writer had seen."""
    viewer = beside(state_dir, "viewer")
    typed(viewer, "of the viewer")
    viewer.close()

    prepare(state_dir, session="next")
    draft = drafts.own_draft(store, ADA, viewer=False)

    assert draft is not None
    assert (draft.text, draft.seen_upto, draft.seen) == ("of the viewer", "m1#0", "whole 1 abc")


def test_a_viewer_that_goes_on_typing_after_a_start_repeats_nothing(state_dir: Path, store: Store) -> None:
    """The writer was started again while a viewer was typing: the longer text takes the place of the shorter."""
    viewer = beside(state_dir, "viewer")
    typed(viewer, "Dear")
    prepare(state_dir, session="next")
    typed(viewer, "Dear Ada", minutes=2)
    viewer.close()

    prepare(state_dir, session="after that")
    draft = drafts.draft(store, ADA)

    assert draft is not None
    assert draft.text == "Dear Ada"


def test_a_text_that_both_have_is_there_once(state_dir: Path, store: Store) -> None:
    """The viewer's is what the writer has, or a paragraph of it."""
    viewer, other = beside(state_dir, "viewer"), beside(state_dir, "other")
    typed(store, "Dear Ada\n\nTuesday?")
    typed(viewer, "Dear Ada\n\nTuesday?", minutes=2)
    typed(other, "Tuesday?", minutes=3)
    viewer.close()
    other.close()

    prepare(state_dir, session="next")
    draft = drafts.draft(store, ADA)

    assert draft is not None
    assert draft.text == "Dear Ada\n\nTuesday?"


def test_a_discarded_draft_is_gone_and_a_viewers_is_not(state_dir: Path, store: Store) -> None:
    """The writer forgets its own words alone."""
    viewer = beside(state_dir, "viewer")
    typed(store, "of the writer")
    typed(viewer, "of the viewer", minutes=2)
    drafts.drop_draft(store, ADA)
    viewer.close()

    assert drafts.own_draft(store, ADA, viewer=False) is None
    assert [each.text for each in drafts.others_drafts(store, ADA, viewer=False)] == ["of the viewer"]


def test_on_a_full_disk_a_viewers_draft_waits_for_the_next_start(state_dir: Path, store: Store) -> None:
    """It is neither lost nor in two places."""
    viewer = beside(state_dir, "viewer")
    typed(store, "of the writer")
    typed(viewer, "of the viewer " * 5_000, minutes=2)
    viewer.close()
    pages = store.user.number("pragma page_count")
    store.user.execute(f"pragma max_page_count = {pages}").fetchone()

    joined = drafts.adopt(store, now=at(3))
    waiting = drafts.others_drafts(store, ADA, viewer=False)
    store.user.execute("pragma max_page_count = 1000000").fetchone()

    assert (joined, len(waiting)) == (0, 1)
    assert drafts.adopt(store, now=at(4)) == 1
    draft = drafts.draft(store, ADA)
    assert draft is not None
    assert draft.text == "of the writer\n\n" + "of the viewer " * 5_000


@pytest.mark.parametrize(("writers", "viewers"), [("Looking forward", "ok"), ("ok", "Looking forward")])
def test_a_text_that_merely_occurs_in_the_other_is_kept(
    state_dir: Path, store: Store, writers: str, viewers: str
) -> None:
    """“Looking” has an “ok” in it, which is not the one that was meant."""
    typed(store, writers)
    viewer = beside(state_dir, "viewer")
    typed(viewer, viewers, minutes=2)
    viewer.close()

    for _ in range(2):
        prepare(state_dir, session="next")
    draft = drafts.draft(store, ADA)

    assert draft is not None
    assert draft.text == f"{writers}\n\n{viewers}"
