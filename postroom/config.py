"""The configuration file: what may be in it, and what is said when something in it is wrong.

Every complaint names the file, the line, and what to write instead; none repeats a value that could be a key.
"""

from __future__ import annotations

import difflib
import ipaddress
import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from postroom.config_lines import Location, line_of, syntax_error_line
from postroom.errors import ConfigError
from postroom.records import ProviderName

EXAMPLE = """\
[[workspace]]
name = "acme-linkedin"
provider = "heyreach"                    # or "networkhq", or "instantly"
api_key = "env:HEYREACH_API_KEY"         # or "keyring:acme-linkedin", "file:/path/to/key", "command:pass show heyreach"
"""
"""The smallest file that works, to paste."""

KEY_SCHEMES = ("env", "keyring", "file", "command")
"""How `api_key` may say where the key is kept."""

THEMES = (
    "dark", "light", "textual-dark", "textual-light", "nord", "gruvbox", "catppuccin-mocha", "catppuccin-latte",
    "catppuccin-frappe", "catppuccin-macchiato", "dracula", "tokyo-night", "monokai", "flexoki", "solarized-light",
    "solarized-dark", "rose-pine", "rose-pine-moon", "rose-pine-dawn", "atom-one-dark", "atom-one-light", "ansi-dark",
    "ansi-light",
)  # fmt: skip
"""Postroom's own two and Textual's; the list is here so that a check of the file does not have to load the screen."""

_KEY_ADVICE = (
    'this must say where the key is kept, not be the key: write "env:NAME", "keyring:NAME", "file:/path/to/key" '
    'or "command:PROGRAM ARGUMENTS"'
)
_SAFE_ADDRESS = (
    "must begin with https:// (plain http:// is accepted for this machine alone, such as http://127.0.0.1:8080)"
)


def _name(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", value):
        raise ValueError("must be 1 to 40 letters, digits, dots, dashes or underscores, such as acme-linkedin")
    return value


def _key_reference(value: str) -> str:
    scheme, colon, rest = value.partition(":")
    if not colon or scheme not in KEY_SCHEMES or not rest.strip():
        raise ValueError(_KEY_ADVICE)
    return value


def _url(value: str) -> SplitResult:
    try:
        return urlsplit(value)
    except ValueError:
        raise ValueError("is not an address") from None


def _address(value: str) -> str:
    parts = _url(value)
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts.hostname or "")):
        raise ValueError(_SAFE_ADDRESS)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("must be an address alone, without a user name, a query or a fragment")
    return value.rstrip("/")


def _theme(value: str) -> str:
    if value not in THEMES:
        raise ValueError(f"“{value}” is not known.{_suggestion(value, THEMES)} Themes: {', '.join(THEMES)}")
    return value


def _proxy(value: str) -> str:
    if _url(value).scheme not in {"http", "https"}:
        raise ValueError('must be the address of an HTTP proxy, such as "http://127.0.0.1:3128"')
    return value


def _flat(value: object) -> object:
    """`inbox.done = "e"` without quotes is a table in a table to TOML; both spellings mean the action `inbox.done`."""
    if not isinstance(value, dict):
        return value
    flat: dict[str, object] = {}
    for name, key in value.items():
        inner = _flat(key)
        flat |= {f"{name}.{rest}": k for rest, k in inner.items()} if isinstance(inner, dict) else {name: key}
    return flat


