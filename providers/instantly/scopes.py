"""Which of Instantly's scopes Postroom needs, what stops without each, and a small request that shows it.

A probe of a right to change something asks for a change of nothing: of a record with an empty id, or without what the
operation requires. A key that may do it gets “no such record” or “incomplete”, and nothing has changed.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from postroom.errors import Forbidden, NeverSent, PostroomError, RateLimited, Unauthorised
from providers.base import Lane
from providers.extras import Right
from providers.http import Call, Http
from providers.instantly.endpoints import MAILS

_NOBODY = "00000000-0000-0000-0000-000000000000"
_ONE = {"limit": "1"}


@dataclass(frozen=True, slots=True)
class _Probe:
    """A scope, and the request that shows whether the key has it."""

    scope: str
    without: str
    """What does not work without it, as a sentence."""
    method: str
    path: str
    body: object = None
    vital: bool = False

    @property
    def call(self) -> Call:
        """The request."""
        query = _ONE if self.method == "GET" else None
        bucket = MAILS if self.scope == "emails:read" else ""
        return Call(self.method, self.path, query=query, body=self.body, scope=self.scope, bucket=bucket)

    @property
    def reads(self) -> bool:
        """Whether it only reads."""
        return self.scope.endswith(":read")


_STOPS = "No lead can be stopped."
_BLOCKS = "Nobody can be put on the block list."
_PROBES = (
    _Probe("emails:read", "No mail can be fetched.", "GET", "/emails", vital=True),
    _Probe("emails:create", "No reply can be sent.", "POST", "/emails/reply", {}),
    _Probe("emails:update", "What was read here stays unread there.", "PATCH", f"/emails/{_NOBODY}", {}),
    _Probe("campaigns:read", "Campaigns and their figures stay unknown.", "GET", "/campaigns"),
    _Probe("campaigns:update", "No campaign can be paused or resumed.", "POST", f"/campaigns/{_NOBODY}/pause"),
    _Probe("leads:read", f"Names and profiles of leads stay unknown. {_STOPS}", "POST", "/leads/list", {"limit": 1}),
    _Probe("leads:update", f"{_STOPS} No verdict can be told.", "PATCH", f"/leads/{_NOBODY}", {}),
    _Probe("lead_lists:read", _STOPS, "GET", "/lead-lists"),
    _Probe("lead_lists:create", "The list “Stopped” cannot be made, which a stop needs.", "POST", "/lead-lists", {}),
    _Probe("background-jobs:read", "A stop cannot be followed to its end.", "GET", "/background-jobs"),
    _Probe("accounts:read", "Whether a mailbox can send stays unknown.", "GET", "/accounts"),
    _Probe("block_list_entries:read", _BLOCKS, "GET", "/block-lists-entries"),
    _Probe("block_list_entries:create", _BLOCKS, "POST", "/block-lists-entries", {}),
    _Probe("lead-labels:read", "Your own interest statuses are shown as numbers.", "GET", "/lead-labels"),
)


async def missing(http: Http) -> tuple[Right, ...]:
    """The rights that the key lacks, as far as Instantly says so. Raises Unauthorised for a key that is none."""
    answers = await asyncio.gather(*(_lacks(http, probe) for probe in _PROBES))
    return tuple(right for right in answers if right is not None)


async def _lacks(http: Http, probe: _Probe) -> Right | None:
    """The right when it is refused, or cannot be asked about. None: it was not refused."""
    try:
        if probe.reads:
            await http.read(probe.call, lane=Lane.ACTION)
        else:
            await http.act(probe.call)
    except Forbidden:
        return Right(probe.scope, probe.without, vital=probe.vital)
    except Unauthorised:
        raise
    except (NeverSent, RateLimited) as error:
        return Right(probe.scope, str(error), asked=False)
    except PostroomError:
        return None
    return None
