"""Faults below HTTP, over real sockets: what the network can do to a request."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import socket
import ssl
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from postroom.errors import NeverSent, ProviderError, Uncertain
from postroom.records import ProviderName
from postroom.secrets import Secret
from providers.base import Provider
from providers.factory import connect
from tests.providers.samples import nhq_page, nhq_sent
from tests.providers.stage import KEY
from tests.providers.wire_server import Reader, WireServer, Writer, answer, serving

SENT = json.dumps(nhq_sent()).encode()
PAGE = json.dumps(nhq_page()).encode()


@asynccontextmanager
async def networkhq(
    port: int, *, scheme: str = "http", deadline: float = 1.0, proxy: str | None = None
) -> AsyncIterator[Provider]:
    """NetworkHQ's client for a server on this machine."""
    client = connect(
        ProviderName.NETWORKHQ,
        key=Secret(KEY),
        base_url=f"{scheme}://127.0.0.1:{port}/api/v1",
        requests_per_minute=6000,
        deadline=deadline,
        proxy=proxy,
    )
    try:
        yield client
    finally:
        await client.aclose()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def close_unanswered(server: WireServer, reader: Reader, _: Writer) -> None:
    await server.take_request(reader)


async def reset(server: WireServer, reader: Reader, writer: Writer) -> None:
    await server.take_request(reader)
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def hang(server: WireServer, reader: Reader, _: Writer) -> None:
    await server.take_request(reader)
    await asyncio.sleep(60)


async def truncate(server: WireServer, reader: Reader, writer: Writer) -> None:
    await server.take_request(reader)
    writer.write(answer(SENT[:40], length=len(SENT)))
    await writer.drain()


async def speak_nonsense(server: WireServer, reader: Reader, writer: Writer) -> None:
    await server.take_request(reader)
    writer.write(b"\x16\x03\x01 not http at all\r\n\r\n")
    await writer.drain()


async def break_the_json(server: WireServer, reader: Reader, writer: Writer) -> None:
    await server.take_request(reader)
    writer.write(answer(SENT[:40]))
    await writer.drain()


@pytest.mark.parametrize(
    "behaviour", [close_unanswered, reset, hang, truncate, speak_nonsense, break_the_json], ids=lambda f: f.__name__
)
async def test_hf02_hf03_hf04_hf11_a_send_that_may_have_arrived_is_uncertain(behaviour) -> None:
    """The server has the message; what happens to the answer never makes a second one."""
    async with serving(behaviour) as server, networkhq(server.port, deadline=0.4) as client:
        with pytest.raises(Uncertain) as caught:
            await client.send("conv_01", "Thanks")

    assert str(caught.value).endswith(".")
    assert len(server.requests) == 1
    assert server.requests[0].endswith(b'{"content": "Thanks"}')


async def test_hf01_a_refused_connection_proves_that_nothing_was_sent() -> None:
    """Nobody listens: the message can be sent later."""
    async with networkhq(free_port()) as client:
        with pytest.raises(NeverSent, match="refused the connection"):
            await client.send("conv_01", "Thanks")


async def test_hf21_a_send_never_uses_a_connection_that_may_be_dead() -> None:
    """Reads may keep a connection; a send opens its own, so a dead one cannot make it doubtful."""

    async def die_after_one(server: WireServer, reader: Reader, writer: Writer) -> None:
        request = await server.take_request(reader)
        writer.write(answer(SENT if request.startswith(b"POST") else PAGE))
        await writer.drain()
        # The connection looks kept, and every later byte on it is lost.
        writer.transport.abort()

    async with serving(die_after_one) as server, networkhq(server.port) as client:
        await client.conversations()
        first = await client.send("conv_01", "One")
        second = await client.send("conv_01", "Two")

    assert first.state == second.state == "sent"
    assert server.connections == 3
    assert [b"connection: close" in request.lower() for request in server.requests] == [False, True, True]


async def test_a_read_survives_a_connection_that_died() -> None:
    """A kept connection that the server closed is replaced without a word."""

    async def close_after_one(server: WireServer, reader: Reader, writer: Writer) -> None:
        await server.take_request(reader)
        writer.write(answer(PAGE))
        await writer.drain()

    async with serving(close_after_one) as server, networkhq(server.port, deadline=5) as client:
        for _ in range(3):
            await client.conversations()

    assert len(server.requests) == 3


async def test_se08_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a proxy named in the configuration sees any traffic."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")

    async def answer_once(server: WireServer, reader: Reader, writer: Writer) -> None:
        await server.take_request(reader)
        writer.write(answer(PAGE))
        await writer.drain()

    async with serving(answer_once) as server, networkhq(server.port) as client:
        page = await client.conversations()

    assert page.records == ()


