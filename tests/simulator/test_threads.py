"""People and what they say."""

from __future__ import annotations

import re

import pytest

from simulator.config import SimulatorConfig
from simulator.people import number_of, person
from simulator.scripts import FRESH_REPLIES, MOODS, OPENINGS, SILENT
from simulator.threads import fresh_text
from simulator.workspace import Workspace
from simulator.world import World
from tests.builders import START


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    """A workspace with enough people for every case."""
    return World(SimulatorConfig(conversations=3000, now=START)).workspace("heyreach")


def test_every_dialogue_begins_with_a_language_and_then_the_lead_answers() -> None:
    """What follows an opening is an answer, in a language that somebody can open in."""
    for mood in MOODS:
        for language, *lines in mood.dialogues:
            assert language in OPENINGS
            assert all(line[0] in "<>" for line in lines)
            assert mood.name == SILENT or lines[0][0] == "<"


def test_no_placeholder_is_left_in_what_people_say(workspace: Workspace) -> None:
    """Every message is a finished sentence, and new ones are too."""
    row = workspace.conversations[0]
    fresh = [fresh_text(row, workspace.person(row.person), template) for template in FRESH_REPLIES]
    said = [spoken.text for each in workspace.conversations for spoken in workspace.history(each)]

    assert not [text for text in [*fresh, *said] if re.search(r"[{}]", text)]


def test_who_has_answered_has_an_answer_in_the_thread(workspace: Workspace) -> None:
    """Moods are told from what the lead said: a silent lead said nothing, any other something."""
    for row in workspace.conversations:
        answered = any(spoken.side == "lead" for spoken in workspace.history(row))

        assert answered is (row.mood.name != SILENT)


def test_people_are_found_again_by_their_address(workspace: Workspace) -> None:
    """Any spelling of a profile address names one person, and no other address does."""
    for number in (0, 1, 7, 4_000, 1_000_000_001):
        url = person(1, number).url

        assert [number_of(1, spelt) for spelt in (url, f"{url}/?x=1", url.replace("www.", ""))] == [number] * 3
        assert number_of(1, f"{url}0") is None
    assert number_of(1, "https://example.com") is None


def test_people_come_from_everywhere(workspace: Workspace) -> None:
    """Names in many scripts, with marks and emoji, all different people."""
    people = [workspace.person(row.person) for row in workspace.conversations]
    letters = {char for who in people for char in who.name}

    assert len({who.url for who in people}) == len(set(workspace.by_person)) - sum(
        not v for v in workspace.by_person.values()
    )
    assert {"ö", "佳", "さ", "지", "Ł", "ş", "ع", "ש", "🚀", "'"} <= letters
