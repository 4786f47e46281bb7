"""The signs of the screen, always next to a word or a column of their own: one set in Unicode, one in ASCII.

Every sign of a set is one cell wide in every terminal, so columns stay where they are.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One set of signs. Each is one cell wide, but for `sending` and `accepted`, which are two."""

    unread: str
    marked: str
    cursor: str
    draft: str
    held: str
    undo: str
    queued: str
    sending: str
    sent: str
    accepted: str
    pending: str
    in_doubt: str
    failed: str
    snoozed: str
    done: str
    starred: str
    also: str
    gone: str
    blocked: str
    lookalike: str
    running: str
    paused: str
    finished: str
    unknown: str
    good: str
    bad: str
    cooling: str
    offline: str
    syncing: str
    rule: str
    inbound: str
    outbound: str
    ellipsis: str
    dot: str
    dash: str
    down: str
    newer: str
    bar: str
    """The thumb of a scroll bar."""
    bars: str
    """Eighths of a bar from empty to full."""


UNICODE = Glyphs(
    unread="●", marked="✓", cursor="▌", draft="✎", held="‖", undo="◷", queued="⇡", sending="⇡…", sent="✓",
    accepted="✓?", pending="⧖", in_doubt="⚠", failed="✗", snoozed="☾", done="✓", starred="★", also="+", gone="∅",
    blocked="⊘", lookalike="≠", running="▶", paused="‖", finished="■", unknown="?", good="✓", bad="✗", cooling="⧖",
    offline="○", syncing="↻", rule="─", inbound="▎", outbound="▎", ellipsis="…", dot="·", dash="—", down="▾",
    newer="↑", bar="▐", bars=" ▁▂▃▄▅▆▇█",
)  # fmt: skip

ASCII = Glyphs(
    unread="*", marked="x", cursor=">", draft="d", held="=", undo="u", queued="^", sending="^.", sent="v",
    accepted="v?", pending="~", in_doubt="!", failed="X", snoozed="z", done="v", starred="+", also="&", gone="0",
    blocked="#", lookalike="!", running=">", paused="=", finished="#", unknown="?", good="v", bad="X", cooling="~",
    offline="o", syncing="%", rule="-", inbound="|", outbound=">", ellipsis="~", dot="-", dash="-", down="v",
    newer="^", bar="|", bars=" ..::||##",
)  # fmt: skip


def state_sign(glyphs: Glyphs, state: str) -> str:
    """The sign of an outbox state; `unknown` for a word of a newer version."""
    signs = {
        "draft": glyphs.draft, "undo": glyphs.undo, "queued": glyphs.queued, "sending": glyphs.sending,
        "accepted": glyphs.accepted, "pending": glyphs.pending, "sent": glyphs.sent, "failed": glyphs.failed,
        "in_doubt": glyphs.in_doubt, "held": glyphs.held, "discarded": glyphs.gone,
        "not_stopped": glyphs.pending,
    }  # fmt: skip
    return signs.get(state, glyphs.unknown)
