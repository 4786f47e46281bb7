"""Leads that write by themselves, in a time that the test makes pass."""

from __future__ import annotations

from simulator.config import SimulatorConfig
from simulator.life import Life
from simulator.simulation import Simulation, make_simulation
from tests.builders import START


def living(seconds: int, *, step: float = 1.0, **settings: object) -> Simulation:
    """A simulation that has lived for some seconds, after one message to each of ten leads."""
    config = SimulatorConfig(now=START, life=True, pending_share=0.0, **settings)  # type: ignore[arg-type]
    simulation = make_simulation(config)
    life = Life(simulation)
    workspace = simulation.world.workspace("heyreach")
    for row in list(workspace.newest())[:10]:
        simulation.world.deliver(workspace, row, "Hello?")
    for _ in range(round(seconds / step)):
        simulation.world.clock.advance(step)
        life.step()
    return simulation


def inbound(simulation: Simulation) -> list[tuple[str, str]]:
    """Who wrote what."""
    return [(event.conversation, event.text) for event in simulation.world.ledger.events() if event.kind == "inbound"]


def test_leads_answer_what_they_are_sent_within_seconds() -> None:
    """Most of ten leads answer, each once, and their conversations are unread again."""
    simulation = living(19)
    workspace = simulation.world.workspace("heyreach")

    answered = [conversation for conversation, _ in inbound(simulation)]

    assert 4 <= len(answered) == len(set(answered)) <= 10
    assert all(not workspace.by_id[conversation].seen for conversation in answered)
    assert all("{" not in text for _, text in inbound(simulation))


def test_somebody_writes_every_half_minute_or_so() -> None:
    """Ten minutes bring fifteen to thirty new messages by themselves."""
    simulation = living(600)

    assert 15 <= len(inbound(simulation)) - 10 <= 32


def test_life_follows_from_the_seed() -> None:
    """The same seed tells the same story."""
    assert inbound(living(120)) == inbound(living(120))


def test_life_can_be_faster() -> None:
    """Ten times the speed, many times the messages."""
    assert len(inbound(living(60, step=0.25, life_speed=10.0))) > 2 * len(inbound(living(60)))


def test_nothing_happens_while_life_is_off() -> None:
    """And what was waiting is not made up for when it is switched on."""
    simulation = make_simulation(SimulatorConfig(now=START))
    life = Life(simulation)
    simulation.world.clock.advance(500)
    still = life.step()
    life.running = True

    assert (still, life.step()) == (0, 0)
