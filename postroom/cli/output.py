"""What leaves the command line: data on stdout, narration on stderr, both safe for a terminal.

A reader that closes the pipe early (`| head`) is no failure: the rest is dropped, and the verb ends as it would have.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TextIO

from postroom.errors import PostroomError
from postroom.terms import Micros
from postroom.text import sanitise
from tui.cells import cell_len, fit, steady


def put(text: str = "") -> None:
    """Print data on stdout."""
    _write(sanitise(text) + "\n")


def put_json(document: object) -> None:
    """Print one JSON document on one line of stdout. Its texts are safe for a terminal too."""
    utf8 = sys.stdout.encoding.lower().replace("-", "") == "utf8"
    _write(json.dumps(safe(document), ensure_ascii=not utf8, allow_nan=False) + "\n")


def say(text: str) -> None:
    """Tell the person something on stderr."""
    try:
        sys.stderr.write(sanitise(text) + "\n")
        sys.stderr.flush()
    except OSError:
        _drop(sys.stderr.fileno())


def stamp(micros: Micros | None) -> str | None:
    """A time as ISO 8601 in UTC, such as `2026-03-14T09:26:53Z`. None stays None."""
    if micros is None:
        return None
    return datetime.fromtimestamp(micros // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def table(rows: Sequence[tuple[str, ...]], *, widths: tuple[int, ...]) -> list[str]:
    """Rows as lines with aligned columns, each at most so many cells wide; the last column is as wide as it is."""
    columns = [min(limit, max((cell_len(steady(row[i])) for row in rows), default=0)) for i, limit in enumerate(widths)]
    return [
        "  ".join([*(fit(cell, columns[i]) for i, cell in enumerate(row[: len(widths)])), *row[len(widths) :]]).rstrip()
        for row in rows
    ]


def interactive() -> bool:
    """Whether a person sits at both ends and can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(question: str) -> bool:
    """Ask for a `y`; anything else, and the end of the input, is a no. A plain enter is no answer that acts."""
    return answer(f"{question} [y/N] ").strip().lower() in {"y", "yes"}


def answer(question: str) -> str:
    """What the person types at a question on stderr. The end of the input is an empty answer."""
    sys.stderr.write(sanitise(question))
    sys.stderr.flush()
    return sys.stdin.readline().rstrip("\n")


def ready_streams() -> None:
    """Streams that can always be written: a closed one leads nowhere, a character that cannot be shown is a `?`."""
    sys.stdin = sys.stdin or _nowhere("r")
    sys.stdout = sys.stdout or _nowhere("w")
    sys.stderr = sys.stderr or _nowhere("w")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def flush() -> None:
    """Write what is left, as late as possible but before the interpreter does it without us. Raises OutputLost."""
    with _guarded():
        sys.stdout.flush()


def safe(value: object) -> object:
    """A document with every text in it sanitised."""
    if isinstance(value, str):
        return sanitise(value)
    if isinstance(value, Mapping):
        return {str(key): safe(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [safe(item) for item in value]
    return value


class OutputLost(PostroomError):
    """What was printed could not be written, such as to a full disk."""


def _write(text: str) -> None:
    with _guarded():
        sys.stdout.write(text)


@contextmanager
def _guarded() -> Iterator[None]:
    """A reader that went away is no failure; a full disk is one."""
    try:
        yield
    except BrokenPipeError:
        _drop(sys.stdout.fileno())
    except OSError as error:
        _drop(sys.stdout.fileno())
        raise OutputLost(f"The output could not be written ({error.strerror}), so it is not complete.") from error


def _nowhere(mode: str) -> TextIO:
    """A stream that is always empty and keeps nothing, open as long as the process."""
    return io.TextIOWrapper(io.FileIO(os.devnull, mode), encoding="utf-8")


def _drop(descriptor: int) -> None:
    """Send the rest of a stream whose reader has gone to nowhere, so that nothing complains at exit either."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
