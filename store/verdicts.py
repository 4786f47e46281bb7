"""What a provider is to be told when a verdict is taken back, or given again: read from the journal and the outbox."""

from __future__ import annotations

import json

from postroom.records import ConversationKey, Verdict
from store.database import Store

UNKNOWN = ""
"""What stood there before is a word of the provider's own, which cannot be said again."""


def was_told(store: Store, key: ConversationKey) -> bool:
    """Whether the provider has been told a verdict in this conversation, or may have been, or is about to be."""
    return bool(
        store.user.number(
            """
            select 1 from outbox indexed by outbox_conversation
            where workspace = ? and conversation = ? and kind = 'set_verdict'
                and state in ('queued', 'sending', 'accepted', 'sent', 'in_doubt') limit 1
            """,
            key,
        )
    )


def stands_again(store: Store, key: ConversationKey) -> str | None:
    """What the verdict is once more, after the last one was undone or redone; UNKNOWN if that cannot be said.

    None: the last decision was neither, or it is older than what it keeps of before.
    """
    found = store.user.row(
        lambda undone, redone: (undone, redone),
        """
        select u.value, iif(j.redoes is null, null, j.value) from journal j left join journal u on u.id = j.undoes
        where j.workspace = ? and j.conversation = ? and j.kind = 'classify' order by j.id desc limit 1
        """,
        key,
    )
    undone, redone = found or (None, None)
    if redone is not None:
        return json.loads(redone).get("verdict") or Verdict.NONE.value
    was = json.loads(undone).get("was") if undone is not None else None
    return was if isinstance(was, str) else None
