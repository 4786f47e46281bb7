"""All that the panes show of one conversation, read in one go so that they never disagree."""

from __future__ import annotations

from dataclasses import dataclass

from postroom.records import CampaignKey, ConversationKey
from store import drafts, queries
from store.database import Store
from store.rows import CampaignRow, ConversationRow, EchoRow, EnrolmentRow, MessageRow

PAGE = 200
"""Messages read at a time."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """One conversation as the panes show it."""

    key: ConversationKey
    head: ConversationRow
    messages: tuple[MessageRow, ...]
    """The newest, in order of time."""
    has_older: bool
    """Whether the store has messages before these."""
    echoes: tuple[EchoRow, ...]
    campaign: CampaignRow | None
    enrolments: tuple[EnrolmentRow, ...]
    draft: str
    """What was written and not sent; empty when nothing was."""

    @property
    def newest(self) -> str:
        """The key of the newest message in sight: what a reply has seen. Empty: there is none."""
        return self.messages[-1].key if self.messages else ""


def read_dossier(store: Store, key: ConversationKey) -> Dossier | None:
    """The dossier of a conversation. None: it is not in the cache."""
    head = queries.conversation(store, key)
    if head is None:
        return None
    messages = queries.thread(store, key, limit=PAGE)
    draft = drafts.draft(store, key)
    return Dossier(
        key=key,
        head=head,
        messages=tuple(messages),
        has_older=len(messages) == PAGE,
        echoes=tuple(queries.echoes(store, key)),
        campaign=_campaign(store, head),
        enrolments=tuple(queries.enrolments(store, key)),
        draft=draft.text if draft else "",
    )


def _campaign(store: Store, head: ConversationRow) -> CampaignRow | None:
    """The campaign the conversation came from. None: the provider has not said."""
    if head.row.campaign_id is None:
        return None
    return queries.campaign(store, CampaignKey(head.row.key.workspace, head.row.campaign_id))
