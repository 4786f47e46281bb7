"""A campaign and a lead's standing in its campaigns, as lines. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.style import Style

from postroom.records import CampaignState, EnrolmentState, Health
from store.rows import CampaignRow, EnrolmentRow
from tui.cells import cell_len, fit, steady, wrap
from tui.format import count, percent, provider_name, sender, why_idle
from tui.glyphs import Glyphs
from tui.widgets.chart import chart

CHART_HEIGHT = 4
_LEADING = ("leads", "in progress", "pending", "finished", "failed", "stopped", "excluded")
_ENDED = {CampaignState.FINISHED, CampaignState.CANCELED, CampaignState.FAILED}

Line = list[tuple[str, Style]]


@dataclass(frozen=True, slots=True)
class PaneInks:
    """What each part of the pane is written with."""

    text: Style
    strong: Style
    muted: Style
    chart: Style
    key: Style
    good: Style
    late: Style
    alert: Style


@dataclass(frozen=True, slots=True)
class PaneForm:
    """What the lines depend on besides the rows."""

    width: int
    inks: PaneInks
    glyphs: Glyphs


def campaign_lines(campaign: CampaignRow, form: PaneForm) -> list[Line]:
    """Name and state, totals, rates, replies by day, senders."""
    lines = [
        *wrapped(campaign.name or "(no name)", form.inks.strong, form),
        _state(campaign, form),
        *(
            [[(fit(f" {form.glyphs.pending} {campaign.pending_action}", form.width), form.inks.alert)]]
            if campaign.pending_action
            else []
        ),
        *(wrapped(why_idle(campaign), form.inks.late, form) if why_idle(campaign) else []),
        [],
        *_figures(campaign, form),
        *_replies(campaign, form),
        *_senders(campaign, form),
    ]
    return [*lines, []]


def enrolment_lines(enrolments: Sequence[EnrolmentRow], form: PaneForm) -> list[Line]:
    """Where this lead is enrolled; what is not yet stopped stands out."""
    if not enrolments:
        return []
    lines: list[Line] = [[(" this lead", form.inks.muted)]]
    for enrolment in enrolments:
        lines += _enrolment(enrolment, form)
    return [*lines, []]


def hint_lines(hints: Sequence[tuple[str, str]], sentence: str, form: PaneForm) -> list[Line]:
    """The keys that do something here, and one sentence about what is not offered."""
    lines: list[Line] = []
    line: Line = []
    used = 0
    for key, verb in hints:
        wide = cell_len(key) + cell_len(verb) + 4
        if line and used + wide > form.width:
            lines.append(line)
            line, used = [], 0
        line += [(f" {key}", form.inks.key), (f" {verb}  ", form.inks.text)]
        used += wide
    lines += [line] if line else []
    return lines + (wrapped(sentence, form.inks.muted, form) if sentence else [])


def _state(campaign: CampaignRow, form: PaneForm) -> Line:
    """Sign and the provider's own word."""
    inks, glyphs = form.inks, form.glyphs
    sign, ink = {
        CampaignState.RUNNING: (glyphs.running, inks.good),
        CampaignState.PAUSED: (glyphs.paused, inks.late),
        CampaignState.FINISHED: (glyphs.finished, inks.muted),
        CampaignState.FAILED: (glyphs.bad, inks.alert),
        CampaignState.CANCELED: (glyphs.bad, inks.muted),
        CampaignState.DRAFT: (glyphs.draft, inks.muted),
    }.get(campaign.state, (glyphs.unknown, inks.late))
    word = campaign.state_raw or campaign.state.value
    return [(f" {sign} {steady(word)}", ink), (f" {glyphs.dot} {provider_name(campaign.provider)}", inks.muted)]


