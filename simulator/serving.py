"""From an HTTP request to an operation's handler and back: who asks, how often, what was sent, which fault is met."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from simulator.answers import Answer, Call, Declined, Operation
from simulator.connections import Connections
from simulator.delivery import Line, give_spoiled
from simulator.faults import Fault
from simulator.hostile import with_hostile_text
from simulator.simulation import Exchange, Simulation
from simulator.spoiling import PAGING_KINDS, spoiled
from simulator.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Rules:
    """What all operations of a provider have in common."""

    provider: str
    prefix: str
    operations: tuple[Operation, ...]
    authenticate: Callable[[Simulation, Headers], Workspace]
    """The workspace that a request's key opens. Raises Declined."""
    permit: Callable[[Workspace, Operation], None]
    """Raises Declined when the key may not do this."""
    error: Callable[[int, str], Answer]
    """An error as the provider words it."""
    too_many: Answer
    per_minute: Callable[[Simulation], int | None]
    narrow: Callable[[Simulation], Mapping[str, int | None]] = lambda _: {}
    """The narrower limits of some operations, by bucket."""


def mounted(simulation: Simulation, connections: Connections, rules: Rules) -> Mount:
    """A provider's operations under its prefix."""
    routes = [
        Route(
            operation.path,
            endpoint=_OperationApp(simulation, connections, rules, operation),
            methods=[operation.method],
        )
        for operation in rules.operations
    ]
    return Mount(rules.prefix, routes=routes)


class _OperationApp:
    """One operation as an ASGI application."""

    def __init__(self, simulation: Simulation, connections: Connections, rules: Rules, operation: Operation) -> None:
        self._simulation = simulation
        self._connections = connections
        self._rules = rules
        self._operation = operation

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        started = time.perf_counter()
        provider, simulation = self._rules.provider, self._simulation
        request = Request(scope, receive)
        try:
            sent = await request.body()
        except ClientDisconnect:
            return
        simulation.traffic.arrived(provider, self._operation.name)
        line = Line(scope, receive, send, self._connections, simulation.world.now())
        fault = simulation.faults.take(provider, self._operation.name)
        status = await self._answer(line, request, sent, fault)
        simulation.traffic.ended(
            Exchange(
                at=line.moment,
                provider=provider,
                operation=self._operation.name,
                method=request.method,
                path=request.url.path,
                query=request.url.query,
                status=status,
                fault=fault.kind if fault else "",
                milliseconds=(time.perf_counter() - started) * 1000,
                workspace=self._opened(request),
            )
        )

    def _opened(self, request: Request) -> str:
        """The name of the workspace that the key opens."""
        try:
            return self._rules.authenticate(self._simulation, request.headers).name
        except Declined:
            return ""

    async def _answer(self, line: Line, request: Request, sent: bytes, fault: Fault | None) -> int:
        """Do what is asked, unless a fault forbids it, and answer; the status that was given, 0 for none."""
        if self._rules.provider in self._simulation.cut_off:
            await line.drop()
            return 0
        if fault is None:
            answer = self._do(request, sent, None)
            await line.give(self._shown(answer))
            return answer.status
        if fault.kind == "delay" and not fault.processed and await line.gone_within(fault.seconds):
            return 0
        processed = fault.processed or fault.kind == "delay"
        answer = self._do(request, sent, fault) if processed else Answer()
        return await give_spoiled(line, fault, self._shown(self._disguised(fault, answer)))

    def _do(self, request: Request, sent: bytes, fault: Fault | None) -> Answer:
        """What the operation answers."""
        rules, simulation = self._rules, self._simulation
        with simulation.world.lock:
            if simulation.meanwhile is not None:
                simulation.meanwhile(rules.provider, self._operation.name, sent)
            try:
                workspace = rules.authenticate(simulation, request.headers)
                now = simulation.world.now()
                workspace.reveal(now)
                if not simulation.bucket(workspace.key, rules.per_minute(simulation)).take(now):
                    return rules.too_many
                narrow = rules.narrow(simulation).get(self._operation.bucket)
                if not simulation.bucket(f"{workspace.key} {self._operation.bucket}", narrow).take(now):
                    return rules.too_many
                rules.permit(workspace, self._operation)
                return self._operation.handler(self._call(request, sent, workspace, now, fault))
            except Declined as declined:
                return declined.answer

    def _call(self, request: Request, sent: bytes, workspace: Workspace, now: int, fault: Fault | None) -> Call:
        """The request, read. Raises Declined when its body is not a JSON object."""
        body: object = {}
        if sent:
            try:
                body = json.loads(sent)
            except ValueError:
                body = None
        if not isinstance(body, dict):
            raise Declined(self._rules.error(400, "The request body is not a JSON object."))
        query = dict(request.query_params)
        if fault is not None and fault.kind in PAGING_KINDS:
            body = {key: value for key, value in body.items() if key != "starting_after"} | (
                {"cursor": None} if "cursor" in body else {}
            )
            query = {key: value for key, value in query.items() if key not in {"cursor", "starting_after"}}
        return Call(
            world=self._simulation.world,
            workspace=workspace,
            now=now,
            path={key: str(value) for key, value in request.path_params.items()},
            query=query,
            body=body,
            raw_path=request.scope.get("raw_path", b"").decode("ascii", "replace"),
            force_pending=fault is not None and fault.kind == "pending",
            last_page=fault is not None and fault.kind == "last_page",
        )

    def _disguised(self, fault: Fault, answer: Answer) -> Answer:
        """The answer as the fault makes it look."""
        headers = {} if fault.retry_after is None else {"retry-after": fault.retry_after}
        if fault.kind == "status":
            made = Answer(text=fault.body) if fault.body else self._rules.error(fault.status, "Something went wrong.")
            headers |= {"content-type": "text/html; charset=utf-8"} if fault.body.startswith("<") else {}
            return Answer(status=fault.status, json=made.json, text=made.text, headers=headers)
        if fault.kind == "redirect":
            status = fault.status if 300 <= fault.status < 400 else 307
            return Answer(status=status, headers={"location": fault.location})
        if fault.kind == "ok_false" and answer.json is None:
            answer = Answer(json={})
        return spoiled(fault, answer)

    def _shown(self, answer: Answer) -> Answer:
        """The answer, with hostile text everywhere where the configuration asks for it."""
        if not self._simulation.config.hostile or answer.json is None:
            return answer
        return Answer(status=answer.status, json=with_hostile_text(answer.json), headers=answer.headers)
