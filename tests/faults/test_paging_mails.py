"""PG06 for mails: a page begins behind a mail, and that mail may be deleted before the page is asked for."""

from __future__ import annotations

from pathlib import Path

from simulator.instantly.naming import find_mail
from store import writes
from sync.inbox import BACKFILL
from tests.conftest import MakeSimulator
from tests.faults.stand import IN, Stand
from tests.faults.truth import unequal


async def test_pg06_an_import_whose_place_was_deleted_begins_again_at_the_top(
    make_simulator: MakeSimulator, tmp_path: Path
) -> None:
    """The import broke off behind a mail that is gone when it is taken up again: two polls later all is here."""
    far = make_simulator(
        conversations=0, instantly_conversations=40, instantly_per_minute=None, instantly_mails_per_minute=None
    )
    space = far.world.workspace(IN)
    async with Stand(far, tmp_path, providers=[IN], page=20) as stand:
        # The import is so slow that it lets looks at what is new go between its pages.
        far.meanwhile(lambda *_: far.world.clock.advance(130))
        stand.fault("status", operation="emails", status=502, skip=6, times=None)
        await stand.sync()
        far.meanwhile(None)
        place = writes.stream_state(stand.store, IN, BACKFILL).cursor
        found = find_mail(space, place or "")
        assert found is not None
        far.world.remove(space, found[0])
        far.faults.clear()
        reports = [(await stand.sync(after=60))[0] for _ in range(2)]

        assert reports[-1].complete, reports[-1].reason
        assert unequal(stand, IN, gone_too=False) == []
