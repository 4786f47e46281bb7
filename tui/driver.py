"""How the screen takes the terminal over from the first frame: as Textual does, but for clearing what stands there."""

from __future__ import annotations

from textual.drivers.linux_driver import LinuxDriver

from tui.first_frame import ENTER, FirstFrame


def taking_over(frame: FirstFrame) -> type[LinuxDriver]:
    """A driver that enters the alternate screen only where the first frame has not done so."""

    class TakingOver(LinuxDriver):
        """Textual's own, but for its first step."""

        _standing = False

        def start_application_mode(self) -> None:
            """Take over just before the terminal is changed, so that Textual gives back what it was at first."""
            self._standing = frame.hand_over()
            super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual says no types here

        def write(self, data: str) -> None:
            """Write, but do not clear the first frame."""
            if self._standing and data == ENTER:
                self._standing = False
                return
            super().write(data)

    return TakingOver
