"""Every fault, as a client meets it; and whether the message was delivered all the same."""

from __future__ import annotations

import gzip
import json
import threading

import httpx
import pytest

from simulator.faults import Fault, FaultKind
from simulator.server import SimulatorServer
from tests.simulator.clients import Client, can_be_answered, listing, message_to
from tests.simulator.heyreach.test_inbox import walk

SEND = "inbox/SendMessage"


@pytest.fixture
def message(hey: Client) -> dict[str, object]:
    """The body of a send that would work."""
    body = message_to(next(row for row in walk(hey) if can_be_answered(row)), "Once")
    hey.judged = False
    return body


def send(client: Client, message: dict[str, object]) -> httpx.Response:
    """Send it, with little patience."""
    return client.http.post("/inbox/SendMessage", json=message, timeout=0.3)


@pytest.mark.parametrize("delivered", [True, False])
@pytest.mark.parametrize("status", [400, 401, 408, 429, 500, 502, 503])
def test_any_status_with_or_without_delivery(
    simulator: SimulatorServer, hey: Client, message: dict[str, object], status: int, delivered: bool
) -> None:
    """A status says nothing about what happened to the message."""
    simulator.fault(Fault("status", "heyreach", SEND, times=1, status=status, delivered=delivered, retry_after="7"))

    answer = send(hey, message)

    assert (answer.status_code, answer.headers["retry-after"]) == (status, "7")
    assert len(simulator.ledger.delivered()) == delivered
    assert send(hey, message).status_code == 200


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("close", httpx.RemoteProtocolError),
        ("reset", httpx.ReadError),
        ("cut", httpx.RemoteProtocolError),
        ("hang", httpx.ReadTimeout),
    ],
)
@pytest.mark.parametrize("delivered", [True, False])
def test_answers_that_never_come(
    simulator: SimulatorServer,
    hey: Client,
    message: dict[str, object],
    kind: FaultKind,
    error: type[Exception],
    delivered: bool,
) -> None:
    """Closed, reset, cut off and silent: the message went out, or it did not, and the client cannot know."""
    simulator.fault(Fault(kind, operation="SendMessage", times=1, delivered=delivered))

    with pytest.raises(error):
        send(hey, message)

    assert len(simulator.ledger.delivered()) == delivered
    assert send(hey, message).status_code == 200


def test_answers_that_come_late(simulator: SimulatorServer, hey: Client, message: dict[str, object]) -> None:
    """Processed at once and answered late, or kept waiting and then given up."""
    simulator.fault(Fault("delay", operation=SEND, times=1, seconds=30))
    with pytest.raises(httpx.ReadTimeout):
        send(hey, message)
    first = len(simulator.ledger.delivered())
    simulator.fault(Fault("delay", operation=SEND, times=1, seconds=30, delivered=False))
    with pytest.raises(httpx.ReadTimeout):
        send(hey, message)

    assert (first, len(simulator.ledger.delivered())) == (1, 1)


def test_an_answer_in_drops(simulator: SimulatorServer, hey: Client) -> None:
    """One byte after another: no single wait is long, and the whole never ends."""
    simulator.fault(Fault("drip", operation="GetConversationsV3", seconds=0.01))
    got = 0
    with hey.http.stream("POST", "/inbox/GetConversationsV3", json=listing()) as answer:
        for piece in answer.iter_raw():
            got += len(piece)
            if got >= 5:
                break

    assert int(answer.headers["content-length"]) > got >= 5


@pytest.mark.parametrize(
    ("fault", "content_type", "start"),
    [
        (Fault("truncated"), "application/json", b'{"items":['),
        (Fault("html"), "text/html", b"<!doctype html>"),
        (Fault("empty"), "", b""),
        (Fault("text", body='{"items": NaN}'), "application/json", b'{"items": NaN}'),
        (Fault("text", body="\ud800"), "application/json", b"\xed\xa0\x80"),
    ],
)
def test_answers_that_cannot_be_read(
    simulator: SimulatorServer, hey: Client, fault: Fault, content_type: str, start: bytes
) -> None:
    """Half of the JSON, a sign-in page, nothing, or whatever a test wants, with status 200."""
    simulator.fault(fault)

    answer = hey.http.post("/inbox/GetConversationsV3", json=listing())

    assert answer.status_code == 200
    assert answer.headers.get("content-type", "").startswith(content_type)
    assert answer.content.startswith(start)
    with pytest.raises(ValueError):  # noqa: PT011 # whatever the reader says
        json.loads(answer.content, parse_constant=lambda word: (_ for _ in ()).throw(ValueError(word)))


def test_a_redirect_points_elsewhere(simulator: SimulatorServer, hey: Client, message: dict[str, object]) -> None:
    """A client that follows it would hand over its key."""
    simulator.fault(Fault("redirect", operation=SEND, location="https://elsewhere.invalid/"))

    answer = send(hey, message)

    assert (answer.status_code, answer.headers["location"]) == (307, "https://elsewhere.invalid/")
    assert simulator.ledger.delivered() == ()


def test_answers_that_are_too_big(simulator: SimulatorServer, hey: Client) -> None:
    """Plain, and as a small body that grows when it is unpacked."""
    simulator.fault(Fault("huge", times=1, size=3_000_000))
    plain = hey.http.post("/inbox/GetConversationsV3", json=listing())
    simulator.fault(Fault("bomb", times=1, size=3_000_000))
    with hey.http.stream("POST", "/inbox/GetConversationsV3", json=listing()) as answer:
        packed = b"".join(answer.iter_raw())

    assert len(plain.content) == len(gzip.decompress(packed)) == 3_000_000
    assert len(packed) < 30_000
    assert plain.json()["items"] == []


def test_many_clients_are_served_while_some_hang(simulator: SimulatorServer, hey: Client) -> None:
    """A fault of one request does not hold up another."""
    simulator.fault(Fault("hang", operation="campaign/GetAll"))
    hanging = threading.Thread(target=lambda: _quietly(hey, "/campaign/GetAll"))
    hanging.start()
    answer = httpx.get(
        f"{simulator.heyreach_url}/auth/CheckApiKey", headers={"X-API-KEY": simulator.heyreach_key}, trust_env=False
    )
    served_meanwhile = hanging.is_alive()
    hanging.join()

    assert answer.status_code == 200
    assert served_meanwhile


def _quietly(client: Client, path: str) -> None:
    with pytest.raises(httpx.ReadTimeout):
        client.http.post(path, json={}, timeout=0.7)
