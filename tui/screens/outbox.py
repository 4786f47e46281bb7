"""What is on its way, and what waits for the reader's word: in doubt, failed, held.

A key picks what to do with the entry under the cursor; the screen that opened this one does it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from postroom.records import Micros
from store.rows import OutboxRow
from tui import format as words
from tui.glyphs import Glyphs, state_sign
from tui.screens.question import Question

STATES: dict[str, str] = {
    "undo": "can still be taken back",
    "queued": "queued: leaves as soon as it can",
    "sending": "sending",
    "accepted": "accepted, not seen in the thread yet",
    "pending": "pending at the provider",
    "in_doubt": "IN DOUBT: may have arrived",
    "failed": "failed: was not delivered",
    "held": "held: waits for you",
}
"""What each state means, in words: never only a sign or a colour."""

_DISCARD = ("d", "discard", "discard …")
_VERBS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "in_doubt": (("v", "view", "view"), ("a", "arrived", "it arrived"), ("r", "resend", "send again …"), _DISCARD),
    "failed": (("e", "edit", "edit"), ("r", "resend", "send again …"), _DISCARD),
    "held": (("e", "edit", "edit"), ("r", "resend", "send now …"), _DISCARD),
    "undo": (("e", "edit", "take back"), ("d", "discard", "take back …")),
    "queued": (("e", "edit", "edit"), _DISCARD),
    "accepted": (("v", "view", "view"), ("d", "discard", "wait no more …")),
    "pending": (("v", "view", "view"),),
}  # fmt: skip
_TEXT_ONLY = frozenset({"edit"})
"""Verbs that make sense for a reply alone."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What to do with which entry."""

    verb: str
    """`view`, `arrived`, `resend`, `discard` or `edit`."""
    row: OutboxRow


class OutboxScreen(Question[Wish]):
    """Answers with a wish, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "move(1)", show=False),
        Binding("k", "move(-1)", show=False),
        *(Binding(key, f"wish('{key}')", show=False) for key in "vared"),
        Binding("ctrl+o,q", "leave", show=False),
    ]

    def __init__(
        self,
        rows: Sequence[OutboxRow],
        *,
        likely: Mapping[int, str] = {},
        glyphs: Glyphs,
        now: Micros,
        guard: float,
    ) -> None:
        super().__init__("Outbox", guard=guard)
        self._likely = likely
        """By entry, the message in the thread that is almost it."""
        self._rows = tuple(rows)
        self._glyphs = glyphs
        self._now = now

    def parts(self) -> Iterable[Widget]:
        """The entries, and below them the one under the cursor in full."""
        if not self._rows:
            yield Static(Content("Nothing is on its way, and nothing waits for you."), classes="question--body")
            return
        yield OptionList(*(Option(self._line(row)) for row in self._rows), markup=False)
        yield Static(classes="outbox--entry")

    def on_mount(self) -> None:
        """The list is ready for the arrows."""
        super().on_mount()
        for lines in self.query(OptionList):
            lines.focus()
            lines.highlighted = 0

    def action_move(self, by: int) -> None:
        """The entry below or above."""
        for lines in self.query(OptionList):
            lines.action_cursor_down() if by > 0 else lines.action_cursor_up()

    def action_wish(self, key: str) -> None:
        """Do what the letter says with the entry under the cursor, where it can be done."""
        row = self._current()
        for letter, verb, _ in verbs(row) if row is not None else ():
            if letter == key and row is not None:
                self.dismiss(Wish(verb, row))
                return

    @on(OptionList.OptionHighlighted)
    def _highlighted(self) -> None:
        """Show the entry in full."""
        row = self._current()
        if row is not None:
            self.query_one(".outbox--entry", Static).update(_entry(row, likely=self._likely.get(row.id, "")))

    def _current(self) -> OutboxRow | None:
        for lines in self.query(OptionList):
            if lines.highlighted is not None:
                return self._rows[lines.highlighted]
        return None

    def _line(self, row: OutboxRow) -> Content:
        """One entry as a line."""
        tone = {"in_doubt": "bold $error", "failed": "$error", "held": "$warning"}.get(row.state, "dim")
        return Content.assemble(
            (f"{state_sign(self._glyphs, row.state):<3}", tone),
            (row.title, "bold"),
            (f"  {STATES.get(row.state, row.state)}", tone),
            (f"  {words.age(row.created_at, self._now)}", "dim"),
        )


def verbs(row: OutboxRow) -> Iterable[tuple[str, str, str]]:
    """What can be done with an entry: letter, verb, words."""
    for letter, verb, label in _VERBS.get(row.state, ()):
        if _makes_sense(row, verb):
            yield letter, verb, label


def _makes_sense(row: OutboxRow, verb: str) -> bool:
    """Whether a verb of the state fits the kind of entry."""
    if verb in _TEXT_ONLY:
        return row.kind == "reply"
    if verb == "view":
        return row.conversation != ""
    if verb == "resend" and row.kind == "resume_campaign":
        return False  # asked for anew where its campaign is shown, and for how many people it is
    return not (verb == "discard" and row.state in {"accepted", "undo"} and row.kind == "reply")


def _entry(row: OutboxRow, *, likely: str) -> Content:
    """One entry in full, with its verbs."""
    keys = [Content.assemble((f"{letter} ", "bold $primary"), label) for letter, _, label in verbs(row)]
    said = [Content.styled(row.error, "$warning"), Content("")] if row.error else []
    text = [Content(row.text[:2000]), Content("")] if row.text else []
    hint = f"The thread shows something much like it: “{likely[:300]}” Look whether that is it."
    found = [Content.styled(hint, "$warning"), Content("")] if likely else []
    return Content("\n").join([Content(""), *said, *text, *found, Content("   ").join(keys)])
