"""All that the panes show of one conversation, read in one go so that they never disagree."""

from __future__ import annotations

from dataclasses import dataclass

from postroom.records import CampaignKey, ConversationKey
from postroom.sight import Sight, sight_of
from store import drafts, queries
from store.database import Store
from store.rows import CampaignRow, ConversationRow, EchoRow, EnrolmentRow, MessageRow

PAGE = queries.SIGHT
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

    begun: Sight | None = None
    """What was in sight when the draft was begun. None: there is none, or an older Postroom wrote it."""
    timeline: tuple[MessageRow, ...] = ()
    """What the thread pane shows: these messages, or those of all the person's conversations."""
    timeline_older: bool = False
    """Whether the store has more before the timeline."""
    elsewhere: str = ""
    """What is being written here in another window on the same state; empty when nothing is."""

    @property
    def sight(self) -> Sight:
        """What a reply that is begun now has seen."""
        whole = self.head.complete and not self.has_older
        return sight_of(self.messages, whole=whole, newest=self.head.row.last_at or 0)


def read_page(
    store: Store, key: ConversationKey, *, everywhere: bool, before_id: int | None = None
) -> list[MessageRow]:
    """The newest messages, or those before one; with `everywhere` those of all the person's conversations."""
    read = queries.timeline if everywhere else queries.thread
    return read(store, key, before_id=before_id, limit=PAGE)


def read_dossier(
    store: Store, key: ConversationKey, *, viewer: bool = False, everywhere: bool = True
) -> Dossier | None:
    """The dossier of a conversation, with a viewer's own draft where this is one. None: it is not in the cache."""
    head = queries.conversation(store, key)
    if head is None:
        return None
    messages = queries.thread(store, key, limit=PAGE)
    timeline = read_page(store, key, everywhere=True) if everywhere else messages
    draft = drafts.own_draft(store, key, viewer=viewer)
    others = [each.text for each in drafts.others_drafts(store, key, viewer=viewer) if each.text.strip()]
    return Dossier(
        key=key,
        head=head,
        messages=tuple(messages),
        timeline=tuple(timeline),
        timeline_older=len(timeline) == PAGE,
        has_older=len(messages) == PAGE,
        echoes=tuple(queries.echoes(store, key)),
        campaign=_campaign(store, head),
        enrolments=tuple(queries.enrolments(store, key)),
        draft=draft.text if draft else "",
        begun=Sight(draft.seen_upto, draft.seen) if draft and draft.seen else None,
        elsewhere=others[0] if others else "",
    )


def _campaign(store: Store, head: ConversationRow) -> CampaignRow | None:
    """The campaign the conversation came from. None: the provider has not said."""
    if head.row.campaign_id is None:
        return None
    return queries.campaign(store, CampaignKey(head.row.key.workspace, head.row.campaign_id))
