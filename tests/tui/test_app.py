"""The application around the screen: keymap, themes, palette, help, crashes, and being told to go."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from postroom.errors import ConfigError
from store import drafts
from store.database import InstanceLock, Store, prepare
from tests.e2e.terminal import Terminal
from tests.tui.conftest import ADA, fill
from tui import keys
from tui.app import PostroomApp
from tui.screens.help import HelpScreen
from tui.settings import PaletteCommand, ScreenSettings

SHOW = """
import sys
from pathlib import Path
import tui
from tui.settings import ScreenSettings
sys.exit(tui.run(Path(sys.argv[1]), session="test", writable=True, settings=ScreenSettings(guard_seconds=0)))
"""


def program(folder: Path) -> list[str]:
    """A command that shows the screen over a state folder."""
    script = folder / "show.py"
    script.write_text(SHOW)
    return [sys.executable, str(script), str(folder / "state")]


def environment() -> dict[str, str]:
    """What a program on a terminal needs."""
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2]), "LANG": "C.UTF-8", "TZ": "UTC"}


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """A folder with a prepared state folder in it, for a process of its own."""
    lock = InstanceLock.acquire(tmp_path / "state")
    assert lock is not None
    prepare(tmp_path / "state", session="test")
    store = Store.open(tmp_path / "state", session="test")
    fill(store)
    store.close()
    lock.release()
    return tmp_path


async def test_every_registered_action_is_handled(desktop) -> None:
    """No key of the registry leads nowhere, and nothing can be done that is not registered."""
    async with desktop() as d:
        handlers = d.app.main.areas.handlers

        assert sorted(handlers) == sorted(keys.BY_ID)


async def test_keymap_moves_a_key(desktop) -> None:
    """`d` is done where the configuration says so, and `e` is not any more."""
    async with desktop(keymap={"inbox.done": "d"}) as d:
        await d.press("e")
        assert d.stored(ADA).folder == "inbox"

        await d.press("d")
        assert d.stored(ADA).folder == "done"


async def test_keymap_moves_a_key_of_the_composer(desktop) -> None:
    """The composer's keys are remapped by the same table."""
    async with desktop(keymap={"reply.send": "ctrl+g"}) as d:
        await d.press("r", *"Hi", "ctrl+s")
        assert d.app.main.widgets.composer.display

        await d.press("ctrl+g")
        assert not d.app.main.widgets.composer.display


def test_wrong_keymap_is_an_error_before_anything_is_shown(tmp_path: Path) -> None:
    """A typing mistake is said on the command line, not found out later."""
    with pytest.raises(ConfigError, match="Did you mean"):
        PostroomApp(tmp_path, session="s", writable=True, settings=ScreenSettings(keymap={"inbox.don": "d"}))


async def test_ctrl_t_switches_between_light_and_dark(desktop) -> None:
    """Both themes are one key apart."""
    async with desktop(theme="light") as d:
        assert not d.app.current_theme.dark
        await d.press("ctrl+t")

        assert d.app.current_theme.dark


async def test_help_lists_every_key_and_runs_the_chosen_one(desktop) -> None:
    """`?` is the manual, and enter does what the line says."""
    async with desktop(size=(120, 60)) as d:
        await d.press("question_mark")
        assert isinstance(d.app.screen, HelpScreen)
        assert "Moving never marks as read" in d.text

        await d.press("j", "enter")
        await d.press("question_mark", "enter")
        assert d.row.key != ADA


async def test_palette_finds_and_runs_commands(desktop) -> None:
    """Ctrl+p, a few letters, enter."""
    async with desktop() as d:
        await d.press("ctrl+p")
        await d.pilot.press(*"star")
        await d.until(lambda: "Star, or take the star away" in d.text)
        await d.press("enter")

        await d.until(lambda: d.stored(ADA).starred)


async def test_palette_has_the_front_doors_commands(desktop) -> None:
    """The demo adds its own, and what they did is said."""
    unplug = PaletteCommand("Unplug [the network]", "As if the cable had been pulled.", lambda: "The network is gone.")
    async with desktop(extra=(unplug,)) as d:
        await d.press("colon")
        await d.pilot.press(*"unplug")
        await d.until(lambda: "Unplug [the network]" in d.text)
        await d.press("enter")

        await d.until(lambda: "The network is gone." in d.said)


