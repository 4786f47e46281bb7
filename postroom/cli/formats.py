"""An exported conversation as JSON, as CSV that no spreadsheet takes for a formula, or as Markdown.

Every text is made safe for a terminal once more, as everywhere. A file's name holds letters, digits and hyphens alone,
so no lead's name can lead out of the folder.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from postroom.cli.output import safe
from postroom.cli.shapes import (
    Shape,
    campaign_shape,
    conversation_shape,
    enrolment_shape,
    message_shape,
    outbox_shape,
)
from postroom.records import Micros
from postroom.text import sanitise
from store.exporting import Kept

_FORMULA = re.compile(r"(^|[\n;])(?=[\s'\"]*[=+\-@\uff1d\uff0b\uff0d\uff20|%])")
"""Where a spreadsheet may take what follows for a formula; the full-width signs are read as plain ones by some.

Not at the beginning alone: one that splits lines at semicolons, as it does in half of Europe, does not heed our quotes.
"""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAME = 60

COLUMNS = (
    "workspace", "provider", "ref", "conversation", "lead", "company", "position", "profile_url", "email", "sender",
    "campaign", "what", "state", "at", "direction", "author", "subject", "body",
)  # fmt: skip
"""Of the CSV. `what` is `message`, `earlier text`, `draft`, `note`, `decision` or an action's kind."""


def exact(at: Micros | None) -> str | None:
    """A time as ISO 8601 in UTC with its microseconds. None stays None."""
    if at is None:
        return None
    try:
        return (_EPOCH + timedelta(microseconds=at)).isoformat(timespec="microseconds").replace("+00:00", "Z")
    except OverflowError:
        return None


def kept_shape(kept: Kept) -> Shape:
    """One conversation with all that belongs to it."""
    shape = conversation_shape(kept.head, [], [], [])
    head = shape["conversation"]
    assert isinstance(head, dict)  # noqa: S101 (for the type checker)
    return {
        "conversation": {
            **head,
            "last_at": exact(kept.head.row.last_at),
            "waiting_since": exact(kept.head.row.waiting_since),
            "wake_at": exact(kept.head.row.wake_at),
            "lead_id": kept.head.lead_id,
            "linkedin_id": kept.head.linkedin_id,
            "note": kept.head.note,
            "gone": kept.head.row.gone,
            "blocked": kept.head.row.blocked,
        },
        "messages": [
            {
                **message_shape(each),
                "sent_at": exact(each.sent_at),
                "versions": [
                    {"body": body, "replaced_at": exact(at)} for body, at in kept.versions.get(each.id, [])
                ],
            }
            for each in kept.messages
        ],
        "draft": None if kept.draft is None else {"text": kept.draft.text, "at": exact(kept.draft.updated_at)},
        "decisions": [
            {
                "at": exact(each.at), "kind": each.kind, "value": each.value, "sentence": each.sentence,
                "id": each.id, "undoes": each.undoes, "redoes": each.redoes,
            }
            for each in kept.decisions
        ],
        "outbox": [
            {
                **outbox_shape(each),
                "created_at": exact(each.created_at),
                "updated_at": exact(each.updated_at),
                "history": [
                    {"at": exact(step.at), "state": step.state, "note": step.note}
                    for step in kept.steps.get(each.id, [])
                ],
            }
            for each in kept.entries
        ],
        "enrolments": [enrolment_shape(each) for each in kept.enrolments],
        "campaign": None if kept.campaign is None else campaign_shape(kept.campaign),
    }  # fmt: skip


def as_json(document: object) -> str:
    """One document, laid out to be read, in plain ASCII."""
    return json.dumps(safe(document), indent=2, allow_nan=False) + "\n"


