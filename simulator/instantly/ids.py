"""How Instantly's ids are made. Each is a UUID that leads back to what it names."""

from __future__ import annotations

import re

from simulator.dice import mix

_UUID = re.compile(r"([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})")


def uuid(number: int, kind: int, rest: int) -> str:
    """An id made of a number, a kind and some more."""
    return f"{number & 0xFFFFFFFF:08x}-{kind & 0xFFFF:04x}-7372-9610-{rest & 0xFFFFFFFFFFFF:012x}"


def parts(id_: str) -> tuple[int, int, int] | None:
    """The number, the kind and the rest of an id. None: it was not made here."""
    found = _UUID.fullmatch(id_)
    return (int(found[1], 16), int(found[2], 16), int(found[5], 16)) if found else None


def thread_id(workspace_seed: int, index: int) -> str:
    """The id of a conversation's thread."""
    return uuid(index, 0x7EAD, mix(workspace_seed, 301, index))


def job_id(seq: int) -> str:
    """The id of the job that an event began."""
    return uuid(seq, 0x0B0B, mix(seq, 302))


def list_id(seed: int, index: int) -> str:
    """The id of a list that the world began with."""
    return uuid(index, 0x1157, mix(seed, 303, index))


def campaign_id(seed: int, index: int) -> str:
    """The id of a campaign."""
    return uuid(index, 0xCA3B, mix(seed, 304, index))
