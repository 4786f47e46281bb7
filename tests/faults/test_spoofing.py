"""HC07: a lead whose name reads like that of somebody known is flagged, on the row, in the thread and in print."""

from __future__ import annotations

import json
from pathlib import Path

from tests import builders
from tests.e2e.outside import command, environment, lines, run
from tests.e2e.terminal import Terminal
from tests.faults.small_world import small_world

KNOWN = "Ada Lovelace"


def world(folder: Path, *names: str) -> tuple[object, ...]:
    """The known lead, and one with each of these names; the last is the newest."""
    return small_world(
        folder,
        *(
            builders.conversation(
                f"c{n}",
                builders.inbound(f"I am number {n}", minutes=n),
                who=builders.lead(name, id=f"l{n}", profile_url=f"https://www.linkedin.com/in/lead-{n}"),
            )
            for n, name in enumerate((KNOWN, *names))
        ),
    )


HOMOGLYPHS = (
    "\u0410da Lovelace",  # Cyrillic А
    "Ada Lov\u0435l\u0430ce",  # Cyrillic е and а
    "\u0391da Lovelace",  # Greek Α
    "Ada L\u03bfvelace",  # Greek ο
    "ADA L\u041eVELACE",  # Cyrillic О
    "\U0001d400\U0001d41d\U0001d41a Lovelace",  # mathematical bold
    "\uff21\uff44\uff41 Lovelace",  # full width
)
MIXED = ("P\u0430yp\u0430l Support", "\u0415lon Smith", "Micr\u03bfsoft Team")
HONEST = (
    "Zoë Müller", "Иван Петров", "Σωκράτης Νικολάου", "北京 Ada", "田中 ゆき", "Maria Иванова", "José",
    "محمد علي", "Ada 🚀", "김 Ada", "Сара Петрова",
)  # fmt: skip


def test_hc07_a_homoglyph_of_a_known_contact_is_flagged_in_print(tmp_path: Path) -> None:
    """`show` says whose name it reads like; `list --json` carries the sentence; the known one is not accused."""
    options = world(tmp_path, *HOMOGLYPHS)

    rows = {str(row["lead"]): row for row in lines(*options, "list", "--json")}
    shown = run(*options, "show", rows[HOMOGLYPHS[0]]["ref"])
    as_json = json.loads(run(*options, "show", rows[HOMOGLYPHS[0]]["ref"], "--json"))

    assert f"LOOKALIKE: This name reads like {KNOWN}," in shown
    assert as_json["conversation"]["lookalike"] == rows[HOMOGLYPHS[0]]["lookalike"]
    assert [name for name in HOMOGLYPHS if KNOWN not in str(rows[name]["lookalike"])] == []
    assert rows[KNOWN]["lookalike"] == ""


def test_hc07_it_is_flagged_on_the_row_and_in_the_thread(tmp_path: Path) -> None:
    """A sign before the name, sign and word under it; the row of the one who is meant stays as it was."""
    options = world(tmp_path, "\u0410da Lovelace")
    with Terminal(command(*options), env=environment(), columns=160, rows=30) as screen:
        screen.wait_for(r"≠ \u0410da")
        shown = screen.wait_for(r"≠ LOOKALIKE: This name reads like Ada Lovelace")
        screen.press("1")
        screen.resize(100, 30)
        narrow = screen.wait_for(r"≠ \u0410da")

    assert "≠ Ada" not in shown + narrow
    assert shown.count("LOOKALIKE") == 1


def test_hc07_scripts_mixed_within_a_word_are_flagged_whoever_is_meant(tmp_path: Path) -> None:
    """Nobody of that name is known: no language mixes these letters in one word."""
    options = world(tmp_path, *MIXED)

    rows = {str(row["lead"]): row["lookalike"] for row in lines(*options, "list", "--json")}

    assert rows == {KNOWN: "", **dict.fromkeys(MIXED, "This name mixes letters of different scripts in one word.")}


def test_hc07_honest_names_are_left_in_peace(tmp_path: Path) -> None:
    """Names in their own letters, two names in two scripts included, are not accused of anything."""
    options = world(tmp_path, *HONEST)

    assert {row["lookalike"] for row in lines(*options, "list", "--json")} == {""}
