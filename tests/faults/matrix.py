"""The fault matrix: every fault that is provoked on purpose, by its ID, and the figures that are measured on the way.

A test of a row has a name that starts with the row's ID (`test_hf02_...`) and stands in this folder. `make faults` runs
all rows whole; CI runs a sample of the long ones.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

WHOLE = os.environ.get("POSTROOM_FAULTS") == "whole"
"""Whether the long rows run whole, as under `make faults`; a sample otherwise."""

ROWS: dict[str, str] = {
    "HF01": "connection refused on send",
    "HF02": "delivered, closed without an answer",
    "HF03": "delivered, reset",
    "HF04": "delivered, hangs beyond the read time-out",
    "HF06": "502, delivered or not",
    "HF07": "503 with Retry-After on send",
    "HF08": "500 on GET twice, then 200",
    "HF09": "200 pending, echo on the second sync",
    "HF11": "200 truncated, invalid JSON or a login page on send",
    "HF12": "200 with ok:false",
    "HF13": "redirect to another host",
    "HF15": "401 in mid-session",
    "HF16": "429 with every kind of Retry-After",
    "HF17": "one byte each 0.3 s for ever",
    "HF19": "200 with a body of 25 MB",
    "HF20": "bad certificates and old TLS",
    "HF21": "a kept-alive socket that died silently",
    "PG01": "rows moved to the top between pages",
    "PG02": "deletions between pages",
    "PG04": "a cursor that repeats or goes in a circle",
    "PG05": "has_more without a cursor, or with an empty page",
    "PG06": "a cursor that expired half-way",
    "PG08": "a row gone for two sweeps and not found",
    "PG09": "a total that is wrong, negative or absent",
    "PG10": "an offset beyond the end returns the last page",
    "PG11": "50,000 conversations, nothing changed",
    "PG12": "one of 50,000 changed",
    "DF01": "one poisoned record at each index of a page",
    "DF02": "unknown words in every enumeration",
    "DF03": "each field removed, null or of a wrong type",
    "DF04": "new fields, deep nesting, duplicate keys, NaN, 1e400",
    "DF05": "two identical messages in one second",
    "DF07": "messages newest first, then shuffled",
    "DF08": "a message edited",
    "DF09": "naive, offset, epoch, far-future and DST-gap times",
    "DF10": "a body of 5 MB; a thread of 20,000 messages",
    "DF11": "the same text sent twice, one echo",
    "DF13": "the provider shortens an address in the text",
    "DF14": "read flips to unread without a new message",
    "DF15": "they wrote between draft and send",
    "DF16": "lone surrogates, invalid UTF-8, NUL",
    "CR01": "killed at every executed line of outbox, journal and reconcile",
    "CR02": "killed at random moments of sync and send",
    "CR03": "killed in recovery, and in recovery's recovery",
    "CR05": "killed between a page's rows and its checkpoint",
    "CR06": "killed at each statement of a migration",
    "CR07": "SIGTERM, SIGHUP and ctrl+c during a send",
    "CR08": "power lost: what was not synced is gone",
    "CR09": "planted faults: the test of the tests",
    "CR10": "an exception in any widget's handler",
    "DK01": "no space at the Nth write",
    "DK03": "an I/O error at the Nth operation",
    "DK04": "random byte flips in the cache",
    "DK05": "user.db truncated or garbage",
    "DK07": "state folder read-only, missing or not owned",
    "DK08": "a network file system",
    "DK09": "an older program on a newer file",
    "DK10": "the cache deleted while running and while stopped",
    "DK11": "two upgrades, then one downgrade",
    "HC01": "the hostile corpus in every field on every screen",
    "HC02": "all control codes, singly and in pairs",
    "HC04": "markup and templates everywhere",
    "HC06": "bidi, tags, zero width, stacked accents",
    "HC07": "a homoglyph of a known contact",
    "HC08": "a body that imitates the screen",
    "HC09": "dangerous links",
    "HC10": "a dangerous paste",
    "HC12": "formulas and paths in exports",
    "HC13": "query syntax in searches and data",
    "SE01": "canary keys looked for everywhere",
    "SE03": "a key file that others can read",
    "SE04": "a start with umask 000",
    "SE05": "what a child process is told",
    "SE06": "one lead erased",
    "SE07": "one lead exported",
    "SE08": "a proxy in the environment",
    "SE09": "locked, hashed and audited dependencies",
    "CC01": "ten instances started together",
    "CC03": "send pressed twice, and held down",
    "CC04": "undo against the deadline",
    "CC05": "a user's action while a backfill saturates the limit",
    "CC06": "another tool uses the same limit",
    "CC07": "another program holds the write lock",
    "CC08": "pause and resume queued on one campaign",
    "CC10": "a restart loop",
    "CK01": "the wall clock jumps",
    "CK03": "the hour that comes twice",
    "CK04": "absurd limit headers and a skewed server",
    "CK05": "a day of virtual time with random faults",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure that is measured, its goal in words, and the rows whose tests measure it."""

    title: str
    goal: str
    rows: str


FIGURES: dict[str, Figure] = {
    "kills": Figure(
        "random SIGKILLs in sync, send and recovery",
        "10,000: 0 double sends, 0 lost drafts, 0 false states, 0 stuck",
        "cr02 or cr03",
    ),
    "lines": Figure("a kill at every executed line of outbox, journal and reconcile", "the same four zeros", "cr01"),
    "planted": Figure("planted faults", "20 or more, every one caught", "cr09"),
    "hostile": Figure(
        "hostile payload x field x screen on a real pty",
        "10,000 cases, 0 raw control bytes, 0 changes of terminal state",
        "hc01",
    ),
    "sanitiser": Figure("the sanitiser over fuzzed strings", "1,000,000 idempotent, 5 ms per 100 kB at most", "hc02"),
    "mutated": Figure(
        "mutated provider responses",
        "100,000: 0 uncaught exceptions, 0 pages lost to one record, 0 endless loops",
        "df03",
    ),
    "moves": Figure(
        "sync under moves, deletions and edits between pages",
        "10,000 runs: cache equals server after two quiet polls",
        "pg01",
    ),
    "soak": Figure(
        "soak",
        "24 h of virtual time in under 10 min: 5 % faults, 200 suspends, 50 clock jumps, flat memory and handles",
        "ck05",
    ),
    "doubts": Figure(
        "doubtful sends that did deliver",
        "99 % settled within two syncs of the echo, 0 wrong matches over 5,000",
        "df11",
    ),
    "undo": Figure("undo against the deadline", "10,000 races at +-5 ms: never undone and yet sent", "cc04"),
    "actions": Figure("user actions while a backfill saturates the limit", "dispatched in 1 s at p99", "cc05"),
    "secrets": Figure("canary keys", "0 places over every run", "se01"),
}


def amount(sample: int, whole: int) -> int:
    """How many times a long row repeats itself: a sample in CI, the whole under `make faults`."""
    return whole if WHOLE else sample


def measured(figure: str, **counts: float) -> None:
    """Report what a test measured for a figure of FIGURES.

    Counts of one name are added up over all tests and processes; of those whose name starts with `worst_` the greatest
    is kept, of those with `least_` the smallest. Outside `make faults` nothing is kept.
    """
    if figure not in FIGURES:
        raise KeyError(figure)
    folder = os.environ.get("POSTROOM_FIGURES")
    if folder:
        with (Path(folder) / f"{figure}-{os.getpid()}.jsonl").open("a") as file:
            file.write(json.dumps(counts) + "\n")
