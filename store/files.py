"""The state folder's files: private from their first moment, and set aside, never deleted, when they are damaged."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import time
from pathlib import Path

from postroom.errors import ReadOnlyState, StateError

GENERATION_FILE = "generation"
"""Beside user.db since its first start; see `store.identity`."""

COMPANIONS = ("", "-wal", "-shm")
"""A database file's own name and what SQLite keeps beside it."""

_HEAD = 100
"""Bytes before a database's first page."""

_KEPT_OPEN: dict[tuple[int, int], int] = {}
"""Descriptors of databases that are in use, by device and inode; closed by the process's end."""

_NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "fuse.sshfs", "fuse.rclone", "davfs"})
"""File systems on which SQLite's write-ahead log is not safe: it needs memory shared between processes."""

_MOUNTS = Path("/proc/self/mountinfo")

_MAGIC = {
    0x6969: "nfs",
    0x517B: "smb",
    0xFF534D42: "cifs",
    0xFE534D42: "smb2",
    0x5346414F: "afs",
    0x564C: "ncpfs",
    0x73757245: "coda",
}
"""What Linux's `statfs` calls them, where the list of mounts does not tell."""


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
    place = folder.resolve()
    kind = _magic(place)
    with contextlib.suppress(OSError):  # no such list on this system
        kind = kind or network_file_system(place, _MOUNTS.read_text(encoding="utf-8", errors="replace"))
    if kind:
        raise StateError(
            f"{folder} is on a network file system ({kind}), where the database could be damaged. "
            "Choose a folder on this machine with --state-dir."
        )


def _magic(place: Path) -> str:
    """The kind of network file system by its magic number. Empty: it is local, or this is not Linux."""
    if not sys.platform.startswith("linux"):
        return ""
    import ctypes  # noqa: PLC0415 (the one thing that asks for it)

    found = (ctypes.c_ulong * 32)()  # struct statfs begins with its type and has 120 bytes
    if ctypes.CDLL(None).statfs(os.fsencode(place), found) != 0:
        return ""
    return _MAGIC.get(found[0] & 0xFFFFFFFF, "")


def private_folder(folder: Path) -> None:
    """Make sure that the folder exists with mode 0700. Raises ReadOnlyState when it cannot be used."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if stat.S_IMODE(folder.stat().st_mode) & 0o077:
            folder.chmod(0o700)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise ReadOnlyState(
            f"The state folder {folder} cannot be used ({error.strerror}). Choose another with --state-dir."
        ) from error


def private_file(path: Path) -> None:
    """Make sure that the file exists with mode 0600. SQLite gives its companions the same mode.

    A database that is there is never opened here: closing it again would drop every lock that this process holds on
    it, and the next program to come and go would take itself for the last, and the write-ahead log away.
    """
    try:
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        if not os.access(path, os.R_OK | os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        for companion in (Path(f"{path}{suffix}") for suffix in COMPANIONS):
            if companion.exists() and stat.S_IMODE(companion.stat().st_mode) & 0o077:
                companion.chmod(0o600)
    except OSError as error:
        raise ReadOnlyState(f"{path} cannot be written ({error.strerror}).") from error


def write_durably(path: Path, content: bytes) -> None:
    """Write a small file anew, mode 0600. After a power cut it is the old one or the new one, whole. Raises OSError."""
    unfinished = path.with_name(f"{path.name}.part")
    descriptor = os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def head(path: Path, *, in_use: bool) -> bytes:
    """A database's first bytes. One that is `in_use` here is not closed again, for its locks' sake."""
    if not in_use:
        with path.open("rb") as file:
            return file.read(_HEAD)
    found = path.stat()
    which = found.st_dev, found.st_ino
    if which not in _KEPT_OPEN:
        _KEPT_OPEN[which] = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    return os.pread(_KEPT_OPEN[which], _HEAD, 0)


def close_to_others(folder: Path) -> None:
    """Take everybody else's rights to what is in the folder away: a copy or an older tool may have given them."""
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            mode = path.lstat().st_mode
            if mode & 0o077 and (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
                path.chmod(0o700 if stat.S_ISDIR(mode) else 0o600)


def set_aside(path: Path, *, word: str = "corrupt") -> Path:
    """Rename a damaged file and its companions to `.corrupt-<milliseconds>`. Returns the new name.

    One that is only replaced gets another `word`.
    """
    target = path.with_name(f"{path.name}.{word}-{time.time_ns() // 1_000_000}")
    for suffix in COMPANIONS:
        with contextlib.suppress(FileNotFoundError):
            Path(f"{path}{suffix}").rename(f"{target}{suffix}")
    return target