def _figures(campaign: CampaignRow, form: PaneForm) -> list[Line]:
    """Totals in two columns of numbers, then the rates."""
    totals = dict(campaign.totals)
    names = [*(name for name in _LEADING if name in totals), *(name for name in totals if name not in _LEADING)]
    pairs = [(count(totals[name]), name) for name in names]
    pairs += [(percent(value), name) for name, value in campaign.rates]
    if not pairs:
        return []
    columns = 2 if form.width >= 44 else 1
    digits = max(len(number) for number, _ in pairs)
    each = (form.width - 1) // columns
    lines: list[Line] = []
    for start in range(0, len(pairs), columns):
        line: Line = [(" ", form.inks.text)]
        for number, name in pairs[start : start + columns]:
            line += [(f"{number:>{digits}} ", form.inks.text), (fit(name, each - digits - 1), form.inks.muted)]
        lines.append(line)
    return [*lines, []]


def _replies(campaign: CampaignRow, form: PaneForm) -> list[Line]:
    """The chart, or why there is none."""
    if not campaign.days:
        words = "totals only: no figures by day" if campaign.totals else "no figures yet"
        return [[(f" {words}", form.inks.muted)], []]
    glyphs = form.glyphs
    days = [(day, replies) for day, replies, _ in campaign.days]
    drawn = chart(days, width=form.width - 2, height=CHART_HEIGHT, signs=glyphs.bars, rule=glyphs.rule)
    title = f" replies, {len(days)} days: {count(sum(replies for _, replies in days))}"
    inks = [form.inks.chart] * CHART_HEIGHT + [form.inks.muted] * 2
    return [[(title, form.inks.muted)], *([(" " + text, ink)] for text, ink in zip(drawn, inks, strict=False)), []]


def _senders(campaign: CampaignRow, form: PaneForm) -> list[Line]:
    """Who it writes as, and who of them cannot."""
    if not campaign.senders:
        return []
    inks, glyphs = form.inks, form.glyphs
    looks = {
        Health.GOOD: (glyphs.good, inks.good),
        Health.COOLING: (glyphs.cooling, inks.late),
        Health.BROKEN: (glyphs.bad, inks.alert),
    }
    lines: list[Line] = [[(" senders", inks.muted)]]
    for name, health, note in campaign.senders:
        sign, ink = looks.get(health, (glyphs.unknown, inks.muted))
        why = note or ("health not known" if health not in looks else "")
        who = fit(sender(name), form.width - 3).rstrip()
        lines.append([(f" {sign} ", ink), (who, inks.text if health is Health.GOOD else ink)])
        lines += wrapped(why, ink, form, indent=3) if why else []
    return lines


def _enrolment(enrolment: EnrolmentRow, form: PaneForm) -> list[Line]:
    """One campaign that the lead is in."""
    inks, glyphs = form.inks, form.glyphs
    sign, ink = {
        EnrolmentState.ACTIVE: (glyphs.running, inks.good),
        EnrolmentState.STOPPED: (glyphs.finished, inks.muted),
    }.get(enrolment.state, (glyphs.unknown, inks.late))
    if enrolment.campaign_state is CampaignState.PAUSED or enrolment.campaign_state in _ENDED:
        ink = inks.muted
    word = steady(enrolment.state_raw or enrolment.state.value)
    name = fit(enrolment.campaign_name or "(no name)", max(form.width - cell_len(word) - 6, 4)).rstrip()
    lines: list[Line] = [[(f" {sign} ", ink), (name, inks.text), (f"  {word}", ink)]]
    if enrolment.pending_action:
        lines.append([(f"   {glyphs.in_doubt} {fit(enrolment.pending_action, form.width - 5).rstrip()}", inks.alert)])
    if enrolment.note:
        lines += wrapped(enrolment.note, inks.muted, form, indent=3)
    return lines


def wrapped(text: str, ink: Style, form: PaneForm, *, indent: int = 1) -> list[Line]:
    """Text over as many lines as it needs."""
    return [[(" " * indent + line, ink)] for line in wrap(steady(text), max(form.width - indent - 1, 4))]
