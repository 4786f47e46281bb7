"""DF04, DF10 and DF16: answers that are odd or enormous as JSON, and texts that no encoding should have let through."""

from __future__ import annotations

import json
import statistics
import time
from pathlib import Path

import pytest

from postroom.records import ProviderName
from postroom.text import MAX_STORED
from store import queries, search
from store.rows import View
from tests import builders
from tests.e2e.outside import command, environment, lines, run
from tests.e2e.terminal import Terminal
from tests.faults.intake import intake
from tests.faults.matrix import amount
from tests.faults.small_world import small_world
from tests.providers import samples

HEYREACH, NETWORKHQ = ProviderName.HEYREACH, ProviderName.NETWORKHQ
BOTH = pytest.mark.parametrize("provider", [HEYREACH, NETWORKHQ])

PATIENCE = 1.0
"""Seconds for half a page, in a terminal emulator and beside other tests; alone it is a few hundredths."""

NOISE: dict[str, bytes] = {
    "a new field": b'"of_tomorrow": {"a": [1, 2]}',
    "10,000 levels": b'"deep": ' + b"[" * 10_000 + b"]" * 10_000,
    "10,000 objects": b'"deep": ' + b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "a key twice": b'"of_tomorrow": 1, "of_tomorrow": 2',
    "NaN": b'"of_tomorrow": NaN, "totalMessages": NaN, "campaignId": NaN',
    "Infinity": b'"of_tomorrow": -Infinity, "totalMessages": Infinity',
    "1e400": b'"totalMessages": 1e400, "campaignId": -1e400, "created_at": 1e400',
    "400 digits": b'"totalMessages": ' + b"9" * 400,
    "5,000 digits": b'"totalMessages": ' + b"9" * 5_000,
    "a null key": b'"\\u0000": 1',
}


def spelled(page: object, noise: bytes) -> bytes:
    """A page as JSON, with something odd at the front of each of its objects that has an id."""
    return json.dumps(page).encode().replace(b'{"id": ', b"{" + noise + b', "id": ')


def page_of(provider: ProviderName, *texts: str) -> object:
    """A page of conversations, one for each text."""
    if provider is HEYREACH:
        return samples.hr_page(
            *(
                samples.hr_conversation(
                    f"2-{n:08}", lastMessageText=text, messages=[samples.hr_message(text, subject=text)]
                )
                for n, text in enumerate(texts)
            )
        )
    return samples.nhq_page(
        *(
            samples.nhq_conversation(f"conv_{n}", last_message=samples.nhq_last(f"m{n}", content=text))
            for n, text in enumerate(texts)
        )
    )


@BOTH
@pytest.mark.parametrize("noise", NOISE)
async def test_df04_odd_json_is_no_crash_and_costs_no_record(
    tmp_path: Path, provider: ProviderName, noise: str
) -> None:
    """New fields, nesting without end, a key twice, numbers that are none: both conversations are stored."""
    async with intake(tmp_path, provider) as taking:
        await taking.take("conversations", spelled(page_of(provider, "Hello", "There"), NOISE[noise]))
        stored = taking.read_everything()

    assert stored == 2


@BOTH
async def test_df16_what_is_no_text_is_shown_as_a_replacement(tmp_path: Path, provider: ProviderName) -> None:
    """Lone surrogates, invalid UTF-8 and NUL: stored, found, and drawn as U+FFFD."""
    raw = json.dumps(page_of(provider, "one \ud800 end", "two \udfff\ud800 end", "three \x00 end", "four @@ end"))
    async with intake(tmp_path, provider) as taking:
        await taking.take("conversations", raw.encode().replace(b"@@", b"\xff\xc3\x28\xed\xa0\x80"))
        taking.read_everything()
        rows = queries.inbox_rows(taking.store, View.ALL, limit=10)
        found = [
            len(search.filter_rows(taking.store, View.ALL, word)) for word in ("one", "two", "three", "four", "end")
        ]

    previews = sorted(row.preview for row in rows)
    assert [preview.split()[0] for preview in previews] == ["four", "one", "three", "two"]
    assert [preview for preview in previews if "\ufffd" not in preview or not preview.endswith(" end")] == []
    assert found == ([1, 1, 1, 1, 4] if provider is HEYREACH else [0, 0, 0, 0, 0])


async def test_df10_a_body_of_5_mb_is_cut_stored_and_opens(tmp_path: Path) -> None:
    """A message of five million characters: its beginning is kept, listed, shown and printed."""
    body = "word " * 1_000_000
    async with intake(tmp_path, HEYREACH) as taking:
        await taking.take("conversations", page_of(HEYREACH, body, "short"))
        await taking.take("thread", samples.hr_conversation("2-00000000", messages=[samples.hr_message(body)]))
        taking.read_everything()
        rows = queries.inbox_rows(taking.store, View.ALL, limit=10)
        kept = max(len(m.body) for row in rows for m in queries.thread(taking.store, row.key))

    assert len(rows) == 2
    assert len(body) > 4 * MAX_STORED
    assert 0 < kept <= MAX_STORED
    assert max(len(row.preview) for row in rows) <= 500


def test_df10_a_thread_of_20_000_messages_opens_and_scrolls(tmp_path: Path) -> None:
    """The newest messages are there at once, older ones as one goes up, and a huge body is folded until asked for."""
    number = amount(4_000, 20_000)
    messages = [
        (builders.inbound if n % 2 else builders.outbound)(f"Message number {n}", minutes=n / 60) for n in range(number)
    ]
    huge = builders.inbound("HUGE " + "word " * 190_000, minutes=number / 60 + 1)
    options = small_world(tmp_path, builders.conversation("c1", *messages, huge))
    with Terminal(command(*options), env=environment(), columns=120, rows=40) as screen:
        screen.wait_for(r"characters more", within=60)
        screen.press("2", "G")
        frames = []
        for _ in range(amount(8, 60)):
            before, started = screen.text, time.perf_counter()
            screen.type("ctrl+u")
            screen.wait_for(lambda shown, before=before: shown != before)  # type: ignore[misc]  # bound now
            frames.append(time.perf_counter() - started)
        screen.press("g")
        older = screen.wait_for(r"Message number \d+")
        screen.press("G")
        screen.wait_for(r"characters more")
        screen.press("q")
        code = screen.wait_exit()

    assert (code, "Traceback" in older) == (0, False)
    assert statistics.median(frames) < PATIENCE


def test_df10_a_long_thread_is_printed_whole(tmp_path: Path) -> None:
    """`show` prints as many of the newest messages as it is asked for."""
    number = amount(3_000, 20_000)
    options = small_world(
        tmp_path,
        builders.conversation("c1", *(builders.inbound(f"Message {n}.", minutes=n / 60) for n in range(number))),
    )
    ref = lines(*options, "list", "--json")[0]["ref"]

    printed = run(*options, "show", ref, "-n", number)

    assert printed.count("Message ") == number
    assert f"Message {number - 1}." in printed
