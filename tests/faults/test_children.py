"""SE03 and SE05: an unsafe key file is refused with the fix; the programs that Postroom starts know no key."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from simulator.server import SimulatorServer
from tests.e2e.outside import command, environment
from tests.e2e.terminal import Terminal

KEY = "nhq_live_canary_of_the_children_5d2c"


def _others_may_read(path: Path) -> None:
    path.chmod(0o644)


def _a_link(path: Path) -> None:
    path.rename(path.with_name("real"))
    path.symlink_to(path.with_name("real"))


def _another_owner(path: Path) -> None:
    os.chown(path, 12345, -1)


def _open_folder(path: Path) -> None:
    path.parent.chmod(0o777)


UNSAFE = {
    "mode 0644": _others_may_read, "a link": _a_link, "another owner": _another_owner, "an open folder": _open_folder,
}  # fmt: skip


@pytest.mark.parametrize("how", UNSAFE)
def test_se03_an_unsafe_key_file_is_refused_and_the_fix_that_is_shown_mends_it(
    tmp_path: Path, simulator: SimulatorServer, how: str
) -> None:
    """The doctor names the very command; once it has been run, the key is taken."""
    if how == "another owner" and os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    folder = tmp_path / "keys of mine"
    folder.mkdir(mode=0o700)
    path = folder / "key"
    path.touch(mode=0o600)
    path.write_text(simulator.networkhq_key)
    UNSAFE[how](path)
    there = _configured(tmp_path, simulator, f"file:{path}")
    refused = _run(*there, "sync", "--once")
    fix = re.search(r"(?:Run|or run): ((?:chmod|chown) .*)", " ".join(refused.stderr.split()))
    if fix is not None:
        subprocess.run(shlex.split(fix[1]), check=True)
    else:
        assert "symbolic link" in refused.stderr
        there = _configured(tmp_path, simulator, f"file:{path.with_name('real')}")
    mended = _run(*there, "sync", "--once")

    assert refused.returncode == 2
    assert simulator.networkhq_key not in refused.stdout + refused.stderr
    assert mended.returncode == 0, mended.stderr


def test_se05_the_editor_and_the_browser_are_told_no_key(tmp_path: Path, simulator: SimulatorServer) -> None:
    """Whatever the variables are called; and a child that lives on does not hold the lock of the state folder."""
    seen = tmp_path / "seen"
    seen.mkdir()
    editor = _program(tmp_path, "editor", f'env > {seen}/editor; ls -l /proc/self/fd > {seen}/fds; echo Hello > "$1"')
    _program(tmp_path, "xdg-open", f"env > {seen}/browser.part; mv {seen}/browser.part {seen}/browser")
    there = _configured(tmp_path, simulator, "env:STRANGELY_NAMED")
    secret = {"STRANGELY_NAMED": simulator.networkhq_key, "OTHER_TOKEN": KEY, "GH_SECRET": KEY}
    named = {"EDITOR": editor, "VISUAL": "", "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    assert _run(*there, "sync", "--once", **secret).returncode == 0
    secret["COPY"] = f"a copy of {simulator.networkhq_key}"
    with Terminal(command(*there), env=environment(**secret) | named, columns=160, rows=48) as screen:
        screen.wait_for(r"✓", within=60)
        screen.press("enter", "r")
        screen.wait_for(r"reply to")
        screen.press("ctrl+e")
        screen.wait_for(lambda _: (seen / "fds").exists(), within=20)
        screen.wait_for("Hello")
        screen.press("esc", "o")
        screen.settle(0.5)
        screen.press("y")
        screen.wait_for(lambda _: (seen / "browser").exists(), within=20)
    told = {path.name: path.read_text() for path in seen.iterdir()}

    assert {"editor", "fds", "browser"} <= told.keys()
    for name in ("editor", "browser"):
        assert "PATH=" in told[name]
        for value in (simulator.networkhq_key, KEY):
            assert value not in told[name], name
    assert "postroom.lock" not in told["fds"]
    assert ".db" not in told["fds"]


def _program(folder: Path, name: str, script: str) -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)
    return str(path)


def _configured(folder: Path, simulator: SimulatorServer, source: str) -> tuple[object, ...]:
    config = folder / "config.toml"
    config.write_text(
        f'[[workspace]]\nname = "acme"\nprovider = "networkhq"\napi_key = "{source}"\n'
        f'base_url = "{simulator.networkhq_url}"\nrequests_per_minute = 6000\n'
    )
    return "--config", config, "--state-dir", folder / "state"


def _run(*arguments: object, **extra: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), env=environment(**extra), capture_output=True, text=True, timeout=60, check=False
    )
