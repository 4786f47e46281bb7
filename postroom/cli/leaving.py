"""Being told to go: a plain kill and a closed terminal end a verb as ctrl+c does, so that what leaves is settled.

The screen has its own way of leaving and replaces these handlers while it is open.
"""

from __future__ import annotations

import signal
from types import FrameType


def heed_signals() -> None:
    """From now on SIGTERM and SIGHUP interrupt. One that the process was started to ignore (`nohup`) stays ignored.

    A script starts what it puts in the background to ignore ctrl+c. That stays so as well (it is held off instead), yet
    an interruption of our own must find somebody who heeds it: asyncio does only where Python's own handler stands.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """A shell passes a hang-up on that the system has sent already: the second is no impatience."""
    if number == signal.SIGHUP:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    heeding = signal.getsignal(signal.SIGINT)
    if callable(heeding):
        heeding(signal.SIGINT, frame)
