"""Every action of the screen: its id, its keys, its name and its help. The one registry.

Bindings, the palette, `?`, the hint bar and the configuration's `keymap` are made from this table. Pure data, so that
the command line can check a configuration without loading the screen.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from postroom.errors import ConfigError


class Place(StrEnum):
    """Where a key works."""

    PANES = "panes"
    """Anywhere but in a text that is being written."""
    COMPOSER = "composer"
    """While a reply is being written."""


class Risk(StrEnum):
    """What happens when the key was not meant: decides what a burst of typed text may set off."""

    MOTION = "motion"
    """Moves or looks; obeyed at once, however fast the keys come."""
    DECISION = "decision"
    """Changes something here that `z` takes back; obeyed at once, taken back if it turns out to be typed text."""
    OTHER = "other"
    """Opens, asks or reaches out; waits the blink of an eye to see whether more text follows."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a key, the palette or the help can do."""

    id: str
    keys: tuple[str, ...]
    """As Textual spells them (`question_mark`, `ctrl+s`). None: by name in the palette, and by what the keymap says."""
    label: str
    """What it does, in a few words, for the palette and the hint bar."""
    group: str
    help: str
    place: Place = Place.PANES
    risk: Risk = Risk.OTHER


_MOVE, _READ, _DECIDE, _WRITE, _LEAD, _FIND, _SHOW = (
    "Move", "Read", "Decide", "Reply", "Lead and campaign", "Find", "Postroom",
)  # fmt: skip
_FILES = "Files"
_MOTION, _DECISION = Risk.MOTION, Risk.DECISION

