"""Taking something out of Postroom: to the clipboard, to the browser. Only ever by a key."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual.content import Content

from postroom.links import web_host
from postroom.text import sanitise
from store.rows import ConversationRow
from tui.children import open_in_browser
from tui.screens.confirm import ConfirmScreen
from tui.stage import Stage

CLIPBOARD_BYTES = 100_000
"""What a terminal takes in one go without choking."""


class Sharing:
    """Copies and opens what belongs to the conversation on screen."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What this area does, by action id."""
        return {"copy.name": self._copy_name, "copy.url": self._copy_url, "open.browser": self._ask_open}

    def _copy_name(self) -> None:
        head = self._head()
        if head is not None:
            self.copy(f"{head.row.lead_name} <{head.email}>" if head.email else head.row.lead_name)

    def _copy_url(self) -> None:
        head = self._head()
        url = (head.profile_url or head.browser_url) if head is not None else None
        if url:
            self.copy(url)
        elif head is not None:
            self._stage.say(f"No URL of {head.row.lead_name} is known here.", severity="warning")

    def copy(self, text: str) -> None:
        """By way of the terminal (OSC 52), which also works over SSH."""
        safe = sanitise(text).replace("\n", " ").encode()[:CLIPBOARD_BYTES].decode(errors="ignore")
        self._stage.screen.app.copy_to_clipboard(safe)
        self._stage.say(f"Handed to your terminal's clipboard: {safe[:80]}")

    def _ask_open(self) -> None:
        head = self._head()
        if head is not None:
            self._stage.start(self.visit(head), group="ask", exclusive=True)

    async def visit(self, head: ConversationRow) -> None:
        """Open the conversation's page once the reader has seen where it leads and agreed."""
        url = head.browser_url or head.profile_url
        host = web_host(url) if url else None
        if url is None or host is None:
            reason = "Its address is not one that is safe to open." if url else "No page of this conversation is known."
            self._stage.say(reason, severity="warning")
            return
        question = ConfirmScreen(
            f"Open {host}?",
            Content(url[:500]),
            verb="Open in the browser",
            guard=self._stage.settings.guard_seconds,
        )
        if await self._stage.ask(question):
            open_in_browser(url, self._stage.settings.child_environment())
            self._stage.say(f"Asked your browser to open {host}.")

    def _head(self) -> ConversationRow | None:
        """The conversation on screen, if the panes have caught up with the cursor."""
        dossier, row = self._stage.shown.dossier, self._stage.row
        return dossier.head if dossier is not None and row is not None and dossier.key == row.key else None
