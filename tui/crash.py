"""What is left when Postroom stops unexpectedly: a plain sentence on the screen and a note without private things.

Neither shows variables: they hold messages and keys.
"""

from __future__ import annotations

import os
import re
import traceback
from datetime import UTC, datetime
from pathlib import Path

from textual.worker import WorkerFailed

FILE = "crash.log"
_PRIVATE = re.compile(
    r"(?i)bearer\s+\S+|(?:x-)?api[-_]?key\S*\s*[:=]\s*\S+|[\w.+-]+@[\w-]+\.[\w.-]+|https?://\S+|[A-Za-z0-9_\-+/=]{24,}"
)


KEPT = "What you wrote is kept."
NOT_ALL_KEPT = "What was saved before is kept."
"""Where it could not be found out whether anything was unsaved."""


def note_crash(error: BaseException, state_dir: Path, *, kept: str = KEPT) -> str:
    """Write down where it happened, readable by the owner only; the sentence for the person at the screen.

    `kept`: what has become of what they wrote.
    """
    if isinstance(error, WorkerFailed):
        error = error.error  # a wrapping that knows neither the place nor the kind
    stopped = f"Postroom stopped because of a mistake of its own ({type(error).__name__})."
    path = state_dir / FILE
    places = [f"  {Path(f.filename).name}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)]
    lines = [f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}Z {type(error).__name__}: {redact(str(error))}", *places, ""]
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as log:
            log.write("\n".join(lines) + "\n")
    except OSError:
        return f"{stopped} {kept}"
    return f"{stopped} {kept} Where it happened is noted in {path}, without your messages or keys."


def redact(text: str) -> str:
    """`text` without known keys and what looks like a key, an address or a link, and not longer than a line."""
    from postroom import log  # noqa: PLC0415 (structlog is paid for only by a crash)

    return _PRIVATE.sub("[…]", " ".join(log.redact(text).split()))[:300]
