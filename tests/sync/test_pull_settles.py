"""What a pull does for sends whose end is not known: it looks for them where that costs nothing."""

from __future__ import annotations

from postroom.errors import Uncertain
from postroom.records import Direction
from sync.clock import HOUR
from tests.sync.places import Place


async def test_an_old_doubt_costs_no_requests(place: Place) -> None:
    """A doubtful send is looked for at every poll for an hour, then only where the lists show it."""
    await place.pull()
    place.far.hidden, place.far.deliver_and_raise = True, Uncertain("No answer.")
    await place.send()
    place.far.calls.clear()
    await place.pull()
    soon = place.far.calls["thread"]
    place.clock.advance(2 * HOUR / 1_000_000)
    await place.pull()
    place.far.calls.clear()
    await place.pull()

    assert soon == 1
    assert place.far.calls["thread"] == 0


async def test_an_echo_in_the_list_settles_the_send(place: Place) -> None:
    """A message of ours that the list shows is found without reading the thread."""
    await place.pull()
    place.far.hidden = True
    row = await place.send("Gladly")
    place.far.write("c1", "Gladly", Direction.OUTBOUND)
    place.far.calls.clear()
    await place.pull()

    assert place.row(row.id).state == "sent"
    assert place.far.calls["thread"] == 0
