"""Bare clients for the tests of the simulator: every call is judged by the contract, where it is at hand."""

from __future__ import annotations

import ssl
from types import TracebackType
from typing import Self

import httpx

from simulator.server import SimulatorServer
from tests.contracts import CONTRACTS, response_errors

_CERTIFICATES = ssl.create_default_context()
"""Made once: nothing here is encrypted, but every client wants some, and reading them takes longer than a test."""

FILTERS: dict[str, object] = {
    "linkedInAccountIds": [],
    "campaignIds": [],
    "searchString": "",
    "leadLinkedInId": None,
    "leadProfileUrl": None,
    "tags": [],
    "latestAutoTagNames": [],
    "seen": None,
}


class Client:
    """One provider of a running simulator. Answers are read with `.json()` as httpx gives them."""

    def __init__(self, provider: str, base_url: str, headers: dict[str, str]) -> None:
        self.provider = provider
        self.judged = True
        """Whether an answer that breaks the contract fails the test; off where a fault breaks it on purpose."""
        self.http = httpx.Client(base_url=base_url, headers=headers, trust_env=False, timeout=5, verify=_CERTIFICATES)

    def get(self, path: str, **query: str | int) -> httpx.Response:
        """GET with a query."""
        return self._judge(self.http.get(path, params=query or None))

    def post(self, path: str, body: object = None, **query: str | int) -> httpx.Response:
        """POST a JSON body, or none."""
        sent = {} if body is None else {"json": body}
        return self._judge(self.http.post(path, params=query or None, **sent))

    def patch(self, path: str, body: object) -> httpx.Response:
        """PATCH with a JSON body."""
        return self._judge(self.http.patch(path, json=body))

    def delete(self, path: str) -> httpx.Response:
        """DELETE, without a body."""
        return self._judge(self.http.delete(path))

    def _judge(self, response: httpx.Response) -> httpx.Response:
        # NetworkHQ declares no 400 for its lists, and neither declares 405: the contract says to expect any status
        open_question = response.status_code == 405 or (self.provider == "networkhq" and response.status_code == 400)
        if self.judged and CONTRACTS.is_dir() and not open_question:
            errors = response_errors(
                self.provider,
                response.request.method,
                response.request.url.raw_path.decode().partition("?")[0],
                response.status_code,
                response.content,
                response.headers.get("content-type"),
            )
            assert errors == []
        return response

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()


def heyreach(server: SimulatorServer, *, key: str | None = None) -> Client:
    """A HeyReach client."""
    return Client("heyreach", server.heyreach_url, {"X-API-KEY": key or server.heyreach_key})


def networkhq(server: SimulatorServer, *, key: str | None = None) -> Client:
    """A NetworkHQ client."""
    return Client("networkhq", server.networkhq_url, {"Authorization": f"Bearer {key or server.networkhq_key}"})


def instantly(server: SimulatorServer, *, key: str | None = None) -> Client:
    """An Instantly client."""
    return Client("instantly", server.instantly_url, {"Authorization": f"Bearer {key or server.instantly_key}"})


def listing(*, limit: int = 100, cursor: str | None = None, **changes: object) -> dict[str, object]:
    """The body of GetConversationsV3; `changes` are filters, or `start` and `end` for `from` and `to`."""
    window = {name: changes.pop(key) for key, name in (("start", "from"), ("end", "to")) if key in changes}
    return {"limit": limit, "cursor": cursor, "filters": FILTERS | changes, **window}


def can_be_answered(row: dict[str, object]) -> bool:
    """Whether a HeyReach conversation takes a message."""
    account = row["linkedInAccount"]
    assert isinstance(account, dict)
    return bool(account["authIsValid"]) and not row["blockedByMe"] and not row["blockedByParticipant"]


def message_to(row: dict[str, object], text: str) -> dict[str, object]:
    """The body of SendMessage."""
    return {"linkedInAccountId": row["linkedInAccountId"], "conversationId": row["id"], "message": text}
