"""Whom “never contact” is about: a command for each workspace that has a list, or why there is none."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from postroom.capabilities import Action, capability
from postroom.commands import NeverContact
from postroom.records import ConversationKey, Lead, ProviderName
from postroom.text import profile_key
from store import queries
from store.database import Store
from store.enrolments import FOUND_BY, leads_in
from store.kinship import identities, same_person
from store.rows import ConversationRow, WorkspaceRow


def blocks_of(store: Store, keys: Sequence[ConversationKey]) -> tuple[list[NeverContact], list[str]]:
    """The commands for these conversations' leads, one for each workspace; and why some have none, as sentences."""
    commands: dict[str, NeverContact] = {}
    reasons: dict[str, str] = {}
    for head in filter(None, (queries.conversation(store, key) for key in keys)):
        reason = _reason(head)
        if reason:
            reasons[head.row.key.workspace] = reason
        else:
            commands.setdefault(head.row.key.workspace, _command(head))
    left = [f"{name}: {reason}" for name, reason in reasons.items() if name not in commands]
    return list(commands.values()), left


def blocks_everywhere(
    store: Store, key: ConversationKey, *, among: Collection[str] | None = None
) -> tuple[list[NeverContact], list[str]]:
    """The commands for the person of a conversation in every workspace that has a list, also where they never wrote.

    By every profile and address that they are known by. `among`: only these workspaces. Also why some have none.
    """
    wrote = {member.workspace: member.id for member in reversed(same_person(store, key))}
    commands: list[NeverContact] = []
    left: dict[str, list[str]] = {}
    for workspace in queries.workspaces(store):
        reason, leads = _leads(store, key, workspace)
        if leads and among is not None and workspace.name not in among:
            continue
        if not leads and reason:
            left.setdefault(reason, []).append(workspace.name)
        commands += [_of(lead, workspace.name, wrote.get(workspace.name, "")) for lead in leads]
    return commands, [f"{_named(names)}: {reason}" for reason, names in left.items()]


def can_block(store: Store, key: ConversationKey) -> bool:
    """Whether there is a list for the person of a conversation anywhere. Quick, for it is asked before a dialog."""
    prefixes = tuple(
        FOUND_BY[each] for row in queries.workspaces(store) if (each := ProviderName(row.provider)) in FOUND_BY
    )
    return any(each.startswith(prefixes) for each in identities(store, key)) or bool(blocks_of(store, [key])[0])


def _leads(store: Store, key: ConversationKey, workspace: WorkspaceRow) -> tuple[str, list[Lead]]:
    """As whom somebody can be put on a workspace's list, and if as nobody, why."""
    provider = ProviderName(workspace.provider)
    answer = capability(provider, Action.NEVER_CONTACT)
    known = leads_in(store, key, workspace.name, provider)
    if not answer.offered:
        return answer.sentence if known else "", []
    found = {what: lead for lead in reversed(known) if (what := _what(provider, lead))}
    return _NOTHING[provider], list(found.values())[::-1]


def _what(provider: ProviderName, lead: Lead) -> str:
    """What would stand on the list."""
    if provider is ProviderName.INSTANTLY:
        address = lead.email or lead.id
        return address.casefold() if "@" in address else ""
    return profile_key(lead.profile_url) or lead.linkedin_id or ""


_NOTHING = {
    ProviderName.INSTANTLY: "no address is known that could be blocked.",
    ProviderName.HEYREACH: "no LinkedIn profile is known that could be blocked.",
}


def _named(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _of(lead: Lead, workspace: str, conversation: str) -> NeverContact:
    return NeverContact(
        workspace=workspace,
        lead_id=lead.id,
        lead_name=lead.name,
        lead_url=lead.profile_url,
        email=lead.email,
        linkedin_id=lead.linkedin_id,
        conversation=conversation,
    )


def _reason(head: ConversationRow) -> str:
    """Why the lead of a conversation cannot be put on a list. Empty: it can."""
    provider = ProviderName(head.row.provider)
    answer = capability(provider, Action.NEVER_CONTACT)
    if not answer.offered:
        return answer.sentence
    if provider is ProviderName.INSTANTLY and "@" not in (head.email or head.lead_id):
        return f"Instantly knows no address of {head.row.lead_name} that it could block."
    if provider is ProviderName.HEYREACH and not (head.profile_url or head.linkedin_id):
        return f"No LinkedIn profile of {head.row.lead_name} is known that HeyReach could block."
    return ""


def _command(head: ConversationRow) -> NeverContact:
    lead = Lead(
        head.lead_id,
        head.row.lead_name,
        profile_url=head.profile_url,
        email=head.email,
        linkedin_id=head.linkedin_id,
    )
    return _of(lead, head.row.key.workspace, head.row.key.id)
