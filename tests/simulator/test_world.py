"""The world: the same from the same seed, of any size, and remembered by its ledger."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from simulator.clock import DAY, HOUR, MINUTE
from simulator.config import SimulatorConfig
from simulator.world import World
from tests.builders import START

CONFIG = SimulatorConfig(conversations=60, now=START)


def everything(world: World) -> list[object]:
    """What all conversations of a world say."""
    return [
        (row.id, row.last_at, row.seen, workspace.person(row.person), workspace.history(row))
        for workspace in world.workspaces.values()
        for row in workspace.newest()
    ]


def test_the_same_seed_makes_the_same_world() -> None:
    """A restart within the hour shows what was there before."""
    assert everything(World(CONFIG)) == everything(World(CONFIG))
    assert everything(World(CONFIG)) != everything(World(replace(CONFIG, seed=2)))


def test_a_world_is_made_for_the_hour() -> None:
    """Without a moment, it is the current hour's."""
    assert World(SimulatorConfig(conversations=1)).clock.anchor % HOUR == 0


def test_conversations_are_shared_out() -> None:
    """320 by default: 210 and 110."""
    world = World(SimulatorConfig())

    assert {space.name: len(space.conversations) for space in world.workspaces.values()} == {
        "heyreach": 210,
        "networkhq": 110,
        "instantly": 0,
    }


@pytest.mark.parametrize("size", [0, 1, 2, 3])
def test_very_small_worlds_stand(size: int) -> None:
    """Even an empty inbox is an inbox."""
    world = World(replace(CONFIG, conversations=size))

    assert sum(len(space.ranks) for space in world.workspaces.values()) == size


def test_a_big_world_has_every_conversation_that_was_asked_for() -> None:
    """26,000 are 26,000, each with an id of its own."""
    world = World(replace(CONFIG, conversations=26_000))

    ids = {row.id for space in world.workspaces.values() for row in space.newest()}
    assert len(ids) == 26_000


def test_every_row_is_dated_by_its_last_message_and_none_lies_ahead() -> None:
    """Rows and threads agree, and nothing was said in the future."""
    world = World(replace(CONFIG, conversations=2000))
    for workspace in world.workspaces.values():
        for row in workspace.newest():
            said = workspace.history(row)
            times = [spoken.sent_at for spoken in said]

            assert times[-1] == row.last_at < world.clock.anchor
            assert times == sorted(times)
            assert row.seen or said[-1].side == "lead"


def test_the_inbox_is_spread_over_four_months_and_partly_unread() -> None:
    """A believable inbox: fresh, read and unread, both sides having the last word."""
    world = World(SimulatorConfig(now=START))
    workspace = world.workspace("heyreach")
    rows = list(workspace.newest())
    unread = sum(not row.seen for row in rows)
    ended_by_lead = sum(workspace.history(row)[-1].side == "lead" for row in rows)

    assert 2 * MINUTE <= START - rows[0].last_at < HOUR
    assert 110 * DAY < START - rows[-1].last_at <= 121 * DAY
    assert 15 <= unread <= 90
    assert 60 <= ended_by_lead <= 160


def test_a_long_thread_can_be_had() -> None:
    """The newest conversation with as many messages as a test wants."""
    workspace = World(replace(CONFIG, long_thread=20_000)).workspace("heyreach")

    assert len(workspace.history(workspace.conversations[0])) == 20_000


def test_two_equal_messages_in_one_moment_occur() -> None:
    """Twins, which only their number tells apart."""
    workspace = World(replace(CONFIG, conversations=400)).workspace("heyreach")

    assert any(
        first.sent_at == second.sent_at
        for row in workspace.newest()
        for first, second in zip(workspace.history(row), workspace.history(row)[1:], strict=False)
    )


def test_what_was_delivered_is_there_after_a_restart(tmp_path: Path) -> None:
    """The ledger's file makes the same world again, with everything that happened in it."""
    config = replace(CONFIG, ledger=tmp_path / "ledger.jsonl", pending_share=0.0)
    world = World(config)
    for name in ("heyreach", "networkhq"):
        workspace = world.workspace(name)
        row = list(workspace.newest())[3]
        world.deliver(workspace, row, f"Sent through {name} \ud800")
        world.hear(workspace, row, "Got it")
        world.record(workspace, "seen", conversation=row.id, flag=True)
        world.edit(workspace, row, "Got it!")
        world.remove(workspace, list(workspace.newest())[5])
        world.record(workspace, "stop", campaign=workspace.campaigns[0].id, lead=workspace.person(row.person).url)
        world.record(workspace, "add_tags", lead=workspace.person(row.person).url, names=("Fresh",))
    before = everything(world)
    world.ledger.close()

    # another seed and size: the file knows better
    again = World(replace(config, seed=99, conversations=7))
    again.ledger.close()

    assert everything(again) == before
    assert again.ledger.events() == world.ledger.events()
    assert again.now() > world.ledger.events()[-1].at
    assert [space.campaigns[0].stopped for space in again.workspaces.values()] == [
        space.campaigns[0].stopped for space in world.workspaces.values()
    ]


def test_time_runs_on_from_the_given_moment() -> None:
    """A world made for a moment stays near it, and never goes back."""
    world = World(CONFIG)
    first = world.now()
    world.clock.advance(3600)

    assert START <= first < START + MINUTE
    assert world.now() >= first + HOUR


def test_an_unknown_workspace_is_named() -> None:
    """A slip in a test says what is wrong."""
    with pytest.raises(LookupError, match="no workspace called lemlist"):
        World(CONFIG).workspace("lemlist")
