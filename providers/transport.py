"""Connections: which address may be spoken to, with which certificates, and how a key gets onto a request.

Certificates are always checked, TLS is 1.2 or newer, redirects are never followed, and proxies are used only when
the configuration names one. Plain http is for a simulator on this very machine.
"""

from __future__ import annotations

import ipaddress
import logging
import re
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial

import httpx

from postroom.errors import ConfigError, SecretError
from postroom.secrets import Secret

CONNECT_SECONDS = 10.0
_MASK = b"[key]"
_LONGEST_REFUSAL = 65_536
_HOST = re.compile(r"[A-Za-z0-9.:-]+")

for _name in ("httpx", "httpcore"):
    # Below WARNING they write addresses and headers, and with those the key.
    logging.getLogger(_name).setLevel(logging.WARNING)


class KeyAuth(httpx.Auth):
    """Puts the key into its header: the only place that unwraps it."""

    def __init__(self, key: Secret, *, header: str, prefix: str = "") -> None:
        self._key, self._header, self._prefix = key, header, prefix

    def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:  # type: ignore[override] # a generator is one
        """Add the header."""
        value = self._key.reveal()
        if not value.isascii() or not value.isprintable() or not value.strip():
            raise SecretError("The API key holds characters that no key has. Store the key alone.")
        request.headers[self._header] = self._prefix + value
        yield request

    def hidden(self, content: bytes) -> bytes:
        """The beginning of a refusal without the key, should a provider repeat it, with escapes or without."""
        return self._disguised.sub(_MASK, content[:_LONGEST_REFUSAL])

    def without_key(self, content: bytes) -> bytes:
        """`content` without the key as it is."""
        key = self._key.reveal().encode()
        return content.replace(key, _MASK) if key else content

    @cached_property
    def _disguised(self) -> re.Pattern[bytes]:
        """Finds the key however JSON or an address may write it."""
        return re.compile(b"".join(_disguises(char) for char in self._key.reveal()) or b"(?!)")


def _disguises(char: str) -> bytes:
    """A pattern for one character: itself, after a backslash, or as an escape of JSON or of an address."""
    code = f"{ord(char):02x}".encode()
    return b"(?:\\\\?%b|(?i:\\\\u00%b|%%%b))" % (re.escape(char.encode()), code, code)


@dataclass(slots=True)
class Way:
    """How far a request got, as the connection tells it while it works (httpcore's `trace`)."""

    asked: bool = False
    """A proxy was asked to open a way to the provider."""
    taken: bool = False
    """The request itself began to leave."""

    async def watch(self, event: str, about: dict[str, object]) -> None:
        """Hear of one step."""
        if event.endswith("send_request_headers.started"):
            is_ours = getattr(about.get("request"), "method", b"") != b"CONNECT"
            self.taken |= is_ours
            self.asked |= not is_ours

    @property
    def shut(self) -> bool:
        """Whether the proxy was asked for the way and never opened it, so that nothing of the request has left."""
        return self.asked and not self.taken


@dataclass(frozen=True, slots=True)
class Clients:
    """The two ways out: reads share connections, sends open a fresh one each.

    A kept connection that died silently would turn a send that never left into one in doubt.
    """

    reads: httpx.AsyncClient
    sends: httpx.AsyncClient
    fresh: Callable[[], httpx.AsyncClient]
    """Makes the client of the reads anew, without the connections it kept."""

    async def aclose(self) -> None:
        """Close both."""
        await self.reads.aclose()
        await self.sends.aclose()


def checked_base_url(base_url: str) -> httpx.URL:
    """The address all paths of a provider are below. Raises ConfigError when it may not be spoken to."""
    try:
        url = httpx.URL(base_url.strip())
    except (httpx.InvalidURL, TypeError) as error:
        raise ConfigError(f"base_url = “{base_url}” is not an address.") from error
    if url.userinfo or url.query or url.fragment:
        raise ConfigError("base_url must be an address and a path alone, without a user, a query or a fragment.")
    if not _HOST.fullmatch(url.host) or url.scheme not in {"http", "https"}:
        raise ConfigError(f"base_url = “{base_url}” is not an https address.")
    if url.scheme == "http" and not _is_loopback(url.host):
        raise ConfigError(
            f"base_url = “{base_url}” would send the key in the clear. Use https; plain http is for this machine alone."
        )
    return url.copy_with(path=url.path.rstrip("/"))


def open_clients(
    base: httpx.URL, *, proxy: str | None = None, transport: httpx.AsyncBaseTransport | None = None
) -> Clients:
    """The connections to `base`. `transport` stands in for the network where a fault is tested."""
    local = base.scheme == "http"
    context = _no_certificates() if local else _certificates()
    make = partial(_client, context, proxy=None if local else proxy, transport=transport)
    return Clients(reads=make(keep=4), sends=make(keep=0), fresh=partial(make, keep=4))


def _client(
    context: ssl.SSLContext, *, keep: int, proxy: str | None, transport: httpx.AsyncBaseTransport | None
) -> httpx.AsyncClient:
    try:
        return httpx.AsyncClient(
            verify=context,
            transport=transport,
            proxy=proxy,
            trust_env=False,
            follow_redirects=False,
            # Reading and writing are bounded by the total deadline of a call: per-piece time-outs never end a trickle.
            timeout=httpx.Timeout(None, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS),
            limits=httpx.Limits(max_connections=8, max_keepalive_connections=keep, keepalive_expiry=50.0),
            headers={"Accept": "application/json", "User-Agent": "postroom"}
            | ({} if keep else {"Connection": "close"}),
        )
    except (ValueError, ImportError, httpx.InvalidURL) as error:
        # Not repeated: a proxy's address may hold a password.
        raise ConfigError("proxy is not an address of a proxy, such as http://127.0.0.1:3128.") from error


def _certificates() -> ssl.SSLContext:
    """The usual authorities, or those a company names in SSL_CERT_FILE."""
    try:
        context = httpx.create_ssl_context()
    except (OSError, ssl.SSLError) as error:
        raise ConfigError("The certificates in SSL_CERT_FILE cannot be read.") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _no_certificates() -> ssl.SSLContext:
    """Trusts nobody and costs nothing to make; for plain http, which has none."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
