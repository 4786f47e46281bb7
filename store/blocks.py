"""Whom “never contact” is about: a command for each workspace that knows the person, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence

from postroom.capabilities import Action, capability
from postroom.commands import NeverContact
from postroom.records import ConversationKey, ProviderName
from store import queries
from store.database import Store
from store.rows import ConversationRow


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
    return NeverContact(
        workspace=head.row.key.workspace,
        lead_id=head.lead_id,
        lead_name=head.row.lead_name,
        lead_url=head.profile_url,
        email=head.email,
        linkedin_id=head.linkedin_id,
        conversation=head.row.key.id,
    )
