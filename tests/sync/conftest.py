"""Fixtures for tests of sync."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.builders import campaign, enrolment
from tests.sync.far_side import FarSide
from tests.sync.places import Place, make_place


@pytest.fixture
def places(tmp_path: Path) -> Iterator[Callable[..., Place]]:
    """Makes workspaces, and closes their files in the end."""
    made: list[Place] = []

    def make(far: FarSide | None = None) -> Place:
        made.append(make_place(tmp_path / f"state{len(made)}", far=far))
        return made[-1]

    yield make
    for place in made:
        place.store.close()


@pytest.fixture
def place(places: Callable[..., Place]) -> Place:
    """A HeyReach workspace with one conversation, in which the lead wrote last."""
    return places()


@pytest.fixture
async def stage(place: Place) -> Place:
    """A running campaign with Ada in it."""
    place.far.campaign_list["q3"] = campaign()
    place.far.enrolled["q3"] = [enrolment()]
    await place.pull()
    return place
