"""Whether user.db is the one that was here last: a restored, copied or cloned file must not send by itself.

Two signs are kept both in user.db and beside it, and compared at every start: the machine, and a number that grows with
each start. A file that comes from elsewhere, or from the past, disagrees with at least one of them.
"""

from __future__ import annotations

import contextlib
import hashlib
import sys
import uuid
from pathlib import Path

from store.connection import transaction
from store.database import Store
from store.files import GENERATION_FILE, write_durably

_COPIED = "These files come from another machine, which may have sent this. Look before you send it again."
_OLDER = "user.db is older than the last start here, so this may have been sent. Look before you send it again."


def why_foreign(store: Store, *, machine: str) -> str:
    """A sentence when the outbox may know less than what was sent; else empty."""
    known = store.user.row(str, "select value from meta where key = 'machine'")
    if known is not None and known != machine:
        return _COPIED
    beside = _read(store.state_dir / GENERATION_FILE)
    return _OLDER if store.user.number("select value from meta where key = 'generation'") < beside else ""


def note_start(store: Store, *, machine: str) -> None:
    """Note the machine and one more start. The number beside the file is written last, so a crash never accuses."""
    beside = _read(store.state_dir / GENERATION_FILE)
    with transaction(store.user) as user:
        generation = max(beside, user.number("select value from meta where key = 'generation'")) + 1
        user.execute("insert or replace into meta values ('machine', ?), ('generation', ?)", (machine, generation))
    with contextlib.suppress(OSError):
        write_durably(store.state_dir / GENERATION_FILE, str(generation).encode())


def this_machine() -> str:
    """A name for the machine that tells nobody which one it is. The same everywhere that has no lasting name."""
    named = ""
    with contextlib.suppress(OSError):
        named = Path("/etc/machine-id").read_text(encoding="ascii").strip()
    if not named and sys.platform == "darwin":
        node = uuid.getnode()
        named = "" if node >> 40 & 1 else str(node)  # with this bit the number was made up for this process alone
    return hashlib.sha256(f"postroom {named}".encode()).hexdigest()[:16]


def _read(path: Path) -> int:
    try:
        return int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0
