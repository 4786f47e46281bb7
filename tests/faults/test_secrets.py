"""SE01, SE03, SE08: where a key must not be found, which key files are refused, which proxies are not asked."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from postroom.cli.front import main
from simulator.config import SimulatorConfig
from simulator.server import SimulatorServer
from tests.e2e.outside import command, environment
from tests.e2e.terminal import Terminal
from tests.faults.canaries import KEYS, SCENES, found_below, found_in, parrot, write_home
from tests.faults.matrix import WHOLE, measured

SAMPLE = ("401 with escapes", "200 with odd records")
CHOSEN = tuple(SCENES) if WHOLE else SAMPLE
HERE = frozenset({"by-file", "by-command", "by-keyring", "by-mail"})
"""The names of the files that are told to hold a key."""


@dataclass
class Home:
    """One person's Postroom with a key from each kind of place."""

    folder: Path
    simulator: SimulatorServer
    environ: dict[str, str]
    found: list[str] = field(default_factory=list)
    runs: int = 0

    @property
    def there(self) -> tuple[str, ...]:
        return "--config", str(self.folder / "config.toml"), "--state-dir", str(self.folder / "state")

    def speak_to(self, url: str) -> None:
        """All workspaces are at another address from now on."""
        config = self.folder / "config.toml"
        config.write_text(re.sub(r'base_url = "[^"]*', f'base_url = "{url}', config.read_text()))

    def verb(self, *arguments: str) -> str:
        """Run a verb in a process of its own, look for keys in what it printed, and return its output."""
        out, err = self.folder / "out", self.folder / "err"
        child = os.fork()
        if child == 0:
            _be_verb([*self.there, *arguments], self.environ, out, err)
        os.waitpid(child, 0)
        self.runs += 1
        for path in (out, err):
            self.found += found_in(f"{path.name} of {' '.join(arguments)}", path.read_bytes())
        return out.read_text()

    def look_everywhere(self) -> int:
        """Look for keys in every file; how many there were."""
        found, files = found_below(self.folder, but=HERE)
        self.found += found
        return files


def _be_verb(arguments: list[str], environ: dict[str, str], out: Path, err: Path) -> None:
    """The child: never returns."""
    code = 70
    try:
        for number, path in ((1, out), (2, err)):
            descriptor = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
            os.dup2(descriptor, number)
        sys.stdout, sys.stderr = os.fdopen(1, "w", closefd=False), os.fdopen(2, "w", closefd=False)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.environ.update(environ)
        main(arguments)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """The providers know the keys, and everything has been read once."""
    heyreach = (KEYS["by-env"], KEYS["by-command"])
    networkhq = (KEYS["by-file"], KEYS["by-keyring"])
    config = SimulatorConfig(
        conversations=24, instantly_conversations=4, instantly_mails_per_minute=None,
        heyreach_keys=heyreach, networkhq_keys=networkhq, instantly_keys=(KEYS["by-mail"],),
    )  # fmt: skip
    with SimulatorServer(config) as simulator:
        _, environ = write_home(tmp_path, "http://127.0.0.1:9")
        text = (tmp_path / "config.toml").read_text()
        heads = text.split("[[workspace]]")
        for number, head in enumerate(heads[1:], start=1):
            heads[number] = head.replace("http://127.0.0.1:9", _address(simulator, head))
        (tmp_path / "config.toml").write_text("[[workspace]]".join(heads))
        home = Home(tmp_path, simulator, environ)
        assert "not complete" not in home.verb("sync", "--once", "--json")
        yield home


def _address(simulator: SimulatorServer, workspace: str) -> str:
    """Where the provider is that a part of the configuration names."""
    if '"heyreach"' in workspace:
        return simulator.heyreach_url
    return simulator.instantly_url if '"instantly"' in workspace else simulator.networkhq_url


@pytest.mark.parametrize("scene", CHOSEN)
def test_se01_a_key_that_the_provider_repeats_is_found_nowhere(home: Home, scene: str) -> None:
    """Not on the screen, not in a log, a database, a backup or an export, in whatever shape it came back."""
    rows = [json.loads(line) for line in home.verb("list", "--json", "-n", "40").splitlines()]
    assert {row["workspace"] for row in rows} == set(KEYS)
    home.simulator.stop()
    with parrot() as provider:
        provider.answer = SCENES[scene]
        home.speak_to(provider.url)
        tried_again = scene.startswith(("429", "5")) or scene == "200 broken off"
        for workspace in list(KEYS)[: 1 if tried_again else None]:
            row = next(row for row in rows if row["workspace"] == workspace)
            home.verb("reply", row["ref"], "--message", f"For {workspace}", "--yes")
        for arguments in _every_verb(rows[0]["ref"], home.folder, short=tried_again):
            home.verb(*arguments)
        assert set(provider.heard) == set(KEYS.values()), "every key was used, and every one repeated"
    files = home.look_everywhere()

    assert home.found == []
    assert files > 8
    measured("secrets", runs=home.runs, files_searched=files, places_found=len(home.found))


def _every_verb(ref: str, folder: Path, *, short: bool) -> Iterator[tuple[str, ...]]:
    """All that print something; `short`: those that ask again and again only once."""
    if not short:
        yield from (("sync", "--once", "--json"), ("doctor", "--json"))
    yield from (
        ("sync", "--once"), ("doctor",), ("config", "show"),
        ("config", "show", "--json"), ("config", "check"), ("--help",), ("list", "--json"), ("show", ref),
        ("search", "key"), ("outbox", "--all"), ("outbox", "--all", "--json"), ("campaigns",),
        ("export", "--all", "--to", str(folder / "export")), ("backup",), ("backup", str(folder / "copy.db")),
    )  # fmt: skip


