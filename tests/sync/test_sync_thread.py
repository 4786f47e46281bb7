"""The engine in a thread of its own, beside the screen."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from postroom.records import ConversationKey
from sync.beside import SyncThread
from sync.events import StatusChanged, SyncEvent
from tests.sync.places import WORKSPACE, far_side, setup

C1 = ConversationKey(WORKSPACE, "c1")


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def test_the_thread_answers_from_any_thread_and_ends_promptly(state: Path) -> None:
    """The screen's calls return at once, also before the first poll, and leaving takes no time."""
    far = far_side()
    polled = threading.Event()

    def hear(event: SyncEvent) -> None:
        if isinstance(event, StatusChanged) and event.state == "ok":
            polled.set()

    sync = SyncThread(state, [setup(far)], on_event=hear, session="s")
    sync.set_focus("idle")
    sync.start()
    assert polled.wait(5)
    polled.clear()
    sync.request_sync()
    assert polled.wait(5)
    sync.open_thread(C1)
    sync.wake_push()
    sync.stop(2.0)
    sync.stop(2.0)

    assert not [thread for thread in threading.enumerate() if thread.name == "postroom-sync"]


def test_a_state_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    """When the files cannot be opened, the status bar says so."""
    (tmp_path / "state").write_text("not a folder")
    told = threading.Event()
    heard: list[SyncEvent] = []

    def hear(event: SyncEvent) -> None:
        heard.append(event)
        told.set()

    sync = SyncThread(tmp_path / "state", [setup(far_side())], on_event=hear, session="s")
    sync.start()
    assert told.wait(5)
    sync.stop()

    assert [getattr(event, "state", "") for event in heard] == ["failed"]
