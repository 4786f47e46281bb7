"""The proof of an erasure: every file of the state folder is read byte by byte for what names the person.

What is found may be somebody else's too: a namesake, a greeting from a template, an address that begins a longer one.
So a find counts unless the rows of other people that remain hold the same words.
"""

from __future__ import annotations

import gc
import json
import mmap
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from postroom.errors import StateError
from postroom.text import profile_key
from store.database import Store
from store.people import Person

_SHORTEST = 6
"""Shorter ids would be found by accident in any large file."""
_NAME = 4
"""Bytes of a name that can be looked for."""
_SENTENCE = 16
"""Shorter texts, such as a “Thanks!”, say nothing about anybody."""
_TAKEN = 64
_MOST = 1000


@dataclass(frozen=True, slots=True)
class Traces:
    """What is looked for."""

    ids: frozenset[str]
    words: frozenset[str]
    """Names and sentences."""


@dataclass(slots=True)
class Found:
    """What a look at all files showed."""

    files: int = 0
    bytes: int = 0
    left: dict[Path, set[str]] = field(default_factory=dict)
    """Where something is left, and what."""


def traces_of(store: Store, person: Person) -> Traces:
    """What to look for. To be asked before anything is deleted."""
    slugs = {profile.rpartition("/")[2] for profile in person.profiles}
    ids = {
        *(key.id for key in person.conversations), *person.refs,
        # HeyReach's own id stands behind the account's.
        *(key.id.partition("/")[2] for key in person.conversations), *(lead for _, lead in person.leads), *person.urls,
        *person.emails, *person.linkedin_ids, *slugs, *(url.rstrip("/").rpartition("/")[2] for url in person.urls),
    }  # fmt: skip
    words = _names(person)
    words.update(_sentence(text) for text in _texts(store, person))
    return Traces(
        frozenset(each for each in ids if len(each) >= _SHORTEST),
        frozenset(sorted(words - {""}, key=len, reverse=True)[:_MOST]),
    )


def names_of(traces: Traces, person: Person) -> set[str]:
    """What a line of a log or a record that could not be read is known by."""
    return set(traces.ids) | _names(person)


def look(store: Store, traces: Traces, *, skip: Iterable[Path] = ()) -> Found:
    """Read every file of the state folder."""
    leave = set(skip)
    spelled = {bytes_: text for text in (*traces.ids, *traces.words) for bytes_ in spellings(text)}
    found = _read_apart([path for path in files(store.state_dir) if path not in leave], spelled)
    hits = {hit for each in found.left.values() for hit in each}
    shared = _held_by_others(store, hits) if hits else set()
    found.left = {path: rest for path, met in found.left.items() if (rest := met - shared)}
    return found


def files(folder: Path) -> list[Path]:
    """Every file below a folder, links not followed."""
    return sorted(
        Path(place) / name
        for place, _, names in os.walk(folder)
        for name in names
        if not (Path(place) / name).is_symlink()
    )


def spellings(text: str) -> set[bytes]:
    """A text as a database, JSON or an address may spell it."""
    plain = text.encode("utf-8", "surrogatepass")
    ascii_ = json.dumps(text)[1:-1].encode("ascii")
    found = {plain, ascii_, json.dumps(text, ensure_ascii=False)[1:-1].encode("utf-8", "surrogatepass")}
    if profile_key(f"https://www.linkedin.com/in/{text}") and " " not in text:
        found.add(quote(text, safe="%-._~/:").encode("ascii"))
    return found


def _names(person: Person) -> set[str]:
    return {name for name in person.names if len(name.encode("utf-8", "replace")) >= _NAME}


