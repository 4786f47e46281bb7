"""An answer's bytes, made into plain Python values whatever is in them.

Fast for what is well formed; what is not (a lone surrogate, invalid UTF-8, a bare control character, nesting without
end) is read by slower means before it is given up, so that one odd record never costs a whole page.
"""

from __future__ import annotations

import json
import re
from itertools import accumulate
from typing import cast

from pydantic_core import from_json

MAX_DEPTH = 64
"""Deeper values are read as null."""

_STEP = [0] * 256
for _opening, _closing in (b"{}", b"[]"):
    _STEP[_opening], _STEP[_closing] = 1, -1
_NO_BRACKET = bytes(byte for byte in range(256) if not _STEP[byte])
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)
_LONGEST_INTEGER = 40


class Undecodable(ValueError):
    """The bytes are not JSON."""


def decode(raw: bytes) -> object:
    """The value that `raw` spells. Raises Undecodable."""
    if _deepest(raw) > MAX_DEPTH:
        raw = _pruned(raw)
    try:
        return cast("object", from_json(raw))
    except ValueError:
        return _decoded_patiently(raw)


def _decoded_patiently(raw: bytes) -> object:
    """Like `decode`, for what a strict reader refuses."""
    try:
        text = raw.decode("utf-8-sig", "replace")
        return _whole(json.loads(text, strict=False, parse_int=_integer))
    except (ValueError, RecursionError) as error:
        raise Undecodable("not JSON") from error


def _integer(digits: str) -> int | None:
    """An integer of any length that a computer would mean; None for a longer one."""
    return int(digits) if len(digits) <= _LONGEST_INTEGER else None


def _whole(value: object) -> object:
    """`value` with U+FFFD for every lone surrogate."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if isinstance(value, dict):
        return {_whole(name): _whole(item) for name, item in value.items()}
    return value


def _deepest(raw: bytes) -> int:
    """How deep the value may be nested; brackets in texts count too, so it can only be too much."""
    brackets = raw.translate(None, _NO_BRACKET)
    return max(accumulate(map(_STEP.__getitem__, brackets)), default=0)


def _pruned(raw: bytes) -> bytes:
    """`raw` with null in the place of every value nested deeper than MAX_DEPTH."""
    kept: list[bytes] = []
    depth = start = 0
    for token in _TOKEN.finditer(raw):
        step = _STEP[raw[token.start()]]
        if step > 0 and depth == MAX_DEPTH:
            kept += (raw[start : token.start()], b"null")
        depth += step
        if step < 0 and depth == MAX_DEPTH:
            start = token.end()
    if depth <= MAX_DEPTH:
        kept.append(raw[start:])
    return b"".join(kept)
