"""The state folder's files: private from their first moment, and set aside, never deleted, when they are damaged."""

from __future__ import annotations

import contextlib
import os
import stat
import time
from pathlib import Path

from postroom.errors import ReadOnlyState, StateError

COMPANIONS = ("", "-wal", "-shm")
"""A database file's own name and what SQLite keeps beside it."""


_NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "fuse.sshfs", "fuse.rclone", "davfs"})
"""File systems on which SQLite's write-ahead log is not safe: it needs memory shared between processes."""

_MOUNTS = Path("/proc/self/mountinfo")


def network_file_system(folder: Path, mounts: str) -> str:
    """The kind of network file system that `folder` is on, by the system's list of mounts. Empty: it is local."""
    kind, longest = "", -1
    for line in mounts.splitlines():
        before, dash, after = line.partition(" - ")
        columns = before.split()
        if not dash or len(columns) < 5 or not after.split():
            continue
        point = columns[4].replace("\\040", " ")
        if len(point) >= longest and folder.is_relative_to(point):
            kind, longest = after.split()[0], len(point)
    return kind if kind in _NETWORK else ""


def refuse_network(folder: Path) -> None:
    """Raise StateError when the folder is on a network file system, where user.db could be damaged."""
    try:
        kind = network_file_system(folder.resolve(), _MOUNTS.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return  # no such list on this system
    if kind:
        raise StateError(
            f"{folder} is on a network file system ({kind}), where the database could be damaged. "
            "Choose a folder on this machine with --state-dir."
        )


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


def set_aside(path: Path, *, word: str = "corrupt") -> Path:
    """Rename a damaged file and its companions to `.corrupt-<milliseconds>`. Returns the new name.

    One that is only replaced gets another `word`.
    """
    target = path.with_name(f"{path.name}.{word}-{time.time_ns() // 1_000_000}")
    for suffix in COMPANIONS:
        with contextlib.suppress(FileNotFoundError):
            Path(f"{path}{suffix}").rename(f"{target}{suffix}")
    return target
