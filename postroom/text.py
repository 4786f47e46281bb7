"""Text from outside, made safe to show and possible to compare. Pure functions; no I/O.

`sanitise` runs once at ingest and again in the screen's output filter, so it is idempotent: what it has made visible
stays as it is. `canonical` is the form in which two texts are compared, never shown.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from urllib.parse import unquote, urlsplit

MAX_COMBINING = 4
"""Combining marks kept after one base character; a tower of more (“Zalgo”) would draw over its neighbours."""

MAX_STORED = 1_000_000
"""Characters of one body that are stored."""

_SHARED_MAILBOXES = frozenset(
    "admin contact hello help hr info jobs mail marketing no-reply noreply office sales service support team".split()
)
"""The part before the @ of mailboxes that several people read: sharing one makes nobody the same person."""

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_INVISIBLE = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u2060-\u2064\u206a-\u206f"
    "\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
_LINE_BREAK = "\x0b\x0c\x85\u2028\u2029"
_BROKEN = "\x80-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef" + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
)
_UNSAFE = re.compile(f"[\x00-\x09\x0e-\x1f\x7f{_LINE_BREAK}{_BIDI}{_INVISIBLE}{_BROKEN}]")
_LINE_BREAKS, _BIDIS = re.compile(f"[{_LINE_BREAK}]"), re.compile(f"[{_BIDI}]")
_BROKENS = re.compile(f"[{_BROKEN}]")
_IGNORABLE = re.compile(f"[{_BIDI}{_INVISIBLE}\u200d\ufe00-\ufe0f]")
_EMOJI = "[\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2b00-\u2bff\U0001f000-\U0001f3fa\U0001f400-\U0001faff]"
_LOOSE_JOINER = re.compile(
    f"\u200d(?!(?:(?<={_EMOJI}\u200d)|(?<={_EMOJI}[\ufe0f\U0001f3fb-\U0001f3ff]\u200d)){_EMOJI})"
)
"""A zero-width joiner that holds no emoji, such as a family, together."""
_MAY_STACK = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u1cff\u1dc0-\u1dff\u20d0-\u20ff\u2cef-\u2dff\u302a-\u309a"
    f"\ua66f-\uabff\ufb1e\ufe00-\ufe2f\U00010000-\U0001efff]{{{MAX_COMBINING + 1},}}"
)
"""Runs that may hold more combining marks than are kept, found fast."""


def sanitise(text: str) -> str:
    """`text` with nothing in it that a terminal would obey or that hides from the reader.

    Keeps line feeds; a tab becomes four spaces; CRLF and CR become LF. Other control codes become their visible
    pictures (`␛`), bidirectional controls `<U+202E>`, invisible characters `·`; NUL, lone surrogates and
    noncharacters U+FFFD. A zero-width joiner stays only between two emoji. Idempotent.
    """
    if _is_plain(text):
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    present = set(text)
    unsafe = _UNSAFE.findall("".join(present))
    if unsafe:
        # One look-up a character is far faster than a function called for each of a body full of them.
        table = dict(zip(map(ord, present), present, strict=True))
        text = text.translate(table | {ord(char): _shown(char) for char in unsafe})
    if "\u200d" in present:
        text = _LOOSE_JOINER.sub("·", text)
    low, high = _marks()
    if not high.isdisjoint(present):
        tower = _tower((low | high) & present)  # those of this text alone: all at once are slow to look for
        return _MAY_STACK.sub(lambda run: tower.sub(r"\1", run.group()), text)
    return text if low.isdisjoint(present) else _tower(low).sub(r"\1", text)


def sanitise_line(text: str) -> str:
    """`text` as one safe line: like `sanitise`, with every run of white space as one space and the ends trimmed."""
    return " ".join(sanitise(text).split())


def canonical(text: str) -> str:
    """The form in which two message texts are equal when a person would call them the same.

    NFC, LF line ends, no zero-width characters or variation selectors, runs of white space as one space, trimmed.
    """
    if _is_plain(text):
        return " ".join(text.split())
    return " ".join(unicodedata.normalize("NFC", _IGNORABLE.sub("", text)).split())


def canonical_hash(text: str) -> str:
    """SHA-256 of `canonical(text)` in hexadecimal. Lone surrogates are hashed as U+FFFD."""
    import hashlib  # noqa: PLC0415 (loads OpenSSL, which what only lists can do without)

    return hashlib.sha256(canonical(text).encode("utf-8", "replace")).hexdigest()


def profile_key(url: str | None) -> str | None:
    """The part of a LinkedIn profile URL that names the person, for matching only; None when there is none.

    Lower-case, percent-decoded, without query, host or trailing slash: `https://www.linkedin.com/in/Zo%C3%AB/?x=1`
    gives `in/zoë`. Actions must send the provider's original URL.
    """
    if not url:
        return None
    try:
        parts = urlsplit(url if "//" in url else f"https://{url}")
    except ValueError:
        return None
    host = parts.hostname or ""
    if host != "linkedin.com" and not host.endswith(".linkedin.com"):
        return None
    path = unicodedata.normalize("NFC", unquote(parts.path)).lower().strip("/")
    return path if path.startswith(("in/", "sales/", "pub/")) and len(path) > 4 else None


def email_key(email: str | None) -> str | None:
    """What makes two email addresses one mailbox. None: no address, or one that a whole company shares."""
    local, at, host = (email or "").strip().lower().rpartition("@")
    if not at or not local or not host or local.partition("+")[0] in _SHARED_MAILBOXES:
        return None
    return f"{local}@{host}"


def person_keys(profile_url: str | None, email: str | None = None) -> tuple[str, ...]:
    """What tells who a lead is: two leads that share one of these are one person. Empty: nothing is known."""
    profile, address = profile_key(profile_url), email_key(email)
    return tuple([f"linkedin:{profile}"] * (profile is not None) + [f"email:{address}"] * (address is not None))


def person_key(profile_url: str | None, email: str | None = None) -> str | None:
    """The first of `person_keys`: the LinkedIn profile, else the email address. None: unknown."""
    return next(iter(person_keys(profile_url, email)), None)


def short_ref(provider: str, workspace: str, native_id: str) -> str:
    """A short, stable, copyable id for the command line, such as `hr:3f9a61c2d07b`.

    Made from the natural key alone, so it survives a deleted cache. Any unique prefix of it works.
    """
    prefix = {"heyreach": "hr", "networkhq": "nhq", "instantly": "in"}.get(provider, provider[:3])
    import hashlib  # noqa: PLC0415 (as above)

    digest = hashlib.sha256(f"{provider}\x00{workspace}\x00{native_id}".encode("utf-8", "replace")).hexdigest()
    return f"{prefix}:{digest[:12]}"


def _is_plain(text: str) -> bool:
    """Whether every character is a line feed or a printable one of Western European writing.

    Most texts are, and this tells it ten times faster than the searches that it saves; an import has many.
    """
    if not text.replace("\n", "").isprintable():
        return False
    if text.isascii():
        return True
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _shown(char: str) -> str:
    """What stands in the safe text for one unsafe character."""
    if char == "\t":
        return "    "
    if _LINE_BREAKS.match(char):
        return "\n"
    if "\x01" <= char <= "\x1f":
        return chr(0x2400 + ord(char))
    if char == "\x7f":
        return "\u2421"
    if char == "\x00" or _BROKENS.match(char):
        return "\ufffd"
    return f"<U+{ord(char):04X}>" if _BIDIS.match(char) else "·"


@cache
def _marks() -> tuple[frozenset[str], frozenset[str]]:
    """All combining marks: those of the basic plane, which a pattern finds far faster, and the rare others."""
    low, high = range(0x300, 0x10000), range(0x10000, 0x1F000)
    return _combining(low), _combining(high)


def _combining(codes: range) -> frozenset[str]:
    """The combining marks among these codes."""
    return frozenset(char for char in map(chr, codes) if unicodedata.category(char) in {"Mn", "Me"})


@lru_cache(maxsize=64)
def _tower(marks: frozenset[str]) -> re.Pattern[str]:
    """More of these marks in a row than are kept; its group holds those that are."""
    listed = "".join(sorted(marks))
    return re.compile(f"([{listed}]{{{MAX_COMBINING}}})[{listed}]+")
