"""`config`: check the configuration, show it, say where it is and what may be in it. A key is never printed."""

from __future__ import annotations

import json

import click
from pydantic import BaseModel

from postroom import config
from postroom.cli.output import put, put_json, say
from postroom.cli.verb import Places, Verb, pass_places
from tui.keys import check_keymap


@click.group("config")
def config_command() -> None:
    """Check and show the configuration."""


@config_command.command("path", cls=Verb, examples=("postroom config path", '$EDITOR "$(postroom config path)"'))
@pass_places
def path_command(places: Places) -> None:
    """Print where the configuration is looked for."""
    put(str(places.config_path))


@config_command.command(
    "check", cls=Verb, examples=("postroom config check",), exits="0 it is right, 2 it is not: each line says why."
)
@pass_places
def check_command(places: Places) -> None:
    """Check the configuration without reading a key or connecting to anybody."""
    found = config.load(places.config_path, check_keymap=check_keymap)
    names = ", ".join(workspace.name for workspace in found.workspaces)
    say(f"{places.config_path} is right. Workspaces: {names}.")


@config_command.command("show", cls=Verb, examples=("postroom config show", "postroom config show --json"))
@click.option("--json", "as_json", is_flag=True, help="As one JSON document.")
@pass_places
def show_command(places: Places, *, as_json: bool) -> None:
    """Print every setting in force, defaults included. Keys are shown as where they are kept, never as they are."""
    settings = _shown(config.load(places.config_path, check_keymap=check_keymap))
    if as_json:
        put_json(settings)
        return
    workspaces = settings.pop("workspace")
    _put_table(settings)
    for workspace in workspaces if isinstance(workspaces, list) else []:
        put("\n[[workspace]]")
        _put_table(workspace)


@config_command.command("schema", cls=Verb, examples=("postroom config schema", "postroom config schema --json"))
@click.option("--json", "as_json", is_flag=True, help="As a JSON Schema.")
def schema_command(*, as_json: bool) -> None:
    """Print every setting that the configuration may hold, with its default."""
    if as_json:
        put_json(config.Config.model_json_schema())
        return
    _put_fields(config.Config)
    put("\n[[workspace]]")
    _put_fields(config.WorkspaceConfig)


def _shown(found: config.Config) -> dict[str, object]:
    """The settings as plain data. A `command:` is named without its arguments; a proxy without its password."""
    settings: dict[str, object] = found.model_dump(mode="json", by_alias=True)
    settings["proxy"] = config.without_password(found.proxy)
    settings["workspace"] = [
        {**workspace.model_dump(mode="json"), "api_key": config.shown_reference(workspace.api_key)}
        for workspace in found.workspaces
    ]
    return settings


def _put_table(values: dict[str, object]) -> None:
    for key, value in values.items():
        if isinstance(value, dict):
            for name, inner in value.items():
                put(f'{key}."{name}" = {json.dumps(inner, ensure_ascii=False)}')
        elif value is not None:
            put(f"{key} = {json.dumps(value, ensure_ascii=False)}")


def _put_fields(model: type[BaseModel]) -> None:
    for name, field in model.model_fields.items():
        if name == "workspaces":
            continue
        if field.is_required():
            default = "must be given"
        else:
            value = field.get_default(call_default_factory=True)
            default = f"default {json.dumps(value)}" if value not in (None, {}) else "not set"
        put(f"{name:<20} {field.description} [{default}]")
