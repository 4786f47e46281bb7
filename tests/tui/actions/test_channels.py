"""One person on several channels: one timeline, and a switch."""

from __future__ import annotations

from pathlib import Path

import pytest

from store import writes
from store.database import Store
from tests import builders as make
from tests.tui.conftest import ADA, NETWORKHQ, NOW


@pytest.fixture
def state_dir(state_dir: Path) -> Path:
    """The small world, in which Ada writes through NetworkHQ too."""
    with_ada = make.conversation(
        "n7",
        make.inbound("We also spoke elsewhere.", minutes=5),
        make.outbound("So we did.", minutes=6),
        who=make.lead(),
    )
    store = Store.open(state_dir, session="test")
    writes.apply_conversations(store, NETWORKHQ, "networkhq", make.page(with_ada), now=NOW)
    store.close()
    return state_dir


async def test_all_that_was_said_with_a_person_is_one_timeline(desktop) -> None:
    """Each message says where it was written; the reply still belongs to the conversation under the cursor."""
    async with desktop() as d:
        assert d.row.key == ADA
        assert "We also spoke elsewhere." in d.text
        assert "NHQ  " in d.text

        await d.press("r")
        await d.until(lambda: d.app.main.stage.shown.writing is not None)
        assert d.app.main.stage.shown.writing == ADA


async def test_a_shows_this_conversation_alone_and_all_channels_again(desktop) -> None:
    """The same key goes back."""
    async with desktop() as d:
        await d.press("a")
        await d.until(lambda: "We also spoke elsewhere." not in d.text)
        assert "Only this conversation." in d.said

        await d.press("a")
        await d.until(lambda: "We also spoke elsewhere." in d.text)
