"""HC04, HC06 and HC08: markup stays text, columns stay columns, and a message cannot speak for Postroom."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from simulator.corpus import PAYLOADS
from tests import builders
from tests.e2e.outside import command, environment, lines, run
from tests.e2e.terminal import Terminal
from tests.faults.matrix import amount
from tests.faults.small_world import small_world
from tui.cells import cell_len, fit, steady, wrap

MARKUP = (
    "[@click=app.quit]x[/]", "[/foo]", "[link=file:x]y[/link]", "{{first_name}}", "$accent ${HOME}",
    ":smile:", "[bold red]z[/]", "[/", "[", "\\[w]", "{0.__class__}", "%(a)s",
)  # fmt: skip

ODD = (
    "\u202eevil\u202c", "\u2066a\u2067b\u2069", "\U000e0041\U000e0042tag", "a\u200bb\u200cc\u2060d",
    "Z" + "\u0310" * 1000, "Z" + "\u0301\u0338\u20dd" * 400, "\u200b\u200b\u200b", "\u2060", "שלום עולם",
    "مرحبا بالعالم", "👩\u200d👩\u200d👧", "👍🏽👍🏿", "🇩🇪🇫🇷🇮", "1\ufe0f\u20e3", "☎\ufe0f", "界界界界界", "한국어",
    "ｆｕｌｌ", "\u0301\u0301front", "\u3164\u115f", "﷽﷽", "हिन्दी शब्द", "ก็ก็", "\U0001d167\U0001d167x", "e\u0301\u0301",
    "\tTab\t",
    "a\u00adb", "ﬃ", "𝒜𝒹𝒶", "\u1100\u1161\u11a8", "x\u0e33y",
)  # fmt: skip


def world(folder: Path, texts: tuple[str, ...]) -> tuple[object, ...]:
    """A conversation for each text, which is its name, its company and its message; campaigns named so as well."""
    who = [
        builders.lead(text, id=f"l{n}", company=text, profile_url=f"https://www.linkedin.com/in/l{n}")
        for n, text in enumerate(texts)
    ]
    return small_world(
        folder,
        *(
            builders.conversation(f"c{n}", builders.inbound(text, minutes=-n), who=who[n], campaign_id=f"k{n}")
            for n, text in enumerate(texts)
        ),
        campaigns=tuple(builders.campaign(f"k{n}", text) for n, text in enumerate(texts)),
        enrolments=tuple(
            (who[n], builders.enrolment(f"k{n}", who=who[n], campaign_name=text)) for n, text in enumerate(texts)
        ),
    )


def test_hc04_markup_is_text_on_every_screen_and_acts_nowhere(tmp_path: Path) -> None:
    """Each is read as it was written in list, thread, campaign and question; a click on it does nothing."""
    shown_here = MARKUP[: amount(4, len(MARKUP))]
    options = world(tmp_path, shown_here)
    with Terminal(command(*options), env=environment(), columns=180, rows=40) as screen:
        screen.wait_for(rf"Inbox {len(shown_here)}")
        unread = []
        for text in shown_here:
            screen.wait_for(lambda shown, text=text: shown.count(text) >= 4)  # type: ignore[misc]  # bound now
            screen.press("P")
            asked = screen.wait_for(r"Pause ")
            if f"Pause {text}?" not in asked:
                unread.append(text)
            screen.type("esc")
            screen.wait_for(lambda shown: "Pause campaign" not in shown)
            screen.settle(0.4)
            screen.press("j")
        screen.press("g")
        places = _places(screen.wait_for(lambda shown: shown.count(MARKUP[0]) >= 4), MARKUP[0])
        for x, y in places:
            screen.type(f"\x1b[<0;{x};{y}M\x1b[<0;{x};{y}m")
            screen.settle(0.4)
        screen.wait_for(rf"Inbox {len(shown_here)}")
        screen.press("1", "q")
        code = screen.wait_exit()

    assert (unread, code) == ([], 0)
    assert len(places) >= 4


def test_hc04_markup_is_text_in_print(tmp_path: Path) -> None:
    """`list` and `campaigns` print it as it was written."""
    options = world(tmp_path, MARKUP)

    printed = run(*options, "list") + run(*options, "campaigns")

    assert [text for text in MARKUP if printed.count(text) < 3] == []


@pytest.mark.parametrize("columns", [80, 120, 180])
def test_hc06_columns_stay_where_they_are_whatever_stands_in_them(tmp_path: Path, columns: int) -> None:
    """Bidi, tags, zero width, towers, right-to-left, emoji: the border right of the list is one straight line."""
    options = world(tmp_path, ODD)
    with Terminal(command(*options), env=environment(), columns=columns, rows=90) as screen:
        screen.wait_for(rf"Inbox {len(ODD)}")
        screen.press("1")
        screen.wait_for(r"<U\+202E>evil")
        screen.settle()
        crooked = []
        for row in range(2, 2 + len(ODD)):
            cells = [screen.screen.buffer[row][column].data for column in range(columns)]
            if cells[0] != "│" or cells[-1] != "│":
                crooked.append("".join(cells))
        shown = screen.text

    assert crooked == []
    assert "<U+202E>evil" in shown
    assert "a·b·c·d" in shown
    assert "\u0310" * 5 not in shown


def test_hc06_a_fitted_text_is_as_wide_as_it_says() -> None:
    """For every payload and every width: exactly that many cells, and no line of a wrapped text is wider."""
    wrong = []
    for text in (*PAYLOADS, *ODD):
        safe = steady(text)
        for width in (1, 2, 5, 12, 40):
            if cell_len(fit(text, width)) != width:
                wrong.append(("fit", text, width))
            if width > 1 and any(cell_len(line) > width for line in wrap(safe, width)):
                wrong.append(("wrap", text, width))
        if steady(safe) != safe:
            wrong.append(("steady", text, 0))

    assert wrong == []


FORGERY = (
    "✓ sent\n⚠ IN DOUBT · may have arrived\n‖ held\n◷ undo 8s\n"
    "│▌● ‖ HR   Grace Hopper   Navy  now│\n╭─ 3 Campaign ───╮\n"
    "▎ Jane Doe                        09:00\n y  Pause campaign\n 14:03 you\n── Today, Tuesday 6 January ──\n"
    + " " * 300 + "✓ sent\n" + "\t" * 60 + "✗ failed"
)  # fmt: skip


def test_hc08_a_message_cannot_stand_where_postroom_speaks(tmp_path: Path) -> None:
    """Each line of a forged message stands to the right of the bar of its message."""
    options = small_world(tmp_path, builders.conversation("c1", builders.inbound(FORGERY, minutes=1)))
    with Terminal(command(*options), env=environment(), columns=120, rows=60) as screen:
        screen.wait_for(r"✓ sent")
        screen.press("2", "2")
        shown = screen.wait_for(lambda text: "Today, Tuesday 6 January ──" in text and "1 Inbox ─" not in text)

    forged = [
        line
        for line in shown.splitlines()
        if re.search(r"✓ sent|IN DOUBT|‖ held|◷ undo|✗ failed|Pause campaign|3 Campaign|09:00|14:03|6 January ──", line)
    ]
    assert len(forged) >= 10
    assert [line for line in forged if not re.match(r"│ ▎ ", line)] == []


def test_hc08_a_preview_cannot_stand_in_the_column_of_states(tmp_path: Path) -> None:
    """A name and a text that begin like a row: the gutter of the list shows what is so, and nothing was ever queued."""
    options = small_world(
        tmp_path,
        builders.conversation("c1", builders.inbound("‖ held", minutes=2), who=builders.lead("● ‖ HR Grace")),
        builders.conversation("c2", builders.outbound("✓ sent", minutes=1), who=builders.lead("⚠ Ada"), unread=False),
    )
    with Terminal(command(*options), env=environment(), columns=120, rows=24) as screen:
        screen.wait_for(r"HR Grace")
        screen.press("1")
        shown = screen.wait_for(r"⚠ Ada")

    rows = [line for line in shown.splitlines() if "HR Grace" in line or "⚠ Ada" in line]
    assert [row[3:5].strip() for row in rows if row.startswith("│")] == ["", ""]
    assert {str(row["outbox_state"]) for row in lines(*options, "list", "--json")} == {""}
    assert "in doubt" not in run(*options, "list").casefold()


def _places(shown: str, text: str) -> list[tuple[int, int]]:
    """Where a text is on the screen, column and row from 1."""
    return [
        (match.start() + 1, y)
        for y, line in enumerate(shown.splitlines(), 1)
        for match in re.finditer(re.escape(text), line)
    ][:6]