def test_se01_a_crash_with_the_key_in_hand_tells_nobody(home: Home) -> None:
    """An error whose text holds the key, raised where the key is unwrapped; in a verb and under the screen."""
    for arguments in (("sync", "--once"), ("doctor",), ("sync", "--once", "--json")):
        home.verb(*arguments)
        done = subprocess.run(
            [sys.executable, "-X", "dev", "-c", _CRASHING, *home.there, *arguments],
            env=environment(**home.environ, PYTHONASYNCIODEBUG="1", HTTPX_LOG_LEVEL="trace"),
            capture_output=True, timeout=60, check=False,
        )  # fmt: skip
        home.runs += 1
        home.found += found_in(f"crashing {arguments}", done.stdout + done.stderr)
        assert b"Traceback" not in done.stderr
    with Terminal([sys.executable, "-c", _CRASHING, *home.there], env=environment(**home.environ)) as screen:
        screen.wait_for(r"by-env|HR", within=30)
        screen.settle(1.0)
        screen.press("R", "O", "?")
        home.found += found_in("the terminal", bytes(screen.raw))
    home.look_everywhere()

    assert home.found == []
    measured("secrets", runs=home.runs + 1, places_found=len(home.found))


_CRASHING = """
import sys
from providers.transport import KeyAuth
def crash(self, request):
    key = self._key.reveal()
    raise RuntimeError(f"it broke with X-API-KEY: {key} and {key!r}")
    yield request
KeyAuth.auth_flow = crash
from postroom.cli.front import main
main(sys.argv[1:], prog_name="postroom")
"""
"""The program with a mistake planted in the one place that unwraps a key."""


@pytest.mark.parametrize(
    "source", ["keyring:nobody", "command:false", *(["env:CANARY_UNSET", "file:/nowhere/key"] if WHOLE else [])]
)
def test_se01_a_key_that_cannot_be_had_takes_no_other_with_it(home: Home, source: str) -> None:
    """The sentence about one workspace's key shows neither that one nor the keys of the others."""
    config = home.folder / "config.toml"
    config.write_text(config.read_text().replace('"env:CANARY_SOURCE"', f'"{source}"'))
    for arguments in (("sync", "--once"), ("doctor",), ("config", "show")):
        home.verb(*arguments)
    config.write_text(config.read_text().replace(f'"{source}"', f'"{KEYS["by-env"]}"'))
    for arguments in (("sync", "--once"), ("doctor",), ("config", "show"), ("config", "check")):
        home.verb(*arguments)
    config.unlink()
    home.look_everywhere()

    assert home.found == []
    measured("secrets", runs=home.runs, places_found=len(home.found))


def test_se01_a_running_screen_shows_its_keys_to_nobody(home: Home) -> None:
    """Its terminal, its command line, its threads' names, those of its children, and what a crash could dump."""
    with Terminal(command(*home.there), env=environment(**home.environ), columns=160, rows=48) as screen:
        screen.wait_for(r"✓", within=60)
        screen.press("R", "O", "esc", "?", "esc")
        screen.settle(1.0)
        process = Path("/proc") / str(screen.pid)
        limits = (process / "limits").read_text()
        home.found += found_in("cmdline", (process / "cmdline").read_bytes())
        for thread in (process / "task").iterdir():
            home.found += found_in("a thread's name", (thread / "comm").read_bytes())
        os.kill(screen.pid, signal.SIGTERM)
        screen.wait_exit()
        home.found += found_in("the terminal", bytes(screen.raw))
    home.look_everywhere()

    assert home.found == []
    assert re.search(r"Max core file size\s+0\s+0", limits), "a core dump would hold every key"
    measured("secrets", runs=home.runs + 1, places_found=len(home.found))


@dataclass
class Listener:
    """A socket that would notice."""

    port: int
    came: threading.Event


@pytest.fixture
def proxy() -> Iterator[Listener]:
    """Takes connections and notes that somebody came."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        came = threading.Event()

        def listen() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    came.set()
                    connection.recv(4096)
                    connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
                    connection.close()

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield Listener(server.getsockname()[1], came)
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)


@pytest.mark.parametrize("opted_in", [False, True])
def test_se08_a_proxy_in_the_environment_is_not_used_unless_the_configuration_names_it(
    tmp_path: Path, proxy: Listener, opted_in: bool
) -> None:
    """A proxy sees every request, so it is used only where the person has said so."""
    address = f"http://127.0.0.1:{proxy.port}"
    config = tmp_path / "config.toml"
    config.write_text(
        (f'proxy = "{address}"\n' if opted_in else "")
        + '[[workspace]]\nname = "acme"\nprovider = "heyreach"\napi_key = "env:CANARY_SOURCE"\n'
        + 'base_url = "https://provider.invalid/api"\n'
    )
    named = {name: address for low in ("http_proxy", "https_proxy", "all_proxy") for name in (low, low.upper())}
    done = subprocess.run(
        command("--config", config, "--state-dir", tmp_path / "state", "sync", "--once"),
        env=environment(CANARY_SOURCE=KEYS["by-env"], **({} if opted_in else named)),
        capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip

    assert proxy.came.wait(0.5) is opted_in
    assert done.returncode == 1
    assert ("proxy" in done.stderr) is opted_in
    assert KEYS["by-env"] not in done.stdout + done.stderr
