"""Whoever answers on one channel is written to by no other: their other campaigns are stopped, if the setting says so.

Beside the screen and in `sync`, which stays until the undo times are over. An answer counts when it came after the
last complete sync before; it is acted on once, so that what was taken back stays taken back. Each stop is an entry of
the outbox with an undo time of its own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

from postroom.commands import StopLead
from postroom.errors import StateError
from postroom.records import ConversationKey, EnrolmentState, Micros
from store import answers, outbox, queries
from store.answers import Answer
from store.database import Store
from store.enrolments import person_enrolments
from store.rows import EnrolmentRow
from store.stops import can_stop, stop_of
from sync.clock import MINUTE, SECOND, Clock
from sync.events import LookedUp, Settled, SyncEvent

LATE: Micros = 30 * MINUTE
"""Providers take messages in late, and backdate them."""
BLUR: Micros = 3 * SECOND
"""How exactly it is known by how much a provider's clock, which dates the answer, is ahead of ours."""
AT_ONCE = 20
"""Answers looked at after one poll; the others follow after the next."""


@dataclass(frozen=True, slots=True)
class Means:
    """What standing down needs of the engine."""

    store: Store
    clock: Clock
    emit: Callable[[SyncEvent], None]
    look_up: Callable[[ConversationKey], Awaitable[Sequence[LookedUp]]]
    wake: Callable[[], None]
    skew: Callable[[str], Micros]
    """By how much the clock of a workspace's provider is ahead of ours."""


class StandDown:
    """Stops the other campaigns of those who answer."""

    def __init__(self, means: Means, *, undo_seconds: float) -> None:
        self._means = means
        self._undo_seconds = undo_seconds
        known = {row.name: row.synced_at for row in queries.workspaces(means.store)}
        self._since = {name: synced_at - LATE for name, synced_at in known.items() if synced_at is not None}
        self._began = means.clock.now()
        self._done: set[tuple[ConversationKey, Micros]] = set()

    async def heed(self, workspace: str, at_once: int | None = AT_ONCE) -> None:
        """Look at who has answered in a workspace that was just pulled, None: at everybody. Raises nothing."""
        try:
            await self._heed(workspace, at_once)
        except StateError:
            return  # a full or locked disk: the next poll tries again
        except Exception as failure:  # noqa: BLE001 # polling must go on: logged
            structlog.get_logger().error("standing down failed", workspace=workspace, exc_info=failure)

    async def _heed(self, workspace: str, at_once: int | None) -> None:
        since = self._since.get(workspace, self._began)
        found = answers.since(self._means.store, workspace, since)
        new = [answer for answer in found if (answer.key, answer.at) not in self._done]
        for answer in new[:at_once]:
            told = await self._means.look_up(answer.key)
            self._stop_others(answer)
            if not any(each.failed for each in told):
                self._done.add((answer.key, answer.at))

    def _stop_others(self, answer: Answer) -> None:
        store, now = self._means.store, self._means.clock.now()
        for each in person_enrolments(store, answer.key):
            if each.state is not EnrolmentState.ACTIVE or not can_stop(each) or _answered(answer, each):
                continue
            stop = stop_of(each, answer.key)
            if answers.was_asked(store, stop, since=answer.at - self._means.skew(answer.key.workspace) - BLUR):
                continue
            entry = outbox.enqueue(store, stop, now=now, undo_seconds=self._undo_seconds)
            self._tell(answer, stop, entry)
            self._means.wake()

    def _tell(self, answer: Answer, stop: StopLead, entry: int) -> None:
        what = f"{outbox.title_of(stop)} ({stop.workspace})"
        sentence = (
            f"{answer.lead_name} answered in {answer.key.workspace}. {what} leaves in {self._undo_seconds:g} s; "
            "the outbox can take it back."
        )
        self._means.emit(Settled(stop.workspace, entry, stop.kind, "undo", stop.conversation, sentence))


def _answered(answer: Answer, enrolment: EnrolmentRow) -> bool:
    """Whether the answer was to this campaign, which its provider sees to. Not known which: to any of its workspace."""
    if enrolment.workspace != answer.key.workspace:
        return False
    return answer.campaign_id in {None, enrolment.campaign_id}
