"""A person at a terminal: starts a program on a pseudo-terminal, reads its screen, types keys, keeps every byte.

The screen is kept by a terminal emulator (pyte), so what a test sees is what a person would see. Waiting is done on
the program's output, with a deadline that fails loudly and shows the screen.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

import pyte

KEYS = {
    "enter": "\r",
    "esc": "\x1b",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "backspace": "\x7f",
    "alt+enter": "\x1b\r",
    **{f"ctrl+{letter}": chr(ord(letter) - 96) for letter in "abcdefghijklmnopqrstuvwxyz"},
}
"""What a terminal sends for the keys that are not a character."""


class Terminal:
    """One program on one pseudo-terminal of a given size."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        columns: int = 120,
        rows: int = 40,
    ) -> None:
        self.raw = bytearray()
        """Every byte the program wrote."""
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self._status: int | None = None
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # as a shell starts it, wherever the tests were started from
            os.execvpe(command[0], list(command), {**env, "TERM": "xterm-256color", "COLORTERM": "truecolor"})
        self.resize(columns, rows)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def resize(self, columns: int, rows: int) -> None:
        """Change the size of the window."""
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen.resize(rows, columns)

    def type(self, *keys: str) -> None:
        """Press keys: names from KEYS, or text typed as it is."""
        for key in keys:
            os.write(self._fd, KEYS.get(key, key).encode())

    def press(self, *keys: str) -> None:
        """Press keys one after the other as a person does: each only once the screen has answered the last."""
        for key in keys:
            self.type(key)
            self.settle()

    @property
    def text(self) -> str:
        """The screen as it is now, one line a row."""
        # pyte's own `display` stumbles over the second half of a wide character that was drawn over.
        columns, rows = self.screen.columns, self.screen.lines
        lines = ("".join(self.screen.buffer[row][column].data for column in range(columns)) for row in range(rows))
        return "\n".join(line.rstrip() for line in lines)

    def wait_for(self, wanted: str | Callable[[str], bool], *, within: float = 20.0) -> str:
        """Read until the screen shows `wanted` (a regular expression, or a test of the whole screen)."""
        seen = wanted if callable(wanted) else lambda text: re.search(wanted, text) is not None
        deadline = time.monotonic() + within
        while not seen(self.text):
            if not self._read(deadline):
                raise AssertionError(f"{wanted!r} did not appear within {within} s. The screen:\n{self.text}")
        return self.text

    def settle(self, quiet: float = 0.15, within: float = 5.0) -> str:
        """Read until nothing has been written for `quiet` seconds."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline and self._read(time.monotonic() + quiet):
            pass
        return self.text

    def wait_exit(self, within: float = 20.0) -> int:
        """Wait for the program to end by itself and return its exit code (negative: the signal)."""
        deadline = time.monotonic() + within
        while self._read(deadline):
            pass
        while self._status is None and time.monotonic() < deadline:
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                self._status = os.waitstatus_to_exitcode(status)
            else:
                select.select([], [], [], 0.01)
        if self._status is None:
            raise AssertionError(f"The program did not end within {within} s. The screen:\n{self.text}")
        return self._status

    def modes(self) -> list[object]:
        """How the terminal treats keys and lines at present, as `stty` would tell."""
        return list(termios.tcgetattr(self._fd))

    def hang_up(self, within: float = 20.0) -> int:
        """Close the terminal under the program, as a dropped connection does; its exit code."""
        os.close(self._fd)
        self._fd = os.open(os.devnull, os.O_RDWR)  # whatever still reads finds nothing
        return self.wait_exit(within)

    def signal(self, number: int) -> None:
        """Send the program a signal."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """End the program at once, as `kill -9` does."""
        if self._status is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            self._status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        with contextlib.suppress(OSError):
            os.close(self._fd)

    def _read(self, deadline: float) -> bool:
        """Take what the program writes next. False when it wrote nothing until the deadline, or has ended."""
        ready, _, _ = select.select([self._fd], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return False
        try:
            data = os.read(self._fd, 65536)
        except OSError:
            return False
        self.raw += data
        self._stream.feed(data)
        return bool(data)
