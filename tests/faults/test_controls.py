"""HC02: control codes, singly, in pairs and in fuzzed strings: nothing that a terminal would obey is left."""

from __future__ import annotations

import random
import time
import unicodedata

import pytest
from rich.segment import Segment
from textual.color import Color

from postroom.text import MAX_COMBINING, sanitise, sanitise_line
from tests.faults.matrix import amount, measured
from tui.cells import steady
from tui.filter import OutputFilter

CONTROLS = [chr(code) for code in (*range(0x20), 0x7F, *range(0x80, 0xA0))]
CHUNKS = 10
STRINGS = amount(10_000, 1_000_000) // CHUNKS

ODD = [
    *CONTROLS,
    *"aZ 0界عש·␛\ufffd\U00020000",
    *"\u00ad\u034f\u061c\u115f\u17b4\u180e\u200b\u200c\u200d\u200e\u2028\u2029\u202e\u2060\u2066\u2069\u206f\ufeff",
    *"\u0301\u0338\u0488\u0e33\u20e3\u20dd\u3099\ufe0e\ufe0f\ufe20\U0001d167\U0001e000\U000e0041\U000e01ef",
    *"👩👧🏽🏻❤♀⚕🏳🌈🇩🇪👨",
    *"\ud800\udbff\udc00\udfff\ufdd0\ufffe\uffff\U0010ffff\u1100\u1160\u3164\uffa0",
    "\r\n",
    "\x1b[",
    "👩\u200d👧",
    "\u0301" * MAX_COMBINING,
]
"""What a fuzzed string is made of, besides any other code point."""


def obeyed(text: str) -> list[str]:
    """What of `text` a terminal would obey, or could not be given at all."""
    return [char for char in text if char != "\n" and unicodedata.category(char) in {"Cc", "Cs"}]


def drawn(text: str) -> str:
    """What the output filter makes of a piece of a line."""
    return "".join(segment.text for segment in OutputFilter().apply([Segment(text)], Color(0, 0, 0)))


@pytest.mark.parametrize("around", [("", ""), ("a", "b"), ("\n", " ")], ids=["alone", "in a word", "in space"])
def test_hc02_no_control_code_passes_singly_or_in_pairs(around: tuple[str, str]) -> None:
    """Each control code, and each before each other, through the ingest, a line, a cell and the output filter."""
    before, after = around
    raw = [f"{before}{first}{second}{after}" for first in CONTROLS for second in ("", *CONTROLS)]

    made = [each(text) for each in (sanitise, sanitise_line, steady, drawn) for text in raw]

    assert len(made) == 4 * len(CONTROLS) * (len(CONTROLS) + 1)
    assert [text for text in made if obeyed(text)] == []
    assert [text for text in map(drawn, raw) if "\n" in text] == []


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_hc02_fuzzed_strings_are_safe_after_one_pass_and_the_same_after_two(chunk: int) -> None:
    """Whatever a string is made of, one pass makes it safe and a second changes nothing."""
    dice = random.Random(chunk)
    unsafe, unsteady = [], []
    for _ in range(STRINGS):
        raw = fuzzed(dice, dice.randrange(1, 40))
        once = sanitise(raw)
        if sanitise(once) != once:
            unsteady.append(raw)
        if obeyed(once) or obeyed(drawn(raw)):
            unsafe.append(raw)

    measured("sanitiser", strings=STRINGS, not_idempotent=len(unsteady), left_a_control=len(unsafe))
    assert unsteady == []
    assert unsafe == []


def test_hc02_a_body_of_one_trick_alone_is_made_safe_in_time() -> None:
    """Bodies of 100 kB that are nothing but one trick: safe, the same after two passes, and measured."""
    dice = random.Random(2)
    bodies = [(unit * (100_000 // len(unit.encode("utf-8", "surrogatepass")) + 1)) for unit in ODD]
    bodies += ["".join(dice.choices(ODD, k=40_000)), "Z" + "\u0301\U0001d167" * 15_000]
    bodies += ["Hello, this is what people write.\n" * 3_000, "Zoë — “so”, naïve… " * 5_000, "مرحبا بك " * 6_000]
    sanitise("\u0301\u1234")

    worst = 0.0
    for body in bodies:
        spent = []
        for _ in range(3):
            started = time.thread_time()
            safe = sanitise(body)
            spent.append(time.thread_time() - started)
        size = len(body.encode("utf-8", "surrogatepass"))
        worst = max(worst, min(spent) * 1000 * 100_000 / size)
        assert obeyed(safe) == []
        assert sanitise(safe) == safe

    measured("sanitiser", worst_ms_per_100_kb=worst)


def fuzzed(dice: random.Random, length: int) -> str:
    """A string of odd pieces, with some of any kind between them."""
    return "".join(dice.choice(ODD) if dice.random() < 0.85 else chr(dice.randrange(0x110000)) for _ in range(length))
