"""The sentences of failures: what happened, and what to do about it."""

from __future__ import annotations

import json
import ssl

import httpx
import pytest

from postroom.errors import NeverSent, RateLimited
from providers import failures
from providers.failures import Answer, Service

SERVICE = Service("NetworkHQ", "networkhq.example", "in NetworkHQ it is under Settings, API keys")


def answer(status: int, body: object = None, *, text: str = "", headers: dict[str, str] | None = None) -> Answer:
    content = text.encode() if text else (b"" if body is None else json.dumps(body).encode())
    return Answer(status, content, headers or {})


@pytest.mark.parametrize(
    ("body", "remark"),
    [
        ({"errorMessage": "The cursor is invalid."}, "The cursor is invalid."),
        ({"errors": {"AccountIds": ["It is required.", "It is short."]}}, "It is required. It is short."),
        ({"errors": {"Limit": "Too large."}}, "Too large."),
        ({"title": "Bad request"}, "Bad request"),
        ({"title": "Bad request", "detail": "The day is wrong."}, "The day is wrong."),
        ({"error": {"code": "forbidden", "message": "Missing scope"}}, "Missing scope"),
        ({"error": {"code": "forbidden"}}, "forbidden"),
        ({"error": "nope"}, "nope"),
        ("plain", "plain"),
        ({"errors": {}}, ""),
        ([1, 2], ""),
        ({"errorMessage": 7}, ""),
        (None, ""),
    ],
)
def test_the_providers_own_words_are_found(body: object, remark: str) -> None:
    """Whatever form the error has, its text reaches the user."""
    assert failures.remark_in(answer(400, body)) == remark


def test_the_providers_words_are_made_short_and_safe() -> None:
    """An error text cannot draw on the screen or fill it."""
    remark = failures.remark_in(answer(400, {"errorMessage": "\x1b[31m" + "long " * 200}))

    assert "\x1b" not in remark
    assert len(remark) == 200
    assert remark.endswith("…")


def test_a_web_page_is_not_quoted() -> None:
    """HTML in a sentence helps nobody."""
    assert failures.remark_in(answer(502, text="<html><body>Bad gateway</body></html>")) == ""


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            answer(401, text="Invalid API key"),
            (
                "NetworkHQ does not accept the API key (“Invalid API key”). "
                "Check api_key; in NetworkHQ it is under Settings, API keys."
            ),
        ),
        (
            answer(403, {"error": {"code": "forbidden", "message": "Missing scope"}}),
            (
                "NetworkHQ does not allow this with the API key (“Missing scope”). "
                "It probably lacks the scope conversations:read."
            ),
        ),
        (answer(404), "NetworkHQ does not know this any more."),
        (answer(302), "NetworkHQ answered with a redirect, which Postroom never follows. Check base_url."),
        (answer(502, text="<html>"), "NetworkHQ has a problem of its own (status 502)."),
        (answer(422, {"detail": "No."}), "NetworkHQ refuses the request (status 422) (“No.”)."),
        (
            answer(429, headers={"retry-after": "7"}),
            "NetworkHQ's request limit is reached. It asks to wait 7 seconds.",
        ),
        (answer(429), "NetworkHQ's request limit is reached."),
    ],
)
def test_a_refusal_reads_as_a_sentence(given: Answer, sentence: str) -> None:
    """The cause and the cure, in words a person understands."""
    assert str(failures.refused(given, SERVICE, scope="conversations:read", now=0.0)) == sentence


def test_a_missing_scope_without_a_known_name_is_still_named_as_such() -> None:
    """HeyReach has no scopes; the sentence stays true."""
    assert "probably lacks a scope" in str(failures.refused(answer(403), SERVICE, now=0.0))


@pytest.mark.parametrize(
    ("message", "says"),
    [
        ("[Errno -2] Name or service not known", "the name networkhq.example was not found (DNS)"),
        ("[Errno -3] Temporary failure in name resolution", "(DNS)"),
        ("[Errno 8] nodename nor servname provided, or not known", "(DNS)"),
        ("[Errno 111] Connection refused", "networkhq.example refused the connection"),
        ("[Errno 101] Network is unreachable", "the network cannot reach networkhq.example"),
        ("something else", "no connection to networkhq.example"),
    ],
)
def test_an_unreachable_provider_is_told_apart(message: str, says: str) -> None:
    """DNS, a refusal and a missing network are different things to mend."""
    error = httpx.ConnectError("All attempts failed")
    error.__cause__ = OSError(message)
    if "failed" not in message:
        error = httpx.ConnectError(message)

    failure = failures.no_answer(error, SERVICE)

    assert isinstance(failure, NeverSent)
    assert says in str(failure)
    assert failure.at_once == (message != "something else")


def test_a_failed_handshake_names_its_cause() -> None:
    """A TLS fault is never called a network fault."""
    error = httpx.ConnectError("handshake")
    error.__cause__ = ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number")
    failure = failures.no_answer(error, SERVICE)

    assert isinstance(failure, NeverSent)
    assert "no secure connection is possible" in str(failure)
    assert "no secure connection" in str(failures.no_answer(httpx.ConnectError("[SSL] odd"), SERVICE))
    assert "in time" in str(failures.no_answer(httpx.ConnectTimeout(""), SERVICE))


@pytest.mark.parametrize("value", ["Mon, 99 Foo 2026", "", "0", "Mon, 05 Jan 2026 00:00:00"])
def test_odd_dates_do_not_break_anything(value: str) -> None:
    """A date that is none counts as absent; one without a zone is UTC."""
    assert failures.http_date(value) in {None, 1767571200.0}


def test_an_unreadable_answer_is_told_apart_from_a_web_page() -> None:
    """A sign-in page of a hotel is named as what it is."""
    page = Answer(200, b"<!doctype html>", {"content-type": "text/html"})

    assert "web page" in str(failures.unreadable(SERVICE, page))
    assert "not in its documented form" in str(failures.unreadable(SERVICE, answer(200, {"a": 1})))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"date": "Mon, 05 Jan 2026 22:00:00 GMT"}, 7200),
        ({"date": "Mon, 05 Jan 2026 22:00:00 GMT", "x-ratelimit-reset": "1767655800"}, 5400),
        ({"retry-after": "1800"}, 1800),
        ({"x-ratelimit-reset": "-5", "date": "Mon, 05 Jan 2026 22:00:00 GMT"}, 7200),
    ],
)
def test_a_limit_for_a_day_is_no_limit_for_a_minute(headers: dict[str, str], seconds: float) -> None:
    """It lasts until the provider says, else until midnight UTC by its own clock, and the sentence says so."""
    content = b'{"error": {"code": "DAILY_LIMIT_EXCEEDED", "message": "Daily limit exceeded"}}'

    error = failures.refused(Answer(429, content, headers), SERVICE, now=1_767_650_000.0)

    assert isinstance(error, RateLimited)
    assert error.until_reset == seconds
    assert "daily limit" in str(error)