def _read_apart(paths: list[Path], spelled: dict[bytes, str]) -> Found:
    """Read the files in a child process.

    Here, closing a database that is open would drop every lock that this process holds on it, and the next program to
    come and go would take itself for the last, and the write-ahead log away.
    """
    answer, mouth = os.pipe()
    child = os.fork()
    if child == 0:
        gc.disable()  # nothing of SQLite's may be tidied up in here
        try:
            told = json.dumps(_read(paths, spelled)).encode("ascii")
            while told:
                told = told[os.write(mouth, told) :]
        finally:
            os._exit(0)
    os.close(mouth)
    with os.fdopen(answer, "rb") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    if not said:
        raise StateError("The files could not be read, so it is not known whether anything is left.")
    read, size, left, unreadable = json.loads(said)
    if unreadable:
        raise StateError(unreadable)
    return Found(read, size, {paths[at]: set(texts) for at, texts in left})


def _read(paths: list[Path], spelled: dict[bytes, str]) -> tuple[int, int, list[tuple[int, list[str]]], str]:
    """How many files and bytes were read, which files hold what, and a sentence about one that cannot be read."""
    total = 0
    left: list[tuple[int, list[str]]] = []
    for at, path in enumerate(paths):
        try:
            with path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                total += size
                if size and (met := _hits(file.fileno(), spelled)):
                    left.append((at, met))
        except OSError as error:
            return at, total, left, f"{path} could not be read ({error.strerror}), so nothing is known about it."
    return len(paths), total, left, ""


def _hits(descriptor: int, spelled: dict[bytes, str]) -> list[str]:
    with mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ) as content:
        return list({text for bytes_, text in spelled.items() if _holds(content, bytes_)})


def _holds(content: mmap.mmap, bytes_: bytes) -> bool:
    """Whether the bytes are there. A number must stand alone: longer ones hold any short one by accident."""
    at = content.find(bytes_)
    if not bytes_.isdigit():
        return at >= 0
    while at >= 0:
        if (
            not content[max(0, at - 1) : at].isdigit()
            and not content[at + len(bytes_) : at + len(bytes_) + 1].isdigit()
        ):
            return True
        at = content.find(bytes_, at + 1)
    return False


def _texts(store: Store, person: Person) -> Iterator[str]:
    """What was written to, by and about the person."""
    rows = json.dumps(person.rows)
    for sql in (
        "select body from message where conversation in (select value from json_each(?)) order by id desc limit 2000",
        """select body from message_version where message in (
            select id from message where conversation in (select value from json_each(?)))""",
        "select note from conversation where id in (select value from json_each(?))",
        "select headline from conversation where id in (select value from json_each(?))",
    ):
        yield from store.cache.rows(str, sql, (rows,))
    keys = json.dumps(person.conversations)
    theirs = "(workspace, conversation) in (select value ->> 0, value ->> 1 from json_each(?))"
    for sql in (
        f"select text from draft where {theirs}",
        f"select coalesce(payload ->> 'text', '') from outbox where {theirs}",
        f"select coalesce(value ->> 'text', '') from journal where {theirs}",
    ):
        yield from store.user.rows(str, sql, (keys,))


def _sentence(text: str) -> str:
    """The part of a text that is looked for: the beginning of its longest line. Empty: it says too little."""
    longest = max(text.splitlines(), key=len, default="").strip()[:_TAKEN].strip()
    return longest if len(longest) >= _SENTENCE else ""


def _held_by_others(store: Store, words: set[str]) -> set[str]:
    """Those of the words that stand in rows which remain."""
    shared: set[str] = set()
    for connection, sql in (
        (
            store.cache,
            """
            select native, lead_id, lead_name, headline, preview, profile_url, email, linkedin_id, browser_url,
                sender_name
            from conversation
            """,
        ),
        (store.cache, "select lead, lead_id, lead_url from enrolment"),
        (store.cache, "select native, name, profile_url, email from sender"),
        (store.cache, "select body from message union all select body from message_version"),
        (store.user, "select text from draft"),
        (store.user, "select payload ->> 'text', payload ->> 'lead_name', payload ->> 'lead_url' from outbox"),
        (store.user, "select value ->> 'text' from journal"),
    ):
        cursor = connection.execute(sql)
        while words - shared and (row := cursor.fetchone()) is not None:
            text = "\n".join(str(value) for value in row)
            shared.update(word for word in words - shared if word in text)
    return shared
