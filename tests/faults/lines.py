"""Postroom's life with every line of its law counted, so that it can be killed at each of them.

`Lines` watches the files below in all threads: first to find which lines a fixed day of work executes and how often,
then, in one fork after the other, to end the process with SIGKILL at one execution of one line. A day leaves what a
crash leaves, recovers, writes, sends, takes back, edits, holds, doubts, resends, stops, pauses, decides and syncs.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType

from postroom.commands import MarkSeen, PauseCampaign, Reply, StopLead
from postroom.records import ConversationKey, ProviderName
from store import journal, outbox, outbox_waiting, queries, writes
from store.database import InstanceLock, Store, prepare
from store.rows import InboxRow, View
from sync.engine import Engine
from tests.faults.judging import Saying
from tests.faults.lives import Place, listen, say

ROOT = Path(__file__).parents[2]
LAW = (
    *sorted((ROOT / "store").glob("outbox*.py")),
    *(ROOT / "store" / name for name in ("journal.py", "drafts.py", "writes.py")),
    *(ROOT / "sync" / name for name in ("reconcile.py", "push.py", "settling.py", "echoes.py")),
)
"""The files of which every executed line is a moment to die at."""

Line = tuple[str, int]
FAULTS: tuple[dict[str, object], ...] = (
    {"kind": "close", "operation": "SendMessage", "times": 1},
    {"kind": "status", "status": 503, "operation": "SendMessage", "delivered": False, "times": 1},
    {"kind": "status", "status": 404, "operation": "GetChatroom", "skip": 2, "times": 1},
    {"kind": "close", "operation": "send", "times": 1},
    {"kind": "status", "status": 422, "operation": "send", "times": 1},
    {"kind": "pending", "operation": "send", "times": 1},
    {"kind": "status", "status": 401, "operation": "send", "times": 1},
)
"""What a day meets at the providers, in this order."""


class Lines:
    """Counts the executed lines of some files; at the n-th execution of `fatal`, or of any line, the process ends."""

    def __init__(
        self, files: Sequence[Path] = LAW, *, fatal: Line | None = None, execution: int = 1, anywhere: int = 0
    ) -> None:
        self.counts: Counter[Line] = Counter()
        self._names = {str(path): f"{path.parent.name}/{path.name}" for path in files}
        self._fatal = fatal
        self._left = anywhere or execution
        self._counting = not (fatal or anywhere)

    def watch(self) -> None:
        """From now on, in this thread and in all that are started."""
        threading.settrace(self._enter)
        sys.settrace(self._enter)

    def _enter(self, frame: FrameType, _event: str, _argument: object) -> object:
        name = self._names.get(frame.f_code.co_filename)
        if name is None or (self._fatal is not None and name != self._fatal[0]):
            return None

        def at_line(frame: FrameType, event: str, _argument: object) -> object:
            if event == "line":
                self._pass((name, frame.f_lineno))
            return at_line

        return at_line

    def _pass(self, line: Line) -> None:
        if self._counting:
            self.counts[line] += 1
        elif self._fatal in {None, line}:
            self._left -= 1
            if not self._left:
                os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a day in a process of its own ended."""

    said: list[Saying]
    killed: bool
    counts: Counter[Line]


