"""The campaign beside a conversation: state, totals, replies by day, senders, and this lead's enrolments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from store.rows import CampaignRow, EnrolmentRow
from tui.glyphs import UNICODE, Glyphs
from tui.widgets.campaign_lines import Line, PaneForm, PaneInks, campaign_lines, enrolment_lines, hint_lines, wrapped
from tui.widgets.inks import ink
from tui.widgets.line_pane import LinePane

_INKS = ("text", "strong", "muted", "chart", "key", "good", "late", "alert")


class CampaignPane(LinePane):
    """Read-only; its keys (P, X) are the app's."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"campaign-pane--{name}" for name in _INKS}

    def __init__(self, *, glyphs: Glyphs = UNICODE, id: str | None = None) -> None:  # noqa: A002 (as Textual calls it)
        super().__init__(id=id)
        self._glyphs = glyphs
        self._shown = False
        """Whether there has been a lead to know something of."""
        self._campaign: CampaignRow | None = None
        self._enrolments: tuple[EnrolmentRow, ...] = ()
        self._sentence = ""
        self._hints: tuple[tuple[str, str], ...] = ()

    def show(
        self,
        campaign: CampaignRow | None,
        enrolments: Sequence[EnrolmentRow] = (),
        *,
        sentence: str = "",
        hints: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Show a campaign. `sentence`: what is not offered and why; `hints`: (key, verb) of what is."""
        shown = (campaign, tuple(enrolments), sentence, tuple(hints))
        if self._shown and shown == (self._campaign, self._enrolments, self._sentence, self._hints):
            return
        other = (campaign and campaign.ref) != (self._campaign and self._campaign.ref)
        self._campaign, self._enrolments, self._sentence, self._hints = shown
        self._shown = True
        self.renew(from_top=other)

    def clear(self) -> None:
        """There is no lead to show anything of."""
        self._shown, self._campaign, self._enrolments, self._sentence, self._hints = False, None, (), "", ()
        self.renew(from_top=True)

    def lay_out(self, width: int) -> list[Line]:
        """The lines for a pane of this width."""
        inks = PaneInks(**{name: ink(self, f"campaign-pane--{name}") for name in _INKS})
        form = PaneForm(width, inks, self._glyphs)
        lines: list[Line] = []
        if self._campaign is not None:
            lines += campaign_lines(self._campaign, form)
        elif not self._enrolments:
            lines += [*wrapped("No campaign is known for this lead.", inks.muted, form), []] if self._shown else []
        lines += enrolment_lines(self._enrolments, form)
        return lines + hint_lines(self._hints, self._sentence, form)
