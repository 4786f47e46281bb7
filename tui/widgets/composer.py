"""The reply being written. Its border says who writes to whom; nothing but a modified key sends."""

from __future__ import annotations

from textual.message import Message
from textual.widgets import TextArea

from tui.glyphs import UNICODE, Glyphs


class Composer(TextArea, inherit_bindings=True):
    """Plain text with soft wrap. Binding ids: reply.send, reply.send_done, reply.park."""

    class Autosave(Message):
        """The draft changed: 500 ms after the last key, at the latest 2 s after the first unsaved one."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class SendWanted(Message):
        """The text is to be sent; `done`: and the conversation is done with."""

        def __init__(self, text: str, *, done: bool) -> None:
            super().__init__()
            self.text = text
            self.done = done

    class Parked(Message):
        """Left with esc: the draft is to be kept."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class PasteAsked(Message):
        """A paste of more than 5 kB waits for a yes: then call `accept_paste(text)`."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text
            """Already sanitised."""

    class Refused(Message):
        """A key did nothing, and here is why (empty, too long, sent too soon after a paste)."""

        def __init__(self, sentence: str) -> None:
            super().__init__()
            self.sentence = sentence

    def __init__(self, *, glyphs: Glyphs = UNICODE, id: str | None = None) -> None:  # noqa: A002 (as Textual calls it)
        super().__init__(id=id)

    def open(self, *, lead: str, sender: str, channel: str, text: str = "", limit: int = 8000) -> None:
        """Start or go on writing to `lead` as `sender`; the cursor stands at the end of `text`."""

    def accept_paste(self, text: str) -> None:
        """Insert a large paste that was confirmed."""

    def flush(self) -> str | None:
        """The text not yet handed to `Autosave`, which is then not posted; None: nothing is unsaved."""

    def show_saved(self, saved: bool | None) -> None:  # noqa: FBT001
        """Say in the border whether the draft is on disk. None: say nothing."""