def as_csv(conversations: Iterable[Kept], *, header: bool = True) -> str:
    """A line for each message, draft, note, decision and action. Every cell is quoted, and none is a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    if header:
        writer.writerow(COLUMNS)
    for kept in conversations:
        writer.writerows([neutral(cell) for cell in line] for line in _lines(kept))
    return text.getvalue()


def neutral(cell: str) -> str:
    """The text of a cell, with an apostrophe before whatever a spreadsheet could take for a formula."""
    return _FORMULA.sub(r"\1'", sanitise(cell))


def as_markdown(conversations: Iterable[Kept]) -> str:
    """To be read: each conversation with its messages as quotations."""
    return "\n".join(line for kept in conversations for line in _paragraphs(kept)) + "\n"


def file_name(kept: Kept, ending: str) -> str:
    """A name for a conversation's file: its id, which is unique, and what is harmless of the lead's name."""
    plain = unicodedata.normalize("NFKD", kept.head.row.lead_name)
    words = re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode().lower()).strip("-")[:_NAME].strip("-")
    ref = re.sub(r"[^a-z0-9]+", "-", kept.head.row.ref)
    return f"{'-'.join(part for part in (ref, words) if part)}.{ending}"


def _lines(kept: Kept) -> Iterator[tuple[str, ...]]:
    row = kept.head.row
    who = (
        row.key.workspace, row.provider, row.ref, row.key.id, row.lead_name, row.company, row.position,
        kept.head.profile_url or "", kept.head.email or "", kept.head.sender_name,
        kept.campaign.name if kept.campaign else row.campaign_id or "",
    )  # fmt: skip
    for message in kept.messages:
        for body, at in kept.versions.get(message.id, []):
            yield (*who, "earlier text", "", exact(at) or "", str(message.direction), message.author, "", body)
        at_text = exact(message.sent_at) or ""
        yield (*who, "message", "", at_text, str(message.direction), message.author, message.subject, message.body)
    for entry in kept.entries:
        text = entry.text or entry.title
        yield (*who, entry.kind, entry.state, exact(entry.created_at) or "", "out", kept.head.sender_name, "", text)
    for decision in kept.decisions:
        value = json.dumps(decision.value, ensure_ascii=False) if decision.value else ""
        yield (*who, "decision", decision.kind, exact(decision.at) or "", "", "", decision.sentence, value)
    if kept.head.note:
        yield (*who, "note", "", "", "", "", "", kept.head.note)
    if kept.draft is not None:
        yield (*who, "draft", "", exact(kept.draft.updated_at) or "", "", "", "", kept.draft.text)


def _paragraphs(kept: Kept) -> Iterator[str]:
    row = kept.head.row
    yield f"# {_inline(row.lead_name)}\n"
    facts = (
        ("Company", row.company), ("Position", row.position), ("Profile", kept.head.profile_url or ""),
        ("Email", kept.head.email or ""), ("Workspace", row.key.workspace), ("Written as", kept.head.sender_name),
        ("Campaign", kept.campaign.name if kept.campaign else ""), ("Tags", ", ".join(kept.head.tags)), ("Id", row.ref),
    )  # fmt: skip
    yield from (f"- {label}: {_inline(value)}" for label, value in facts if value)
    for message in kept.messages:
        yield f"\n**{_inline(message.author or 'Unknown')}**, {exact(message.sent_at) or 'at an unknown time'}\n"
        yield _quoted(message.body)
    for entry in kept.entries:
        yield f"\n**{_inline(entry.title)}** ({entry.state.replace('_', ' ')}), {exact(entry.created_at)}\n"
        yield _quoted(entry.text)
    for label, text in (("Note", kept.head.note), ("Draft", kept.draft.text if kept.draft else "")):
        if text:
            yield f"\n**{label}**\n\n{_quoted(text)}"
    for decision in kept.decisions:
        yield f"\n- {exact(decision.at)} {_inline(decision.sentence)}"
    for enrolment in kept.enrolments:
        yield f"\n- Campaign {_inline(enrolment.campaign_name)}: {_inline(enrolment.state_raw)}"
    yield ""


def _inline(text: str) -> str:
    """A text as one line in which nothing is markup."""
    return re.sub(r"([\\`*_\[\]<>#|!])", r"\\\1", " ".join(sanitise(text).split()))


def _quoted(text: str) -> str:
    """A text as a block of its own in which nothing is markup."""
    return "\n".join(f"    {line}" for line in sanitise(text).split("\n"))
