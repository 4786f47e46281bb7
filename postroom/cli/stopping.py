"""`stop-lead`: stop a lead in its campaigns, and say for each whether it is stopped."""

from __future__ import annotations

from collections.abc import Sequence

import click

from postroom.capabilities import Action, capability
from postroom.cli.delivering import EXITS, confirm, deliver, now, refresh_conversations, tell
from postroom.cli.output import answer, interactive, put, put_json, say
from postroom.cli.shapes import enrolment_shape
from postroom.cli.state import Desk, acting
from postroom.cli.verb import Exit, Places, Verb, as_json, confirmed, pass_places
from postroom.cli.workspaces import Access
from postroom.commands import StopLead
from postroom.errors import Refused
from postroom.records import ConversationKey, EnrolmentState, ProviderName
from store import outbox, queries
from store.rows import EnrolmentRow, InboxRow

MANY = 10
"""More targets than this are confirmed by typing their number."""


@click.command(
    "stop-lead",
    cls=Verb,
    examples=(
        "postroom stop-lead hr:3f9a --dry-run",
        "postroom stop-lead hr:3f9a --yes --json",
        'postroom stop-lead hr:3f9a --campaign "Q3 founders"',
        "postroom stop-lead hr:3f9a --everywhere",
    ),
    exits=EXITS,
)
@click.argument("ref", metavar="ID")
@click.option("--everywhere", is_flag=True, help="In every workspace in which this person is known.")
@click.option("--campaign", "wanted", help="Only in this campaign: its id or its name.")
@click.option("--dry-run", is_flag=True, help="Say what would be stopped, and stop nothing.")
@confirmed
@as_json
@pass_places
def stop_lead_command(
    places: Places, ref: str, wanted: str | None, *, everywhere: bool, dry_run: bool, confirmed: bool, as_json: bool
) -> int:
    """Stop the lead of the conversation ID in its campaigns.

    Each campaign is read back afterwards: what the provider does not show as stopped is NOT YET STOPPED.
    """
    access = Access.configured(places)
    with acting(places.state_dir) as desk:
        row = queries.find_conversation(desk.store, ref)
        targets = _targets(desk, access, row, everywhere=everywhere, wanted=wanted)
        offered = [target for target in targets if _refusal(target) == ""]
        if dry_run:
            return _told_dry(targets, as_json=as_json)
        for target in targets:
            fate = _refusal(target) or "will be stopped"
            say(f"  {target.lead_name} in {target.campaign_name} ({target.workspace}): {fate}")
        if not offered:
            raise Refused(_refusal(targets[0]))
        if not _agreed(offered, confirmed=confirmed):
            say("Nothing was stopped.")
            return Exit.INTERRUPTED
        access.require([target.workspace for target in offered])
        entries = [outbox.enqueue(desk.store, _command(target, row.key), now=now()) for target in offered]
        rows = deliver(desk, access, entries)
    code = tell(rows, as_json=as_json, one=False)
    return Exit.PARTLY if code is Exit.DONE and len(offered) < len(targets) else code


def _targets(desk: Desk, access: Access, row: InboxRow, *, everywhere: bool, wanted: str | None) -> list[EnrolmentRow]:
    """The enrolments that a stop would hit, as the providers show them now. Raises Refused when there are none."""
    keys = queries.same_person(desk.store, row.key) if everywhere else [row.key]
    # The list must be what the providers know now, not what they knew last week.
    refresh_conversations(desk, access, keys)
    found = [enrolment for key in keys for enrolment in queries.enrolments(desk.store, key)]
    targets = list({(e.workspace, e.campaign_id): e for e in found if e.state is not EnrolmentState.STOPPED}.values())
    if wanted is not None:
        targets = [target for target in targets if wanted in {target.campaign_id, target.campaign_name}]
    if not targets:
        where = f" in {wanted}" if wanted else ""
        refusal = capability(ProviderName(row.provider), Action.STOP_LEAD)
        if not refusal.offered:
            raise Refused(refusal.sentence)
        raise Refused(f"{row.lead_name} is in no campaign{where} that could still write to them.")
    return targets


def _refusal(target: EnrolmentRow) -> str:
    """Why this enrolment cannot be stopped from here. Empty: it can."""
    offer = capability(ProviderName(target.provider), Action.STOP_LEAD)
    return "" if offer.offered else offer.sentence


def _agreed(targets: Sequence[EnrolmentRow], *, confirmed: bool) -> bool:
    """Whether the person agrees to stop these; many are confirmed by typing how many."""
    warning = capability(ProviderName(targets[0].provider), Action.STOP_LEAD).sentence
    campaigns = "1 campaign" if len(targets) == 1 else f"{len(targets)} campaigns"
    question = f"Stop {targets[0].lead_name} in {campaigns}? {warning}".rstrip()
    if len(targets) > MANY and not confirmed and interactive():
        return answer(f"{question} Type {len(targets)} to do it: ").strip() == str(len(targets))
    return confirm(question, confirmed=confirmed)


def _command(target: EnrolmentRow, conversation: ConversationKey) -> StopLead:
    return StopLead(
        workspace=target.workspace,
        campaign_id=target.campaign_id,
        campaign_name=target.campaign_name,
        lead_id=target.lead_id,
        lead_name=target.lead_name,
        lead_url=target.lead_url,
        linkedin_id=target.linkedin_id,
        conversation=conversation.id if conversation.workspace == target.workspace else "",
    )


def _told_dry(targets: Sequence[EnrolmentRow], *, as_json: bool) -> int:
    """Print what a stop would hit."""
    if as_json:
        put_json([{**enrolment_shape(target), "offered": _refusal(target) == ""} for target in targets])
        return Exit.DONE
    for target in targets:
        put(f"{target.workspace}  {target.campaign_name}  {target.state_raw}  {_refusal(target) or 'would be stopped'}")
    return Exit.DONE
