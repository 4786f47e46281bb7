"""What sync writes of why a campaign is not sending."""

from __future__ import annotations

from store.connection import transaction
from store.database import Store
from store.workspaces import number_of


def apply_idleness(store: Store, workspace: str, campaign_id: str, sentence: str) -> bool:
    """Keep why a campaign is not sending; empty when it is. False: that was known."""
    with transaction(store.cache) as cache:
        cursor = cache.execute(
            "update campaign set idle = ? where workspace = ? and native = ? and idle <> ?",
            (sentence, number_of(cache, workspace), campaign_id, sentence),
        )
        return cursor.rowcount > 0
