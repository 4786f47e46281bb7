"""Messages and echoes as lines. What Postroom says stands in columns that a message's own text cannot reach. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

from rich.style import Style

from postroom.records import Direction, Health, Micros
from store.rows import ConversationRow, EchoRow, MessageRow
from tui.cells import cell_len, fit, steady, wrap
from tui.format import clock, count, day, plural, provider_tag, same_day, seconds_left, sender
from tui.glyphs import Glyphs, state_sign

FOLD = 20_000
"""Characters of a body that are shown before "more" is asked for."""

READABLE = 92
"""Cells of the longest line of text: longer ones are hard to follow."""

_INDENT = 8
_WORDS = {
    "queued": "queued",
    "sending": "sending",
    "sent": "sent",
    "accepted": "accepted",
    "pending": "pending",
    "in_doubt": "IN DOUBT{dash}may have arrived",
    "failed": "failed",
    "held": "held",
}
_TROUBLE = {"in_doubt", "failed", "held"}

Line = list[tuple[str, Style]]


@dataclass(frozen=True, slots=True)
class ThreadInks:
    """What each part of a thread is written with."""

    text: Style
    strong: Style
    muted: Style
    inbound: Style
    outbound: Style
    rule: Style
    subject: Style
    good: Style
    late: Style
    alert: Style


@dataclass(frozen=True, slots=True)
class Form:
    """What the lines depend on besides the messages."""

    width: int
    inks: ThreadInks
    glyphs: Glyphs
    tz: tzinfo
    now: Micros
    several: bool = False
    """Messages of several conversations are shown: each says where it was written."""


def head_lines(head: ConversationRow, form: Form) -> list[Line]:
    """Who they are, who we are, and what stands in the way of writing."""
    row, inks, dot = head.row, form.inks, f" {form.glyphs.dot} "
    where = "in " + "+".join(provider_tag(name) for name in (row.provider, *row.also_in)) + " " if row.also_in else ""
    who = ", ".join(part for part in (row.position or head.headline, row.company) if part)
    first: Line = [
        (f" {steady(row.lead_name or '(no name)')}", inks.strong),
        (dot + steady(who) if who else "", inks.text),
    ]
    us = f" you are {sender(head.sender_name)}{dot}{head.channel}{dot}{row.key.workspace}"
    lines = [_spread(first, (where, inks.muted), form), _spread([(us, inks.muted)], _thread_state(head, form), form)]
    warning = f"LOOKALIKE: {row.lookalike}" if row.lookalike else ""
    for sign, trouble in ((form.glyphs.lookalike, warning), (form.glyphs.bad, _trouble(head))):
        start, *more = wrap(steady(trouble), max(form.width - 4, 4))
        if trouble:
            lines += [[(f" {sign} {start}", inks.alert)], *([(f"   {text}", inks.alert)] for text in more)]
    return [*lines, [(form.glyphs.rule * form.width, inks.rule)]]


def day_rule(message: MessageRow, before: MessageRow | None, form: Form) -> str:
    """The words of the rule above a message with which a day begins; empty when the day goes on."""
    if before is not None and same_day(before.sent_at, message.sent_at, form.tz):
        return ""
    return day(message.sent_at, form.now, form.tz)


def message_lines(message: MessageRow, rule: str, form: Form, *, unfolded: bool) -> list[Line]:
    """One message: a day rule where a day begins, who and when, the subject, the text, an empty line."""
    inks = form.inks
    ours = message.direction is Direction.OUTBOUND
    bar = (form.glyphs.outbound, inks.outbound) if ours else (form.glyphs.inbound, inks.inbound)
    if message.direction is Direction.UNKNOWN:
        bar = (form.glyphs.unknown, inks.late)
    indent = _indent(form) if ours else 1
    width = _text_width(form, indent)
    lines: list[Line] = [_ruled(rule, form)] if rule else []
    lines.append(_byline(message, bar, indent, width, form))
    if message.subject:
        lines += [_body_line(text, bar, indent, inks.subject) for text in wrap(steady(message.subject), width)]
    if message.participants and unfolded:
        lines += [_body_line(text, bar, indent, inks.muted) for text in wrap(steady(message.participants), width)]
    body, rest = (message.body, 0) if unfolded else _folded(message.body)
    ink = inks.text
    if not body.strip():
        body, ink = _placeholder(message), inks.muted
    for paragraph in body.split("\n"):
        lines += [_body_line(text, bar, indent, ink) for text in wrap(steady(paragraph), width)]
    if rest:
        lines.append(
            [(" " * indent + form.glyphs.ellipsis, inks.muted), (f" {count(rest)} characters more: space", inks.late)]
        )
    if message.quoted and unfolded:
        for paragraph in message.quoted.split("\n"):
            lines += [_body_line(text, bar, indent, inks.muted) for text in wrap(steady(paragraph), width)]
    elif message.quoted:
        quoted = f" {plural(message.quoted.count(chr(10)) + 1, 'quoted line')}: space"
        lines.append([(" " * indent + form.glyphs.ellipsis, inks.muted), (quoted, inks.muted)])
    return [*lines, []]


def folds(message: MessageRow) -> bool:
    """Whether a message has something that is folded away at first."""
    return len(message.body) > FOLD or bool(message.quoted)


def echo_lines(echo: EchoRow, sender: str, form: Form) -> list[Line]:
    """A reply that the provider has not confirmed: its text, then the state in the sign's own column."""
    inks, indent = form.inks, _indent(form)
    bar = (form.glyphs.outbound, inks.muted)
    width = _text_width(form, indent)
    head: Line = [(" " * indent, inks.text), bar, (" ", inks.text)]
    lines = [
        [
            *head,
            *_spread([(steady(sender), inks.muted)], (clock(echo.created_at, form.tz), inks.muted), form, width=width),
        ]
    ]
    for paragraph in echo.text.split("\n"):
        lines += [_body_line(text, bar, indent, inks.text) for text in wrap(steady(paragraph), width)]
    lines.append([(" " * indent, inks.text), *echo_state(echo, form)])
    if echo.sentence:
        room = max(width - 1, 8)
        lines += [[(" " * (indent + 3) + text, inks.muted)] for text in wrap(steady(echo.sentence), room)]
    return [*lines, []]