def one_day(state_dir: Path, places: Sequence[Place], number: int, lines: Lines) -> Ended:
    """Live a day in a fork. `lines` counts there, or kills."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(reader)
            lines.watch()
            asyncio.run(_Day(state_dir, places, number, writer).live())
            sys.settrace(None)
            for (name, line), count in lines.counts.items():
                os.write(writer, f"line\t{name}\t{line}\t{count}\n".encode())
            code = 0
        finally:
            os._exit(code)
    os.close(writer)
    heard = listen(reader, bytearray())
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in {0, -signal.SIGKILL}, f"a day ended with {code}"
    counts = Counter({(key.workspace, int(key.id)): int(text) for verb, key, text in heard if verb == "line"})
    return Ended([each for each in heard if each[0] != "line"], killed=code != 0, counts=counts)


class _Day:
    """A day of work in which all that the law is about happens."""

    def __init__(self, state_dir: Path, places: Sequence[Place], number: int, report: int) -> None:
        self._state_dir = state_dir
        self._places = places
        self._number = number
        self._report = report
        self._step = 0

    async def live(self) -> None:
        """What a crash leaves, then a start, then the work."""
        lock = InstanceLock.acquire(self._state_dir)
        assert lock is not None
        prepare(self._state_dir, session=f"dawn-{self._number}")
        self._leave_open()
        session = f"day-{self._number}"
        prepare(self._state_dir, session=session)
        with contextlib.closing(Store.open(self._state_dir, session=session)) as self._store:
            self._second_thoughts()
            self._decide()
            async with Engine(self._state_dir, [place.setup() for place in self._places], session=session) as engine:
                await self._send(engine)
                await engine.run_once()
                self._look_through()
                await self._control(engine)
                await engine.run_once()
        self._write_beside()

    def _row(self, provider: ProviderName) -> InboxRow:
        """The next conversation that can be answered: another at each call, and the same on the same day."""
        rows = [row for row in queries.inbox_rows(self._store, View.ALL, limit=200) if row.provider == provider]
        rows = sorted((row for row in rows if not row.blocked and not row.gone), key=lambda row: row.key)
        self._step += 1
        return rows[(self._number * 5 + self._step) % len(rows)]

    def _leave_open(self) -> None:
        """Be claimed, be in the undo time, be paused: and then the power goes."""
        with contextlib.closing(Store.open(self._state_dir, session=f"dawn-{self._number}")) as self._store:
            restored = self._queue(self._row(ProviderName.HEYREACH))
            self._queue(self._row(ProviderName.NETWORKHQ))
            outbox.claim(self._store, restored, baseline=outbox.Baseline(0), now=_now())
            outbox.hold_everything(self._store, reason="restored", now=_now())
            claimed = self._queue(self._row(ProviderName.NETWORKHQ))
            outbox.claim(self._store, claimed, baseline=outbox.Baseline(0), now=_now())
            self._queue(self._row(ProviderName.HEYREACH), undo_seconds=3600)

    def _queue(self, row: InboxRow, *, undo_seconds: float = 0) -> int:
        """Finish the draft that is there, or write a new one, and send it: its entry."""
        left = outbox.draft(self._store, row.key)
        text = left.text if left else f"answer {self._number}.{self._step}"
        messages = queries.thread(self._store, row.key, limit=1)
        seen_upto = messages[-1].key if messages else ""
        outbox.save_draft(self._store, row.key, text, seen_upto=seen_upto, now=_now())
        say(self._report, "written", row.key, text)
        head = queries.conversation(self._store, row.key)
        assert head is not None
        reply = Reply(row.key.workspace, row.key.id, text, head.sender_id, seen_upto=seen_upto)
        return outbox.enqueue(self._store, reply, now=_now(), undo_seconds=undo_seconds)

    def _second_thoughts(self) -> None:
        """Undo, edit, hold, send now, let the undo time pass; throw one away."""
        row = self._row(ProviderName.HEYREACH)
        undone = self._queue(row, undo_seconds=60)
        outbox.undo_send(self._store, undone, now=_now())
        outbox_waiting.restart_undo(self._store, session="nobody", known=0, now=_now())
        draft = outbox.draft(self._store, row.key)
        edited = self._queue(row)
        assert draft is None or outbox.edit(self._store, edited, now=_now())
        held = self._queue(self._row(ProviderName.HEYREACH), undo_seconds=60)
        outbox.hold(self._store, held, "tomorrow", now=_now())
        outbox.resolve(self._store, held, "discard", now=_now())
        outbox.release_now(self._store, self._queue(self._row(ProviderName.NETWORKHQ), undo_seconds=60), now=_now())
        self._queue(self._row(ProviderName.HEYREACH), undo_seconds=0.000_001)
        self._queue(self._row(ProviderName.NETWORKHQ), undo_seconds=60)
        outbox.hold_all_undo(self._store, now=_now(), reason="quit")

    def _decide(self) -> None:
        """Decisions of the person: made, undone, made again; a conversation that comes back."""
        row = self._row(ProviderName.HEYREACH)
        for kind, value in (
            ("star", None),
            ("done", None),
            ("snooze", {"until": _now() + 10**12}),
            ("note", {"text": f"note {self._number}"}),
            ("read", None),
        ):
            journal.record(self._store, row.key, kind, value, now=_now())
        journal.undo(self._store, now=_now())
        journal.redo(self._store, now=_now())
        journal.record(self._store, row.key, "snooze", {"until": _now() - 1}, now=_now())
        writes.wake_due(self._store, _now())
        journal.last_decision(self._store)

    async def _send(self, engine: Engine) -> None:
        """Send, with the faults above: doubt by a closed connection and by a 503, a refusal, and what works."""
        row = await engine.send_now(self._queue(self._row(ProviderName.HEYREACH)))
        if row.state == "in_doubt":  # delivered, and the person has seen it
            outbox.resolve(self._store, row.id, "arrived", now=_now())
        for provider in (ProviderName.HEYREACH, ProviderName.NETWORKHQ) * 4:
            await engine.send_now(self._queue(self._row(provider)))
        waiting = self._queue(self._row(ProviderName.HEYREACH))
        outbox_waiting.postpone(self._store, waiting, next_attempt_at=_now() + 1, error="offline", now=_now())
        outbox_waiting.hurry(self._store, "acme-linkedin")
        seen = self._row(ProviderName.HEYREACH).key
        await engine.send_now(outbox.enqueue(self._store, MarkSeen(seen.workspace, seen.id), now=_now()))

    def _look_through(self) -> None:
        """The person settles what is not settled by itself: sent again, edited, discarded."""
        for row in outbox.rows(self._store):
            key = ConversationKey(row.workspace, row.conversation)
            if row.state == "in_doubt":
                say(self._report, "resent", key, row.text)
                outbox.resolve(self._store, row.id, "resend", now=_now())
            elif row.state == "failed":
                outbox.edit(self._store, row.id, now=_now())
            elif row.state == "held":
                outbox.resolve(self._store, row.id, "resend", now=_now())

    async def _control(self, engine: Engine) -> None:
        """Stop a lead and pause its campaign."""
        row = self._row(ProviderName.HEYREACH)
        head = queries.conversation(self._store, row.key)
        if head is None or row.campaign_id is None:
            return
        campaign = row.campaign_id
        stop = StopLead(row.key.workspace, campaign, campaign, head.lead_id, row.lead_name, lead_url=head.profile_url)
        for command in (
            stop,
            PauseCampaign(row.key.workspace, campaign, campaign),
            replace(stop, lead_name="the same"),
        ):
            await engine.send_now(outbox.enqueue(self._store, command, now=_now()))

    def _write_beside(self) -> None:
        """A second Postroom, which only shows, may keep a draft too."""
        with contextlib.closing(Store.open(self._state_dir, writable=False, session="viewer")) as viewer:
            row = queries.inbox_rows(viewer, View.ALL, limit=1)[0]
            if outbox.draft(viewer, row.key) is None:
                outbox.save_draft(viewer, row.key, "written beside", seen_upto="", now=_now())
                outbox.drop_draft(viewer, row.key)


def _now() -> int:
    return time.time_ns() // 1000
