"""The state folder's files: private from their first moment, and set aside, never deleted, when they are damaged."""

from __future__ import annotations

import contextlib
import os
import stat
import time
from pathlib import Path

from postroom.errors import ReadOnlyState

COMPANIONS = ("", "-wal", "-shm")
"""A database file's own name and what SQLite keeps beside it."""


def private_folder(folder: Path) -> None:
    """Make sure that the folder exists with mode 0700. Raises ReadOnlyState when it cannot be used."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if stat.S_IMODE(folder.stat().st_mode) & 0o077:
            folder.chmod(0o700)
    except OSError as error:
        raise ReadOnlyState(
            f"The state folder {folder} cannot be used ({error.strerror}). Choose another with --state-dir."
        ) from error


def private_file(path: Path) -> None:
    """Make sure that the file exists with mode 0600. SQLite gives its companions the same mode."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        for companion in (Path(f"{path}{suffix}") for suffix in COMPANIONS):
            if companion.exists() and stat.S_IMODE(companion.stat().st_mode) & 0o077:
                companion.chmod(0o600)
    except OSError as error:
        raise ReadOnlyState(f"{path} cannot be written ({error.strerror}).") from error


def set_aside(path: Path) -> Path:
    """Rename a damaged file and its companions to `.corrupt-<milliseconds>`. Returns the new name."""
    target = path.with_name(f"{path.name}.corrupt-{time.time_ns() // 1_000_000}")
    for suffix in COMPANIONS:
        with contextlib.suppress(FileNotFoundError):
            Path(f"{path}{suffix}").rename(f"{target}{suffix}")
    return target
