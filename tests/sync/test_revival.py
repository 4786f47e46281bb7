"""The cache is deleted while sync runs: it is filled again, completely."""

from __future__ import annotations

from collections.abc import Callable

from store import queries
from store.database import CACHE_FILE
from store.rows import View
from tests.builders import conversation, inbound, lead
from tests.sync.places import Place, far_side


def delete_cache(place: Place) -> None:
    for file in place.store.state_dir.glob(f"{CACHE_FILE}*"):
        file.unlink()


async def test_dk10_a_deleted_cache_is_filled_by_the_next_pull(place: Place) -> None:
    """Nobody has to restart anything."""
    await place.pull()
    delete_cache(place)
    report = await place.pull()

    assert report.complete
    assert place.bodies() == ["Hi Ada", "Tell me more"]


async def test_dk10_a_walk_that_ends_in_another_cache_is_not_complete_there(places: Callable[..., Place]) -> None:
    """The pages that went into the deleted cache are read again, not believed to be here."""
    far = far_side()
    far.page_size = 10
    far.threads = {
        name: conversation(name, inbound("Hello", minutes=-number * 24 * 60), who=lead(f"Lead Number {number}"))
        for number, name in enumerate(f"c{number}" for number in range(30))
    }
    place = places(far)

    def replace() -> None:
        delete_cache(place)
        assert place.store.revive()

    far.troubles["conversations"] = [lambda: None, replace]
    await place.pull()
    await place.pull()

    assert queries.inbox_count(place.store, View.ALL) == 30