class _Settings(BaseModel):
    """What both tables have in common."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class WorkspaceConfig(_Settings):
    """One `[[workspace]]`: one API key at one provider."""

    name: Annotated[str, AfterValidator(_name)] = Field(description="Your name for it: shown on screen, never changed.")
    provider: Annotated[ProviderName, Field(strict=False)] = Field(
        description='"heyreach", "networkhq" or "instantly".'
    )
    api_key: Annotated[str, AfterValidator(_key_reference)] = Field(
        description='Where the key is kept: "env:NAME", "keyring:NAME", "file:/path" (mode 0600) or "command:PROGRAM".'
    )
    base_url: Annotated[str, AfterValidator(_address)] | None = Field(
        default=None, description="Another address for the API. https only; plain http for this machine alone."
    )
    requests_per_minute: int | None = Field(
        default=None, ge=1, le=6000, description="At most so many requests a minute. Default: the provider's own limit."
    )
    mark_seen: bool | None = Field(default=None, description="Overrides the mark_seen above for this workspace.")


class Config(_Settings):
    """The whole file."""

    undo_seconds: float = Field(
        default=10, ge=0, le=300, description="How long a reply can be taken back before it leaves."
    )
    mark_seen: bool = Field(
        default=True,
        description="Whether opening a conversation marks it as read at the provider, where that is offered.",
    )
    stop_elsewhere: bool = Field(
        default=False,
        description="Whether somebody who answers on one channel is stopped in their other campaigns, everywhere.",
    )
    stop_undo_seconds: float = Field(
        default=60, ge=1, le=3600, description="How long such a stop can be taken back before it leaves."
    )
    proxy: Annotated[str, AfterValidator(_proxy)] | None = Field(
        default=None, description="An HTTP proxy. The environment's proxy variables are never used."
    )
    theme: Annotated[str, AfterValidator(_theme)] | None = Field(
        default=None, description=f"Colours of the screen: {', '.join(THEMES)}."
    )
    ascii: bool = Field(default=False, description="Draw with ASCII characters alone.")
    keymap: Annotated[dict[str, str], BeforeValidator(_flat)] = Field(
        default_factory=dict, description='Other keys for actions, such as "inbox.done" = "e".'
    )
    workspaces: tuple[WorkspaceConfig, ...] = Field(
        default=(), alias="workspace", strict=False, description="The workspaces, one [[workspace]] table each."
    )

    @property
    def stop_elsewhere_after(self) -> float | None:
        """The undo time of the stops that an answer brings about; None: it brings about none."""
        return self.stop_undo_seconds if self.stop_elsewhere else None

    def workspace(self, name: str) -> WorkspaceConfig:
        """The workspace of that name. Raises ConfigError with the nearest name."""
        for workspace in self.workspaces:
            if workspace.name == name:
                return workspace
        names = [workspace.name for workspace in self.workspaces]
        raise ConfigError(f"There is no workspace “{name}” in the configuration.{_suggestion(name, names)}")


def load(path: Path, *, check_keymap: Callable[[Mapping[str, str]], None] | None = None) -> Config:
    """Read and check the configuration.

    `check_keymap` raises ConfigError for an action or a key that cannot be; it is called only when there is a keymap.
    Raises ConfigError, one line for each thing that is wrong.
    """
    return parse(_read(path), path=path, check_keymap=check_keymap)


def parse(text: str, *, path: Path, check_keymap: Callable[[Mapping[str, str]], None] | None = None) -> Config:
    """Check the text of a configuration; `path` is what the complaints name. Raises ConfigError, as `load` does."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        reason = re.sub(r"\s*\(at .*\)$", "", str(error))
        raise ConfigError(f"{path}, line {syntax_error_line(error, text)}: this is not TOML: {reason}.") from None
    try:
        config = Config.model_validate(document)
    except ValidationError as error:
        found = [(e["loc"], _complaint(e)) for e in error.errors(include_url=False)]
        raise ConfigError(_report(path, text, found)) from None
    found = [*_wrong_workspaces(config), *_wrong_keys(config.keymap, document, check_keymap)]
    if found:
        raise ConfigError(_report(path, text, found))
    return config


def shown_reference(reference: str) -> str:
    """A key reference fit to be shown: a command without its arguments, which people do put secrets into."""
    scheme, _, rest = reference.partition(":")
    return f"{scheme}:{rest.split()[0]} …" if scheme == "command" and len(rest.split()) > 1 else reference


