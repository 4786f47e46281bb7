"""The front door: which verbs there are, and how every ending becomes a sentence and an exit code.

A verb's module is imported when it is called, so that `postroom list` does not pay for the screen.
"""

from __future__ import annotations

import os
import re
import resource
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from typing import NoReturn

import click

from postroom import __version__
from postroom.cli.leaving import heed_signals
from postroom.cli.output import flush, ready_streams, say
from postroom.cli.verb import Exit, Places, place_options
from postroom.errors import ConfigError, PostroomError

VERBS: dict[str, tuple[str, str]] = {
    "demo": ("demo", "The screen on simulated providers, to try it."),
    "init": ("setting_up", "Write a first configuration."),
    "doctor": ("doctor", "Check keys, clock, files and terminal."),
    "sync": ("syncing", "Fetch what is new and send what waits."),
    "list": ("reading", "List conversations."),
    "show": ("reading", "Print one conversation."),
    "search": ("reading", "Find conversations by a word in them."),
    "person": ("people", "Where else this person writes, and why it is them."),
    "reply": ("replying", "Send a reply."),
    "stop-lead": ("stopping", "Stop a lead in its campaigns."),
    "campaigns": ("campaigns", "List campaigns."),
    "stats": ("campaigns", "Print one campaign's figures."),
    "pause": ("campaigns", "Pause a campaign."),
    "resume": ("campaigns", "Let a paused campaign send again."),
    "outbox": ("outbox", "What was sent, waits, or is in doubt."),
    "export": ("exporting", "Take conversations elsewhere: JSON, CSV or Markdown."),
    "erase": ("erasing", "Erase a person from every file here, for good."),
    "backup": ("backing_up", "Copy what you wrote and decided."),
    "restore": ("backing_up", "List the backups, or go back to one."),
    "simulate": ("simulating", "Run the simulated providers over HTTP."),
    "config": ("configuring", "Check and show the configuration."),
    "completions": ("completing", "Print the completions for a shell."),
    "version": ("completing", "Print the version."),
}
"""Verb to its module in this package and its line in the help, in the order of the help."""

_EXIT_CODES = "0 done, 1 failed, 2 usage or configuration, 3 partly done, 4 in doubt, 130 interrupted."


class FrontDoor(click.Group):
    """The group of all verbs."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """The verbs in the order of the help."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb of that name, from its module."""
        if cmd_name not in VERBS:
            return super().get_command(ctx, cmd_name)
        module = import_module(f"postroom.cli.{VERBS[cmd_name][0]}")
        command = getattr(module, f"{cmd_name.replace('-', '_')}_command")
        return command if isinstance(command, click.Command) else None

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table of verbs, without loading their modules."""
        with formatter.section("Verbs"):
            formatter.write_dl([(name, line) for name, (_module, line) in VERBS.items()])
        with formatter.section("Exit codes"):
            formatter.write_text(_EXIT_CODES)

    def main(  # type: ignore[override]  # always ends the process: nothing of it is left to the caller
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **_settings: object
    ) -> NoReturn:
        """Run a verb and end the process with its exit code."""
        places = Places()
        keep_no_core()
        ready_streams()
        heed_signals()
        try:
            given = as_text(sys.argv[1:] if args is None else args)
            code = super().main(given, prog_name or "postroom", standalone_mode=False, obj=places)
            flush()
        except click.ClickException as error:
            error.show()
            code = error.exit_code
        except PostroomError as error:
            say(str(error))
            code = error.exit_code
        except (KeyboardInterrupt, click.Abort):
            say("Interrupted.")
            code = Exit.INTERRUPTED
        except Exception as error:  # noqa: BLE001 (the last resort: logged, said in one sentence, never a traceback)
            code = _unexpected(error, places)
        with suppress(PostroomError):
            flush()
        sys.exit(code if isinstance(code, int) else Exit.DONE)


def keep_no_core() -> None:
    """Should this process be killed by a fault of the machine, nothing of its memory, which holds keys, is kept."""
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def as_text(arguments: Sequence[str]) -> list[str]:
    """Arguments as UTF-8, in whatever locale they were read. Raises ConfigError for bytes that are no text."""
    try:
        return [os.fsencode(each).decode("utf-8") if _ODD.search(each) else each for each in arguments]
    except UnicodeDecodeError:
        raise ConfigError("An argument is not text in UTF-8. Check it, and the locale of the terminal.") from None


_ODD = re.compile("[\ud800-\udfff]")
"""What Python makes of bytes that the locale cannot read."""


def _unexpected(error: Exception, places: Places) -> int:
    """Log an error that nobody expected and say so in a sentence."""
    from postroom.log import record_failure  # noqa: PLC0415 (structlog is paid for only when it is needed)

    path = record_failure(error, state_dir=places.state_dir)
    where = f" The log says where: {path}." if path else ""
    kind = type(error).__name__
    say(f"Something went wrong inside Postroom ({kind}). “postroom outbox” shows what was on its way.{where}")
    return Exit.FAILED


@click.group(
    "postroom",
    cls=FrontDoor,
    params=place_options(),
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="postroom %(version)s")
@click.pass_context
def main(ctx: click.Context) -> int:
    """A keyboard-driven inbox for the replies to your outreach.

    Without a verb, the screen. Data goes to stdout, narration to stderr; verbs that print data take --json.
    """
    if ctx.invoked_subcommand is not None:
        return Exit.DONE
    from postroom.cli.screen import open_screen  # noqa: PLC0415 (the screen is the one door that needs textual)

    return open_screen(ctx.ensure_object(Places))
