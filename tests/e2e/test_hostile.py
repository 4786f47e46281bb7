"""A world whose every text tries to take over the terminal is synced and shown; not one of its tricks gets through."""

from __future__ import annotations

import re
from pathlib import Path

from tests.e2e.outside import command, environment, lines, run
from tests.e2e.terminal import Terminal
from tests.faults.far_side import FarSide, far_side

FORBIDDEN = {
    "an operating system command": rb"\x1b\]",
    "a device control, application, privacy or start-of-string sequence": rb"\x1b[P_^X]",
    "a reset, a character set or a screen test": rb"\x1b(?:c|\(0|#8|%G)",
    "a question to the terminal, or a jump out of the screen": rb"\x1b\[(?:6n|21t|10000;10000H|999999999C|>4;2m)",
    "a C1 control": rb"\xc2[\x80-\x9f]",
    "a control code": rb"[\x00-\x07\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]",
    "a bidirectional control": rb"\xe2\x80[\x8e\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]|\xd8\x9c",
    "an invisible character": rb"\xe2\x80[\x8b\x8c]|\xef\xbb\xbf|\xc2\xad|\xf3\xa0",
}
"""What must not reach the terminal."""

POINTER_SHAPE = re.compile(rb"\x1b\]22;[a-z-]*\x07")
"""The one operating system command that Textual sends by itself."""


def test_hostile_text_in_every_field_is_only_text(tmp_path: Path) -> None:
    """Names, messages, campaigns and errors of the worst kind: the screen stays a screen, and nothing acts."""
    with far_side(conversations=60, hostile=True, heyreach_per_minute=None, networkhq_per_minute=None) as far:
        config = _configuration(tmp_path, far)
        options = ("--config", config, "--state-dir", tmp_path / "state")
        run(*options, "sync", "--once")
        printed = run(*options, "list", "-n", 100) + run(*options, "campaigns") + run(*options, "search", "owned")
        printed += "".join(run(*options, "show", row["ref"]) for row in lines(*options, "list", "--json", "-n", 5))
        with Terminal(command(*options), env=environment(), columns=160, rows=48) as screen:
            screen.wait_for(r"Inbox 60", within=60)
            for key in ("enter", "j", "j", "G", "g", "3", "3", "1", "r", "esc", "X", "esc", "P", "esc", "o", "esc"):
                screen.press(key)
            for key in ("?", "esc", "ctrl+p", "esc", "/", "a", "enter", "esc", "tab", "tab", "e", "z"):
                screen.press(key)
            screen.press(*"jjjjjjjjjjjjjjjjjjjj")
            shown = screen.text
            raw = bytes(screen.raw)
            screen.press("q")
            screen.wait_exit()

    assert "Inbox" in shown
    assert _found(raw) == []
    assert _found(printed.encode()) == []


def _configuration(folder: Path, far: FarSide) -> Path:
    """A configuration of the two simulated workspaces, their keys in files of their own."""
    blocks = []
    for place in far.places:
        key = folder / f"{place.name}.key"
        key.touch(mode=0o600)
        key.write_text(place.key)
        blocks.append(
            f'[[workspace]]\nname = "{place.name}"\nprovider = "{place.provider}"\napi_key = "file:{key}"\n'
            f'base_url = "{place.url}"\nrequests_per_minute = 6000\n'
        )
    config = folder / "config.toml"
    config.write_text("\n".join(blocks))
    return config


def _found(raw: bytes) -> list[str]:
    """What of FORBIDDEN is in these bytes, each with its surroundings."""
    rest = POINTER_SHAPE.sub(b"", raw)
    return [
        f"{name}: {rest[max(0, match.start() - 30) : match.end() + 30]!r}"
        for name, pattern in FORBIDDEN.items()
        for match in re.finditer(pattern, rest)
    ][:20]
