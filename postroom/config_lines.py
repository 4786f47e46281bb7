"""Where each key of a TOML text stands, so that an error can name its line. Pure functions.

The text is cut into statements, each of which `tomllib` itself can read alone: no second grammar to keep in step.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

Location = tuple[str | int, ...]
"""A path into the document: keys, and positions in lists."""


def line_of(text: str, location: Location) -> int:
    """The line, from 1, on which `location` is written; for a key that is missing, where its table begins."""
    lines = _lines(text)
    for length in range(len(location), 0, -1):
        if location[:length] in lines:
            return lines[location[:length]]
    return 1


def syntax_error_line(error: tomllib.TOMLDecodeError, text: str) -> int:
    """The line, from 1, at which `tomllib` gave up."""
    found = re.search(r"at line (\d+)", str(error))
    return int(found[1]) if found else max(1, len(text.splitlines()))


def _lines(text: str) -> dict[Location, int]:
    """The line of every path in a valid TOML text. The first mention wins."""
    lines: dict[Location, int] = {}
    counts: dict[str, int] = {}
    table: Location = ()
    for line, statement in _statements(text):
        content = tomllib.loads(statement)
        if statement.lstrip().startswith("["):
            table = _table(content, counts)
            lines.setdefault(table, line)
            continue
        for path in _paths(content):
            lines.setdefault((*table, *path), line)
    return lines


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each header or `key = value` with the number of its first line; a value may go over several lines."""
    pending: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not pending and (not line.strip() or line.lstrip().startswith("#")):
            continue
        pending.append(line)
        statement = "\n".join(pending)
        if _readable(statement):
            yield number - len(pending) + 1, statement
            pending = []


def _readable(statement: str) -> bool:
    """Whether the statement is complete."""
    try:
        tomllib.loads(statement)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _table(content: dict[str, object], counts: dict[str, int]) -> Location:
    """The path that a header opens; `counts` numbers the tables of each list."""
    path: list[str | int] = []
    node: object = content
    while isinstance(node, dict) and node:
        key, node = next(iter(node.items()))
        path.append(key)
        if isinstance(node, list):
            name = ".".join(map(str, path))
            counts[name] = counts.get(name, -1) + 1
            path.append(counts[name])
            node = node[0]
    return tuple(path)


def _paths(node: object) -> Iterator[Location]:
    """Every path inside a value."""
    if isinstance(node, dict):
        children: list[tuple[str | int, object]] = list(node.items())
    elif isinstance(node, list):
        children = list(enumerate(node))
    else:
        return
    for key, child in children:
        yield (key,)
        for rest in _paths(child):
            yield (key, *rest)
