"""The ledger: counting deliveries, and remembering them over a crash."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from simulator.ledger import Event, Header, Ledger, LedgerError

HEADER = Header(seed=1, conversations=2, networkhq_share=0.5, now=3)


def delivery(seq: int, text: str = "Hello", conversation: str = "c1") -> Event:
    """A delivered message."""
    return Event(seq, seq * 10, "message", "heyreach", "heyreach", conversation=conversation, text=text)


def test_deliveries_are_counted_by_what_was_sent_to_whom() -> None:
    """The oracle's question: was it delivered, and how often?"""
    ledger = Ledger()
    for event in (delivery(1), delivery(2), delivery(3, "Bye"), delivery(4, conversation="c2")):
        ledger.add(event)

    assert ledger.deliveries() == {
        ("heyreach", "c1", "Hello"): 2,
        ("heyreach", "c1", "Bye"): 1,
        ("heyreach", "c2", "Hello"): 1,
    }
    assert [event.seq for event in ledger.delivered(conversation="c1", text="Hello")] == [1, 2]
    assert ledger.delivered(provider="networkhq") == ()


def test_control_actions_are_apart_from_messages() -> None:
    """What a client did that is not a message."""
    ledger = Ledger()
    ledger.add(delivery(1))
    ledger.add(Event(2, 20, "pause", "heyreach", "heyreach", campaign="7"))
    ledger.add(Event(3, 30, "inbound", "heyreach", "heyreach", conversation="c1", text="Hi"))

    assert [event.kind for event in ledger.actions()] == ["pause"]
    assert ledger.actions("resume") == ()
    assert ledger.counts() == {"message": 1, "pause": 1, "inbound": 1}


def test_a_file_keeps_header_and_events(tmp_path: Path) -> None:
    """Line by line, readable again."""
    path = tmp_path / "ledger.jsonl"
    first = Ledger(path)
    first.begin(HEADER)
    first.add(delivery(1, "Zoë \ud800\n🚀"))
    first.close()

    second = Ledger(path)
    second.begin(Header(9, 9, 9.0, 9))
    second.close()

    assert (second.header, second.events()) == (HEADER, first.events())
    assert len(path.read_text().splitlines()) == 2


def test_a_line_cut_by_a_crash_is_dropped(tmp_path: Path) -> None:
    """A simulator that was killed while writing starts again."""
    path = tmp_path / "ledger.jsonl"
    first = Ledger(path)
    first.begin(HEADER)
    first.add(delivery(1))
    first.close()
    with path.open("a") as file:
        file.write('{"seq": 2, "at":')

    second = Ledger(path)
    second.add(delivery(2))
    second.close()
    third = Ledger(path)
    third.close()

    assert [event.seq for event in third.events()] == [1, 2]


@pytest.mark.parametrize("content", ["hello\n", "[1]\n", '{"seed": 1}\n', "\xff\n"])
def test_a_file_that_is_no_ledger_is_left_alone(tmp_path: Path, content: str) -> None:
    """The person is told, and the file is not touched."""
    path = tmp_path / "notes.txt"
    path.write_text(content, encoding="latin-1")

    with pytest.raises(LedgerError, match="is not a simulator's ledger"):
        Ledger(path)

    assert path.read_text(encoding="latin-1") == content


def test_a_folder_is_no_ledger(tmp_path: Path) -> None:
    """Neither is a place that cannot be written."""
    with pytest.raises(LedgerError, match="cannot be used as a ledger"):
        Ledger(tmp_path)


def test_many_threads_may_write() -> None:
    """Nothing is lost when several add at once."""
    ledger = Ledger()
    threads = [
        threading.Thread(target=lambda: [ledger.add(delivery(number)) for number in range(200)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(ledger.events()) == 800
