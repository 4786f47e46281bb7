"""The outbox, entry by entry: what is in doubt, failed or held is settled here, by the reader alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual.content import Content

from postroom.commands import Reply
from postroom.errors import Refused
from postroom.records import ConversationKey
from postroom.sight import Sight
from store import outbox, queries
from store.database import Store
from store.likeness import looks_like
from store.rows import OutboxRow
from tui.actions.departures import Departures
from tui.actions.listing import Listing
from tui.actions.replying import Replying
from tui.actions.sharing import Sharing
from tui.actions.syncing import Syncing
from tui.dossier import read_dossier
from tui.glyphs import ASCII, UNICODE
from tui.screens.confirm import ConfirmScreen
from tui.screens.outbox import OutboxScreen, Wish
from tui.stage import Stage
from tui.writing import unseen

RESEND_WORD = "send again"


class Errands:
    """Shows the outbox and carries out what the reader decides about an entry."""

    def __init__(
        self,
        stage: Stage,
        *,
        listing: Listing,
        replying: Replying,
        sharing: Sharing,
        syncing: Syncing,
        departures: Departures,
    ) -> None:
        self._stage = stage
        self._listing = listing
        self._replying = replying
        self._sharing = sharing
        self._syncing = syncing
        self._departures = departures

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What this area does, by action id."""
        return {"outbox.open": self.open}

    def open(self) -> None:
        """Show the outbox."""
        self._stage.start(self._open(), group="ask", exclusive=True)

    async def _open(self) -> None:
        rows = await self._stage.desk.read(outbox.rows)
        likely = await self._stage.desk.read(_likely, rows)
        wish = await self._stage.ask(
            OutboxScreen(
                sorted(rows, key=_urgency),
                likely=likely,
                glyphs=ASCII if self._stage.settings.ascii else UNICODE,
                now=self._stage.now,
                guard=self._stage.settings.guard_seconds,
            )
        )
        if wish is None:
            return
        # What is before the reader's eyes now: a message that comes after the question is no part of the answer.
        sight, news = await self._stage.desk.read(_news, wish.row)
        if await self._agreed(wish, news):
            await self._do(wish, sight)

    async def _agreed(self, wish: Wish, news: str) -> bool:
        """Ask where it cannot be taken back. What may have arrived is sent again only after a typed word."""
        guard = self._stage.settings.guard_seconds
        if wish.verb == "resend" and wish.row.state == "in_doubt":
            question = ConfirmScreen(
                "Send again what may have arrived?",
                Content(f"{wish.row.title}. If it did arrive, they will have it twice."),
                verb="Send it again",
                typed=RESEND_WORD if wish.row.kind == "reply" else "",
                guard=guard,
            )
        elif wish.verb == "resend":
            question = ConfirmScreen(wish.row.title, _before_sending(wish.row, news), verb="Send it now", guard=guard)
        elif wish.verb == "discard":
            question = ConfirmScreen(
                f"Discard: {wish.row.title}?", Content(wish.row.text[:500]), verb="Discard it", guard=guard
            )
        else:
            return True
        answer = await self._stage.ask(question)
        return answer is True

    async def _do(self, wish: Wish, sight: Sight | None) -> None:
        desk, now, row = self._stage.desk, self._stage.now, wish.row
        key = ConversationKey(row.workspace, row.conversation)
        if wish.verb == "view":
            await self._view(key)
            return
        said = _SAID[wish.verb]
        if wish.verb == "edit":
            self._replying.keep_first()
            taken = await desk.write(outbox.undo_send if row.state == "undo" else outbox.edit, row.id, now=now)
            if taken:
                self._departures.forget(row.id)
                self._replying.bring_back(key)
                said = f"{row.error} {said}".strip()
            else:
                said = "Too late: it has changed meanwhile and cannot be taken back."
        else:
            await desk.write(outbox.resolve, row.id, wish.verb, now=now, seen=sight)
            self._stage.wake_push()
        self._listing.refresh()
        self._departures.redraw()
        self._syncing.refresh_status()
        self._stage.say(said)

    async def _view(self, key: ConversationKey) -> None:
        """Where the reader can see for themselves whether it arrived."""
        head = await self._stage.desk.read(queries.conversation, key)
        if head is None:
            raise Refused("This conversation is not in the cache any more.")
        await self._sharing.visit(head)


_SAID = {
    "arrived": "Noted: it arrived.",
    "resend": "On its way again.",
    "discard": "Discarded. Nothing will be sent.",
    "edit": "The text is back in the composer.",
}


def _news(store: Store, row: OutboxRow) -> tuple[Sight | None, str]:
    """What stands in a reply's thread now, and what of it its writer has not seen: the newest message of the lead."""
    entry = outbox.entry(store, row.id)
    dossier = read_dossier(store, ConversationKey(row.workspace, row.conversation)) if row.kind == Reply.kind else None
    if entry is None or dossier is None or not isinstance(entry.command, Reply):
        return None, ""
    news = unseen(dossier, Sight(entry.command.seen_upto, entry.command.seen))
    return dossier.sight, news.body if news is not None else ""


def _likely(store: Store, rows: list[OutboxRow]) -> dict[int, str]:
    """For each doubtful reply, the message in its thread that is almost it."""
    return {row.id: found for row in rows if (found := looks_like(store, row))}


def _before_sending(row: OutboxRow, news: str) -> Content:
    """What is to be read before a held or failed reply goes: why it is here, what they wrote, and the reply."""
    parts = [Content.styled(row.error, "$warning")] if row.error else []
    parts += [Content.assemble(("They wrote: ", "bold"), f"“{news[:500]}”")] if news else []
    return Content("\n\n").join([*parts, Content(row.text[:500])])


def _urgency(row: OutboxRow) -> tuple[int, int]:
    """In doubt first, then failed and held, then what is on its way; the newest of each first."""
    order = ("in_doubt", "failed", "held", "undo", "queued", "sending")
    return order.index(row.state) if row.state in order else len(order), -row.created_at
