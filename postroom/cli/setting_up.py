"""`init`: asks three questions and writes a first configuration. It asks where a key is kept, never for the key."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from postroom.cli.output import answer, interactive, say
from postroom.cli.verb import Places, Verb, pass_places
from postroom.errors import ConfigError

_PROVIDERS = ("heyreach", "networkhq", "instantly")


@click.command(
    "init",
    cls=Verb,
    examples=(
        "postroom init",
        "postroom init --provider heyreach --name acme-linkedin --key env:HEYREACH_API_KEY",
    ),
)
@click.option("--provider", type=click.Choice(_PROVIDERS), help="The service that the key belongs to.")
@click.option("--name", help="Your name for the workspace, such as acme-linkedin.")
@click.option("--key", "reference", metavar="WHERE", help="env:NAME, keyring:NAME, file:PATH or command:PROGRAM.")
@pass_places
def init_command(places: Places, provider: str | None, name: str | None, reference: str | None) -> None:
    """Write a first configuration: one workspace. What is not given is asked for."""
    path = places.config_path
    if os.path.lexists(path):
        raise ConfigError(f"{path} exists already; it is left as it is. Add a [[workspace]] to it, or move it away.")
    if not (provider and name and reference) and not interactive():
        raise ConfigError("Without a terminal to ask at, init needs --provider, --name and --key.")
    provider = provider or _chosen_provider()
    name = name or answer("A name for the workspace, such as acme-linkedin: ").strip()
    reference = reference or _chosen_key(provider)
    _write(path, provider=provider, name=name, reference=reference)
    say(f"Wrote {path}. Next: “postroom doctor” checks the key, and “postroom” opens the screen.")


def _chosen_provider() -> str:
    """Ask until the answer is a provider, or there is none."""
    while True:
        given = answer("Provider (heyreach, networkhq or instantly): ").strip().lower()
        if given in _PROVIDERS:
            return given
        if not given:
            raise click.Abort
        say(f"Postroom speaks to {', '.join(_PROVIDERS[:-1])} and {_PROVIDERS[-1]}.")


def _chosen_key(provider: str) -> str:
    """Ask where the key is kept."""
    usual = f"env:{provider.upper()}_API_KEY"
    say(
        "Where is the API key kept? Not the key itself, but one of\n"
        f"  {usual:<28} an environment variable\n"
        "  keyring:NAME                 the system's keyring (keyring set postroom NAME)\n"
        "  file:/path/to/key            a file that only you can read (mode 0600)\n"
        "  command:pass show NAME       a program that prints it"
    )
    return answer(f"Where [{usual}]: ").strip() or usual


def _write(path: Path, *, provider: str, name: str, reference: str) -> None:
    """Check the configuration, and write it only if it is right."""
    from postroom.config import parse  # noqa: PLC0415 (pydantic is not needed to ask)

    settings = {"name": name, "provider": provider, "api_key": reference}
    text = "".join(["[[workspace]]\n", *(f"{key} = {json.dumps(value)}\n" for key, value in settings.items())])
    parse(text, path=path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written ({error.strerror}). Name another with --config.") from error
