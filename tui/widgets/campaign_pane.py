"""The campaign beside a conversation: state, totals, replies by day, senders, and this lead's enrolments."""

from __future__ import annotations

from collections.abc import Sequence

from textual.scroll_view import ScrollView

from store.rows import CampaignRow, EnrolmentRow
from tui.glyphs import UNICODE, Glyphs


class CampaignPane(ScrollView, can_focus=True, inherit_bindings=False):
    """Read-only; its keys (P, X) are the app's."""

    def __init__(self, *, glyphs: Glyphs = UNICODE, id: str | None = None) -> None:  # noqa: A002 (as Textual calls it)
        super().__init__(id=id)

    def show(
        self,
        campaign: CampaignRow | None,
        enrolments: Sequence[EnrolmentRow] = (),
        *,
        sentence: str = "",
        hints: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Show a campaign. `sentence`: what is not offered and why; `hints`: (key, verb) of what is."""

    def scroll_lines(self, by: int) -> None:
        """Scroll by lines."""
