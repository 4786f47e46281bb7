"""The front door: every ending is a sentence and a documented exit code, and no verb pays for another."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click
import pytest

from postroom import __version__
from postroom.cli import front
from postroom.cli.front import VERBS, FrontDoor
from postroom.cli.verb import Verb
from postroom.errors import Ambiguous, PostroomError, Refused
from tests.postroom.cli.conftest import Run


def every_command() -> list[tuple[str, click.Command]]:
    """Every verb and every part of one, with its full name."""
    found: list[tuple[str, click.Command]] = []
    for name, (module, _line) in VERBS.items():
        command = getattr(import_module(f"postroom.cli.{module}"), f"{name.replace('-', '_')}_command")
        found.append((name, command))
        if isinstance(command, click.Group):
            found += [(f"{name} {part}", inner) for part, inner in command.commands.items()]
    return found


def test_the_help_names_every_verb_and_every_exit_code(run: Run) -> None:
    """The help is the map."""
    result = run("--help")

    assert result.exit_code == 0
    assert all(name in result.stdout and line in result.stdout for name, (_module, line) in VERBS.items())
    assert "0 done, 1 failed, 2 usage or configuration, 3 partly done, 4 in doubt, 130" in result.stdout


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_explains_itself(run: Run, name: str) -> None:
    """`--help` works for each of them."""
    result = run(name, "--help")

    assert (result.exit_code, result.stderr) == (0, "")
    assert f"Usage: postroom {name}" in result.stdout


def test_every_verb_shows_examples_that_name_it() -> None:
    """An example is worth ten options."""
    without = [
        name
        for name, command in every_command()
        if not isinstance(command, click.Group)
        and not (isinstance(command, Verb) and any(f"postroom {name}" in example for example in command.examples))
    ]

    assert without == []


def test_an_unknown_verb_is_a_mistake_of_usage(run: Run) -> None:
    """Exit 2, and a hint at the help."""
    result = run("lsit")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "No such command 'lsit'" in result.stderr


@pytest.mark.parametrize("verb", ["--version", "version"])
def test_the_version_is_data(run: Run, verb: str) -> None:
    """On stdout, for scripts."""
    assert run(verb).stdout == f"postroom {__version__}\n"


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (Refused("Not possible."), 1, "Not possible.\n"),
        (Ambiguous("Several."), 2, "Several.\n"),
        (PostroomError("bad \x1b[31m name"), 1, "bad ␛[31m name\n"),
        (KeyboardInterrupt(), 130, "Interrupted.\n"),
    ],
)
def test_an_ending_is_a_sentence_and_a_code(run: Run, error: BaseException, code: int, said: str) -> None:
    """Never a traceback, never a raw control character."""
    with planted(error) as name:
        result = run(name)

    assert (result.exit_code, result.stderr.lstrip("\n"), result.stdout) == (code, said, "")


def test_an_unexpected_error_is_one_sentence_and_a_line_in_the_log(run: Run, home: Path) -> None:
    """What nobody thought of is written down, without the text it was about."""
    with planted(ZeroDivisionError("Bearer nhq_4242")) as name:
        result = run(name)

    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.output
    assert "4242" not in (home / "state" / "postroom.log").read_text() + result.output


def test_the_places_may_be_named_before_or_after_the_verb(run: Run, home: Path) -> None:
    """`postroom --config X config path` and `postroom config path --config X` mean the same."""
    wanted = str(home / "other.toml")

    assert run("--config", wanted, "config", "path").stdout == f"{wanted}\n"
    assert run("config", "path", "--config", wanted).stdout == f"{wanted}\n"


def test_without_a_terminal_the_screen_says_so(run: Run) -> None:
    """Started from a script by mistake, it ends at once and names the way out."""
    result = run()

    assert result.exit_code == 2
    assert "needs a terminal" in result.stderr


class planted:  # noqa: N801 (used like a function)
    """A verb that ends with `error`, added to the front door for a while."""

    def __init__(self, error: BaseException) -> None:
        @click.command("planted")
        def command() -> None:
            raise error

        self.command = command

    def __enter__(self) -> str:
        assert isinstance(front.main, FrontDoor)
        front.main.add_command(self.command, "planted")
        return "planted"

    def __exit__(self, *_error: object) -> None:
        del front.main.commands["planted"]
