"""How the panes look, reviewed as pictures: a changed picture is a changed promise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import ClassVar

import pytest
from textual.app import App, ComposeResult
from textual.containers import Horizontal, Vertical

import tui
from postroom.records import Direction, EnrolmentState, Verdict
from store.rows import InboxRow, View, ViewCount
from tests.tui.builders import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    ListSource,
    campaign,
    echo,
    enrolment,
    head,
    inbox_row,
    message,
)
from tui import filter as output_filter
from tui import theme
from tui.glyphs import ASCII, UNICODE, Glyphs
from tui.widgets.campaign_pane import CampaignPane
from tui.widgets.composer import Composer
from tui.widgets.hint_bar import HintBar
from tui.widgets.inbox_list import InboxList
from tui.widgets.status_bar import StatusBar, WorkspaceStatus
from tui.widgets.thread_view import ThreadView
from tui.widgets.view_tabs import ViewTabs


class Gallery(App[None]):
    """Every widget with something in it, side by side."""

    CSS_PATH: ClassVar[list[Path]] = [Path(tui.__file__).parent / "postroom.tcss"]
    CSS = """
    #top { height: 1; }
    StatusBar { width: 48; }
    #inbox { width: 46; }
    #campaign { width: 42; }
    .narrow #middle, .narrow #campaign { display: none; }
    .narrow #inbox { width: 1fr; }
    .narrow StatusBar { width: 24; }
    """

    def __init__(self, *, palette: str, narrow: bool, glyphs: Glyphs) -> None:
        super().__init__()
        output_filter.install(self)
        theme.register(self, theme=palette)
        self.narrow, self.glyphs = narrow, glyphs
        self.set_class(glyphs is ASCII, "-ascii")

    def compose(self) -> ComposeResult:
        glyphs = self.glyphs
        with Vertical(classes="narrow" if self.narrow else ""):
            with Horizontal(id="top"):
                yield ViewTabs(glyphs=glyphs)
                yield StatusBar(glyphs=glyphs)
            with Horizontal():
                yield InboxList(clock=lambda: NOW, glyphs=glyphs, id="inbox")
                with Vertical(id="middle"):
                    yield ThreadView(glyphs=glyphs)
                    yield Composer(glyphs=glyphs)
                yield CampaignPane(glyphs=glyphs, id="campaign")
            yield HintBar(glyphs=glyphs)

    def on_mount(self) -> None:
        inbox, thread, pane = (self.query_one(kind) for kind in (InboxList, ThreadView, CampaignPane))
        inbox.border_title, thread.border_title, pane.border_title = "1 Inbox", "2 Thread", "3 Campaign"
        inbox.show(ListSource(_rows()))
        inbox.focus()
        thread.show(head(total_messages=9, complete=False), _messages(), _echoes(), now=NOW, tz=UTC)
        stopped = enrolment(campaign_name="Spring", state=EnrolmentState.STOPPED, state_raw="Stopped", note="replied")
        pane.show(
            campaign(),
            [enrolment(pending_action="NOT YET STOPPED"), stopped],
            hints=(("P", "pause"), ("X", "stop lead")),
        )
        self.query_one(Composer).open(
            lead="Ada Lovelace", sender="Jane Doe", channel="LinkedIn", text="Dear Ada,\n\nThursday works."
        )
        counts = {
            view: ViewCount(view, total, 1) for view, total in zip(View, (1312, 42, 9, 130, 7, 900, 4000), strict=True)
        }
        self.query_one(ViewTabs).show(counts, active=View.NEEDS_REPLY, workspace=None if self.narrow else "acme")
        fresh = WorkspaceStatus("acme", "heyreach", "ok", synced_at=NOW)
        slow = WorkspaceStatus("west", "networkhq", "limited", synced_at=NOW - 4 * MINUTE)
        self.query_one(StatusBar).show([fresh, slow], in_doubt=1, unsettled=1, now=NOW)
        self.query_one(HintBar).show(
            decision="done Grace Hopper", hints=(("j/k", "move"), ("r", "reply"), ("?", "keys"))
        )


def _rows() -> list[InboxRow]:
    looks: list[dict[str, object]] = [
        {"unread": True},
        {"has_draft": True, "verdict": Verdict.INTERESTED},
        {"outbox_state": "in_doubt", "also_in": ("networkhq",)},
        {"lead_name": "日本 太郎 とても長い名前です", "company": "株式会社", "outbox_state": "queued", "unread": True},
        {"last_direction": Direction.OUTBOUND, "waiting_since": None, "starred": True},
        {"lead_name": "Zoe\u0301 👩‍👩‍👧 🇫🇷", "company": "مرحبا", "verdict": Verdict.MEETING},
        {"folder": "snoozed", "wake_at": NOW + 3 * DAY, "verdict": Verdict.OUT_OF_OFFICE},
        {"outbox_state": "held", "subject": "Quick question"},
        {"gone": True},
        {"lead_name": "[@click=app.quit]x[/]", "company": "[/foo]", "outbox_state": "failed"},
    ]
    return [replace(inbox_row(number), **look) for number, look in enumerate(looks)] + [
        inbox_row(n) for n in range(10, 60)
    ]


def _messages() -> list[object]:
    return [
        message(
            2,
            "I saw your talk on the Analytical Engine.",
            subject="Your talk in Turin",
            kind="inmail",
            sent_at=NOW - 9 * DAY,
        ),
        message(3, "Thank you! Which part?\n\n  - numbers\n  - looms", sent_at=NOW - DAY),
        message(4, "The looms. Could we talk on Thursday at ten?", edited=True, sent_at=NOW - 3 * HOUR),
        message(5, "✓ sent\n│ ⚠ IN DOUBT │\nThursday is fine.", sent_at=NOW - 2 * HOUR),
        message(7, "", kind="voice note", sent_at=NOW - HOUR),
    ]


def _echoes() -> list[object]:
    doubt = echo(
        "in_doubt",
        "Yes, at ten.",
        sentence="The connection broke while sending. Look at LinkedIn before you send it again.",
    )
    return [doubt, echo("undo", "Here is the link.", undo_until=NOW + 8_000_000)]


@pytest.mark.parametrize(
    ("palette", "size", "glyphs"),
    [
        ("postroom-dark", (160, 48), UNICODE),
        ("postroom-light", (160, 48), UNICODE),
        ("postroom-dark", (80, 24), UNICODE),
        ("ansi-light", (160, 48), UNICODE),
        ("postroom-light", (80, 24), ASCII),
    ],
    ids=["dark-wide", "light-wide", "dark-80x24", "ansi-wide", "ascii-80x24"],
)
def test_the_panes_look_as_reviewed(
    snap_compare: Callable[..., bool], palette: str, size: tuple[int, int], glyphs: Glyphs
) -> None:
    """A picture of every pane, in both palettes, in sixteen colours, and in ASCII."""
    assert snap_compare(Gallery(palette=palette, narrow=size[0] < 90, glyphs=glyphs), terminal_size=size)
