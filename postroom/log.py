"""The log: JSON lines in the state folder, 0600, that may be pasted into a bug report.

It carries ids and reasons, never message texts. Keys are blacked out by value (each key that was read is told to
`hide`) and by shape; so are email addresses and profile URLs. A traceback is kept as places in the code, without its
local variables.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import traceback
from collections.abc import MutableMapping
from pathlib import Path

import structlog

LOG_NAME = "postroom.log"
MAX_BYTES = 2_000_000
"""A longer log is put aside when a process starts; one older file is kept."""

_BLACK = "[hidden]"
_SHAPES = (
    re.compile(r"(?i)\bbearer\s+\S+"),
    re.compile(r"""(?i)\b(x-api-key|api[-_ ]?key|authorization|token|secret|password)["']?\s*[:=]\s*["']?[^\s"',}]+"""),
    re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"),
    re.compile(r"(?i)\b(?:[\w-]+\.)*linkedin\.com/\S+"),
    re.compile(r"(?i)\b[a-z][a-z0-9+.-]*://[^\s/@]+@"),
)
"""Authorization headers, anything called a key, email addresses, profile URLs, addresses with a password in them."""

_known: set[str] = set()


def hide(value: str) -> None:
    """From now on `value`, a key, is blacked out wherever it would appear."""
    if value:
        _known.add(value)


def redact(text: str) -> str:
    """`text` without known keys and without what looks like a key, an email address or a profile URL."""
    for value in sorted(_known, key=len, reverse=True):
        text = text.replace(value, _BLACK)
    for shape in _SHAPES:
        text = shape.sub(_BLACK, text)
    return text


def configure(state_dir: Path) -> Path:
    """Send structlog and the standard library's warnings to the log below `state_dir`, and say where it is.

    A log that cannot be written (a full disk, a folder without permission) is done without.
    """
    path = state_dir / LOG_NAME
    with contextlib.suppress(OSError):
        state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.stat().st_size > MAX_BYTES:
            path.replace(path.with_suffix(".log.1"))
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_secrets,
            structlog.processors.JSONRenderer(ensure_ascii=True, default=str),
        ],
        logger_factory=lambda *_names: _Lines(path),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [handler for handler in root.handlers if not isinstance(handler, _Forward)]
    root.addHandler(_Forward(logging.WARNING))
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    return path


def record_failure(error: BaseException, *, state_dir: Path) -> Path | None:
    """Write down an error that nobody expected, and say where. None when not even that was possible."""
    path = configure(state_dir)
    structlog.get_logger().error("unexpected", kind=type(error).__name__, reason=str(error), places=_places(error))
    return path if os.path.exists(path) else None  # noqa: PTH110 (Path.exists raises where it may not look)


class _Lines:
    """Appends one line for each event. The file is open no longer than that, so it may be moved away at any time."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def msg(self, message: str) -> None:
        """Append a line, for the owner's eyes alone; without a word where that is impossible."""
        with contextlib.suppress(OSError):
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
            descriptor = os.open(self._path, flags, 0o600)
            try:
                os.write(descriptor, f"{message}\n".encode("utf-8", "backslashreplace"))
            finally:
                os.close(descriptor)

    debug = info = warning = error = critical = msg


class _Forward(logging.Handler):
    """Takes what libraries warn about, so that none of it lands on the screen."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        structlog.get_logger().warning(
            "library",
            source=record.name,
            reason=record.getMessage(),
            places=_places(error) if error is not None else [],
        )


def _places(error: BaseException) -> list[str]:
    """Where in the code an error arose, innermost last."""
    return [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)]


def _without_secrets(_logger: object, _method: str, event: MutableMapping[str, object]) -> MutableMapping[str, object]:
    """The structlog processor that applies `redact` to every text of an event."""
    return {key: _redacted(value) for key, value in event.items()}


def _redacted(value: object) -> object:
    if isinstance(value, (str, Exception)):
        return redact(str(value))
    if isinstance(value, dict):
        return {str(key): _redacted(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_redacted(item) for item in value]
    return value if isinstance(value, (int, float, bool, type(None))) else redact(str(value))