ACTIONS: tuple[Action, ...] = (
    Action("list.down", ("j", "down"), "Down", _MOVE, "Go one line down. Moving never marks as read.", risk=_MOTION),
    Action("list.up", ("k", "up"), "Up", _MOVE, "Go one line up.", risk=_MOTION),
    Action("list.top", ("g", "home"), "To the top", _MOVE, "Go to the first line; gg does the same.", risk=_MOTION),
    Action("list.bottom", ("G", "end"), "To the end", _MOVE, "Go to the last line.", risk=_MOTION),
    Action("list.half_down", ("ctrl+d", "pagedown"), "Half a page down", _MOVE, "Go half a page down.", risk=_MOTION),
    Action("list.half_up", ("ctrl+u", "pageup"), "Half a page up", _MOVE, "Go half a page up.", risk=_MOTION),
    Action("list.next_unread", ("n",), "Next unread", _MOVE, "Go to the next unread conversation.", risk=_MOTION),
    Action("list.prev_unread", ("N",), "Previous unread", _MOVE, "Go to the unread one before.", risk=_MOTION),
    Action("pane.inbox", ("1",), "Inbox pane", _MOVE, "Go to the inbox; again: only the inbox.", risk=_MOTION),
    Action("pane.thread", ("2",), "Thread pane", _MOVE, "Go to the thread; again: only the thread.", risk=_MOTION),
    Action(
        "pane.campaign", ("3",), "Campaign pane", _MOVE, "Go to the campaign; again: only the campaign.", risk=_MOTION
    ),
    Action(
        "thread.open", ("enter", "l", "right"), "Open", _READ,
        "Open the conversation. After a second it counts as read.",
    ),
    Action("nav.back", ("escape", "h", "left"), "Back", _READ, "One level back; clears a filter first."),
    Action("thread.unfold", ("space",), "Show the rest", _READ, "Show the whole of a long message.", risk=_MOTION),
    Action(
        "thread.channels", ("a",), "All channels", _READ,
        "All that was said with this person on every channel, or only this conversation.",
    ),
    Action("view.next", ("tab",), "Next view", _READ, "Go to the next view.", risk=_MOTION),
    Action("view.prev", ("shift+tab",), "Previous view", _READ, "Go to the view before.", risk=_MOTION),
    Action(
        "inbox.done", ("e",), "Done", _DECIDE,
        "Done, and on to the next. It comes back when the lead writes again.", risk=_DECISION,
    ),
    Action(
        "inbox.done_next", ("right_square_bracket",), "Done, go down", _DECIDE, "Done, and on to the one below.",
        risk=_DECISION,
    ),
    Action(
        "inbox.done_prev", ("left_square_bracket",), "Done, go up", _DECIDE, "Done, and on to the one above.",
        risk=_DECISION,
    ),
    Action("inbox.done_stop", ("E",), "Done and stop the lead", _DECIDE, "Done, and stop the lead everywhere. Asks."),
    Action("inbox.unread", ("u",), "Read or unread", _DECIDE, "Mark as unread, or as read."),
    Action("inbox.star", ("s",), "Star", _DECIDE, "Star, or take the star away.", risk=_DECISION),
    Action("inbox.snooze", ("b",), "Snooze", _DECIDE, "Hide until a time, or until they write."),
    Action("lead.classify", ("c",), "Classify", _DECIDE, "Say what their answer amounts to."),
    Action("lead.tag", ("t",), "Tag", _DECIDE, "Put a tag on the conversation, or take it away."),
    Action("lead.note", ("m",), "Note", _DECIDE, "Write a private note."),
    Action("app.undo", ("z",), "Undo", _DECIDE, "Take back the last decision, or a reply that has not left yet."),
    Action("app.redo", ("Z",), "Redo", _DECIDE, "Do again what was taken back."),
    Action("app.repeat", ("full_stop",), "Repeat", _DECIDE, "The last decision again, on this conversation."),
    Action("reply.open", ("r",), "Reply", _WRITE, "Write a reply under the thread; a kept draft comes back."),
    Action("reply.send", ("ctrl+s",), "Send", _WRITE, "Send; z takes it back for a few seconds.", Place.COMPOSER),
    Action(
        "reply.send_done", ("alt+enter",), "Send and done", _WRITE, "Send, done, and on to the next.", Place.COMPOSER
    ),
    Action("reply.editor", ("ctrl+e",), "Editor", _WRITE, "Go on writing in your $EDITOR.", Place.COMPOSER),
    Action("reply.park", ("escape",), "Keep draft", _WRITE, "Leave the reply; the draft is kept.", Place.COMPOSER),
    Action("lead.stop", ("X",), "Stop lead", _LEAD, "Stop this lead's campaigns. Lists each one and asks."),
    Action(
        "lead.never", (), "Never contact again", _LEAD,
        "Stop this lead, and put them on the list of every workspace that keeps one. Asks for a word.",
    ),
    Action("campaign.toggle", ("P",), "Pause or resume", _LEAD, "Pause or resume this lead's campaign. Asks."),
    Action(
        "campaign.pause_workspace", (), "Pause everything in this workspace", _LEAD,
        "Pause every running campaign of this workspace. Lists and counts them, and asks.",
    ),
    Action(
        "campaign.pause_all", (), "Pause everything everywhere", _LEAD,
        "Pause every running campaign of all workspaces. Lists and counts them, and asks.",
    ),
    Action("open.browser", ("o",), "Open in browser", _LEAD, "Open the conversation in your browser. Shows where."),
    Action("copy.name", ("y",), "Copy name", _LEAD, "Copy the lead's name and email address.", risk=_MOTION),
    Action("copy.url", ("Y",), "Copy URL", _LEAD, "Copy the lead's profile URL.", risk=_MOTION),
    Action("filter.open", ("slash",), "Filter", _FIND, "Filter as you type; enter searches every message."),
    Action("filter.clear", ("backslash",), "Clear filter", _FIND, "Show the whole view again."),
    Action("workspace.switch", ("w",), "Workspace", _FIND, "Show one workspace, or all of them."),
    Action("sync.now", ("R",), "Sync now", _SHOW, "Ask the providers for news now."),
    Action("outbox.open", ("ctrl+o",), "Outbox", _SHOW, "What is on its way, in doubt, failed or held."),
    Action("app.activity", ("exclamation_mark",), "Activity", _SHOW, "What sync and the outbox did lately."),
    Action("app.palette", ("ctrl+p", "colon"), "Commands", _SHOW, "Find any command by name."),
    Action("app.help", ("question_mark",), "Keys", _SHOW, "Every key; enter runs the one under the cursor."),
    Action("app.theme", ("ctrl+t",), "Light or dark", _SHOW, "Switch between the light and the dark theme."),
    Action("files.backup", (), "Back up now", _FILES, "Copy what you wrote and decided, and read the copy back."),
    Action("files.export", (), "Export this lead", _FILES, "The command that prints all that is kept of this lead."),
    Action("files.erase", (), "Erase this lead", _FILES, "The command that erases this lead from every file here."),
    Action("files.restore", (), "Restore a backup", _FILES, "The command that lists the backups and goes back to one."),
    Action("files.doctor", (), "Doctor: what is wrong", _FILES, "The command that checks keys, clock and files."),
    Action("app.quit", ("q",), "Quit", _SHOW, "Leave Postroom. Asks only when something is unsent."),
)  # fmt: skip

