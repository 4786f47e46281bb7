"""HC13: what is searched for is words, whatever query language it looks like; and data is never part of a query."""

from __future__ import annotations

import random
from pathlib import Path

from simulator.corpus import PAYLOADS
from store import queries, search
from store.database import Store
from store.rows import View
from tests import builders
from tests.e2e.outside import command, environment, lines, run
from tests.e2e.terminal import Terminal
from tests.faults.matrix import amount
from tests.faults.small_world import small_world

SYNTAX = (
    '"', '""', "'", "NEAR(", "NEAR(a b, 3)", "*", "a*", "^", "^ada", "-", "-ada", "NOT ada", "ada OR grace",
    "ada AND grace",
    "(", "())", "body:ada", "lead_name : ada", "{lead_name company} : ada", "ada + grace", "' or 1=1 --",
    "'; drop table message; --",
    '") or 1=1; --', "%", "_", "\\", "\x00", "a\x00b", "\x1b[2J", "?", "?1", ":name", "@x", "$1", "{",
    "}", ";", "--", "/*", "[a]",
    "\ud800", "\U0010ffff", "a" * 5_000, "ada " * 2_000, "\u202eada", "ada\u200b", "٣", "",
)  # fmt: skip

ODD_TEXT = 'say "NEAR(x" AND * OR ^ada -b; drop table message; -- lead_name:ada'


def world(folder: Path) -> tuple[object, ...]:
    """One lead who writes in query syntax, and one who does not."""
    return small_world(
        folder,
        builders.conversation(
            "c1", builders.inbound(ODD_TEXT, minutes=2), who=builders.lead("Bobby \"'); drop table --")
        ),
        builders.conversation("c2", builders.inbound("Plain words", minutes=1), who=builders.lead("Grace Hopper")),
    )


def test_hc13_no_text_is_query_language(tmp_path: Path) -> None:
    """Every piece of syntax, every payload and random mixes: an answer each time, the same data afterwards."""
    world(tmp_path)
    dice = random.Random(13)
    mixed = [" ".join(dice.sample((*SYNTAX[:40], "ada", "say", "x"), 4)) for _ in range(amount(200, 20_000))]
    store = Store.open(tmp_path / "state", writable=False)
    try:
        before = [row.key for row in queries.inbox_rows(store, View.ALL)]
        for text in (*SYNTAX, *PAYLOADS, *mixed):
            search.search(store, text)
            search.filter_rows(store, View.INBOX, text)
        after = [row.key for row in queries.inbox_rows(store, View.ALL)]
        literal = {
            text: [row.key.id for row in search.search(store, text)]
            for text in (
                "near x",
                "NEAR(x",
                "drop table",
                "OR",
                "lead_name:ada",
                "ada OR plain",
                "plain NOT words",
                "gr*ce",
            )
        }
    finally:
        store.close()

    assert (len(before), after) == (2, before)
    assert literal == {
        "near x": ["c1"],
        "NEAR(x": ["c1"],
        "drop table": ["c1"],
        "OR": ["c1"],
        "lead_name:ada": ["c1"],
        "ada OR plain": [],
        "plain NOT words": [],
        "gr*ce": [],
    }


def test_hc13_on_the_command_line_it_is_an_answer_or_nothing_found(tmp_path: Path) -> None:
    """`search` and `list` with syntax: exit code 0, no error of the database, no traceback."""
    options = world(tmp_path)
    for text in ('"', "NEAR(", "*", "' or 1=1 --", "body:ada")[: amount(3, 5)]:
        printed = run(*options, "search", "--", text) + run(*options, "list", "--", text)
        assert not [word for word in ("fts5", "syntax", "sqlite", "malformed") if word in printed.casefold()]

    assert [row["id"] for row in lines(*options, "search", "NEAR(x", "--json")] == ["c1"]


def test_hc13_on_the_screen_it_is_an_answer_or_nothing_found(tmp_path: Path) -> None:
    """Typed into the filter and searched for: the list, or the sentence that nothing matches."""
    options = world(tmp_path)
    with Terminal(command(*options), env=environment(), columns=120, rows=30) as screen:
        screen.wait_for(r"Inbox 2")
        for text in ('"', "NEAR(", "* OR", "' or 1=1 --")[: amount(2, 4)]:
            screen.press("/")
            screen.wait_for(r"ilter; enter searches")
            screen.type(text)
            screen.settle(0.4)
            screen.press("enter")
            screen.wait_for(r"Nothing matches|Bobby|Grace")
            assert "mistake" not in screen.text
            screen.press("\\")
            screen.wait_for(r"Grace Hopper")
        screen.press("q")
        code = screen.wait_exit()

    assert code == 0
