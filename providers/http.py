"""One way to make a request, for every provider. Here alone live deadlines, retries, limits and the count.

`read` may be repeated, `act` never is: whatever happens after its first byte has left, it is one request, and the
error says what is known about it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import httpx

from postroom.errors import NeverSent, ProviderError, Uncertain
from postroom.records import Micros
from providers import failures
from providers.base import Lane, NotBegun, Usage
from providers.clock import Clock, SystemClock
from providers.failures import Answer, Service
from providers.limiter import Allowance, Limiter
from providers.retry import Retries
from providers.transport import Clients, KeyAuth, Way, checked_base_url, open_clients
from providers.turnstile import Turnstile

DEADLINE_SECONDS = 30.0
"""For one request from its turn to the last byte of the answer, however slowly the bytes come."""
MAX_DOWNLOAD = 20_000_000
MAX_CONTENT = 50_000_000
"""After decompression."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request for the activity log: no body, no query, no header."""

    method: str
    path: str
    status: int | None
    """None: no answer."""
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Call:
    """What to ask for. The path is below the base address and already percent-encoded."""

    method: str
    path: str
    query: Mapping[str, str] | None = None
    body: object = None
    """Sent as JSON. None: no body."""
    scope: str = ""
    """What the key must be allowed to do, where the provider has scopes."""
    bucket: str = ""
    """The limit that it counts in, where a provider has several. Empty: the general one."""
    stale: frozenset[int] = frozenset()
    """Statuses that mean here that an id is out of date, besides 404; a 401 only when it does not speak of the key."""


