"""A disk that fails on demand, for a child process: the Nth operation fails, or kills, or power is cut between two.

The work is done by shim.c, loaded into the child before libc. Program and test share a small file of numbers, so a test
arms and reads the disk while the child lives. What is not below the state folder is left alone.
"""

from __future__ import annotations

import errno
import functools
import mmap
import random
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

WRITE, SYNC, TRUNCATE, READ, OPEN, RENAME, UNLINK = (1 << bit for bit in range(7))
CHANGES = WRITE | SYNC | TRUNCATE | OPEN | RENAME | UNLINK
"""All that changes the disk."""

NO_SPACE, BROKEN, KILL = errno.ENOSPC, errno.EIO, 0
"""What happens at the operation."""

FOR_EVER = 1 << 62
_NAMES = ("operations", "first", "last", "error", "kinds", "grant", "room", "kind_of_disk", "hits", "granted")


class Disk:
    """The state folder's disk, as a child sees it that was started with `environment`."""

    def __init__(self, folder: Path, control: Path, *, log: Path | None = None) -> None:
        self.environment = {
            "LD_PRELOAD": str(_library()),
            "DISK_SHIM_FOLDER": str(folder),
            "DISK_SHIM_CONTROL": str(control),
            **({"DISK_SHIM_LOG": str(log)} if log else {}),
        }
        control.write_bytes(bytes(8 * len(_NAMES)))
        with control.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), 0)

    def arm(
        self,
        first: int,
        error: int,
        *,
        kinds: int = CHANGES,
        count: int = 1,
        room: int = 0,
        grant: int = 0,
    ) -> None:
        """From now on, operations are counted anew, and `count` of them fail from the one with the number `first`.

        `room`: bytes that the disk claims to have free (0: the truth). `grant`: operations that succeed after all once
        the ballast is given up.
        """
        last = min(first + count - 1, FOR_EVER)
        self._write(first=first, last=last, error=error, kinds=kinds, grant=grant, room=room)

    def mend(self) -> None:
        """Nothing fails any more."""
        self._write(kinds=CHANGES)

    def claim_to_be(self, magic: int) -> None:
        """Let `statfs` name another file system."""
        self._write(kind_of_disk=magic)

    @property
    def operations(self) -> int:
        """Operations counted since it was armed."""
        return self._read("operations")

    @property
    def hits(self) -> int:
        """Operations that failed since it was armed."""
        return self._read("hits")

    def _write(self, **values: int) -> None:
        self._shared[:] = struct.pack(f"{len(_NAMES)}q", *(values.get(name, 0) for name in _NAMES))

    def _read(self, name: str) -> int:
        found: int = struct.unpack_from("q", self._shared, 8 * _NAMES.index(name))[0]
        return found


@functools.cache
def _library() -> Path:
    """shim.c, compiled for this machine. Skips the test where there is no compiler."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        pytest.skip("there is no C compiler here to build the failing disk with")
    target = Path(tempfile.mkdtemp(prefix="disk-shim-")) / "shim.so"
    source = Path(__file__).with_name("shim.c")
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-O1", "-o", target, source, "-ldl", "-lpthread"], check=True, timeout=60
    )
    return target


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that the child did to its disk, or said to the world (`said`: to the network or to stdout)."""

    kind: str
    path: str
    offset: int
    data: bytes


_KINDS = ("", "write", "sync", "truncate", "create", "rename", "unlink", "said", "sync folder")
_HEAD = struct.Struct("iiqq")


def events(log: Path) -> Iterator[Event]:
    """What the child did, in order."""
    whole = memoryview(log.read_bytes())
    at = 0
    while at + _HEAD.size <= len(whole):
        kind, path_length, offset, length = _HEAD.unpack_from(whole, at)
        at += _HEAD.size
        path = bytes(whole[at : at + path_length]).decode()
        at += path_length
        name = _KINDS[kind]
        carried = length if name in {"write", "rename", "said"} else 0
        yield Event(name, path, offset, bytes(whole[at : at + carried]))
        at += carried


class Platter:
    """What would be found on the disk after a power cut: what was synced, and of the rest what chance left.

    A new name lasts once its file or its folder is synced; a rename or a removal may be lost as well, but not undone
    halfway.
    """

    def __init__(self, *, believes_syncs: bool = True) -> None:
        self._synced: dict[str, bytearray | None] = {}
        """Per file what is sure to be there."""
        self._open: dict[str, bytearray] = {}
        """Per file what the program sees."""
        self._loose: dict[str, list[Event]] = {}
        """Per file what was done to it since it was synced."""
        self._believes_syncs = believes_syncs

    def take(self, event: Event) -> None:
        """One more event."""
        path = event.path
        match event.kind:
            case "write" | "truncate":
                _apply(self._open.setdefault(path, bytearray()), event)
                self._loose.setdefault(path, []).append(event)
            case "create":
                self._open[path] = bytearray()
                self._loose.setdefault(path, [])
            case "sync" if self._believes_syncs:
                self._synced[path] = bytearray(self._open.get(path, b""))
                self._loose.pop(path, None)
            case "sync folder" if self._believes_syncs:
                for name in self._open:
                    if str(Path(name).parent) == path:
                        self._synced.setdefault(name, bytearray())
            case "rename":
                self._move(path, event.data.decode())
            case "unlink":
                for each in (self._synced, self._open, self._loose):
                    each.pop(path, None)
            case _:
                pass

    def cut(self, folder: Path, source: Path, *, dice: random.Random | None = None) -> None:
        """Write what a power cut leaves of `source` into `folder`: with `dice`, some loose writes too."""
        names = set(self._synced) | (set(self._loose) if dice else set())
        for name in sorted(names):
            if name.endswith("-shm"):
                continue  # memory that processes share; SQLite makes it anew
            content = bytearray(self._synced.get(name) or b"")
            for event in self._loose.get(name, ()) if dice else ():
                if dice is not None and dice.random() < 0.5:
                    _apply(content, event)
            target = folder / Path(name).relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            target.write_bytes(content)
            target.chmod(0o600)

    def _move(self, old: str, new: str) -> None:
        for each in (self._synced, self._open, self._loose):
            each.pop(new, None)
            if old in each:
                each[new] = each.pop(old)  # type: ignore[assignment,index]  # the same dictionary gives and takes


def _apply(content: bytearray, event: Event) -> None:
    if event.kind == "truncate":
        del content[event.offset :]
        content.extend(bytes(event.offset - len(content)))
        return
    content.extend(bytes(max(0, event.offset - len(content))))
    content[event.offset : event.offset + len(event.data)] = event.data
