"""What the screen looks like, state by state: the specification in pictures.

A change is reviewed as a difference of pictures, then accepted with `pytest tests/tui/test_snapshots.py
--snapshot-update`. Clock and time zone stand still, nothing blinks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from postroom.commands import Reply
from store import outbox
from store.database import Store
from tests.tui.conftest import ADA, GRACE, NOW
from tui.app import PostroomApp
from tui.settings import ScreenSettings

SMALL, MEDIUM, LARGE = (80, 24), (120, 40), (200, 50)

Photograph = Callable[..., bool]


@dataclass(frozen=True)
class Scene:
    """What is done before the picture is taken."""

    name: str
    size: tuple[int, int]
    theme: str
    keys: tuple[str, ...] = ()
    doubtful: bool = False
    """One reply is in doubt and one is held."""
    writable: bool = True
    ascii: bool = False

    def __str__(self) -> str:
        return f"{self.name}-{self.size[0]}x{self.size[1]}-{self.theme}"


REPLY = ("r", *"Thursday", "space", *"suits", "space", *"me.")

SCENES = [
    *(Scene("inbox", size, theme) for size in (SMALL, MEDIUM, LARGE) for theme in ("dark", "light")),
    *(Scene("reply", size, "dark", REPLY) for size in (SMALL, MEDIUM, LARGE)),
    Scene("reply", MEDIUM, "light", REPLY),
    Scene("undo_window", MEDIUM, "dark", (*REPLY, "ctrl+s")),
    Scene("thread", SMALL, "light", ("enter",)),
    Scene("campaign", SMALL, "dark", ("3",)),
    Scene("stop_lead", SMALL, "dark", ("X",)),
    Scene("stop_lead", MEDIUM, "light", ("X",)),
    Scene("classify", SMALL, "light", ("c",)),
    Scene("help", MEDIUM, "dark", ("question_mark",)),
    Scene("filter", SMALL, "dark", ("slash", *"gra", "enter")),
    Scene("nothing_found", SMALL, "light", ("slash", *"zzz", "enter")),
    Scene("done_view", SMALL, "dark", ("e", "shift+tab", "shift+tab")),
    Scene("outbox", SMALL, "light", ("ctrl+o",), doubtful=True),
    Scene("outbox", LARGE, "dark", ("ctrl+o",), doubtful=True),
    Scene("in_doubt", MEDIUM, "light", (), doubtful=True),
    Scene("viewer", MEDIUM, "dark", (), writable=False),
    Scene("ascii", SMALL, "dark", (), ascii=True),
    Scene("ansi", MEDIUM, "ansi-light", ()),
]


@pytest.fixture(autouse=True)
def no_terminal_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The picture does not depend on who takes it."""
    for name in ("NO_COLOR", "COLORTERM", "TEXTUAL_COLOR_SYSTEM"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def apps() -> Iterator[list[PostroomApp]]:
    """Closes what was photographed."""
    made: list[PostroomApp] = []
    yield made
    for app in made:
        app.close()


@pytest.mark.parametrize("scene", SCENES, ids=str)
def test_looks_as_accepted(
    snap_compare: Photograph, state_dir: Path, settings: ScreenSettings, apps: list[PostroomApp], scene: Scene
) -> None:
    """The screen in this state looks as it was last accepted."""
    if scene.doubtful:
        leave_doubt(state_dir)
    app = PostroomApp(
        state_dir,
        session="test",
        writable=scene.writable,
        settings=replace(settings, theme=scene.theme, ascii=scene.ascii),
    )
    apps.append(app)

    assert snap_compare(app, terminal_size=scene.size, run_before=lambda pilot: play(app, pilot, scene.keys))


async def play(app: PostroomApp, pilot: Pilot[object], keys: Sequence[str]) -> None:
    """Press the keys, each after the screen has answered the last."""
    app.main.widgets.composer.cursor_blink = False
    app.main.widgets.filter.cursor_blink = False
    await quiet(app, pilot)
    for key in keys:
        await pilot.press(key)
        await quiet(app, pilot)
    await asyncio.sleep(0.7)  # the draft's autosave, which the composer's border tells of
    await quiet(app, pilot)


async def quiet(app: PostroomApp, pilot: Pilot[object]) -> None:
    """Wait until the panes have caught up and nothing is on its way."""
    for _ in range(400):
        await pilot.pause()
        shown, row = app.main.stage.shown.dossier, app.main.stage.row
        caught_up = (shown.key if shown else None) == (row.key if row else None)
        busy = [worker for worker in app.workers if not worker.is_finished and worker.group != "ask"]
        if caught_up and not busy and app.main.widgets.status._statuses:
            break
        await asyncio.sleep(0.005)
    await pilot.pause()


def leave_doubt(state_dir: Path) -> None:
    """One reply in doubt, one held."""
    store = Store.open(state_dir, session="test")
    for key, name, text in ((ADA, "Ada Lovelace", "Thursday it is."), (GRACE, "Grace Hopper", "It costs nothing.")):
        number = outbox.enqueue(store, Reply(*key, text, sender_id="sender-1", lead_name=name), now=NOW)
        if key == ADA:
            assert outbox.claim(store, number, baseline=outbox.Baseline(0), now=NOW)
            lost = "The connection was lost while the reply was under way."
            outbox.settle(store, number, state="in_doubt", error=lost, now=NOW)
        else:
            outbox.hold(store, number, "They replied meanwhile. Read it, then send or edit.", now=NOW)
    store.close()
