"""Text typed or pasted into the list by mistake runs no commands."""

from __future__ import annotations

from tui.bursts import BurstGuard, Ruling
from tui.keys import Risk


def heard(*presses: tuple[float, Risk]) -> list[Ruling]:
    """What a guard rules on printable keys pressed at these seconds."""
    guard = BurstGuard(0.03)
    return [guard.heard(at, risk=risk, printable=True) for at, risk in presses]


def test_single_keys_are_obeyed() -> None:
    """A person pressing keys is served at once, or after the blink of an eye where it matters."""
    rulings = heard((0.0, Risk.MOTION), (0.2, Risk.DECISION), (0.4, Risk.OTHER))

    assert rulings == [Ruling.OBEY, Ruling.OBEY, Ruling.WAIT]


def test_held_motion_never_falls_behind() -> None:
    """Motions are obeyed however fast they come."""
    assert heard(*((0.001 * n, Risk.MOTION) for n in range(50))) == [Ruling.OBEY] * 50


def test_a_word_is_text_from_its_second_letter() -> None:
    """Once text is recognised the rest of it is ignored."""
    rulings = heard(*((0.005 * n, Risk.OTHER) for n in range(4)))

    assert rulings == [Ruling.WAIT, Ruling.TEXT, Ruling.IGNORE, Ruling.IGNORE]


def test_motions_inside_a_word_do_not_split_it() -> None:
    """“jokes” is one word, although it begins with a motion."""
    rulings = heard((0.0, Risk.MOTION), (0.01, Risk.OTHER), (0.02, Risk.MOTION), (0.03, Risk.DECISION))

    assert rulings == [Ruling.OBEY, Ruling.TEXT, Ruling.IGNORE, Ruling.IGNORE]


def test_pause_ends_the_text() -> None:
    """After a pause keys are commands again."""
    rulings = heard((0.0, Risk.OTHER), (0.01, Risk.OTHER), (0.5, Risk.DECISION))

    assert rulings == [Ruling.WAIT, Ruling.TEXT, Ruling.OBEY]


def test_enter_at_the_end_of_text_is_text() -> None:
    """A pasted line's end opens nothing."""
    guard = BurstGuard(0.03)
    guard.heard(0.0, risk=Risk.OTHER, printable=True)

    assert guard.heard(0.001, risk=Risk.OTHER, printable=False) is Ruling.TEXT


def test_enter_right_after_a_motion_opens() -> None:
    """`j` and enter in quick succession are meant."""
    guard = BurstGuard(0.03)
    guard.heard(0.0, risk=Risk.MOTION, printable=True)
    guard.heard(0.001, risk=Risk.MOTION, printable=True)

    assert guard.heard(0.002, risk=Risk.OTHER, printable=False) is Ruling.OBEY


def test_window_of_zero_obeys_everything() -> None:
    """The rule can be switched off."""
    guard = BurstGuard(0)

    assert [guard.heard(0.0, risk=Risk.OTHER, printable=True) for _ in range(3)] == [Ruling.OBEY] * 3
