"""`stop-lead`: stop a lead in its campaigns, or a person in those of every workspace, and say what became of each.

With `--everywhere` every workspace is asked first, also where they never wrote. What is stopped already is left alone,
a stop that is on its way goes on, and one that failed is tried again: repeat the verb until nothing is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import click

from postroom.capabilities import Action, capability
from postroom.cli.blocking import never_contact
from postroom.cli.delivering import (
    EXITS,
    confirm,
    deliver,
    exit_code,
    look_up_person,
    now,
    refresh_conversations,
    sentence,
    tell,
)
from postroom.cli.output import answer, interactive, put, put_json, say
from postroom.cli.shapes import enrolment_shape, outbox_shape
from postroom.cli.state import Desk, acting
from postroom.cli.verb import Exit, Places, Verb, as_json, confirmed, pass_places
from postroom.cli.workspaces import Access
from postroom.errors import Refused
from postroom.records import EnrolmentState, ProviderName
from store import queries, stops
from store.enrolments import person_enrolments
from store.rows import EnrolmentRow, InboxRow, OutboxRow
from sync.events import LookedUp

_Id = tuple[str, str, str]
"""One enrolment: workspace, campaign, lead."""

MANY = 10
"""More targets than this are confirmed by typing their number."""


@click.command(
    "stop-lead",
    cls=Verb,
    examples=(
        "postroom stop-lead hr:3f9a --dry-run",
        "postroom stop-lead hr:3f9a --yes --json",
        'postroom stop-lead hr:3f9a --campaign "Q3 founders"',
        "postroom stop-lead hr:3f9a --everywhere --dry-run",
        "postroom stop-lead hr:3f9a --everywhere --yes",
        "postroom stop-lead in:77c0 --never-contact",
    ),
    exits=EXITS,
)
@click.argument("ref", metavar="ID")
@click.option("--everywhere", is_flag=True, help="In every workspace, also where they never wrote.")
@click.option("--campaign", "wanted", help="Only in this campaign: its id or its name.")
@click.option(
    "--never-contact", "never", is_flag=True, help="Then put them on the provider's list of people never to contact."
)
@click.option("--dry-run", is_flag=True, help="Say what would be stopped, and stop nothing.")
@confirmed
@as_json
@pass_places
def stop_lead_command(
    places: Places,
    ref: str,
    wanted: str | None,
    *,
    everywhere: bool,
    never: bool,
    dry_run: bool,
    confirmed: bool,
    as_json: bool,
) -> int:
    """Stop the lead of the conversation ID in its campaigns; with --everywhere, the person in all of every workspace.

    Each campaign is read back afterwards: what the provider does not show as stopped is NOT YET STOPPED.
    """
    if never:
        if wanted is not None:
            raise click.UsageError("--never-contact holds in every campaign, so it does not go with --campaign.")
        return never_contact(places, ref, everywhere=everywhere, dry_run=dry_run, confirmed=confirmed, as_json=as_json)
    access = Access.configured(places)
    with acting(places.state_dir) as desk:
        row = queries.find_conversation(desk.store, ref)
        standing = _everywhere(desk, access, row, wanted) if everywhere else _here(desk, access, row, wanted)
        if dry_run:
            return _told_dry(standing, as_json=as_json)
        for line in (*_lines(standing), *_unknown(standing)):
            say(f"  {line}")
        offered = [target for target in standing.open if _refusal(target) == ""]
        if not offered:
            return _nothing_to_do(standing, as_json=as_json)
        if not _agreed(offered, confirmed=confirmed):
            say("Nothing was stopped.")
            return Exit.INTERRUPTED
        names = {target.workspace for target in offered}
        # Everywhere, one key that cannot be read keeps the other workspaces from nothing.
        (access.require_any if everywhere else access.require)(names)
        entries = [stops.ask_stop(desk.store, target, row.key, now=now()) for target in offered]
        rows = deliver(desk, access, entries)
    code = exit_code(rows)
    if everywhere:
        _report(standing, dict(zip([_id(target) for target in offered], rows, strict=True)), as_json=as_json)
    else:
        tell(rows, as_json=as_json, one=False)
    return Exit.PARTLY if code is Exit.DONE and _is_left(standing, offered) else code


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where the lead, or the person, stands."""

    row: InboxRow
    enrolments: Sequence[EnrolmentRow]
    asked: Sequence[LookedUp] = ()
    """What each workspace said that was asked for the person."""

    @property
    def open(self) -> list[EnrolmentRow]:
        """The enrolments that are not proven to be stopped."""
        return [each for each in self.enrolments if each.state is not EnrolmentState.STOPPED]

    @property
    def failed(self) -> list[LookedUp]:
        """The workspaces that did not answer, where there may be more."""
        return [each for each in self.asked if each.failed]


def _here(desk: Desk, access: Access, row: InboxRow, wanted: str | None) -> _Standing:
    """The lead's enrolments in the conversation's workspace, as they are now. Refused: there are none."""
    # The list must be what the provider knows now, not what it knew last week.
    refresh_conversations(desk, access, [row.key])
    found = {target.campaign_id: target for target in queries.enrolments(desk.store, row.key)}
    standing = _Standing(
        row, [each for each in _wanted(found.values(), wanted) if each.state is not EnrolmentState.STOPPED]
    )
    if not standing.enrolments:
        raise _refused(row, wanted)
    return standing


