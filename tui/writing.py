"""What stands against a reply, what is asked before it goes, and how a draft gets to the disk."""

from __future__ import annotations

import re

from textual.content import Content

from postroom.capabilities import reply_problem
from postroom.records import ConversationKey, Direction, Micros, ProviderName
from postroom.sight import Sight, digest, sight_of
from postroom.text import sanitise_line
from store import drafts
from store.database import Store
from store.rows import InboxRow, MessageRow
from tui.desk import Viewing
from tui.dossier import Dossier
from tui.screens.confirm import ConfirmScreen

_UNRESOLVED = re.compile(r"\{\{[^{}\n]{0,80}\}\}")
_QUOTED = 300
_LINE = 80


def keep(store: Store, key: ConversationKey, text: str, sight: Sight | None, now: Micros) -> None:
    """Write the draft down; an empty one is none. Without a sight it goes below a draft that is still unread."""
    present = drafts.own_draft(store, key, viewer=not store.writable) if sight is None else None
    if present is not None:
        text, sight = present.text + text, Sight(present.seen_upto, present.seen)
    if text.strip():
        seen = sight or Sight("", "")
        drafts.save_draft(store, key, text, seen_upto=seen.upto, seen=seen.mark, now=now)
    else:
        drafts.drop_draft(store, key)


def unseen(dossier: Dossier, sight: Sight) -> MessageRow | None:
    """The newest message of the lead in the thread that was not in sight then. None: all were."""
    marks = sight.marks
    theirs = [each for each in dossier.messages if each.direction is Direction.INBOUND and digest(each) not in marks]
    if not sight.whole and sight.upto:
        keys = [each.key for each in dossier.messages]
        known = keys.index(sight.upto) if sight.upto in keys else -1
        theirs = [each for each in theirs if keys.index(each.key) > known]
    return theirs[-1] if theirs and sight.mark else None


def completed(dossier: Dossier, sight: Sight) -> Sight:
    """The sight of whoever had a part of the thread before them, now that the older rest of it is there too."""
    whole = dossier.sight
    if sight.whole or not whole.whole or not sight.mark:
        return sight
    marks = sight.marks
    first = next((index for index, each in enumerate(dossier.messages) if digest(each) in marks), None)
    seen = [
        each
        for index, each in enumerate(dossier.messages)
        if (index <= first or digest(each) in marks if first is not None else (each.sent_at or 0) <= sight.newest)
    ]
    return sight_of(seen, whole=True, newest=sight.newest)


def problem(row: InboxRow, text: str) -> str:
    """Why this cannot be sent, as a sentence; empty when it can."""
    return closed(row) or reply_problem(ProviderName(row.provider), text) or ""


def closed(row: InboxRow) -> str:
    """Why nobody can write here any more; empty where one can."""
    if row.blocked:
        return f"{row.lead_name} cannot be written to: the conversation is blocked."
    if row.gone:
        return "This conversation is gone at the provider. It can be read here, but not answered."
    return ""


def question(dossier: Dossier, text: str, sight: Sight, *, guard: float) -> ConfirmScreen | None:
    """What has to be asked before this is sent. None: nothing."""
    name = dossier.head.row.lead_name
    unresolved = _UNRESOLVED.search(text)
    if unresolved:
        return ConfirmScreen(
            "Send with an empty place in it?",
            Content(f"{name} would read “{unresolved.group()}” as it stands there."),
            verb="Send it as it is",
            cancel="Go on writing",
            guard=guard,
        )
    news = unseen(dossier, sight)
    if news is not None:
        return ConfirmScreen(
            f"{name} wrote while you were writing",
            Content(f"“{news.body[:_QUOTED]}”"),
            verb="Send all the same",
            cancel="Go on writing",
            guard=guard,
        )
    return None


def remark_on(dossier: Dossier, *, viewing: Viewing | None) -> str:
    """What whoever opens this draft must know first; empty: nothing."""
    news = unseen(dossier, dossier.begun) if dossier.begun is not None and dossier.draft.strip() else None
    if news is not None:
        return f"{dossier.head.row.lead_name} wrote after you had begun this: “{quoted(news.body)}”"
    if dossier.elsewhere:
        return f"Another window on this inbox has a draft here too, kept apart: “{quoted(dossier.elsewhere)}”"
    return viewing.remark if viewing is not None else ""


def quoted(text: str) -> str:
    """The beginning of a text, as one line."""
    line = sanitise_line(text)
    return line if len(line) <= _LINE else f"{line[: _LINE - 1]}…"
