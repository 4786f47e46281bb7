"""A verdict given by keyboard reaches Instantly too, or the bottom line says that it did not."""

from __future__ import annotations

from pathlib import Path

import pytest

from postroom.commands import SetVerdict
from postroom.records import ConversationKey, Verdict
from store import outbox, writes
from store.database import Store
from tests import builders as make
from tests.tui.conftest import ADA, NOW

INSTANTLY = "acme-mail"
MARY = ConversationKey(INSTANTLY, "t1")


@pytest.fixture
def with_mail(state_dir: Path) -> None:
    """Mary has written by mail, last of all."""
    store = Store.open(state_dir, session="test")
    thread = make.conversation(
        "t1", make.inbound("Let us talk", minutes=1439), who=make.lead("Mary Somerville"), campaign_id="m1"
    )
    writes.apply_conversations(store, INSTANTLY, "instantly", make.page(thread), now=NOW)
    writes.set_workspace_status(store, INSTANTLY, "instantly", state="ok", sentence="", synced_at=NOW, now=NOW)
    store.close()


def told(d) -> list[tuple[str, str | None, str]]:
    """(lead, campaign, verdict) of every verdict in the outbox."""
    entries = [entry.command for entry in d.read(outbox.open_entries)]
    return [(each.lead_name, each.campaign_id, each.verdict) for each in entries if isinstance(each, SetVerdict)]


@pytest.mark.usefixtures("with_mail")
async def test_a_verdict_goes_into_the_outbox_for_instantly(desktop) -> None:
    """With the campaign in which it is said; the dialog says what it may do over there."""
    async with desktop() as d:
        assert d.row.key == MARY
        await d.press("c")
        assert "It may complete the lead" in " ".join(d.text.split())
        await d.press("m")

        assert d.stored(MARY).verdict is Verdict.MEETING
        assert told(d) == [("Mary Somerville", "m1", "meeting")]
        assert "push" in d.syncs[-1].asked


@pytest.mark.usefixtures("with_mail")
async def test_without_a_connection_the_verdict_stays_here_and_that_is_said(desktop) -> None:
    """It is not queued: by the time there is a connection it may be wrong."""
    async with desktop(online=False) as d:
        await d.press("c", "m")

        assert d.stored(MARY).verdict is Verdict.MEETING
        assert told(d) == []
        assert "Instantly was not told" in d.said


@pytest.mark.usefixtures("with_mail")
async def test_a_verdict_that_instantly_has_no_word_for_stays_here(desktop) -> None:
    """“Curious” is a word of Postroom's own."""
    async with desktop() as d:
        await d.press("c", "u")

        assert d.stored(MARY).verdict is Verdict.CURIOUS
        assert told(d) == []
        assert "no interest status" in d.said


@pytest.mark.usefixtures("with_mail")
async def test_what_is_taken_back_is_told_as_well_as_often_as_it_is(desktop) -> None:
    """Each `z` tells what stood before, `Z` what stands again; what has not left yet gives way to it."""
    async with desktop() as d:
        await d.press("c", "m", "c", "i", "z")
        assert "Instantly is told too" in d.said
        assert told(d) == [("Mary Somerville", "m1", "meeting")]
        await d.press("z")
        assert told(d) == [("Mary Somerville", "m1", "none")]
        assert d.stored(MARY).verdict is Verdict.NONE
        await d.press("Z")

        assert told(d) == [("Mary Somerville", "m1", "meeting")]


@pytest.mark.usefixtures("with_mail")
async def test_what_instantly_goes_on_showing_after_an_undo_is_said(desktop) -> None:
    """It has no word for what stood before; or nobody can be reached; and where it was never told, nothing is said."""
    async with desktop() as d:
        await d.press("c", "u", "c", "m", "z")
        assert "has no word for “curious”, so it keeps what it was told" in d.said
        assert told(d) == [("Mary Somerville", "m1", "meeting")]
        await d.press("Z")
        store = Store.open(d.state_dir, session="test")
        writes.set_workspace_status(store, INSTANTLY, "instantly", state="offline", sentence="", synced_at=NOW, now=NOW)
        store.close()
    async with desktop() as d:
        await d.press("c", "i", "z")
        assert "There is no connection, so Instantly keeps what it was told" in d.said
        assert told(d) == [("Mary Somerville", "m1", "meeting")]


async def test_a_verdict_on_linkedin_stays_here_without_a_word(desktop) -> None:
    """There is nobody to tell."""
    async with desktop() as d:
        await d.press("c")
        assert "Instantly" not in d.text
        await d.press("m")

        assert d.stored(ADA).verdict is Verdict.MEETING
        assert told(d) == []
