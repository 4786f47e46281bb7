"""The clipboard and the browser: by key only, and with nothing hidden."""

from __future__ import annotations

from tests.tui.conftest import Desktop
from tui.screens.confirm import ConfirmScreen


async def copied(d: Desktop, key: str) -> str:
    """What a key puts into the clipboard."""
    await d.press(key)
    return d.app.clipboard


async def test_y_copies_the_name_and_capital_y_the_url(desktop) -> None:
    """Both go by way of the terminal, and the screen says so."""
    async with desktop() as d:
        assert await copied(d, "y") == "Ada Lovelace"
        assert "terminal's clipboard" in d.said
        assert await copied(d, "Y") == "https://www.linkedin.com/in/ada-lovelace"


async def test_browser_is_asked_for_with_the_real_host(desktop) -> None:
    """`o` shows where it leads; nothing opens without a `y`."""
    async with desktop() as d:
        await d.press("o", "enter", "o")

        assert isinstance(d.app.screen, ConfirmScreen)
        assert "Open app.example.com?" in d.text


async def test_missing_browser_says_what_to_do(desktop, tmp_path) -> None:
    """Without a browser the URL can still be copied."""
    async with desktop(child_environment=lambda: {"PATH": str(tmp_path)}) as d:
        await d.press("o", "y")

        await d.until(lambda: "Press Y to copy" in d.said)
