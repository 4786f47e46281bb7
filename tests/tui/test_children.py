"""The editor and the browser: started without a shell, without keys, and only for what is safe."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from postroom.errors import Refused
from postroom.links import web_host
from tui.children import edit_text, open_in_browser


def editor(folder: Path, code: str) -> dict[str, str]:
    """An environment whose editor is a small program that is given the file's path as `path`."""
    script = folder / "editor.py"
    script.write_text(f"import os, pathlib, sys\npath = pathlib.Path(sys.argv[1])\n{code}\n")
    return {"EDITOR": f"{sys.executable} {script}", "PATH": os.environ["PATH"]}


def test_editor_changes_the_text(tmp_path: Path) -> None:
    """What was written in the editor comes back."""
    environment = editor(tmp_path, "path.write_text(path.read_text() + ', and more\\n')")

    assert edit_text("Hello", tmp_path, environment) == "Hello, and more"


def test_editor_left_empty_changes_nothing(tmp_path: Path) -> None:
    """An emptied file means: never mind."""
    assert edit_text("Hello", tmp_path, editor(tmp_path, "path.write_text('')")) is None


def test_editor_that_fails_changes_nothing(tmp_path: Path) -> None:
    """`:cq` in vim leaves the draft as it was."""
    assert edit_text("Hello", tmp_path, editor(tmp_path, "path.write_text('x'); sys.exit(1)")) is None


def test_file_is_private_and_gone_afterwards(tmp_path: Path) -> None:
    """Nobody else can read a draft, and none is left lying about."""
    note = tmp_path / "note"
    environment = editor(tmp_path, f"pathlib.Path({str(note)!r}).write_text(oct(path.stat().st_mode))")
    edit_text("Hello", tmp_path, environment)

    assert stat.S_IMODE(int(note.read_text(), 8)) == 0o600
    assert sorted(each.name for each in tmp_path.iterdir()) == ["editor.py", "note"]


def test_editor_sees_only_the_given_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key in Postroom's own environment does not reach the editor."""
    monkeypatch.setenv("HEYREACH_API_KEY", "canary")
    environment = editor(tmp_path, "path.write_text(repr(dict(os.environ)))")

    assert "canary" not in (edit_text("Hello", tmp_path, environment) or "")


def test_control_codes_from_the_editor_are_made_visible(tmp_path: Path) -> None:
    """A terminal obeys nothing that was typed in the editor."""
    assert edit_text("Hello", tmp_path, editor(tmp_path, "path.write_text('a\\x1b[2Jb')")) == "a␛[2Jb"


def test_missing_editor_is_said(tmp_path: Path) -> None:
    """A wrong EDITOR is a sentence, not a crash."""
    with pytest.raises(Refused, match="could not be started"):
        edit_text("Hello", tmp_path, {"EDITOR": str(tmp_path / "no-such-editor")})


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.linkedin.com/messaging/thread/2-x/", "www.linkedin.com"),
        ("https://münchen.example/x", "xn--mnchen-3ya.example"),
        ("https://linkedin.com@evil.example/", None),
        ("http://www.linkedin.com/", None),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("-flag", None),
        ("https://169.254.169.254/latest", None),
        ("https://[::1]/", None),
        ("https://localhost/", None),
        ("https://www.linkedin.com/\nx", None),
        ("https://www.linkedin.com\\@evil.example/", None),
        ("https://", None),
    ],
)
def test_only_plain_https_pages_are_opened(url: str, host: str | None) -> None:
    """The host shown is the host that the browser will go to; anything doubtful is not opened at all."""
    assert web_host(url) == host


def test_browser_gets_one_argument_and_no_key(tmp_path: Path) -> None:
    """The page is handed over as one argument, in a clean environment."""
    note = tmp_path / "note"
    program = tmp_path / ("open" if sys.platform == "darwin" else "xdg-open")
    program.write_text(f'#!/bin/sh\necho "$#|$1|$HEYREACH_API_KEY" > {note}.part\nmv {note}.part {note}\n')
    program.chmod(0o700)
    started = open_in_browser("https://www.linkedin.com/in/ada", {"PATH": f"{tmp_path}:/usr/bin:/bin"})

    assert started.wait(10) == 0
    assert note.read_text() == "1|https://www.linkedin.com/in/ada|\n"


def test_no_browser_says_what_to_do_instead(tmp_path: Path) -> None:
    """Without a program to open pages the URL can still be copied."""
    with pytest.raises(Refused, match="Press Y"):
        open_in_browser("https://www.linkedin.com/in/ada", {"PATH": str(tmp_path)})