def _everywhere(desk: Desk, access: Access, row: InboxRow, wanted: str | None) -> _Standing:
    """The person's enrolments in every workspace, as far as they can be asked. Refused: there are none, for certain."""
    access.require_any([workspace.name for workspace in access.config.workspaces])
    asked = look_up_person(desk, access, row.key)
    standing = _Standing(row, _wanted(person_enrolments(desk.store, row.key), wanted), asked)
    if not standing.enrolments and not standing.failed:
        raise _refused(row, wanted)
    return standing


def _wanted(targets: Iterable[EnrolmentRow], wanted: str | None) -> list[EnrolmentRow]:
    return [each for each in targets if wanted is None or wanted in {each.campaign_id, each.campaign_name}]


def _refused(row: InboxRow, wanted: str | None) -> Refused:
    """Why there is nothing to stop."""
    where = f" in {wanted}" if wanted else ""
    offer = capability(ProviderName(row.provider), Action.STOP_LEAD)
    return Refused(
        f"{row.lead_name} is in no campaign{where} that could still write to them." if offer.offered else offer.sentence
    )


def _refusal(target: EnrolmentRow) -> str:
    """Why this enrolment cannot be stopped from here. Empty: it can."""
    offer = capability(ProviderName(target.provider), Action.STOP_LEAD)
    return "" if offer.offered else offer.sentence


def _is_left(standing: _Standing, offered: Sequence[EnrolmentRow]) -> bool:
    """Whether something may still write to them, however well the stops went."""
    return len(offered) < len(standing.open) or bool(standing.failed)


def _nothing_to_do(standing: _Standing, *, as_json: bool) -> int:
    """Nothing here can be stopped: because all is, because a provider cannot, or because nobody could be asked."""
    _report(standing, {}, as_json=as_json)
    if standing.failed:
        say("Not all of them could be asked. Run it again when they can be reached.")
        return Exit.PARTLY
    if standing.open:
        raise Refused(_refusal(standing.open[0]))
    say(f"{standing.row.lead_name} is stopped in every campaign already.")
    return Exit.DONE


def _agreed(targets: Sequence[EnrolmentRow], *, confirmed: bool) -> bool:
    """Whether the person agrees to stop these; many are confirmed by typing how many."""
    warnings = {capability(ProviderName(each.provider), Action.STOP_LEAD).sentence for each in targets}
    campaigns = "1 campaign" if len(targets) == 1 else f"{len(targets)} campaigns"
    question = f"Stop {targets[0].lead_name} in {campaigns}? {' '.join(sorted(warnings))}".rstrip()
    if len(targets) > MANY and not confirmed and interactive():
        return answer(f"{question} Type {len(targets)} to do it: ").strip() == str(len(targets))
    return confirm(question, confirmed=confirmed)


def _told_dry(standing: _Standing, *, as_json: bool) -> int:
    """Print what a stop would hit."""
    if as_json:
        put_json([{**enrolment_shape(target), "offered": _refusal(target) == ""} for target in standing.enrolments])
    else:
        for line in _lines(standing):
            put(line)
    for line in _unknown(standing):
        say(line)
    return Exit.PARTLY if standing.failed else Exit.DONE


def _report(standing: _Standing, rows: Mapping[_Id, OutboxRow], *, as_json: bool) -> None:
    """Print what became of every enrolment, and what nobody knows."""
    told = [(target, rows.get(_id(target))) for target in standing.enrolments]
    if as_json:
        known = [
            {
                **enrolment_shape(target),
                "offered": _refusal(target) == "",
                "outcome": _outcome(target, row),
                "sentence": sentence(row) if row else stops.fate(target),
                "entry": outbox_shape(row) if row else None,
            }
            for target, row in told
        ]
        unknown = [
            {"workspace": each.workspace, "outcome": "unknown", "sentence": each.sentence} for each in standing.failed
        ]
        put_json([*known, *unknown])
        return
    for target, row in told:
        said = f"{_WORDS[_outcome(target, row)]}: {sentence(row)} [#{row.id}]" if row else stops.fate(target)
        put(f"{target.workspace}  {target.campaign_name}  {said}")
    for line in _unknown(standing):
        put(line)


def _outcome(target: EnrolmentRow, row: OutboxRow | None) -> str:
    """What is known of an enrolment now, in one word."""
    if target.state is EnrolmentState.STOPPED or (row is not None and row.verified):
        return "stopped"
    return "stays" if row is None else "not_stopped"


_WORDS = {"stopped": "stopped", "not_stopped": "NOT STOPPED"}


def _lines(standing: _Standing) -> list[str]:
    """Every enrolment with what will happen to it."""
    return [
        "  ".join((each.workspace, each.campaign_name, each.lead_name, each.state_raw, stops.fate(each)))
        for each in standing.enrolments
    ]


def _unknown(standing: _Standing) -> list[str]:
    """The workspaces whose campaigns are not known, with the reason."""
    words = {True: "could not be asked", False: "not asked"}
    return [f"{each.workspace}  {words[each.failed]}: {each.sentence}" for each in standing.asked if each.sentence]


def _id(target: EnrolmentRow) -> _Id:
    return target.workspace, target.campaign_id, target.lead
