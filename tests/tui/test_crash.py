"""What is left after a crash: a sentence, and a note that gives nothing away."""

from __future__ import annotations

import stat
from pathlib import Path

from tui.crash import note_crash, redact

KEY = "sk_live_0123456789abcdefghijklmnop"


def fail(message: str, *, secret: str) -> None:
    """Fail in a frame that holds a secret."""
    raise ValueError(message[: len(message + secret)])


def crash(message: str) -> Exception:
    """An error with a traceback."""
    try:
        fail(message, secret=KEY)
    except ValueError as error:
        return error
    raise AssertionError


def test_sentence_says_what_is_safe_and_where_the_note_is(tmp_path: Path) -> None:
    """The person at the screen learns that their text is kept, and where to look."""
    sentence = note_crash(crash("boom"), tmp_path)

    assert "What you wrote is kept" in sentence
    assert str(tmp_path / "crash.log") in sentence


def test_note_has_places_but_no_variables(tmp_path: Path) -> None:
    """The note says where, never with what."""
    note_crash(crash(f"no such key {KEY} for ada@example.com at https://linkedin.com/in/ada"), tmp_path)
    note = (tmp_path / "crash.log").read_text()

    assert "test_crash.py" in note
    for private in (KEY, "ada@example.com", "linkedin.com/in/ada"):
        assert private not in note


def test_note_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    """Nobody else on the machine can read it."""
    note_crash(crash("boom"), tmp_path)

    assert stat.S_IMODE((tmp_path / "crash.log").stat().st_mode) == 0o600


def test_folder_that_cannot_be_written_is_no_second_crash(tmp_path: Path) -> None:
    """A full or missing disk still leaves the sentence."""
    assert "What you wrote is kept" in note_crash(crash("boom"), tmp_path / "missing")


def test_headers_are_blacked_out() -> None:
    """Keys are recognised by where they stand, too."""
    assert redact("X-API-KEY: short and Bearer abc") == "[hidden] and [hidden]"
