"""`completions` and `version`: what shells and people ask a program about itself."""

from __future__ import annotations

import click

from postroom import __version__
from postroom.cli.output import put
from postroom.cli.verb import Verb

_LINES = {
    "bash": 'eval "$(postroom completions bash)"     # in ~/.bashrc',
    "zsh": 'eval "$(postroom completions zsh)"      # in ~/.zshrc',
    "fish": "postroom completions fish | source      # in ~/.config/fish/config.fish",
}


@click.command("completions", cls=Verb, examples=tuple(_LINES.values()))
@click.argument("shell", type=click.Choice(list(_LINES)))
@click.pass_context
def completions_command(ctx: click.Context, shell: str) -> None:
    """Print the completions of all verbs and options for a shell."""
    from click.shell_completion import get_completion_class  # noqa: PLC0415 (only this verb needs it)

    kind = get_completion_class(shell)
    if kind is not None:
        put(kind(ctx.find_root().command, {}, "postroom", "_POSTROOM_COMPLETE").source())


@click.command("version", cls=Verb, examples=("postroom version",))
def version_command() -> None:
    """Print the version."""
    put(f"postroom {__version__}")
