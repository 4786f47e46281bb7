"""What all verbs share: where things are kept, examples in their help, and how the end of one becomes an exit code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

import click

from postroom.places import CONFIG_VARIABLE, STATE_VARIABLE, default_config_path, default_state_dir


class Exit(IntEnum):
    """The exit codes. They are stable; docs/cli.md lists them."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    PARTLY = 3
    IN_DOUBT = 4
    INTERRUPTED = 130


@dataclass
class Places:
    """Where the person says that things are kept. None: nothing was said."""

    config: Path | None = None
    state: Path | None = None

    @property
    def config_path(self) -> Path:
        """The configuration file in use."""
        return (self.config or default_config_path()).expanduser().absolute()

    @property
    def state_dir(self) -> Path:
        """The state folder in use."""
        return (self.state or default_state_dir()).expanduser().absolute()


pass_places = click.make_pass_decorator(Places, ensure=True)
"""Hands a verb the Places as its first argument."""


as_json = click.option("--json", "as_json", is_flag=True, help="As JSON; docs/cli.md lists the fields.")
"""The option of every verb that prints data."""

confirmed = click.option("--yes", "-y", "confirmed", is_flag=True, help="Do not ask.")
"""The option of every verb that asks."""


class Verb(click.Command):
    """A command that shows examples in its help and, if `placed`, takes `--config` and `--state-dir` after its name."""

    def __init__(
        self, *args: object, examples: Sequence[str] = (), exits: str = "", placed: bool = True, **options: object
    ) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]  # handed on as click's decorator gives them
        self.examples = tuple(examples)
        self.exits = exits
        if placed:
            self.params += place_options(hidden=True)

    def format_epilog(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Examples, and the exit codes that are this verb's own."""
        if self.examples:
            with formatter.section("Examples"):
                for example in self.examples:
                    formatter.write(f"{'':{formatter.current_indent}}{example}\n")
        if self.exits:
            with formatter.section("Exit codes"):
                formatter.write_text(self.exits)


def place_options(*, hidden: bool = False) -> list[click.Parameter]:
    """`--config` and `--state-dir`. The environment is read for the ones before the verb alone."""
    kind = click.Path(path_type=Path, readable=False)
    return [
        click.Option(
            ["--config"], type=kind, envvar=None if hidden else CONFIG_VARIABLE, hidden=hidden, expose_value=False,
            callback=_keep("config"), help=f"The configuration file. Environment: {CONFIG_VARIABLE}.",
        ),
        click.Option(
            ["--state-dir"], type=kind, envvar=None if hidden else STATE_VARIABLE, hidden=hidden, expose_value=False,
            callback=_keep("state"), help=f"The folder for the databases and the log. Environment: {STATE_VARIABLE}.",
        ),
    ]  # fmt: skip


def _keep(place: str) -> Callable[[click.Context, click.Parameter, Path | None], None]:
    def keep(ctx: click.Context, _option: click.Parameter, value: Path | None) -> None:
        if value is not None:
            setattr(ctx.ensure_object(Places), place, value)

    return keep
