"""The registry of keys: one meaning each, all remappable, mistakes answered with the nearest name."""

from __future__ import annotations

import pytest

from postroom.errors import ConfigError
from tui.keys import ACTIONS, BY_ID, Place, Risk, by_key, check_keymap, groups, keys_of, shown

REQUIRED = {
    "list.down": "j", "list.up": "k", "list.top": "g", "list.bottom": "G", "list.half_down": "ctrl+d",
    "list.half_up": "ctrl+u", "list.next_unread": "n", "list.prev_unread": "N", "thread.open": "enter",
    "nav.back": "escape", "inbox.done": "e", "inbox.done_stop": "E", "inbox.done_prev": "left_square_bracket",
    "inbox.done_next": "right_square_bracket", "reply.open": "r", "reply.send": "ctrl+s",
    "reply.send_done": "alt+enter",
    "reply.editor": "ctrl+e", "reply.park": "escape", "app.undo": "z", "app.redo": "Z",
    "app.repeat": "full_stop",
    "inbox.unread": "u", "inbox.star": "s", "inbox.snooze": "b", "lead.classify": "c", "lead.stop": "X",
    "lead.tag": "t", "lead.note": "m", "filter.open": "slash", "filter.clear": "backslash", "view.next": "tab",
    "view.prev": "shift+tab", "campaign.toggle": "P", "copy.name": "y", "copy.url": "Y", "open.browser": "o",
    "workspace.switch": "w", "sync.now": "R", "app.palette": "ctrl+p", "app.help": "question_mark",
    "app.activity": "exclamation_mark", "app.quit": "q", "outbox.open": "ctrl+o", "pane.inbox": "1",
    "pane.thread": "2", "pane.campaign": "3",
}  # fmt: skip


@pytest.mark.parametrize(("action_id", "key"), REQUIRED.items())
def test_documented_keys_are_the_registered_ones(action_id: str, key: str) -> None:
    """What the documentation promises a key does, it does."""
    assert key in keys_of(action_id)


def test_registry_as_delivered_has_no_clash() -> None:
    """No key means two things in one place."""
    check_keymap({})

    assert len(by_key(Place.PANES)) == sum(len(a.keys) for a in ACTIONS if a.place is Place.PANES)


def test_every_action_explains_itself() -> None:
    """Palette and help have a name and a sentence for every action."""
    for action in ACTIONS:
        assert action.label, action.id
        assert action.help.endswith("."), action.id


def test_groups_hold_every_action_once() -> None:
    """Nothing is missing from the help."""
    listed = [action.id for _, actions in groups() for action in actions]

    assert sorted(BY_ID) == sorted(listed)


def test_unknown_id_is_answered_with_the_nearest() -> None:
    """A typing mistake in the keymap is found, not ignored."""
    with pytest.raises(ConfigError, match=r"inbox\.doen.*Did you mean “inbox\.done”"):
        check_keymap({"inbox.doen": "d"})


def test_clash_names_both_actions() -> None:
    """A key that would mean two things is refused with both names."""
    with pytest.raises(ConfigError, match=r"“s”.*“inbox\.done” and “inbox\.star”"):
        check_keymap({"inbox.done": "s"})


def test_swapping_two_keys_is_no_clash() -> None:
    """Two actions may trade their keys."""
    check_keymap({"inbox.done": "s", "inbox.star": "e"})

    assert by_key(Place.PANES, {"inbox.done": "s", "inbox.star": "e"})["s"].id == "inbox.done"


@pytest.mark.parametrize("action_id", ["lead.stop", "campaign.toggle", "inbox.done_stop", "app.quit"])
def test_what_asks_cannot_lie_on_the_key_that_says_yes(action_id: str) -> None:
    """Pressed twice, or held, it would confirm itself."""
    with pytest.raises(ConfigError, match=f"says yes to what “{action_id}” asks"):
        check_keymap({action_id: "x,y", "copy.name": "x"})


def test_action_without_a_key_is_refused() -> None:
    """An empty entry is a mistake, not a way to lose an action."""
    with pytest.raises(ConfigError, match="no key"):
        check_keymap({"inbox.done": " "})


def test_signs_may_be_written_as_they_look() -> None:
    """`?` and `question_mark` are the same key."""
    assert keys_of("app.help", {"app.help": "!, ctrl+h"}) == ("exclamation_mark", "ctrl+h")
    assert shown("app.help") == "?"
    assert shown("list.down", every=True) == "j ↓"


def test_one_key_can_serve_the_composer_and_the_panes() -> None:
    """Escape leaves the composer, and elsewhere goes back."""
    assert by_key(Place.COMPOSER)["escape"].id == "reply.park"
    assert by_key(Place.PANES)["escape"].id == "nav.back"


def test_only_what_harms_nothing_counts_as_motion() -> None:
    """Whatever changes, opens or asks is not obeyed blindly in a burst of typed text."""
    for action_id in ("inbox.done", "lead.stop", "campaign.toggle", "reply.open", "app.quit", "thread.open"):
        assert BY_ID[action_id].risk is not Risk.MOTION