@pytest.mark.parametrize("said", ["403 Forbidden", "502 Bad Gateway", "", "nothing for a while"])
async def test_a_proxy_that_opens_no_way_proves_that_nothing_was_sent(said: str) -> None:
    """Whether it says no, hangs up or falls silent: the provider has heard nothing."""

    async def refuse(server: WireServer, reader: Reader, writer: Writer) -> None:
        await server.take_request(reader)
        if said[:1].isdigit():
            writer.write(f"HTTP/1.1 {said}\r\nContent-Length: 0\r\n\r\n".encode())
            await writer.drain()
        elif said:
            await reader.read()

    async with serving(refuse) as proxy:
        error = await attempt(443, host="provider.example", proxy=f"http://127.0.0.1:{proxy.port}", deadline=1.5)

    assert isinstance(error, NeverSent)
    assert "the proxy" in str(error)
    assert [request.split(b"\r\n")[0] for request in proxy.requests] == [b"CONNECT provider.example:443 HTTP/1.1"]
    assert KEY.encode() not in proxy.requests[0]


async def test_a_send_that_went_through_a_proxy_and_was_not_answered_is_uncertain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The way was open: from then on the proxy proves nothing."""
    context = certificate(tmp_path, name="localhost", days=(-1, 1))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))

    async def open_the_way(proxy: WireServer, reader: Reader, writer: Writer) -> None:
        await proxy.take_request(reader)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await writer.start_tls(context)
        await proxy.take_request(reader)

    async with serving(open_the_way) as proxy:
        error = await attempt(443, proxy=f"http://127.0.0.1:{proxy.port}")

    assert isinstance(error, Uncertain)
    assert [request.split(b" ")[0] for request in proxy.requests] == [b"CONNECT", b"POST"]


async def test_hf20_a_server_without_tls_gets_no_request() -> None:
    """What does not speak TLS never sees the key."""

    async def greet(_: WireServer, __: Reader, writer: Writer) -> None:
        writer.write(b"220 hello\r\n")
        await writer.drain()
        await asyncio.sleep(0.2)

    async with serving(greet) as server, networkhq(server.port, scheme="https") as client:
        with pytest.raises(NeverSent, match="no secure connection"):
            await client.send("conv_01", "Thanks")


def certificate(folder: Path, *, name: str, days: tuple[int, int]) -> ssl.SSLContext:
    """A server's context with a certificate that signs itself, valid from and until so many days from now."""
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now + dt.timedelta(days=days[0]))
        .not_valid_after(now + dt.timedelta(days=days[1]))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = built.public_bytes(serialization.Encoding.PEM)
    (folder / "ca.pem").write_bytes(pem)
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (folder / "server.pem").write_bytes(private + pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return context


async def take_and_answer(server: WireServer, reader: Reader, writer: Writer) -> None:
    await server.take_request(reader)
    writer.write(answer(SENT))
    await writer.drain()


async def attempt(
    port: int, *, host: str = "localhost", proxy: str | None = None, deadline: float = 3
) -> ProviderError | None:
    """The error of a send over TLS to this port. None: it went through."""
    address = f"https://{host}:{port}/api/v1"
    client = connect(ProviderName.NETWORKHQ, key=Secret(KEY), base_url=address, proxy=proxy, deadline=deadline)
    try:
        await client.send("conv_01", "Thanks")
    except ProviderError as error:
        return error
    finally:
        await client.aclose()
    return None


@pytest.mark.parametrize(
    ("name", "days", "trusted", "cause"),
    [
        ("localhost", (-1, 1), False, "self-signed"),
        ("localhost", (-9, -1), True, "expired"),
        ("other.example", (-1, 1), True, "Hostname mismatch"),
    ],
)
async def test_hf20_a_certificate_that_proves_nothing_is_refused(
    name: str, days: tuple[int, int], trusted: bool, cause: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message names what is wrong with the certificate, and no byte of the request has left."""
    context = certificate(tmp_path, name=name, days=days)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    async with serving(take_and_answer, context=context) as server:
        error = await attempt(server.port)

    assert isinstance(error, NeverSent)
    assert cause in str(error)
    assert server.requests == []


async def test_a_companys_certificate_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SSL_CERT_FILE is the one way to trust another authority."""
    context = certificate(tmp_path, name="localhost", days=(-1, 1))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    async with serving(take_and_answer, context=context) as server:
        error = await attempt(server.port)

    assert error is None
    assert len(server.requests) == 1


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
async def test_hf20_an_old_tls_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """TLS 1.1 and older are not spoken."""
    context = certificate(tmp_path, name="localhost", days=(-1, 1))
    context.set_ciphers("DEFAULT@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    async with serving(take_and_answer, context=context) as server:
        error = await attempt(server.port)

    assert isinstance(error, NeverSent)
    assert server.requests == []


async def test_after_a_sleep_no_old_connection_is_used() -> None:
    """What was kept open is dropped, and a read that waits on it is made again on a new one."""
    silent = asyncio.Event()

    async def fall_silent(server: WireServer, reader: Reader, writer: Writer) -> None:
        number = server.connections
        while True:
            await server.take_request(reader)
            if number == 1 and len(server.requests) == 3:
                silent.set()
                await asyncio.Event().wait()
            writer.write(answer(PAGE))
            await writer.drain()

    async with serving(fall_silent) as server, networkhq(server.port, deadline=20.0) as client:
        await client.conversations()
        await client.conversations()
        kept = server.connections
        waiting = asyncio.create_task(client.conversations())
        await silent.wait()
        client.forget_connections()
        await waiting

    assert (kept, server.connections, len(server.requests)) == (1, 2, 4)
