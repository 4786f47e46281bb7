"""The judge is judged: the contracts' own examples pass, and spoiled ones do not."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.contracts import CONTRACTS, needs_contracts, request_errors, response_errors

pytestmark = [pytest.mark.contract, needs_contracts]

PROVIDERS = ["heyreach", "networkhq"]


def examples(provider: str) -> list[dict[str, dict[str, object]]]:
    """The request and response pairs that lie beside a contract."""
    return json.loads((CONTRACTS / "examples" / f"{provider}.json").read_text(encoding="utf-8"))["examples"]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_published_examples_of_requests_are_accepted(provider: str) -> None:
    """What the contract shows as a request is a request it allows."""
    found = []
    for example in examples(provider):
        request = example["request"]
        parts = urlsplit(str(request["path"]))
        query = dict(parse_qsl(parts.query))
        found += request_errors(provider, str(request["method"]), parts.path, query, request.get("json"))

    assert found == []


@pytest.mark.parametrize("provider", PROVIDERS)
def test_published_examples_of_answers_are_accepted(provider: str) -> None:
    """What the contract shows as an answer is an answer it allows."""
    found = []
    for example in examples(provider):
        request, response = example["request"], example["response"]
        body = b"" if response.get("body") is None else json.dumps(response["body"]).encode()
        path = urlsplit(str(request["path"])).path
        status = int(str(response["status"]))
        found += response_errors(provider, str(request["method"]), path, status, body, "application/json")

    assert found == []


def test_an_unknown_filter_is_refused() -> None:
    """A filter that HeyReach would drop silently is a mistake that shows."""
    errors = request_errors(
        "heyreach", "POST", "/inbox/GetConversationsV3", {}, {"limit": 10, "filters": {"unread": 1}}
    )

    assert any("'unread' was unexpected" in error for error in errors)


def test_an_undeclared_query_parameter_is_refused() -> None:
    """A parameter that the provider does not know is a mistake that shows."""
    errors = request_errors("networkhq", "GET", "/api/v1/conversations", {"since": "2026-01-01"})

    assert errors == ["query parameter since is not declared"]


def test_a_path_with_an_unencoded_slash_is_refused() -> None:
    """Conversation ids contain slashes and have to be encoded."""
    errors = request_errors("heyreach", "GET", "/inbox/GetChatroom/1/2-ab/cd==")

    assert errors == ["GET /inbox/GetChatroom/1/2-ab/cd== is not in the contract"]


@pytest.mark.parametrize(
    ("status", "body", "content_type"),
    [
        (200, b"{}", "application/json"),
        (200, b"not json", "application/json"),
        (200, b'{"data":[],"pagination":{"limit":1,"has_more":false,"next_cursor":null}}', "text/html"),
        (418, b"", None),
    ],
)
def test_a_spoiled_answer_is_refused(status: int, body: bytes, content_type: str | None) -> None:
    """An answer with a wrong shape, type or status does not pass."""
    errors = response_errors("networkhq", "GET", "/conversations", status, body, content_type)

    assert errors != []


def test_a_plain_refusal_without_content_type_is_accepted() -> None:
    """HeyReach's 401 is a bare sentence."""
    errors = response_errors("heyreach", "GET", "/auth/CheckApiKey", 401, b"Invalid API key", None)

    assert errors == []