def without_password(address: str | None) -> str | None:
    """An address without the user name and password in it."""
    if address is None or "@" not in address:
        return address
    scheme, _, rest = address.partition("://")
    return f"{scheme}://…@{rest.rpartition('@')[2]}"


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(
            f"There is no configuration at {path}. “postroom init” writes one, or put this there:\n\n{EXAMPLE}\n"
            "“postroom demo” needs no configuration."
        ) from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is not a text file in UTF-8.") from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.") from None


def _report(path: Path, text: str, found: list[tuple[Location, str]]) -> str:
    """One line for each complaint, in the order of the file."""
    numbered = sorted((line_of(text, location), complaint) for location, complaint in found)
    return "\n".join(f"{path}, line {line}: {complaint}" for line, complaint in dict.fromkeys(numbered))


def _wrong_workspaces(config: Config) -> Iterator[tuple[Location, str]]:
    """What no workspace can show alone."""
    if not config.workspaces:
        yield (), f"there is no workspace. Add one, such as:\n\n{EXAMPLE}"
    seen: set[str] = set()
    for index, workspace in enumerate(config.workspaces):
        if workspace.name in seen:
            complaint = f"the workspace “{workspace.name}” is named twice. Give each another name."
            yield ("workspace", index, "name"), complaint
        seen.add(workspace.name)


def _wrong_keys(
    keymap: Mapping[str, str], document: Mapping[str, object], check: Callable[[Mapping[str, str]], None] | None
) -> Iterator[tuple[Location, str]]:
    """What `check` says of the keymap, at the line of the action that it names."""
    if not keymap or check is None:
        return
    try:
        check(keymap)
    except ConfigError as error:
        name = next((name for name in keymap if f"“{name}”" in str(error)), "")
        written = document["keymap"]
        quoted = isinstance(written, dict) and name in written
        yield ("keymap", name) if quoted else ("keymap", *name.split(".")), str(error)


def _complaint(error: ErrorDetails) -> str:
    """What is wrong with one value, as a sentence. Never holds the value of an `api_key`."""
    location, kind = error["loc"], error["type"]
    key = str(location[-1])
    inside = location[0] == "workspace" and len(location) > 1
    if kind == "extra_forbidden":
        fields = WorkspaceConfig.model_fields if inside else Config.model_fields
        return f"“{key}” is not a setting.{_suggestion(key, [field.alias or name for name, field in fields.items()])}"
    if kind == "missing":
        return f"this workspace has no {key}. Write for example: {_EXAMPLES[key]}"
    if kind == "enum":
        return f"the provider “{error['input']}” is not known.{_suggestion(str(error['input']), _PROVIDERS)} {_VALID}"
    if key == "api_key":
        return f"api_key: {_KEY_ADVICE}."
    if location == ("workspace",):
        return "a workspace begins with [[workspace]], with two brackets on each side."
    return f"{key} {_REASONS.get(kind, error['msg']).format(**error.get('ctx', {}))}."


_PROVIDERS = tuple(name.value for name in ProviderName)
_VALID = f"Write {', '.join(_PROVIDERS[:-1])} or {_PROVIDERS[-1]}."
_EXAMPLES = {
    "name": 'name = "acme-linkedin"',
    "provider": 'provider = "heyreach"',
    "api_key": 'api_key = "env:HEYREACH_API_KEY"',
}
_REASONS = {
    "value_error": "{error}",
    "bool_type": "must be true or false, without quotes",
    "string_type": "must be text in quotes",
    "int_type": "must be a whole number, without quotes",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number, without quotes",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than_equal": "must be at most {le:g}",
}
"""What is said for each kind of error that pydantic finds here."""


def _suggestion(wrong: str, valid: Collection[str]) -> str:
    """The nearest valid name as a sentence with a space before it, or nothing."""
    nearest = difflib.get_close_matches(wrong, list(valid), n=1, cutoff=0.5)
    return f" Did you mean “{nearest[0]}”?" if nearest else ""


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
