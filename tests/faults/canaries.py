"""Keys that must turn up nowhere, a provider that repeats them everywhere, and the search for them.

The provider answers each request with the key that came with it, in the body, in headers, in the reason and in the
address that it sends us to, as careless servers and proxies do.
"""

from __future__ import annotations

import base64
import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

from keyring.backend import KeyringBackend

KEYS = {
    "by-env": "Kq4+Canary/One7Zx1+Lw9Vb3Nn5Mm7==",
    "by-file": "nhq_live_canarytwo_6f1b2c3d",
    "by-command": "cAnArY-3-x9",
    "by-keyring": "nhq_live_canaryfour.8a7e",
    "by-mail": "Q2FuYXJ5LWZpdmU6bWFpbC1rZXktMDAx",
}
"""By workspace, each from another kind of place and of another shape."""

Answer = tuple[int, dict[str, str], bytes]


def disguises(key: str) -> dict[str, bytes]:
    """A key as it may look after somebody has encoded it."""
    escaped = "".join(char if char.isalnum() else f"\\u{ord(char):04x}" for char in key)
    forms = {
        "plain": key,
        "percent-encoded": quote(key, safe=""),
        "JSON-escaped": escaped,
        "JSON-escaped, upper case": escaped.upper().replace("\\U", "\\u") if escaped.isupper() else escaped,
        "base64": base64.b64encode(key.encode()).decode().rstrip("=")[:-1],
        "reversed": key[::-1],
    }
    return {name: form.encode() for name, form in forms.items()}


def found_in(name: str, content: bytes) -> list[str]:
    """Where in some bytes a key was found, and in which disguise."""
    return [
        f"{workspace} ({form}) in {name}"
        for workspace, key in KEYS.items()
        for form, looked_for in disguises(key).items()
        if looked_for in content
    ]


def found_below(folder: Path, *, but: frozenset[str] = frozenset()) -> tuple[list[str], int]:
    """What was found in all files of a folder but those of these names, and how many there were."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in but]
    return [each for path in files for each in found_in(str(path), path.read_bytes())], len(files)


@dataclass
class Parrot:
    """A provider that repeats the key it was given."""

    url: str = ""
    answer: Callable[[str], Answer] = field(default=lambda _key: (500, {}, b""))
    heard: list[str] = field(default_factory=list)
    """The keys that came, in order."""


@contextmanager
def parrot() -> Iterator[Parrot]:
    """One that answers until the block ends."""
    state = Parrot()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            key = self.headers.get("x-api-key") or self.headers.get("authorization", "").removeprefix("Bearer ")
            state.heard.append(key)
            status, headers, body = state.answer(key)
            self.send_response(status, f"Refused {key}")
            for name, value in {"content-length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
            self.close_connection = headers.get("connection") == "close"

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _any  # noqa: N815 (the library's names)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()


def _told(status: int, body: Callable[[str], object], **headers: str) -> Callable[[str], Answer]:
    def answer(key: str) -> Answer:
        said = body(key)
        content = said if isinstance(said, bytes) else json.dumps(said).encode()
        repeated = {"x-debug": key, "www-authenticate": f"Key {key}", "x-request-url": f"/?api_key={quote(key)}"}
        kind = "text/html" if content[:1] == b"<" else "application/json"
        return status, {"content-type": kind, **repeated, **{k: v.format(key=key) for k, v in headers.items()}}, content

    return answer


def _sentence(key: str) -> dict[str, object]:
    return {
        "errorMessage": f"The key {key} is wrong",
        "error": {"message": f"Bearer {key}", "code": key},
        "detail": key,
    }


def _escaped(key: str) -> bytes:
    """As .NET writes JSON: the signs of a key as escapes."""
    return b'{"errorMessage": "The key ' + disguises(key)["JSON-escaped"] + b' is wrong"}'


SCENES: Mapping[str, Callable[[str], Answer]] = {
    "401": _told(401, _sentence),
    "401 with escapes": _told(401, _escaped),
    "403": _told(403, _sentence),
    "400 as plain text": _told(400, lambda key: f"bad request: X-API-KEY: {key}".encode()),
    "400 with the address": _told(400, lambda key: {"title": f"GET /x?api_key={quote(key, safe='')} failed"}),
    "404": _told(404, _sentence),
    "429": _told(429, _sentence, **{"retry-after": "{key}"}),
    "500": _told(500, _sentence),
    "500 with escapes": _told(500, _escaped),
    "502 as a page": _told(502, lambda key: f"<html><h1>{key}</h1></html>".encode()),
    "a redirect": _told(307, _sentence, location="https://elsewhere.invalid/?api_key={key}"),
    "200 as a page": _told(200, lambda key: f"<html>signed in as {key}</html>".encode()),
    "200 broken off": _told(200, lambda key: f'{{"items": [{{"id": "{key}'.encode()),
    "200 with odd records": _told(
        200, lambda key: {"items": [{"key": key}, key, None], "data": [{"key": key}, key], "totalCount": 2, "ok": True}
    ),
    "200 with odd fields": _told(200, lambda key: {"error": key, "errorMessage": key, "ok": False}),
    "a Date and a limit of keys": _told(
        500, _sentence, date="{key}", **{"x-ratelimit-remaining": "{key}", "content-encoding": "{key}"}
    ),
}
"""What the provider says."""


def write_home(folder: Path, url: str) -> tuple[Path, dict[str, str]]:
    """A configuration with a workspace for each kind of place, and the environment that it needs."""
    private = folder / "private"
    private.mkdir(mode=0o700)
    for name in ("by-file", "by-command", "by-keyring", "by-mail"):
        path = private / name
        path.touch(mode=0o600)
        path.write_text(KEYS[name] + "\n")
    sources = {
        "by-env": ("heyreach", "env:CANARY_SOURCE"),
        "by-file": ("networkhq", f"file:{private / 'by-file'}"),
        "by-command": ("heyreach", f"command:cat {private / 'by-command'}"),
        "by-keyring": ("networkhq", "keyring:canary"),
        "by-mail": ("instantly", f"file:{private / 'by-mail'}"),
    }
    tables = (
        f'[[workspace]]\nname = "{name}"\nprovider = "{provider}"\napi_key = "{source}"\nbase_url = "{url}"\n'
        "requests_per_minute = 6000\n"
        for name, (provider, source) in sources.items()
    )
    config = folder / "config.toml"
    config.write_text("undo_seconds = 0\n" + "".join(tables))
    environ = {
        "CANARY_SOURCE": KEYS["by-env"],
        "PYTHON_KEYRING_BACKEND": "tests.faults.canaries.FileKeyring",
        "CANARY_KEYRING": str(private / "by-keyring"),
    }
    return config, environ


class FileKeyring(KeyringBackend):
    """A keyring for one test, which holds one key."""

    priority = 1.0  # type: ignore[assignment]

    def get_password(self, service: str, username: str) -> str | None:
        path = os.environ["CANARY_KEYRING"]
        return Path(path).read_text().strip() if (service, username) == ("postroom", "canary") else None

    def set_password(self, *_: object) -> None:
        raise AssertionError("nothing is ever put into a keyring")
