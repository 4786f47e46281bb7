"""HC01: every payload of the corpus in every field on every screen of the real program, on a real terminal.

A case is one payload in one field on one screen, counted only when the screen is seen to show what is left of it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.corpus import PAYLOADS
from tests.e2e.outside import command, environment, lines, run
from tests.e2e.terminal import Terminal
from tests.faults.hostile_world import Seen, build
from tests.faults.judge import RUNNING, judge, left_on, state
from tests.faults.matrix import WHOLE, amount, measured
from tests.faults.small_world import configuration

CHUNKS = amount(1, 4)
ROWS = amount(70, 200)
STRIDE = amount(24, CHUNKS)
"""A sample shows every twenty-fourth payload."""

DIALOGS = {
    "outbox": "ctrl+o", "stop": "X", "pause": "P", "browser": "o", "help": "?", "palette": "ctrl+p", "activity": "!",
    "snooze": "b", "verdict": "c", "tag": "t", "note": "m", "workspace": "w",
}  # fmt: skip
"""What is drawn over the inbox, by the key that opens it. Of the rows behind it nothing counts."""

PANES = {"inbox, whole": ("1",), "thread": ("2", "2"), "campaign": ("3", "3")}
"""One pane on the whole screen."""

ROW_FIELDS = frozenset("ncospt")

LEAST = 0.9
"""Share of the payloads that must be found on the main screens: some are nothing but space, some wide ones are cut."""


@pytest.mark.parametrize("door", ["through the ingest", "past the ingest"])
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_hc01_no_payload_is_more_than_text_on_any_screen(tmp_path: Path, chunk: int, door: str) -> None:
    """Whatever strangers write: the terminal gets text, and is afterwards what it was."""
    numbers = range(chunk, len(PAYLOADS), STRIDE)
    folder = build(tmp_path, numbers, past_the_ingest=door == "past the ingest")
    options = ("--config", configuration(tmp_path), "--state-dir", folder)
    seen = Seen()
    with Terminal(command(*options), env=environment(), columns=180, rows=ROWS) as screen:
        screen.wait_for(rf"Inbox {len(numbers)}", within=60)
        screen.wait_for(r"offline", within=60)
        screen.settle()
        started, before = len(screen.raw), state(screen.screen)
        _walk(screen, seen)
        during, after = bytes(screen.raw[started:]), state(screen.screen)
        screen.press("q")
        screen.wait_exit()
        everything = bytes(screen.raw)

    found, whole = judge(during, cut=True), judge(everything, switching=True)
    changes = [name for name in before if before[name] != after[name]] + sorted(map(repr, left_on(everything)))
    measured(
        "hostile",
        cases=len({(door, *case) for case in seen.cases}),
        raw_control_bytes=len(found.controls) + len(whole.controls) + len(whole.hiding),
        changes_of_terminal_state=len(changes),
    )
    assert (found.controls, found.hiding, found.changes, changes) == ([], [], [], [])
    assert (whole.controls, whole.hiding, whole.changes) == ([], [], [])
    for place, letter in (("inbox, whole", "n"), ("inbox, whole", "c"), ("inbox, whole", "s")):
        shown = [case for case in seen.cases if case[1:] == (letter, place)]
        assert len(shown) >= LEAST * len(numbers), (place, letter, len(shown))


def test_hc01_no_payload_is_more_than_text_on_the_command_line(tmp_path: Path) -> None:
    """What the verbs print passes the same judge, whether it came through the ingest or not."""
    numbers = range(0, len(PAYLOADS), 1 if WHOLE else 6)
    folder = build(tmp_path, numbers, past_the_ingest=True)
    options = ("--config", configuration(tmp_path), "--state-dir", folder)
    seen = Seen()
    verbs: tuple[tuple[object, ...], ...] = (
        ("list", "-n", 1000), ("list", "--json", "-n", 1000), ("campaigns",), ("outbox",), ("search", "q"),
    )  # fmt: skip
    refs = [row["ref"] for row in lines(*options, "list", "--json", "-n", amount(2, 40))]
    for verb in (*verbs, *(("show", ref) for ref in refs)):
        printed = run(*options, *verb)
        seen.look(f"postroom {verb[0]}", printed)
        found = judge(printed.encode())
        assert (found.controls, found.hiding, found.changes) == ([], [], []), verb
    measured("hostile", cases=len(seen.cases), raw_control_bytes=0, changes_of_terminal_state=0)

    assert len({case[0] for case in seen.cases}) >= LEAST * len(numbers)


def test_hc01_the_judge_would_see_each_payload_that_got_through() -> None:
    """The test of the test: every payload with a control code in it, written raw, is found."""
    dangerous = [text for text in PAYLOADS if any((ord(c) < 0x20 and c != "\n") or 0x7F <= ord(c) < 0xA0 for c in text)]
    raw = [text.encode("utf-8", "surrogatepass") for text in dangerous]

    missed = [text for text in raw if not judge(b"\x1b[1;1H" + text).controls]

    assert len(dangerous) > 300
    # What Textual itself may write is told from a payload by the screen: as text it can be read there, raw it cannot.
    assert [text for text in missed if not RUNNING.search(text)] == []
    assert len(missed) < 10


def _walk(screen: Terminal, seen: Seen) -> None:
    """Through every screen, looking."""
    seen.look("inbox", screen.text)
    for name, key in list(DIALOGS.items())[: amount(4, len(DIALOGS))]:
        screen.press(key)
        seen.look(name, screen.text, apart_from=ROW_FIELDS)
        for _ in range(amount(1, 8) if name in {"outbox", "stop"} else 0):
            screen.press("j" if name == "outbox" else "pagedown")
            seen.look(name, screen.text, apart_from=ROW_FIELDS)
        _leave(screen)
    for name, keys in PANES.items():
        screen.press(*keys)
        seen.look(name, screen.text)
        for way in ("ctrl+u", "ctrl+d") if name != "inbox, whole" else ("G", "g"):
            for _ in range(amount(1, 10 if name != "inbox, whole" else 1)):
                screen.press(way)
                seen.look(name, screen.text)
        _leave(screen)
        screen.press("1")
        _leave(screen)
    screen.press("/")
    screen.wait_for(r"ilter; enter searches")
    screen.press("q")
    seen.look("filter", screen.text)
    screen.press("enter")
    seen.look("search", screen.text)
    _leave(screen)
    _leave(screen)
    screen.press("1")
    for _ in range(amount(1, 6)):
        screen.press("j")
        seen.look("heads", screen.text, apart_from=ROW_FIELDS - {"o"})
        screen.press("P")
        seen.look("pause", screen.text, apart_from=ROW_FIELDS)
        _leave(screen)
    screen.resize(80, ROWS)
    screen.settle()
    seen.look("narrow", screen.text)
    screen.resize(180, ROWS)
    screen.settle()


def _leave(screen: Terminal) -> None:
    """Press esc, and wait until it can be nothing but esc: with the next key in the same read it would be alt."""
    screen.type("esc")
    screen.settle(0.4)