def echo_state(echo: EchoRow, form: Form) -> Line:
    """Sign and word of an echo."""
    inks = form.inks
    word = f"undo {seconds_left(echo.undo_until, form.now)}" if echo.state == "undo" else _word(echo.state, form)
    ink = inks.alert if echo.state in _TROUBLE else inks.good if echo.state == "sent" else inks.late
    return [(f"{state_sign(form.glyphs, echo.state)} {word}", ink)]


def _word(state: str, form: Form) -> str:
    """The word of an outbox state; the state itself where a newer version made one up."""
    return _WORDS.get(state, steady(state)).replace("{dash}", f" {form.glyphs.dash} ")


def _spread(left: Line, right: tuple[str, Style], form: Form, *, width: int | None = None) -> Line:
    """Pieces at the left end of a line and one at its right end; the left gives way."""
    width = form.width if width is None else width
    room = width - cell_len(right[0]) - (2 if right[0] else 0)
    line: Line = []
    for text, ink in left:
        piece = text if cell_len(text) <= room else fit(text, room, ellipsis=form.glyphs.ellipsis)
        room -= cell_len(piece)
        line.append((piece, ink))
    return [*line, (" " * (max(room, 0) + (2 if right[0] else 0)), right[1]), right]


def _thread_state(head: ConversationRow, form: Form) -> tuple[str, Style]:
    """At the right of the second line: how much of the thread is here."""
    total = head.total_messages
    if head.complete or total is None or total <= head.message_count:
        return "", form.inks.muted
    return f"{count(head.message_count)} of {count(total)} messages so far ", form.inks.late


def _trouble(head: ConversationRow) -> str:
    """Why a reply would not arrive; empty when nothing is known against it."""
    if head.row.gone:
        return "This conversation is gone at the provider; it can be read here, not answered."
    if head.row.blocked:
        return "This conversation is blocked."
    if head.sender_note and head.sender_health is Health.GOOD:
        return f"{head.sender_name or 'This sender'}: {head.sender_note}"
    return f"{head.sender_name or 'This sender'} cannot send: {head.sender_note}" if head.sender_note else ""


def _ruled(words: str, form: Form) -> Line:
    """Words in the middle of a rule."""
    words = f" {words} "
    rest = max(form.width - 2 - cell_len(words), 0)
    rule = form.glyphs.rule
    return [(" " + rule * (rest // 2) + words + rule * (rest - rest // 2) + " ", form.inks.rule)]


def _byline(message: MessageRow, bar: tuple[str, Style], indent: int, width: int, form: Form) -> Line:
    """Who, how, and when."""
    inks = form.inks
    ours = message.direction is Direction.OUTBOUND
    kinds = {"inmail": "InMail", "auto_reply": "automatic reply", "scheduled": "scheduled, not sent yet"}
    marks = [kinds[message.kind]] if message.kind in kinds else []
    marks += ["edited"] if message.edited else []
    marks += [provider_tag(message.provider)] if form.several else []
    when = "  ".join([*marks, clock(message.sent_at, form.tz)])
    author = (steady(message.author or ("you" if ours else "(unknown)")), inks.muted if ours else inks.strong)
    return [(" " * indent, inks.text), bar, (" ", inks.text), *_spread([author], (when, inks.muted), form, width=width)]


def _body_line(text: str, bar: tuple[str, Style], indent: int, ink: Style) -> Line:
    """A line of the message's own text, to the right of its bar."""
    return [(" " * indent, ink), bar, (" ", ink), (text, ink)]


def _placeholder(message: MessageRow) -> str:
    """What stands for a message whose text the provider does not give."""
    if message.kind in {"text", "inmail", "auto_reply", "scheduled"}:
        return "(empty message)"
    return f"({message.kind}: the provider's API does not give it; o opens the conversation in the browser)"


def _folded(body: str) -> tuple[str, int]:
    """The beginning of a very long body, and how many characters are left out."""
    if len(body) <= FOLD:
        return body, 0
    end = max(body.rfind("\n", FOLD // 2, FOLD), body.rfind(" ", FOLD // 2, FOLD))
    end = end if end > 0 else FOLD
    return body[:end], len(body) - end


def _indent(form: Form) -> int:
    """Where our own messages begin."""
    return min(_INDENT, max(form.width // 8, 2))


def _text_width(form: Form, indent: int) -> int:
    """Cells for text right of the bar."""
    return max(min(form.width - indent - 3, READABLE), 8)
