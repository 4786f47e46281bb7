"""A configuration that was found right stays right until it changes: what the screen needs of it is kept.

Checking one loads pydantic, a tenth of a second before the first row. So the answer of the last check lies in the
state folder, valid for the very bytes that were checked, by this version; anything else is checked again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from postroom import __version__

if TYPE_CHECKING:
    from postroom.config import Config

_FILE = "settings.json"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the first frame needs of a configuration. No key is in it, only the names of variables that hold one."""

    undo_seconds: float
    mark_seen: bool
    theme: str | None
    ascii: bool
    keymap: dict[str, str]
    key_variables: list[str]


def settings_of(config: Config) -> Settings:
    """The part of a checked configuration that the screen goes by."""
    return Settings(
        undo_seconds=config.undo_seconds,
        mark_seen=config.mark_seen,
        theme=config.theme,
        ascii=config.ascii,
        keymap=dict(config.keymap),
        key_variables=[
            workspace.api_key.removeprefix("env:").strip()
            for workspace in config.workspaces
            if workspace.api_key.startswith("env:")
        ],
    )


def recall(config_path: Path, state_dir: Path) -> Settings | None:
    """What was found in this file when it was checked. None: it was not, or is another by now."""
    try:
        kept: object = json.loads((state_dir / _FILE).read_bytes())
        right = isinstance(kept, dict) and kept.get("digest") == _digest(config_path)
    except (OSError, ValueError):
        return None
    return _settings(kept) if right else None


def vouch(config_path: Path, state_dir: Path, settings: Settings) -> None:
    """Keep what was found in this file. Where it cannot be kept, the next start checks again."""
    with contextlib.suppress(OSError):
        text = json.dumps({"digest": _digest(config_path), **asdict(settings)})
        unfinished = state_dir / f"{_FILE}.new"
        descriptor = os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        unfinished.replace(state_dir / _FILE)


def _settings(kept: object) -> Settings | None:
    """The kept answer, if it is one."""
    match kept:
        case {
            "undo_seconds": int() | float() as undo_seconds,
            "mark_seen": bool() as mark_seen,
            "theme": None | str() as theme,
            "ascii": bool() as ascii_,
            "keymap": dict() as keymap,
            "key_variables": list() as names,
        }:
            keys = {str(action): str(key) for action, key in keymap.items()}
            return Settings(undo_seconds, mark_seen, theme, ascii_, keys, [str(name) for name in names])
    return None


def _digest(config_path: Path) -> str:
    """Stands for the bytes of the file, and for what this version would say of them."""
    return hashlib.blake2b(b"\0".join([__version__.encode(), config_path.read_bytes()]), digest_size=16).hexdigest()
