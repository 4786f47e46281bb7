"""What becomes of many pauses that were asked for at once: a line for each, from the outbox to its proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from textual.content import Content

from store import outbox
from store.database import Store
from store.pauses import Target
from store.rows import CampaignRow, OutboxRow
from sync.events import Settled
from tui import format as words
from tui.cells import steady
from tui.glyphs import ASCII, UNICODE, state_sign
from tui.screens.report import ReportScreen
from tui.stage import Stage

NOT_YET_SECONDS = 0.05
"""How long news waits for a report that is only just being drawn."""


@dataclass(frozen=True, slots=True)
class Report:
    """A report that is up."""

    screen: ReportScreen
    entries: tuple[int, ...]
    stay: Sequence[Target]
    """The campaigns for which nothing could be asked."""


class Outcomes:
    """Follows entries of the outbox while the reader looks on; the outbox and the top line go on telling after that."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._report: Report | None = None

    async def show(self, entries: Sequence[int], stay: Sequence[Target]) -> None:
        """Show how each of them stands, until the reader leaves."""
        rows = await self._stage.desk.read(_rows, entries)
        screen = ReportScreen(_title(rows, stay), self._lines(rows, stay))
        self._report = Report(screen, tuple(entries), stay)
        self._renew()  # for what was heard while it was being read
        await self._stage.ask(screen)
        self._report = None

    def heard(self, event: Settled) -> None:
        """An entry has come further."""
        if self._report is not None and event.entry_id in self._report.entries:
            self._renew()

    def _renew(self) -> None:
        self._stage.start(self._shown_anew(), group="report", exclusive=True)

    async def _shown_anew(self) -> None:
        report = self._report
        if report is None:
            return
        rows = await self._stage.desk.read(_rows, report.entries)
        if self._report is not report:
            return
        if report.screen.is_mounted:
            report.screen.renew(_title(rows, report.stay), self._lines(rows, report.stay))
        else:
            self._stage.later(NOT_YET_SECONDS, self._renew)

    def _lines(self, rows: Sequence[OutboxRow], stay: Sequence[Target]) -> Content:
        """What is not paused stands first: that is what the reader has to see."""
        glyphs = ASCII if self._stage.settings.ascii else UNICODE
        lines = [
            Content.assemble(
                (f"{state_sign(glyphs, row.state):<3}", tone),
                (f"{row.workspace}  ", "dim"),
                (f"{steady(row.title.removeprefix('Pause '))}  ", "bold"),
                (said, tone),
            )
            for row in rows
            for said, tone in [_said(row)]
        ]
        paused = [line for line, row in zip(lines, rows, strict=True) if row.verified]
        others = [line for line, row in zip(lines, rows, strict=True) if not row.verified]
        staying = [Content.assemble((f"{glyphs.running:<3}", "$warning"), line) for line in staying_lines(stay)]
        return Content("\n").join([*others, *staying, *paused])


def campaign_line(campaign: CampaignRow) -> Content:
    """Where a campaign is and what it is called."""
    return Content.assemble(
        (f"{words.provider_tag(campaign.provider):<4}", "dim"),
        (f"{campaign.workspace}  ", "dim"),
        (steady(campaign.name or campaign.id), "bold"),
    )


def staying_lines(targets: Sequence[Target]) -> list[Content]:
    """What is not paused from here: those of a workspace that stay for the same reason share a line."""
    together: dict[tuple[str, str], list[CampaignRow]] = {}
    for target in targets:
        together.setdefault((target.campaign.workspace, target.stays), []).append(target.campaign)
    lines = []
    for (_, reason), campaigns in together.items():
        names = "".join(f", {steady(each.name or each.id)}" for each in campaigns[1:])
        stays = "stays as it is" if len(campaigns) == 1 else "stay as they are"
        lines.append(
            Content.assemble(campaign_line(campaigns[0]), (names, "bold"), (f"  {stays}: {reason}", "$warning"))
        )
    return lines


def _title(rows: Sequence[OutboxRow], stay: Sequence[Target]) -> str:
    """How far it is, in one line."""
    paused, number = sum(row.verified for row in rows), len(rows)
    others = f"; {len(stay)} not paused from here" if stay else ""
    if paused == number:
        return f"{words.plural(number, 'campaign')} paused, each read back{others}"
    return f"{paused} of {words.plural(number, 'campaign')} paused so far{others}"


def _said(row: OutboxRow) -> tuple[str, str]:
    """What is known of one pause, and its ink."""
    if row.verified:
        return "paused: read back", "$success"
    if row.state in {"failed", "held", "in_doubt"}:
        return f"NOT PAUSED ({row.state.replace('_', ' ')}): {row.error}", "$error"
    if row.state == "discarded":
        return row.error or "dropped", "$warning"
    why = row.error or "on its way"
    return why if why.casefold().startswith("not yet") else f"NOT YET PAUSED: {why}", "$warning"


def _rows(store: Store, entries: Sequence[int]) -> list[OutboxRow]:
    """The entries as they are, each with why it waits where that is not its own reason."""
    found = [row for each in entries if (row := outbox.row(store, each)) is not None]
    return [_explained(store, row) for row in found]


def _explained(store: Store, row: OutboxRow) -> OutboxRow:
    if row.state != "queued" or row.error:
        return row
    return replace(row, error=outbox.lane_stopped(store, row.workspace))