ASKING = frozenset(
    {
        "inbox.done_stop", "lead.stop", "lead.never", "campaign.toggle", "campaign.pause_workspace",
        "campaign.pause_all", "open.browser", "outbox.open", "app.quit",
    }
)  # fmt: skip
"""Actions that ask before they act, or lead to what does: `y` answers them, so it may not be their key."""

BY_ID: Mapping[str, Action] = {action.id: action for action in ACTIONS}

_SIGNS = {
    "question_mark": "?", "slash": "/", "backslash": "\\", "exclamation_mark": "!", "colon": ":", "full_stop": ".",
    "left_square_bracket": "[", "right_square_bracket": "]", "escape": "esc", "up": "↑", "down": "↓", "left": "←",
    "right": "→", "pagedown": "pgdn", "pageup": "pgup",
}  # fmt: skip
_RENAMED = {
    "solidus": "slash", "reverse_solidus": "backslash", "commercial_at": "at", "hyphen_minus": "minus",
    "plus_sign": "plus", "low_line": "underscore",
}  # fmt: skip
"""Where Textual's name of a key is not its character's Unicode name."""


def keys_of(action_id: str, keymap: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The keys of an action, the configuration's before the registry's."""
    if keymap and action_id in keymap:
        return tuple(_key_name(key) for key in keymap[action_id].split(",") if key.strip())
    return BY_ID[action_id].keys


def shown(action_id: str, keymap: Mapping[str, str] | None = None, *, every: bool = False) -> str:
    """The key of an action as people write it (`?`, `ctrl+s`); with `every`, all of them."""
    signs = [_sign(key) for key in keys_of(action_id, keymap)]
    return " ".join(signs) if every else signs[0] if signs else ""


def by_key(place: Place, keymap: Mapping[str, str] | None = None) -> dict[str, Action]:
    """Which action a key means in a place."""
    return {key: action for action in ACTIONS if action.place is place for key in keys_of(action.id, keymap)}


def groups() -> Iterator[tuple[str, list[Action]]]:
    """The actions by group, in the registry's order."""
    for name in dict.fromkeys(action.group for action in ACTIONS):
        yield name, [action for action in ACTIONS if action.group == name]


def check_keymap(keymap: Mapping[str, str]) -> None:
    """Check the configuration's keymap (`{"inbox.done": "d,D"}`).

    Raises ConfigError for an id that does not exist (naming the nearest), an action left without a key, a key that
    would mean two things in one place, and a question that its own key would answer.
    """
    for action_id in keymap:
        if action_id not in BY_ID:
            near = difflib.get_close_matches(action_id, BY_ID, n=1, cutoff=0.4)
            hint = f" Did you mean “{near[0]}”?" if near else ""
            raise ConfigError(f"The keymap names “{action_id}”, which is no action of Postroom.{hint}")
        if not keys_of(action_id, keymap):
            raise ConfigError(f"The keymap gives “{action_id}” no key. Name one, or leave the line out.")
        if action_id in ASKING and "y" in keys_of(action_id, keymap):
            raise ConfigError(f"“y” says yes to what “{action_id}” asks, so it cannot be its key. Choose another key.")
    taken: dict[tuple[Place, str], str] = {}
    for action in ACTIONS:
        for key in keys_of(action.id, keymap):
            other = taken.setdefault((action.place, key), action.id)
            if other != action.id:
                raise ConfigError(
                    f"The keymap lets the key “{_sign(key)}” mean both “{other}” and “{action.id}”. Choose another key."
                )


def _key_name(key: str) -> str:
    """A key as Textual names it: `?` is `question_mark`."""
    key = key.strip()
    if len(key) != 1 or key.isalnum():
        return key
    name = unicodedata.name(key, key).lower().replace("-", "_").replace(" ", "_")
    return _RENAMED.get(name, name)


def _sign(key: str) -> str:
    """A key as people write it."""
    return _SIGNS.get(key, key)
