"""Room on the disk: some is kept back, so that a draft or the result of a send can be saved when the disk is full.

With little room left nothing is sent: a send whose claim or result cannot be written down must not happen.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from store.connection import DiskFull
from store.database import Store

T = TypeVar("T")

BALLAST = 2 * 1024 * 1024
"""Bytes kept back, given up when the disk is full."""

_FILE = "ballast"


def why_no_sends(store: Store) -> str:
    """A sentence when too little room is left for sending; else empty."""
    if _free(store.state_dir) >= store.room_needed:
        return ""
    return "The disk is nearly full, so nothing is sent. Free some space; what you write is still kept."


def keep_back(store: Store) -> None:
    """Make sure that the ballast is there, when there is room for it."""
    path = store.state_dir / _FILE
    if _free(store.state_dir) < store.room_needed + BALLAST or (path.exists() and path.stat().st_size >= BALLAST):
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            # Real bytes: a sparse file would keep nothing back.
            os.write(descriptor, os.urandom(BALLAST))
        finally:
            os.close(descriptor)


def make_room(state_dir: Path) -> None:
    """Before a start on a full disk: SQLite cannot even open its files without room for what it lays beside them."""
    if _free(state_dir) < BALLAST:
        _give_up(state_dir / _FILE)


def surely(store: Store, save: Callable[[], T]) -> T:
    """`save()`, and once more with the ballast given up when the disk is full. Raises DiskFull when that fails too."""
    try:
        return save()
    except DiskFull:
        if not _give_up(store.state_dir / _FILE):
            raise
        return save()


def _give_up(ballast: Path) -> bool:
    """Let the ballast go. False: it was given up before, or the disk refuses even that."""
    try:
        ballast.unlink()
    except OSError:
        return False
    return True


def _free(folder: Path) -> int:
    """Bytes that this user may still write; very many where that cannot be asked."""
    try:
        found = os.statvfs(folder)
    except OSError:
        return 1 << 60
    return found.f_bavail * found.f_frsize
