"""`pause --all`: every running campaign of a workspace, or of all, listed, counted, paused, and read back.

The workspaces are asked for their campaigns first. What is paused already is left alone, a pause that is on its way
goes on, one that is stuck is asked for again: repeat the verb until nothing is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from postroom.cli.delivering import confirm, deliver_together, exit_code, list_campaigns, now, sentence
from postroom.cli.output import answer, interactive, put, put_json, say
from postroom.cli.shapes import campaign_shape, outbox_shape
from postroom.cli.state import acting, check_workspace
from postroom.cli.verb import Exit, Places
from postroom.cli.workspaces import Access
from store import pauses
from store.pauses import Target
from store.rows import OutboxRow
from sync.events import Listed
from tui.format import plural

MANY = 10
"""More campaigns than this are confirmed by typing their number."""

_Id = tuple[str, str]
"""One campaign: workspace and id."""


def pause_all(places: Places, workspace: str | None, *, dry_run: bool, confirmed: bool, as_json: bool) -> int:
    """Say what it hits, ask, pause each, and say what became of each."""
    access = Access.configured(places)
    with acting(places.state_dir) as desk:
        check_workspace(desk.store, workspace)
        names = [each.name for each in access.config.workspaces if workspace in (None, each.name)]
        access.require_any(names)
        unknown = [listed for listed in list_campaigns(desk, access, names) if listed.sentence]
        targets = [each for each in pauses.targets(desk.store) if each.campaign.workspace in names]
        hit = [target for target in targets if not target.stays]
        if dry_run:
            return _told_dry(targets, unknown, as_json=as_json)
        for line in (*map(_line, targets), *_unknown(unknown)):
            say(f"  {line}")
        if hit and not _agreed(hit, confirmed=confirmed):
            say("Nothing was paused.")
            return Exit.INTERRUPTED
        entries = pauses.ask_pauses(desk.store, hit, now=now())
        rows = deliver_together(desk, access, entries) if entries else []
    became = {_id(target): row for target, row in zip(hit, rows, strict=True)}
    _report(targets, became, unknown, as_json=as_json)
    if not targets and not unknown:
        say("No campaign is running.")
    code = exit_code(rows) if rows else Exit.DONE
    return Exit.PARTLY if code is Exit.DONE and (len(hit) < len(targets) or unknown) else code


def _agreed(hit: Sequence[Target], *, confirmed: bool) -> bool:
    """Whether the person agrees to pause these; many are confirmed by typing how many."""
    spaces = {target.campaign.workspace for target in hit}
    question = f"Pause {plural(len(hit), 'campaign')} in {plural(len(spaces), 'workspace')}?"
    if len(hit) > MANY and not confirmed and interactive():
        return answer(f"{question} Type {len(hit)} to do it: ").strip() == str(len(hit))
    return confirm(question, confirmed=confirmed)


def _told_dry(targets: Sequence[Target], unknown: Sequence[Listed], *, as_json: bool) -> int:
    """Print what it would hit."""
    if as_json:
        put_json(
            [{**campaign_shape(each.campaign), "offered": not each.stays, "sentence": each.fate} for each in targets]
        )
    else:
        for line in map(_line, targets):
            put(line)
    for line in _unknown(unknown):
        say(line)
    return Exit.PARTLY if unknown else Exit.DONE


def _report(
    targets: Sequence[Target], became: Mapping[_Id, OutboxRow], unknown: Sequence[Listed], *, as_json: bool
) -> None:
    """Print what became of every campaign, and what nobody knows."""
    told = [(target, became.get(_id(target))) for target in targets]
    if as_json:
        known = [
            {
                **campaign_shape(target.campaign),
                "outcome": _outcome(row),
                "sentence": sentence(row) if row else target.fate,
                "entry": outbox_shape(row) if row else None,
            }
            for target, row in told
        ]
        put_json([*known, *({"workspace": e.workspace, "outcome": "unknown", "sentence": e.sentence} for e in unknown)])
        return
    for target, row in told:
        said = f"{_WORDS[_outcome(row)]}: {sentence(row)} [#{row.id}]" if row else target.fate
        put(f"{target.campaign.workspace}  {target.campaign.name}  {said}")
    for line in _unknown(unknown):
        put(line)


def _outcome(row: OutboxRow | None) -> str:
    """What is known of a campaign now, in one word."""
    if row is None:
        return "stays"
    return "paused" if row.verified else "not_paused"


_WORDS = {"paused": "paused", "not_paused": "NOT PAUSED"}


def _line(target: Target) -> str:
    campaign = target.campaign
    return "  ".join((campaign.workspace, campaign.name, campaign.state_raw, target.fate))


def _unknown(unknown: Sequence[Listed]) -> list[str]:
    """The workspaces whose campaigns are not known as they are now, with the reason."""
    return [f"{each.workspace}  could not be asked for its campaigns: {each.sentence}" for each in unknown]


def _id(target: Target) -> _Id:
    return target.campaign.workspace, target.campaign.id
