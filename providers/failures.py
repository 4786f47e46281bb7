"""Why a call did not succeed: exceptions, statuses and answers, turned into the errors that the rest of Postroom knows.

Pure. The rule for sending (and so for everything): `NeverSent` and `RateLimited` are proof that nothing was
processed, a final 4xx is a refusal, and all the rest is `Uncertain`.
"""

from __future__ import annotations

import math
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime

import httpx

from postroom.errors import (
    Forbidden,
    Gone,
    NeverSent,
    ProviderError,
    RateLimited,
    Rejected,
    Unauthorised,
    Uncertain,
)
from postroom.text import sanitise_line
from providers.decoding import Undecodable, decode

MAX_RETRY_AFTER = 900.0
_DAY = 86_400.0
_LONGEST_REMARK = 200
_UNPROVEN = frozenset({408, 409, 425})
"""4xx that do not say that the request was not processed."""

_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.LocalProtocolError,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
_CAUSES = (
    (r"name or service not known|nodename nor servname|name resolution|no address associated|getaddrinfo", "dns"),
    (r"connection refused|all connection attempts failed", "refused"),
    (r"unreachable|no route|network is down", "unreachable"),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one request."""

    status: int
    content: bytes
    headers: Mapping[str, str]
    """Names in lower case."""

    @property
    def is_page(self) -> bool:
        """Whether it is a web page, as a proxy or a sign-in portal answers."""
        return "html" in self.headers.get("content-type", "") or self.content.lstrip()[:1] == b"<"

    @property
    def claims_json(self) -> bool:
        """Whether the answer says that it is JSON."""
        return "json" in self.headers.get("content-type", "")


@dataclass(frozen=True, slots=True)
class Service:
    """How sentences name a provider."""

    title: str
    host: str
    key_page: str
    """Where a person makes a key, after “Make one”."""


def no_answer(error: Exception, service: Service, *, shut: bool = False) -> ProviderError:
    """The error for a request that got no answer. `shut`: a proxy never opened the way to the provider."""
    if shut and not isinstance(error, _NEVER_SENT):
        return NeverSent(
            f"{service.title} could not be reached: the proxy did not answer. Check the proxy in the configuration."
        )
    if isinstance(error, _NEVER_SENT):
        return NeverSent(_unreachable(error, service), at_once=_cause(error) != "")
    if isinstance(error, (TimeoutError, httpx.TimeoutException)):
        return Uncertain(f"{service.title} did not answer in time. The request may or may not have been processed.")
    if isinstance(error, httpx.DecodingError):
        return Uncertain(f"{service.title}'s answer is compressed in a way that cannot be read.")
    return Uncertain(f"The connection to {service.title} was lost before it had answered.")


def too_large(service: Service, *, megabytes: int) -> Uncertain:
    """The error for an answer that is larger than any real one."""
    return Uncertain(f"{service.title} answered with more than {megabytes} MB, which is not read.")


def unreadable(service: Service, answer: Answer) -> Uncertain:
    """The error for a 2xx whose content is not what the provider documents."""
    if answer.is_page:
        return Uncertain(
            f"{service.title} answered with a web page instead of data. "
            "A proxy or a sign-in page of the network may stand in between.",
            status=answer.status,
        )
    return Uncertain(f"{service.title}'s answer is incomplete or not in its documented form.", status=answer.status)


def refused(answer: Answer, service: Service, *, scope: str = "", now: float) -> ProviderError:
    """The error for a status other than 2xx. `now` is our wall clock; `scope` what the call needs, where known."""
    status, remark = answer.status, _quoted(remark_in(answer))
    title = service.title
    if status == 429:
        wait = retry_after(answer.headers, now=now)
        if b"DAILY_LIMIT" in answer.content.upper():
            return RateLimited(
                f"{title} takes no more today{remark}: its daily limit is reached. Nothing is sent until it resets.",
                until_reset=until_reset(answer.headers, now=now),
            )
        again = f" It asks to wait {wait:.0f} seconds." if wait is not None else ""
        return RateLimited(f"{title}'s request limit is reached{remark}.{again}", retry_after=wait)
    missing = _missing_scope(remark_in(answer)) if status in {401, 403} else ""
    if missing:
        return Forbidden(f"{title} does not allow this with the API key: it lacks the scope {missing}.", status=status)
    if status == 401:
        return Unauthorised(
            f"{title} does not accept the API key{remark}. Check api_key; {service.key_page}.", status=status
        )
    if status == 403:
        needs = f" It probably lacks the scope {scope}." if scope else " It probably lacks a scope."
        return Forbidden(f"{title} does not allow this with the API key{remark}.{needs}", status=status)
    if status == 404:
        return gone(answer, service)
    if 300 <= status < 400:
        return Uncertain(
            f"{title} answered with a redirect, which Postroom never follows. Check base_url.", status=status
        )
    if status >= 500 or status < 200 or status in _UNPROVEN:
        return Uncertain(f"{title} has a problem of its own (status {status}){remark}.", status=status)
    return Rejected(f"{title} refuses the request (status {status}){remark}.", status=status)


def _missing_scope(remark: str) -> str:
    """The scope that an answer demands by name, or nothing. Instantly says so with a 401."""
    found = re.search(r"invalid scope\. required: ([a-z0-9_:, -]{1,100})", remark, re.IGNORECASE)
    return found[1].strip(" ,") if found else ""


def gone(answer: Answer, service: Service) -> Gone:
    """The error for something that the provider no longer has under this id."""
    remark = _quoted(remark_in(answer))
    return Gone(f"{service.title} does not know this any more{remark}.", status=answer.status)


def is_about_key(answer: Answer) -> bool:
    """Whether a refusal speaks of the key itself, and not of an id that is out of date."""
    return "api key" in remark_in(answer).casefold()


def remark_in(answer: Answer) -> str:
    """The provider's own words in an error answer, as one short and safe line. Empty when it has none."""
    if answer.is_page or not answer.content.strip():
        return ""
    try:
        said = _said(decode(answer.content))
    except Undecodable:
        said = answer.content[: 4 * _LONGEST_REMARK].decode("utf-8", "replace")
    line = sanitise_line(said)
    return line if len(line) <= _LONGEST_REMARK else line[: _LONGEST_REMARK - 1] + "…"


def retry_after(headers: Mapping[str, str], *, now: float) -> float | None:
    """The seconds that `Retry-After` asks for, within 1 to 900. None: absent, in the past or nonsense.

    A date counts from the answer's own `Date`, so a clock that is wrong on either side does not matter.
    """
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    figure = _figure(value)
    if figure is not None:
        seconds = figure
    else:
        until = http_date(value)
        if until is None:
            return None
        sent = http_date(headers.get("date", ""))
        seconds = until - (now if sent is None else sent)
        if seconds <= 0:
            return None
    return min(max(seconds, 1.0), MAX_RETRY_AFTER)


def until_reset(headers: Mapping[str, str], *, now: float) -> float:
    """Seconds until a limit for a day begins anew: as the answer says it, else at the next midnight of UTC."""
    sent = http_date(headers.get("date", "")) or now
    midnight = _DAY - sent % _DAY
    reset = _figure(headers.get("x-ratelimit-reset", "")) or _figure(headers.get("retry-after", ""))
    if reset is None:
        return midnight
    return min(max(reset - sent if reset > 1e9 else reset, 60.0), _DAY)


def low_budget_pause(headers: Mapping[str, str], *, now: float) -> float:
    """Seconds, at most 120, that background requests pause because less than a fifth of the limit is left.

    0.0 when there is enough or the provider sends no such headers (none of the present ones documents any).
    """
    left, limit = (_figure(headers.get(f"x-ratelimit-{name}", "")) for name in ("remaining", "limit"))
    reset = _figure(headers.get("x-ratelimit-reset", ""))
    if left is None or not limit or reset is None or left >= limit / 5:
        return 0.0
    if reset > 1e9:
        sent = http_date(headers.get("date", ""))
        reset -= now if sent is None else sent
    return min(max(reset, 0.0), 120.0)


def http_date(value: str) -> float | None:
    """Seconds since the epoch for an HTTP date. None when it is none."""
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _figure(value: str) -> float | None:
    try:
        figure = float(value)
    except ValueError:
        return None
    return figure if math.isfinite(figure) and figure >= 0 else None


def _quoted(remark: str) -> str:
    return f" (“{remark}”)" if remark else ""


def _said(value: object) -> str:
    """The words in the error bodies of the providers: `errorMessage`, `errors`, `error.message`, `detail`, `title`."""
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        return ""
    errors = value.get("errors")
    if isinstance(errors, dict) and errors:
        lists = (items if isinstance(items, list) else [items] for items in errors.values())
        return " ".join(str(item) for items in lists for item in items)
    error = value.get("error")
    if isinstance(error, dict):
        return str(error.get("message") or error.get("code") or "")
    for name in ("errorMessage", "detail", "message", "title", "error"):
        if isinstance(value.get(name), str) and value[name]:
            return str(value[name])
    return ""


def _unreachable(error: Exception, service: Service) -> str:
    """Why no connection was made, and what to do."""
    start = f"{service.title} could not be reached: "
    if isinstance(error, httpx.LocalProtocolError):
        # Its text may quote a header, and with it the key.
        return f"{start}the request could not be written. Check that api_key holds the key alone."
    if isinstance(error, httpx.ProxyError):
        return f"{start}the proxy refused the connection. Check the proxy in the configuration."
    certificate = _certificate_problem(error)
    if certificate:
        return start + certificate
    if isinstance(error, httpx.TimeoutException):
        return f"{start}{service.host} did not accept a connection in time. Check the network."
    return start + {
        "dns": f"the name {service.host} was not found (DNS). Check the network.",
        "refused": f"{service.host} refused the connection: nothing answers there at the moment.",
        "unreachable": f"the network cannot reach {service.host}. Check the network.",
    }.get(_cause(error), f"no connection to {service.host}. Check the network.")


def _cause(error: Exception) -> str:
    """Why nobody was met at the address, where the system said so: a name of `_CAUSES`. Empty: for another reason."""
    if not isinstance(error, httpx.ConnectError):
        return ""
    text = _texts(error)
    return next((name for pattern, name in _CAUSES if re.search(pattern, text)), "")


def _certificate_problem(error: BaseException) -> str:
    """What is wrong with the TLS connection. Empty when TLS is not the cause."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return (
                f"its certificate is not trusted ({sanitise_line(cause.verify_message)}). Postroom never skips this "
                "check; where a company inspects traffic, set SSL_CERT_FILE to its certificate."
            )
        if isinstance(cause, ssl.SSLError):
            reason = sanitise_line((getattr(cause, "reason", None) or "handshake failed").replace("_", " ").lower())
            return f"no secure connection is possible ({reason}). TLS 1.2 or newer is needed."
        cause = cause.__cause__ or cause.__context__
    if re.search(r"\bssl|certificate|\btls", str(error).lower()):
        return f"no secure connection is possible ({sanitise_line(str(error))[:_LONGEST_REMARK]})."
    return ""


def _texts(error: BaseException) -> str:
    """The messages of an error and its causes, in lower case."""
    texts: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(texts) < 10:
        texts.append(str(cause).lower())
        cause = cause.__cause__ or cause.__context__
    return " ".join(texts)
