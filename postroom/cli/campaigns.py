"""`campaigns`, `stats`, `pause` and `resume`: what the campaigns do, and making them do it or not."""

from __future__ import annotations

import click

from postroom.capabilities import Action, capability
from postroom.cli.output import interactive, put, put_json, say, table
from postroom.cli.shapes import campaign_shape, statistics_shape
from postroom.cli.state import acting, check_workspace, reading
from postroom.cli.verb import Exit, Places, Verb, as_json, confirmed, pass_places
from postroom.commands import PauseCampaign, ResumeCampaign
from postroom.errors import Ambiguous, NotFound, Refused
from postroom.records import CampaignKey, CampaignState, ProviderName
from store import queries
from store.database import Store
from store.rows import CampaignRow, OutboxRow
from tui.format import percent, plural, provider_tag, why_idle

_ACTING_EXITS = "0 confirmed by reading it back, 1 refused, 3 asked for but not yet confirmed, 4 in doubt."


@click.command("campaigns", cls=Verb, examples=("postroom campaigns", "postroom campaigns --json"))
@click.option("--workspace", help="Only this workspace.")
@as_json
@pass_places
def campaigns_command(places: Places, workspace: str | None, *, as_json: bool) -> None:
    """List the campaigns, with the provider's word for their state."""
    with reading(places.state_dir) as store:
        check_workspace(store, workspace)
        rows = queries.campaigns(store, workspace=workspace)
    if as_json:
        for row in rows:
            put_json(campaign_shape(row))
        return
    if not rows:
        say("No campaign is known here. “postroom sync” fetches them.")
    lines = [
        (row.ref, provider_tag(row.provider), row.state_raw, row.name, _totals(row), row.pending_action) for row in rows
    ]
    for line in table(lines, widths=(16, 3, 14, 40, 40)):
        put(line)


@click.command(
    "stats",
    cls=Verb,
    examples=("postroom stats hr:91c2", 'postroom stats "Q3 founders" --json', "postroom stats hr:91c2 --fresh"),
)
@click.argument("ref", metavar="ID")
@click.option("--fresh", is_flag=True, help="Ask the provider for the figures of the last 30 days first.")
@as_json
@pass_places
def stats_command(places: Places, ref: str, *, fresh: bool, as_json: bool) -> None:
    """Print the figures of one campaign: its totals, and per day where the provider has them.

    ID is the campaign's id or name, or the id of a conversation that came from it. Only what the provider reports is
    shown; nothing is made up from other figures.
    """
    if fresh:
        _refresh(places, ref)
    with reading(places.state_dir) as store:
        row = _campaign(store, ref)
    if as_json:
        put_json(statistics_shape(row))
        return
    put(f"{row.name} · {row.state_raw} · {row.workspace}{f' · {row.pending_action}' if row.pending_action else ''}")
    if why_idle(row):
        put(f"not sending: {why_idle(row)}")
    for name, number in row.totals:
        put(f"{name:<24} {number:>10,}")
    for name, ratio in row.rates:
        put(f"{name:<24} {percent(ratio):>10}")
    for day, replies, sent in row.days:
        put(f"{day}  {plural(replies, 'reply', 'replies')}, {plural(sent, 'message')} sent")
    for name, health, note in row.senders:
        put(f"sender {name or '(no name)'}: {health}{f', {note}' if note else ''}")
    if not row.days and capability(ProviderName(row.provider), Action.STATISTICS_BY_DAY).offered:
        say("The figures per day have not been fetched yet: --fresh does.")


@click.command(
    "pause",
    cls=Verb,
    examples=(
        "postroom pause hr:91c2",
        'postroom pause "Q3 founders" --yes',
        "postroom pause --all --dry-run",
        "postroom pause --all --workspace acme-linkedin --yes --json",
    ),
    exits=_ACTING_EXITS,
)
@click.argument("ref", metavar="ID", required=False)
@click.option("--all", "everything", is_flag=True, help="Every running campaign, instead of ID.")
@click.option("--workspace", help="With --all: only of this workspace.")
@click.option("--dry-run", is_flag=True, help="With --all: say what would be paused, and pause nothing.")
@confirmed
@as_json
@pass_places
def pause_command(
    places: Places,
    ref: str | None,
    workspace: str | None,
    *,
    everything: bool,
    dry_run: bool,
    confirmed: bool,
    as_json: bool,
) -> int:
    """Pause the campaign ID, or with --all every running one, and read back whether it is paused."""
    if everything == (ref is not None):
        raise click.UsageError("Name one campaign by its ID, or say --all.")
    if ref is not None:
        if workspace is not None or dry_run:
            raise click.UsageError("--workspace and --dry-run go with --all.")
        return _act(places, ref, pause=True, confirmed=confirmed, as_json=as_json)
    # What sends is imported here, so that listing campaigns does not pay for it.
    from postroom.cli.pausing import pause_all  # noqa: PLC0415

    return pause_all(places, workspace, dry_run=dry_run, confirmed=confirmed, as_json=as_json)


