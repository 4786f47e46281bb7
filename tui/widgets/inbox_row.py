"""One row of the inbox as one or two lines of fixed columns, whatever the texts in them. Pure.

What it is written with comes in as inks: styles of the screen, or the codes of the frame that is drawn before there is
one (`tui.first_frame`), which is why nothing heavy is loaded here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from postroom.terms import Direction, Micros, Verdict
from store.inbox_rows import InboxRow
from tui.cells import cell_len, fit, steady
from tui.format import age, provider_tag, verdict_tag
from tui.glyphs import Glyphs, state_sign

ONE_LINE = 76
"""Cells from which a row fits in one line."""

_GUTTER = 5
_PROVIDER = 4
_AGE = 4
_EDGE = 1
_LATE = 24 * 3600 * 1_000_000
_URGENT = {"in_doubt": "in doubt", "failed": "failed", "held": "held", "not_stopped": "NOT STOPPED"}
_GOOD = {Verdict.INTERESTED, Verdict.CURIOUS, Verdict.MEETING}

Ink = TypeVar("Ink")
Piece = tuple[str, Ink]


@dataclass(frozen=True, slots=True)
class Columns:
    """How wide each column is."""

    width: int
    lines: int
    lead: int
    company: int
    preview: int
    """The preview, and the tag where a row has one: it takes its place from the preview's end."""
    tag: int


@dataclass(frozen=True, slots=True)
class RowInks(Generic[Ink]):
    """What each part of a row is written with."""

    text: Ink
    strong: Ink
    muted: Ink
    unread: Ink
    good: Ink
    late: Ink
    alert: Ink
    bar: Ink


