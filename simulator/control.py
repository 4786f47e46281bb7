"""The control endpoints under `/__sim`, for those who test from outside: look at the ledger, switch faults, speak up.

Loopback only, like everything here. Requests are JSON objects; so are answers.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from simulator.answers import Answer, Json
from simulator.faults import read_fault
from simulator.life import Life
from simulator.simulation import Simulation
from simulator.workspace import Workspace


class Power(Protocol):
    """What takes the providers off the network and back."""

    async def go_offline(self) -> None:
        """Refuse connections, and close those that are open."""

    async def go_online(self) -> None:
        """Accept connections again, at the same address."""


def control(simulation: Simulation, life: Life, power: Power) -> Mount:
    """The control endpoints."""
    panel = _Panel(simulation, life, power)
    routes = [
        Route("/ledger", _answered(panel.ledger)),
        Route("/state", _answered(panel.state)),
        Route("/requests", _answered(panel.requests)),
        Route("/requests", _answered(panel.forget_requests), methods=["DELETE"]),
        Route("/faults", _answered(panel.faults)),
        Route("/faults", _answered(panel.add_fault), methods=["POST"]),
        Route("/faults", _answered(panel.clear_faults), methods=["DELETE"]),
        Route("/inbound", _answered(panel.inbound), methods=["POST"]),
        Route("/settle", _answered(panel.settle), methods=["POST"]),
        Route("/advance", _answered(panel.advance), methods=["POST"]),
        Route("/offline", _answered(panel.offline), methods=["POST"]),
        Route("/online", _answered(panel.online), methods=["POST"]),
        Route("/life", _answered(panel.live), methods=["POST"]),
    ]
    return Mount("/__sim", routes=routes)


Endpoint = Callable[[Request], Awaitable[Json]]


def _answered(endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint whose mistakes in asking are told as 400."""

    async def respond(request: Request) -> Response:
        try:
            status, shown = 200, await endpoint(request)
        except (ValueError, TypeError, LookupError) as error:
            status, shown = 400, {"error": str(error)}
        body, content_type = Answer(json=shown).encoded()
        return Response(body, status, media_type=content_type)

    return respond


class _Panel:
    """The endpoints' work."""

    def __init__(self, simulation: Simulation, life: Life, power: Power) -> None:
        self._simulation = simulation
        self._life = life
        self._power = power

    async def ledger(self, request: Request) -> Json:
        """What happened: all of it, or of one kind, after a sequence number."""
        since, kind = int(request.query_params.get("since", "0")), request.query_params.get("kind")
        ledger = self._simulation.world.ledger
        shown = [event.row() for event in ledger.events(since=since) if kind in {None, event.kind}]
        return {"counts": dict(ledger.counts()), "events": shown}

    async def state(self, _: Request) -> Json:
        """What is so at present, for each workspace: campaigns, stopped leads, unread conversations."""
        world = self._simulation.world
        with world.lock:
            now = world.now()
            spaces = {space.name: _state_of(space, now) for space in world.workspaces.values()}
            return {"now": now, "anchor": world.clock.anchor, "life": self._life.running, "workspaces": spaces}

    async def requests(self, _: Request) -> Json:
        """What was asked: how often, and the latest."""
        traffic = self._simulation.traffic
        return {"counts": dict(traffic.counts()), "log": [asdict(exchange) for exchange in traffic.log()]}

    async def forget_requests(self, _: Request) -> Json:
        """Count from nothing again."""
        self._simulation.traffic.clear()
        return {}

    async def faults(self, _: Request) -> Json:
        """What goes wrong at present."""
        return {"faults": [asdict(fault) for fault in self._simulation.faults.active()]}

    async def add_fault(self, request: Request) -> Json:
        """Switch a fault on; the body holds the fields of `Fault`."""
        self._simulation.faults.add(read_fault(await _body(request)))
        return await self.faults(request)

    async def clear_faults(self, request: Request) -> Json:
        """Switch faults off: all, or those of `?provider=` or `?operation=`."""
        query = request.query_params
        self._simulation.faults.clear(provider=query.get("provider", ""), operation=query.get("operation", ""))
        return await self.faults(request)

    async def inbound(self, request: Request) -> Json:
        """Let a lead write: `provider` or workspace name, `text`, and `conversation` (the newest, if not given)."""
        asked = await _body(request)
        world = self._simulation.world
        with world.lock:
            workspace = world.workspace(str(asked.get("workspace") or asked.get("provider") or "heyreach"))
            named = asked.get("conversation")
            conversation = workspace.by_id.get(str(named)) if named else next(workspace.newest(), None)
            if conversation is None:
                message = "There is no such conversation."
                raise LookupError(message)
            event = world.hear(workspace, conversation, str(asked.get("text") or "Hello again"))
        return {"event": event.row()}

    async def settle(self, _: Request) -> Json:
        """Let every pending message appear in its thread."""
        self._simulation.world.settle()
        return {}

    async def advance(self, request: Request) -> Json:
        """Let time pass at once: `seconds`."""
        asked = await _body(request)
        self._simulation.world.clock.advance(float(str(asked.get("seconds", 0))))
        return {"now": self._simulation.world.now()}

    async def offline(self, request: Request) -> Json:
        """Refuse connections; or, with a `provider`, close that provider's without an answer."""
        provider = (await _body(request)).get("provider")
        if provider:
            self._simulation.cut_off.add(str(provider))
        else:
            await self._power.go_offline()
        return {"cut_off": sorted(self._simulation.cut_off)}

    async def online(self, _: Request) -> Json:
        """Undo `offline`, for everybody."""
        self._simulation.cut_off.clear()
        await self._power.go_online()
        return {}

    async def live(self, request: Request) -> Json:
        """Switch life: `running`, `speed`."""
        asked = await _body(request)
        self._life.running = bool(asked.get("running", self._life.running))
        self._life.speed = max(0.01, float(str(asked.get("speed", self._life.speed))))
        return {"running": self._life.running, "speed": self._life.speed}


async def _body(request: Request) -> Json:
    """The JSON object that was sent; nothing is an empty one."""
    asked = await request.json() if await request.body() else {}
    if not isinstance(asked, dict):
        message = "Send a JSON object."
        raise TypeError(message)
    return asked


def _state_of(workspace: Workspace, now: int) -> Json:
    """What is so in one workspace."""
    return {
        "provider": workspace.provider,
        "conversations": len(workspace.ranks),
        "unread": sum(not conversation.seen for conversation in workspace.newest()),
        "credits": workspace.credits,
        "campaigns": [
            {
                "id": campaign.id,
                "name": campaign.name,
                "status": campaign.state_at(now),
                "leads": len(campaign.members),
                "stopped": sorted(workspace.person(number).url for number in campaign.stopped),
            }
            for campaign in workspace.campaigns
        ],
    }