async def test_ctrl_c_says_how_to_quit(desktop) -> None:
    """Ctrl+C by reflex loses nothing."""
    async with desktop() as d:
        await d.press("ctrl+c")

        assert "q quits Postroom" in d.said


def fail() -> None:
    """A mistake in a frame that holds a key."""
    secret = "sk_live_canary"
    raise RuntimeError(f"about {secret}")


async def crash(app: PostroomApp) -> None:
    """Run into the mistake."""
    async with app.run_test() as pilot:
        app.call_later(fail)
        await pilot.pause()


async def test_crash_leaves_a_sentence_and_no_variables(state_dir, settings, capsys) -> None:
    """A mistake in Postroom never prints messages or keys."""
    app = PostroomApp(state_dir, session="test", writable=True, settings=settings)
    with pytest.raises(RuntimeError):
        await crash(app)
    app.close()
    shown = capsys.readouterr()

    assert app.return_code == 1
    assert "Postroom stopped because of a mistake of its own (RuntimeError)" in " ".join(shown.err.split())
    assert "canary" not in shown.err + shown.out
    assert stat.S_IMODE((state_dir / "crash.log").stat().st_mode) == 0o600


async def crash_while_writing(app: PostroomApp, text: str) -> None:
    """Run into the mistake with a reply in the composer."""
    async with app.run_test() as pilot:
        await pilot.press("r")
        while not app.main.widgets.composer.has_focus:
            await pilot.pause()
        await pilot.press(*text)
        app.call_later(fail)
        await pilot.pause()


async def test_crash_prints_what_the_disk_refuses_and_does_not_call_it_kept(state_dir, settings, capsys) -> None:
    """The disk is full and Postroom stops: the reply is in the terminal, and nowhere else."""
    with closing(sqlite3.connect(state_dir / "user.db")) as user:
        user.execute("create trigger full before insert on draft begin select raise(abort, 'no room'); end")
    app = PostroomApp(state_dir, session="test", writable=True, settings=settings)
    with pytest.raises(RuntimeError):
        await crash_while_writing(app, "Precious")
    app.close()
    shown = " ".join(capsys.readouterr().err.split())

    assert "Precious" in shown
    assert "mistake of its own (RuntimeError)" in shown
    assert "What you wrote is kept" not in shown


def test_screen_on_a_real_terminal(world: Path) -> None:
    """Start, read, resize, quit: the terminal is as it was."""
    with Terminal(program(world), env=environment(), columns=80, rows=24) as terminal:
        terminal.wait_for("Ada Lovelace")
        terminal.press("enter")
        terminal.wait_for("Thursday would suit me")
        terminal.resize(160, 48)
        terminal.wait_for("3 Campaign")
        terminal.press("q")

        assert terminal.wait_exit() == 0
        assert b"\x1b[?1049l" in terminal.raw


def test_being_told_to_go_keeps_the_draft(world: Path) -> None:
    """A dropped connection (SIGHUP) or a shutdown (SIGTERM) loses no letter and restores the terminal."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        with Terminal(program(world), env=environment(), columns=100, rows=30) as terminal:
            terminal.wait_for("Ada Lovelace")
            terminal.press("r", "x")
            os.kill(terminal.pid, number)

            assert terminal.wait_exit() == 128 + number
            assert b"\x1b[?1049l" in terminal.raw
    store = Store.open(world / "state", writable=False)
    kept = drafts.draft(store, ADA)
    store.close()

    assert kept is not None
    assert kept.text == "xx"


def test_editor_on_a_real_terminal(world: Path) -> None:
    """Ctrl+e hands the draft to the editor and takes it back."""
    editor = world / "editor.sh"
    editor.write_text('#!/bin/sh\nprintf "%s, from the editor" "$(cat "$1")" > "$1.new" && mv "$1.new" "$1"\n')
    editor.chmod(0o700)
    with Terminal(program(world), env={**environment(), "EDITOR": str(editor)}, columns=120, rows=40) as terminal:
        terminal.wait_for("Ada Lovelace")
        terminal.press("r", "Hi", "ctrl+e")
        terminal.wait_for("Hi, from the editor")
        terminal.press("esc", "q")

        assert terminal.wait_exit() == 0


def test_naming_the_screen_loads_no_textual() -> None:
    """Verbs that only format a time must not wait for the screen."""
    code = "import sys, tui, tui.keys, tui.settings, tui.port, tui.format; print('textual' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment())

    assert done.stdout.strip() == "False"