def columns(width: int) -> Columns:
    """The columns of a list of this width."""
    if width < ONE_LINE:
        rest = max(width - _GUTTER - 2 - 1 - _AGE - _EDGE, 2)
        lead = min(max(rest * 3 // 5, 12), 28, rest)
        return Columns(
            width, 2, lead, rest - lead, max(width - _GUTTER - _PROVIDER - 1 - _EDGE, 1), min(12, width // 3)
        )
    rest = width - _GUTTER - _PROVIDER - 1 - 2 - 2 - 3 - _AGE - _EDGE
    lead, company = min(max(rest * 3 // 10, 16), 28), min(max(rest // 4, 12), 26)
    return Columns(width, 1, lead, company, rest - lead - company, 14 if width >= 120 else 12)


def age_of(row: InboxRow, now: Micros) -> str:
    """What stands in the last column: how old the last word is; until when it is snoozed."""
    if row.folder == "snoozed" and row.wake_at is not None:
        return age(now, row.wake_at)
    return age(row.last_at, now)


def draw(
    row: InboxRow, form: Columns, *, now: Micros, inks: RowInks[Ink], glyphs: Glyphs, cursor: bool, marked: bool = False
) -> list[list[Piece[Ink]]]:
    """The lines of a row, each exactly `form.width` cells wide."""
    edge = (glyphs.cursor if cursor else glyphs.marked if marked else " ", inks.bar)
    if form.lines == 1:
        return [_one_line(row, form, now, inks, glyphs, edge)]
    under = (glyphs.cursor if cursor else " ", inks.bar)
    return [_first_line(row, form, now, inks, glyphs, edge), _second_line(row, form, inks, glyphs, under)]


def draw_placeholder(form: Columns, *, glyphs: Glyphs) -> list[str]:
    """A row that is still being read."""
    text = " " * _GUTTER + glyphs.dot * max(min(form.lead, form.width - _GUTTER), 0)
    return [fit(text, form.width)] + [" " * form.width] * (form.lines - 1)


def _one_line(
    row: InboxRow, form: Columns, now: Micros, inks: RowInks[Ink], glyphs: Glyphs, edge: Piece[Ink]
) -> list[Piece[Ink]]:
    """Everything side by side."""
    return [
        *_gutter(row, inks, glyphs, edge),
        _provider(row, inks, glyphs),
        (" ", inks.text),
        *_who(row, form, inks, glyphs),
        ("  ", inks.text),
        *_said(row, form, inks, glyphs),
        (f" {glyphs.starred if row.starred else ' '} ", inks.late),
        _age(row, now, inks),
    ]


def _first_line(
    row: InboxRow, form: Columns, now: Micros, inks: RowInks[Ink], glyphs: Glyphs, edge: Piece[Ink]
) -> list[Piece[Ink]]:
    """Who, and since when."""
    return [
        *_gutter(row, inks, glyphs, edge),
        *_who(row, form, inks, glyphs),
        (" ", inks.text),
        _age(row, now, inks),
    ]


def _who(row: InboxRow, form: Columns, inks: RowInks[Ink], glyphs: Glyphs) -> list[Piece[Ink]]:
    """The lead and the company; a lead without one has the room of both."""
    name, dots = row.lead_name or "(no name)", glyphs.ellipsis
    if row.lookalike:
        sign, ink = (f"{glyphs.lookalike} ", inks.alert)
        return [(sign, ink), *_who(replace(row, lookalike=""), replace(form, lead=form.lead - 2), inks, glyphs)]
    if not row.company:
        return [(fit(name, form.lead + 2 + form.company, ellipsis=dots), _name_ink(row, inks))]
    company = "  " + fit(row.company, form.company, ellipsis=dots)
    return [(fit(name, form.lead, ellipsis=dots), _name_ink(row, inks)), (company, inks.muted)]


def _second_line(
    row: InboxRow, form: Columns, inks: RowInks[Ink], glyphs: Glyphs, edge: Piece[Ink]
) -> list[Piece[Ink]]:
    """Through what, and what they said."""
    return [
        edge,
        ("  ", inks.text),
        (glyphs.starred if row.starred else " ", inks.late),
        (" ", inks.text),
        _provider(row, inks, glyphs),
        (" ", inks.text),
        *_said(row, form, inks, glyphs),
        (" " * _EDGE, inks.text),
    ]


def _gutter(row: InboxRow, inks: RowInks[Ink], glyphs: Glyphs, edge: Piece[Ink]) -> list[Piece[Ink]]:
    """The cursor's bar, the unread dot, the state."""
    sign, ink = _state(row, inks, glyphs)
    return [
        edge,
        (glyphs.unread if row.unread else " ", inks.unread),
        (" ", inks.text),
        (fit(sign, 1), ink),
        (" ", inks.text),
    ]


def _state(row: InboxRow, inks: RowInks[Ink], glyphs: Glyphs) -> Piece[Ink]:
    """The sign that needs the eye most."""
    if row.outbox_state in _URGENT:
        return state_sign(glyphs, row.outbox_state), inks.alert
    if row.outbox_state and row.outbox_state not in {"sent", "discarded"}:
        return state_sign(glyphs, row.outbox_state)[:1], inks.text
    if row.has_draft:
        return glyphs.draft, inks.late
    if row.gone or row.blocked:
        return glyphs.gone if row.gone else glyphs.blocked, inks.muted
    return (glyphs.snoozed, inks.muted) if row.folder == "snoozed" else (" ", inks.text)


def _provider(row: InboxRow, inks: RowInks[Ink], glyphs: Glyphs) -> Piece[Ink]:
    """The provider, with the mark that the same person also writes elsewhere."""
    return fit(provider_tag(row.provider) + (glyphs.also if row.also_in else ""), _PROVIDER), inks.muted


def _tag_text(row: InboxRow) -> tuple[str, bool]:
    """What stands in the tag column: trouble before verdict. The second value: whether it is trouble."""
    if row.outbox_state in _URGENT:
        return _URGENT[row.outbox_state], True
    return verdict_tag(row.verdict, row.verdict_raw), False


def _said(row: InboxRow, form: Columns, inks: RowInks[Ink], glyphs: Glyphs) -> list[Piece[Ink]]:
    """The preview, with the tag at its right end."""
    tag, trouble = _tag_text(row)
    if not tag:
        return [(fit(_preview(row, glyphs), form.preview, ellipsis=glyphs.ellipsis), _body_ink(row, inks))]
    tag = fit(tag, min(form.tag, cell_len(steady(tag))), ellipsis=glyphs.ellipsis)
    ink = inks.alert if trouble else inks.good if row.verdict in _GOOD else inks.muted
    preview = fit(_preview(row, glyphs), form.preview - cell_len(tag) - 2, ellipsis=glyphs.ellipsis)
    return [(preview, _body_ink(row, inks)), (fit(tag, form.preview - cell_len(preview), align="right"), ink)]


def _age(row: InboxRow, now: Micros, inks: RowInks[Ink]) -> Piece[Ink]:
    """The last column: strong while they wait for us, in the late ink when they have waited for a day."""
    text = fit(age_of(row, now), _AGE, align="right") + " " * _EDGE
    if row.waiting_since is None or row.folder == "snoozed":
        return text, inks.muted
    return text, inks.late if now - (row.last_at or now) > _LATE else inks.text


def _preview(row: InboxRow, glyphs: Glyphs) -> str:
    """The first words: the subject where there is one, and who spoke when it was us."""
    said = f"you: {row.preview}" if row.last_direction is Direction.OUTBOUND else row.preview
    return f"{row.subject} {glyphs.dash} {said}" if row.subject else said


def _name_ink(row: InboxRow, inks: RowInks[Ink]) -> Ink:
    """Strong while unread, faint when the conversation is gone."""
    return inks.muted if row.gone else inks.strong if row.unread else inks.text


def _body_ink(row: InboxRow, inks: RowInks[Ink]) -> Ink:
    """As strong as what it says is new."""
    return inks.text if row.unread and not row.gone else inks.muted
