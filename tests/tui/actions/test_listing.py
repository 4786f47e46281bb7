"""Views, filter, search and workspaces by keyboard."""

from __future__ import annotations

from store.rows import View
from tests.tui.conftest import ADA, ALAN, GRACE, KATHERINE, NETWORKHQ, Desktop

NAMES = ("Ada Lovelace", "Grace Hopper", "Alan Turing", "Katherine Johnson")


def listed(d: Desktop) -> list[str]:
    """The names on the list, from top to bottom."""
    inbox = d.app.main.widgets.inbox
    lines = [inbox.render_line(y).text for y in range(inbox.size.height)]
    return [name for line in lines for name in NAMES if name in line]


async def test_tab_goes_through_the_views(desktop) -> None:
    """Tab and shift+tab turn the views, round and round."""
    async with desktop() as d:
        await d.press("tab")
        assert d.app.main.stage.shown.view is View.NEEDS_REPLY
        assert "Alan Turing" not in listed(d)

        await d.press("shift+tab", "shift+tab")
        assert d.app.main.stage.shown.view is View.ALL


async def test_slash_filters_as_you_type(desktop) -> None:
    """Each letter narrows the list; the thread follows the cursor."""
    async with desktop() as d:
        await d.press("slash", *"hop")
        await d.until(lambda: listed(d) == ["Grace Hopper"])

        await d.until(lambda: d.app.main.stage.shown.dossier.key == GRACE)


async def test_letters_in_the_filter_are_no_commands(desktop) -> None:
    """`e` and `q` in the filter are letters."""
    async with desktop() as d:
        await d.press("slash", *"eq")

        assert d.app.main.widgets.filter.value == "eq"
        assert d.stored(ADA).folder == "inbox"


async def test_enter_searches_every_message(desktop) -> None:
    """A word from deep inside a thread is found, and shown with its conversation."""
    async with desktop() as d:
        await d.press("slash", *"spring", "enter")
        await d.until(lambda: listed(d) == ["Alan Turing"])

        assert d.app.main.widgets.inbox.has_focus
        assert d.row.key == ALAN


async def test_escape_clears_the_filter_first(desktop) -> None:
    """One level up from a filtered list is the whole list, with the cursor where it was."""
    async with desktop() as d:
        await d.press("slash", *"grace")
        await d.until(lambda: listed(d) == ["Grace Hopper"])
        await d.press("escape")
        await d.until(lambda: len(listed(d)) == 4)

        assert d.app.main.widgets.inbox.has_focus
        assert d.row.key == GRACE


async def test_backslash_clears_the_filter(desktop) -> None:
    """`\\` shows the whole view again."""
    async with desktop() as d:
        await d.press("slash", *"grace", "enter")
        await d.until(lambda: listed(d) == ["Grace Hopper"])
        await d.press("backslash")

        await d.until(lambda: len(listed(d)) == 4)


async def test_nothing_found_says_how_to_go_back(desktop) -> None:
    """An empty list is explained."""
    async with desktop() as d:
        await d.press("slash", *"zzz")

        await d.until(lambda: "Nothing matches" in d.text)


async def test_search_syntax_is_only_text(desktop) -> None:
    """Quotes and stars are searched for, not obeyed."""
    async with desktop() as d:
        await d.press("slash", "quotation_mark", *"NEAR", "left_parenthesis", "asterisk", "enter")

        await d.until(lambda: "Nothing matches" in d.text)


async def test_w_shows_one_workspace(desktop) -> None:
    """A letter picks a client; `0` shows all again."""
    async with desktop() as d:
        await d.press("w", "2")
        await d.until(lambda: listed(d) == ["Katherine Johnson"])
        assert d.app.main.stage.shown.workspace == NETWORKHQ
        assert d.row.key == KATHERINE

        await d.press("w", "0")
        await d.until(lambda: len(listed(d)) == 4)