@click.command(
    "resume", cls=Verb, examples=("postroom resume hr:91c2", "postroom resume hr:91c2 --yes"), exits=_ACTING_EXITS
)
@click.argument("ref", metavar="ID")
@confirmed
@as_json
@pass_places
def resume_command(places: Places, ref: str, *, confirmed: bool, as_json: bool) -> int:
    """Let the paused campaign ID send again. It writes to people, so it asks, and it is refused offline."""
    return _act(places, ref, pause=False, confirmed=confirmed, as_json=as_json)


def _refresh(places: Places, ref: str) -> None:
    """Fetch the figures of a campaign. Raises ProviderError."""
    # What asks the provider is imported here, so that reading does not pay for it.
    from postroom.cli.delivering import refresh_campaign  # noqa: PLC0415
    from postroom.cli.workspaces import Access  # noqa: PLC0415

    access = Access.configured(places)
    with acting(places.state_dir) as desk:
        row = _campaign(desk.store, ref)
        refresh_campaign(desk, access, CampaignKey(row.workspace, row.id))


def _act(places: Places, ref: str, *, pause: bool, confirmed: bool, as_json: bool) -> int:
    # What sends is imported here, so that listing campaigns does not pay for it.
    from postroom.cli import delivering  # noqa: PLC0415
    from postroom.cli.workspaces import Access  # noqa: PLC0415
    from store import outbox  # noqa: PLC0415

    access = Access.configured(places)
    with acting(places.state_dir) as desk:
        row = _campaign(desk.store, ref)
        access.require([row.workspace])
        _check(row, pause=pause)
        kind = PauseCampaign if pause else ResumeCampaign
        command = kind(workspace=row.workspace, campaign_id=row.id, campaign_name=row.name)
        waiting = outbox.opposite(desk.store, command) if interactive() and not confirmed else None
        question = _instead(row, waiting, pause=pause) if waiting is not None else _question(row, pause=pause)
        if not delivering.confirm(question, confirmed=confirmed):
            say("Nothing was changed.")
            return Exit.INTERRUPTED
        if waiting is not None and waiting.state in {"undo", "queued"} and not pause:
            outbox.resolve(desk.store, waiting.id, "discard", now=delivering.now())
            say(f"{waiting.title}: dropped; nothing was sent.")
            return Exit.DONE
        entry = outbox.enqueue(desk.store, command, now=delivering.now(), replace=waiting is not None)
        rows = delivering.deliver(desk, access, [entry])
    return delivering.tell(rows, as_json=as_json, one=True)


def _question(row: CampaignRow, *, pause: bool) -> str:
    leads = dict(row.totals).get("leads")
    to_whom = f" It may write to {plural(leads, 'lead')}." if leads is not None and not pause else ""
    return f"{'Pause' if pause else 'Resume'} “{row.name}” ({row.state_raw}) in {row.workspace}?{to_whom}"


def _instead(row: CampaignRow, waiting: OutboxRow, *, pause: bool) -> str:
    """What is asked while the opposite is on its way, for only one of the two can be meant."""
    asked = f"“{waiting.title}” (#{waiting.id})"
    if not pause and waiting.state in {"undo", "queued"}:
        return f"{asked} has not left yet. Drop it, so that the campaign goes on?"
    return f"{asked} is on its way and will not be waited for. {_question(row, pause=pause)}"


def _check(row: CampaignRow, *, pause: bool) -> None:
    """Raise Refused where it is certain beforehand. The state itself is read anew just before it is sent."""
    action = Action.PAUSE_CAMPAIGN if pause else Action.RESUME_CAMPAIGN
    offer = capability(ProviderName(row.provider), action)
    if not offer.offered:
        raise Refused(offer.sentence)
    if row.state is CampaignState.UNKNOWN:
        raise Refused(f"“{row.name}” is {row.state_raw}, a state that Postroom does not know, so it leaves it alone.")


def _campaign(store: Store, ref: str) -> CampaignRow:
    """The campaign that `ref` names, or from which the conversation that it names came."""
    try:
        return queries.find_campaign(store, ref)
    except NotFound:
        try:
            conversation = queries.find_conversation(store, ref)
        except (NotFound, Ambiguous):
            conversation = None
        if conversation is None or conversation.campaign_id is None:
            raise
        return queries.find_campaign(store, conversation.campaign_id)


def _totals(row: CampaignRow) -> str:
    wanted = ("leads", "messages sent", "replies")
    return ", ".join(f"{number:,} {name}" for name, number in row.totals if name in wanted)
