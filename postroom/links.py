"""Which addresses may be opened in a browser, and where they really lead. Pure; nothing here opens anything."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
"""A name with a dot in it, in ASCII. What is percent-encoded is decoded by a browser, so it is none."""

_PRIVATE = frozenset(
    {"local", "localhost", "localdomain", "internal", "intranet", "lan", "home", "corp", "private", "arpa"}
)
"""Last labels that mean something on this network."""


def web_host(url: str) -> str | None:
    """The host that a browser would really go to, in ASCII. None: this is nothing to open.

    Only https, no user name in front of the host, no control characters or spaces, a public name and no bare address
    however it is spelled, and no other port.
    """
    if not url.isprintable() or " " in url or "\\" in url or not url.startswith("https://"):
        return None
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode("ascii").rstrip(".")
        odd = parts.username is not None or parts.password is not None or parts.port not in {None, 443}
    except (ValueError, UnicodeError):
        return None
    # A last label that begins with a digit (1, 0x1, 0177) makes a browser read the whole as an address.
    public = _HOST.fullmatch(host) is not None and host.rpartition(".")[2] not in _PRIVATE
    return host if public and not odd else None
