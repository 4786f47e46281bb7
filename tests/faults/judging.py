"""What must hold after any number of deaths: ledger, outbox and drafts compared, every disagreement a problem.

A text is said to be `written` once its draft is on disk, `taken back` once it was undone and thrown away, and `resent`
once the person has asked for it a second time, which is the one thing that lets it arrive twice.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from postroom.commands import PauseCampaign
from postroom.records import ConversationKey
from store import outbox
from store.database import Store
from store.rows import OutboxRow
from tests.faults.matrix import measured

Saying = tuple[str, ConversationKey, str]
"""What a life told before it died: a verb, a conversation, a text."""

NOT_DELIVERED = frozenset({"failed", "queued", "held"})
"""States that say that a text has not arrived."""


@dataclass
class Verdict:
    """What was found after all deaths."""

    written: int = 0
    """Texts that a life reported as safely on disk."""
    taken_back: int = 0
    delivered: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    double: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)

    @property
    def problems(self) -> list[str]:
        """Everything that must not have been found."""
        return [*self.double, *self.lost, *self.false, *self.stuck, *self.damaged]

    def report(self, figure: str, **counts: int) -> None:
        """Tell what was measured."""
        measured(
            figure,
            **counts,
            delivered=self.delivered.total(),
            double_sends=len(self.double),
            lost_drafts=len(self.lost),
            false_states=len(self.false),
            stuck=len(self.stuck),
        )


def judge(state_dir: Path, said: Sequence[Saying], *, delivered: Counter[str], paused: Collection[str]) -> Verdict:
    """Compare what was written with what was delivered and with what Postroom says of it."""
    taken_back = {text for verb, _, text in said if verb == "taken back"}
    written = {text: key for verb, key, text in said if verb == "written" and text not in taken_back}
    resent = {text for verb, _, text in said if verb == "resent"}
    verdict = Verdict(len(written), len(taken_back), delivered)
    with contextlib.closing(Store.open(state_dir, writable=False)) as store:
        rows = outbox.rows(store, open_only=False, limit=1_000_000)
        verdict.stuck += [f"left behind: {each}" for each in outbox.claimable(store, now=2**62)]
        actions = [entry for row in rows if row.kind != "reply" and (entry := outbox.entry(store, row.id))]
        drafts = {key: draft.text for key in set(written.values()) if (draft := outbox.draft(store, key))}
    entries: dict[str, list[OutboxRow]] = defaultdict(list)
    for row in rows:
        if row.kind == "reply":
            entries[row.text].append(row)
    verdict.states = Counter(row.state for group in entries.values() for row in group)
    verdict.double += [
        f"delivered {count} times: {text}"
        for text, count in delivered.items()
        if count > _allowed(entries[text], resent=text in resent)
    ]
    verdict.double += [f"taken back, yet delivered: {text}" for text in taken_back if delivered[text]]
    verdict.lost += [
        f"lost: {text}"
        for text, key in written.items()
        if not entries[text] and text not in drafts.get(key, "") and not any(text in other for other in entries)
    ]
    verdict.stuck += [f"stuck in sending: {each.command}" for each in actions if each.state == "sending"]
    verdict.false += [
        f"shown as paused, and is not: {each.command}"
        for each in actions
        if isinstance(each.command, PauseCampaign) and each.state == "sent" and each.command.campaign_id not in paused
    ]
    for text, group in entries.items():
        _untruths(verdict, text, group, delivered[text])
    verdict.damaged += _damage(state_dir)
    return verdict


def _allowed(group: Sequence[OutboxRow], *, resent: bool) -> int:
    """How often a text may have been delivered: once, and once more for each time the person asked for that."""
    return 1 + (sum(row.resend_of is not None for row in group) if resent else 0)


def _untruths(verdict: Verdict, text: str, group: Sequence[OutboxRow], delivered: int) -> None:
    """What the entries of one text say that the ledger denies."""
    states = Counter(row.state for row in group)
    verdict.stuck += [f"stuck in {state}: {text}" for state in ("sending", "undo") if states[state]]
    if states["sent"] > delivered or (states["sent"] and len(group) == 1 and delivered != 1):
        verdict.false.append(f"shown as sent {states['sent']} times, delivered {delivered} times: {text}")
    if delivered and all(row.state in NOT_DELIVERED for row in group):
        verdict.false.append(f"shown as {'/'.join(states)}, yet delivered: {text}")


def _damage(state_dir: Path) -> list[str]:
    """The databases that are not whole."""
    found = []
    for path in sorted(state_dir.glob("*.db")):
        with contextlib.closing(sqlite3.connect(path)) as connection:
            answer = connection.execute("pragma integrity_check").fetchone()[0]
        if answer != "ok":
            found.append(f"{path.name}: {answer}")
    return found
