"""`simulate`: the simulated providers over HTTP, for tests of your own and for trying verbs with nobody listening."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import click

from postroom.cli.output import flush, put, say
from postroom.cli.verb import Exit, Verb
from postroom.errors import PostroomError
from simulator.config import SimulatorConfig
from simulator.ledger import LedgerError
from simulator.server import SimulatorServer
from tui.format import plural

PORT = 8377

FREELY = 6000
"""Requests a minute where nobody limits them."""


@click.command(
    "simulate",
    cls=Verb,
    examples=(
        "postroom simulate",
        "postroom simulate --port 0 --conversations 5000 --seed 7 > simulated.toml &",
        "postroom simulate --ledger delivered.jsonl --no-life",
    ),
)
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0: any that is free.")
@click.option("--conversations", type=click.IntRange(0), default=320, show_default=True, help="In all workspaces.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed makes the same world.")
@click.option("--ledger", type=click.Path(path_type=Path, dir_okay=False), help="Keep what was delivered in this file.")
@click.option("--life/--no-life", default=True, help="Whether leads answer by themselves.")
@click.option("--limits", is_flag=True, help="Answer 429 where the real providers would.")
def simulate_command(port: int, conversations: int, seed: int, ledger: Path | None, *, life: bool, limits: bool) -> int:
    """Run the simulated providers until interrupted, and print a configuration for them.

    They speak the real wire formats on this machine alone, and deliver to nobody: what was "sent" is in the ledger.
    """
    config = replace(shared(conversations), seed=seed, life=life, ledger=ledger)
    if not limits:
        config = unlimited(config)
    server = started(config, port=port)
    try:
        put(configuration(server, limits=limits))
        flush()
        say(f"{size(server)}. Delivers to nobody. ctrl+c ends it.")
        if (total(server.config), server.config.seed) != (conversations, seed):
            say(f"{ledger} was there before, and its world is shown again. Name another file for a new one.")
        say(f"HeyReach   {server.heyreach_url}    key {server.heyreach_key}")
        say(f"NetworkHQ  {server.networkhq_url}        key {server.networkhq_key}")
        say(f"Instantly  {server.instantly_url}        key {server.instantly_key}")
        say(f"Control    {server.control_url}")
        threading.Event().wait()
    finally:
        server.stop()
    return Exit.DONE


def shared(conversations: int) -> SimulatorConfig:
    """A world of so many conversations, divided among the three providers."""
    mails = conversations // 4
    return SimulatorConfig(conversations=conversations - mails, instantly_conversations=mails)


def unlimited(config: SimulatorConfig) -> SimulatorConfig:
    """The same world, with nobody counting requests."""
    return replace(
        config,
        heyreach_per_minute=None,
        networkhq_per_minute=None,
        instantly_per_minute=None,
        instantly_mails_per_minute=None,
    )


def total(config: SimulatorConfig) -> int:
    """The conversations of all providers."""
    return config.conversations + config.instantly_conversations


def started(config: SimulatorConfig, *, port: int) -> SimulatorServer:
    """A server, answering. Raises PostroomError when the port is taken or the ledger's file cannot be used."""
    try:
        return SimulatorServer(config, port=port).start()
    except LedgerError as error:
        raise PostroomError(str(error)) from None
    except OSError as error:
        raise PostroomError(f"Port {port} cannot be used ({error.strerror}). Choose another with --port.") from None


def size(server: SimulatorServer) -> str:
    """The world that is really simulated: `320 conversations, seed 1`."""
    return f"{plural(total(server.config), 'conversation')}, seed {server.config.seed}"


def configuration(server: SimulatorServer, *, limits: bool) -> str:
    """A configuration for the simulated providers, ready to paste. The keys are no secrets: they open nothing else.

    Without limits Postroom is told to keep to none either, so that a first sync takes seconds.
    """
    pace = "" if limits else f"requests_per_minute = {FREELY}\n"
    workspaces = (
        ("acme-linkedin", "heyreach", server.heyreach_key, server.heyreach_url),
        ("acme-networkhq", "networkhq", server.networkhq_key, server.networkhq_url),
        ("acme-email", "instantly", server.instantly_key, server.instantly_url),
    )
    return "\n".join(
        f'[[workspace]]\nname = "{name}"\nprovider = "{provider}"\n'
        f'api_key = "command:echo {key}"\nbase_url = "{url}"\n{pace}'
        for name, provider, key, url in workspaces
    ).rstrip()
