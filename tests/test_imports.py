"""What each verb may load: a process that lists the inbox must not pay for the screen, nor for HTTP."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCREEN = {"textual"}
NETWORK = {"httpx", "httpcore", "anyio", "sync.engine", "providers"}
MODELS = {"pydantic", "pydantic_core"}
SCHEMA = {"sqlite_utils", "keyring", "structlog"}
WRITING = {"store.streams", "store.conversations", "platformdirs"}
SIMULATION = {"simulator", "starlette", "uvicorn"}

HEAVY = {"rich.console"} | SCREEN | NETWORK | MODELS | SCHEMA | WRITING | SIMULATION

READING = ("list", "show", "search", "campaigns", "stats", "outbox")
ACTING = ("reply", "stop-lead", "pause", "resume", "sync", "doctor")


def loaded(code: str, *, home: Path) -> set[str]:
    """The heavy modules that a process has loaded after running `code`."""
    report = f"\nimport sys\nprint(*(m for m in {sorted(HEAVY)!r} if m in sys.modules), file=sys.__stderr__)"
    environment = {"HOME": str(home), "PATH": "", "POSTROOM_STATE_DIR": str(home / "state"), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code + report], capture_output=True, text=True, env=environment, check=False
    )
    assert done.stderr, done
    return set(done.stderr.splitlines()[-1].split())


ROOT = Path(__file__).resolve().parent.parent


def run(*arguments: str) -> str:
    """Code that runs a verb to its end and carries on."""
    return (
        "from postroom.cli.front import main\n"
        f"try: main({list(arguments)!r})\n"
        "except SystemExit: pass"
    )  # fmt: skip


def test_the_front_door_itself_loads_nothing_heavy(tmp_path: Path) -> None:
    """`postroom --help` and `postroom --version` answer at once."""
    assert loaded(run("--help"), home=tmp_path) == set()
    assert loaded(run("--version"), home=tmp_path) == set()


@pytest.mark.parametrize("verb", READING)
def test_a_reading_verb_loads_the_store_alone(verb: str, tmp_path: Path) -> None:
    """Neither the screen, nor HTTP, nor the models of the configuration."""
    (tmp_path / "state").mkdir()
    arguments = (verb, "x") if verb in {"show", "search", "stats"} else (verb,)

    assert loaded(run(*arguments), home=tmp_path) == set()


@pytest.mark.parametrize("verb", [*ACTING, "simulate", "config", "init"])
def test_no_verb_but_the_screen_loads_the_screen(verb: str, tmp_path: Path) -> None:
    """What decides about a send can never be held up by drawing."""
    assert loaded(run(verb, "--help"), home=tmp_path) & SCREEN == set()


@pytest.mark.parametrize("verb", ACTING)
def test_only_simulations_load_the_simulator(verb: str, tmp_path: Path) -> None:
    """The product does not know that it is being simulated."""
    assert loaded(run(verb, "--help"), home=tmp_path) & SIMULATION == set()


def test_the_first_frame_is_drawn_before_anything_heavy_is_loaded(tmp_path: Path) -> None:
    """Its rows are on the terminal while Textual is still on its way."""
    assert loaded("import postroom.cli.front, postroom.cli.screen", home=tmp_path) == set()


def test_a_screen_whose_configuration_is_known_loads_neither_its_models_nor_http(tmp_path: Path) -> None:
    """Up to the first frame: each of them would be waited for before a row can be read."""
    assert loaded("import postroom.cli.front, postroom.cli.screen, tui.app", home=tmp_path) - WRITING == {
        "rich.console",
        "textual",
    }