class Http:
    """The requests of one key."""

    def __init__(
        self,
        service: Service,
        *,
        base_url: str,
        auth: KeyAuth,
        allowance: Allowance,
        others: Mapping[str, Allowance] | None = None,
        proxy: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Clock | None = None,
        log: Callable[[Exchange], None] | None = None,
        deadline: float = DEADLINE_SECONDS,
    ) -> None:
        self._base = checked_base_url(base_url)
        self.service = replace(service, host=self._base.host)
        self._auth = auth
        self._clients: Clients = open_clients(self._base, proxy=proxy, transport=transport)
        self._clock = clock or SystemClock()
        self._limiters = {name: Limiter(each) for name, each in {"": allowance, **(others or {})}.items()}
        self._turnstiles = {name: Turnstile(limiter, self._clock) for name, limiter in self._limiters.items()}
        self._retries = Retries()
        self._log = log
        self._deadline = deadline
        self._requests = 0
        self._skew = 0.0
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def usage(self) -> Usage:
        """What this key has used; where there are several limits, of the one that is the narrowest."""
        narrowest = min(self._limiters.values(), key=lambda limiter: limiter.ceiling)
        left = narrowest.left(now=self._clock.monotonic())
        return Usage(self._requests, budget_left=left, budget=int(narrowest.ceiling), skew=self._skew)

    @property
    def now(self) -> Micros:
        """The time at the provider, as far as its answers tell."""
        return int((self._clock.wall() + self._skew) * 1_000_000)

    async def read(self, call: Call, *, lane: Lane) -> Answer:
        """Ask, and ask again where that is harmless and promises something."""
        began = self._clock.monotonic()
        attempt = 1
        while True:
            try:
                answer = await self._once(call, lane)
            except ProviderError as error:
                elapsed = self._clock.monotonic() - began
                wait = self._retries.wait_after(error, attempt=attempt, elapsed=elapsed)
                if wait is None:
                    raise
            else:
                self._retries.succeeded()
                return answer
            await self._clock.sleep(wait)
            attempt += 1

    async def act(self, call: Call) -> Answer:
        """Ask exactly once, over a fresh connection."""
        return await self._once(call, Lane.ACTION, send=True, patience=self._deadline)

    def unreadable(self, answer: Answer) -> Uncertain:
        """The error for an answer that was not what the provider documents."""
        return failures.unreadable(self.service, answer)

    def bucket_left(self, bucket: str) -> int:
        """Background requests of one limit that may leave now without waiting."""
        return self._limiters[bucket].left(now=self._clock.monotonic())

    async def rest(self, seconds: float) -> None:
        """Let time pass, as between two looks at a job."""
        await self._clock.sleep(seconds)

    def limiter_state(self, *, ahead: float = 0.0) -> str:
        """What the limiters must know after a restart, as JSON."""
        now = self._clock.monotonic()
        states = {name: limiter.dump(now=now, ahead=ahead) for name, limiter in self._limiters.items()}
        return json.dumps({"at": self._clock.wall(), "limiter": states.pop(""), "others": states})

    def restore_limiter(self, state: str) -> None:
        """Go on from an earlier `limiter_state`; nonsense is ignored."""
        try:
            saved = json.loads(state)
            age = max(0.0, self._clock.wall() - float(saved["at"]))
            dumped = {**saved.get("others", {}), "": saved["limiter"]}
        except (ValueError, KeyError, TypeError, AttributeError):
            return
        for name, limiter in self._limiters.items():
            limiter.load(str(dumped.get(name, "")), age=age, now=self._clock.monotonic())

    def forget_connections(self) -> None:
        """The machine slept: what was kept open is dead by now. A read that still waits on it is made again."""
        old, self._clients = self._clients.reads, replace(self._clients, reads=self._clients.fresh())
        closing = asyncio.get_running_loop().create_task(old.aclose())
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)

    async def aclose(self) -> None:
        """Close the connections."""
        await asyncio.gather(*self._closing, return_exceptions=True)
        for turnstile in self._turnstiles.values():
            await turnstile.aclose()
        await self._clients.aclose()

    async def _once(self, call: Call, lane: Lane, *, send: bool = False, patience: float | None = None) -> Answer:
        """One request, in its turn. Raises a ProviderError for everything but a 2xx, NotBegun when cancelled before."""
        begun = False
        try:
            async with self._turnstiles[call.bucket].turn(lane, patience=patience):
                begun = True
                left_at = self._clock.monotonic()
                answer = await self._exchanged(call, self._clients.sends if send else self._clients.reads)
                self._heed(answer, left_at, self._limiters[call.bucket])
        except TimeoutError as error:
            raise NeverSent(
                f"Postroom keeps to {self.service.title}'s request limit, and no request was free in time."
            ) from error
        except asyncio.CancelledError as error:
            if begun:
                raise
            raise NotBegun from error
        if 200 <= answer.status < 300:
            return replace(answer, content=self._auth.without_key(answer.content))
        safe = Answer(answer.status, self._auth.hidden(answer.content), answer.headers)
        if answer.status in call.stale and not failures.is_about_key(safe):
            raise failures.gone(safe, self.service)
        raise failures.refused(safe, self.service, scope=call.scope, now=self._clock.wall())

    async def _exchanged(self, call: Call, client: httpx.AsyncClient) -> Answer:
        """Send, and take the whole answer. Raises NeverSent or Uncertain."""
        began = self._clock.monotonic()
        status: int | None = None
        left = True
        way = Way()
        try:
            async with asyncio.timeout(self._deadline):
                answer = await self._streamed(self._request(call, client, way), client)
            status = answer.status
        except ProviderError as error:
            status = error.status
            raise
        except (httpx.HTTPError, TimeoutError, OSError) as error:
            failure = failures.no_answer(error, self.service, shut=way.shut)
            left = not isinstance(failure, NeverSent)
            raise failure from error
        else:
            return answer
        finally:
            self._requests += left
            if self._log is not None:
                self._log(Exchange(call.method, call.path, status, (self._clock.monotonic() - began) * 1000))

    def _request(self, call: Call, client: httpx.AsyncClient, way: Way) -> httpx.Request:
        """The request; the host is always that of the base address."""
        content = None if call.body is None else json.dumps(call.body, ensure_ascii=False).encode("utf-8", "replace")
        headers = {} if content is None else {"Content-Type": "application/json"}
        url = f"{self._base}{call.path}"
        watched = {"trace": way.watch}
        return client.build_request(
            call.method, url, params=call.query, content=content, headers=headers, extensions=watched
        )

    async def _streamed(self, request: httpx.Request, client: httpx.AsyncClient) -> Answer:
        """The answer, read piece by piece so that an endless one is given up."""
        response = await client.send(request, auth=self._auth, stream=True)
        try:
            content = bytearray()
            async for piece in response.aiter_bytes():
                content += piece
                if response.num_bytes_downloaded > MAX_DOWNLOAD or len(content) > MAX_CONTENT:
                    raise failures.too_large(self.service, megabytes=MAX_DOWNLOAD // 1_000_000)
        finally:
            await response.aclose()
        return Answer(response.status_code, bytes(content), dict(response.headers))

    def _heed(self, answer: Answer, left_at: float, limiter: Limiter) -> None:
        """Take from an answer what it says about its clock and about our pace."""
        now, wall = self._clock.monotonic(), self._clock.wall()
        date = failures.http_date(answer.headers.get("date", ""))
        if date is not None:
            # `Date` has whole seconds, cut off.
            self._skew = date + 0.5 - wall
        if answer.status == 429:
            wait = failures.retry_after(answer.headers, now=wall)
            limiter.limited(left_at=left_at, now=now, retry_after=wait)
        elif pause := failures.low_budget_pause(answer.headers, now=wall):
            limiter.pause(pause, now=now)
