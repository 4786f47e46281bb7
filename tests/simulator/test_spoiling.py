"""Answers with a fault in their JSON."""

from __future__ import annotations

import json

import pytest

from simulator.answers import Answer
from simulator.faults import Fault
from simulator.hostile import PAYLOADS
from simulator.server import SimulatorServer
from simulator.spoiling import spoiled
from tests.simulator.clients import Client, listing
from tests.simulator.networkhq.test_inbox import answerable

V3 = "/inbox/GetConversationsV3"


def pages(client: Client, count: int) -> list[tuple[list[object], object, object]]:
    """The records, next cursor and `more` of some pages, each asked for with the cursor before it."""
    found = []
    cursor = None
    for _ in range(count):
        page = client.http.post(V3, json=listing(limit=2, cursor=cursor)).json()
        cursor = page["nextCursor"]
        found.append((page["items"], cursor, page["hasNextPage"]))
    return found


@pytest.mark.parametrize(("kind", "cursors"), [("endless_cursor", 5), ("repeated_cursor", 1), ("cursor_cycle", 2)])
def test_cursors_that_never_end(simulator: SimulatorServer, hey: Client, kind: str, cursors: int) -> None:
    """The first page again and again, under new, equal or alternating cursors."""
    simulator.fault(Fault(kind))  # type: ignore[arg-type]

    found = pages(hey, 5)

    assert all(records == found[0][0] for records, _, _ in found)
    assert len({cursor for _, cursor, _ in found}) == cursors
    assert all(more for _, _, more in found)


def test_more_without_a_cursor_and_nothing_with_more(simulator: SimulatorServer, hey: Client, hq: Client) -> None:
    """Pages that contradict themselves, at both providers."""
    simulator.fault(Fault("missing_cursor", provider="heyreach", times=1))
    simulator.fault(Fault("missing_cursor", provider="networkhq", times=1))
    without = pages(hey, 1)[0]
    also = hq.get("/conversations").json()["pagination"]
    simulator.fault(Fault("empty_page", times=1))
    empty = pages(hey, 1)[0]

    assert without[1:] == (None, True)
    assert also == {"limit": 100, "has_more": True, "next_cursor": None}
    assert empty[0] == []
    assert empty[2] is True


def test_totals_that_lie(simulator: SimulatorServer, hey: Client) -> None:
    """A count that nobody should rely on."""
    simulator.fault(Fault("wrong_total", index=-5))

    assert hey.post(V3, listing()).json()["totalCount"] == -5


@pytest.mark.parametrize("index", [0, 7, 25])
def test_a_bad_record_among_good_ones(simulator: SimulatorServer, hey: Client, index: int) -> None:
    """One record of a page cannot be read, the others can."""
    hey.judged = False
    good = hey.post(V3, listing()).json()["items"]
    simulator.fault(Fault("bad_record", index=index, body='"not a record"'))

    spoilt = hey.post(V3, listing()).json()["items"]

    assert spoilt == [*good[:index], "not a record", *good[index + 1 :]]


def test_a_send_that_is_not_ok(simulator: SimulatorServer, hq: Client) -> None:
    """`ok:false` inside a 200; delivered or not, as the test says."""
    path = f"/conversations/{answerable(hq)['id']}/messages"
    simulator.fault(Fault("ok_false", operation="send", times=1))
    simulator.fault(Fault("ok_false", operation="send", times=1, delivered=True))

    told = [hq.post(path, {"content": f"Message {number}"}).json()["data"] for number in (1, 2)]

    assert told == [{"ok": False, "pending": False, "message": None}] * 2
    assert [event.text for event in simulator.ledger.delivered()] == ["Message 2"]


def test_a_send_that_has_to_be_pending(simulator: SimulatorServer, hq: Client) -> None:
    """The next send is pending, whatever the share."""
    path = f"/conversations/{answerable(hq)['id']}/messages"
    simulator.fault(Fault("pending", operation="send", times=1))

    assert hq.post(path, {"content": "Hello"}).json()["data"]["pending"] is True


def test_hostile_text_is_in_every_text_field_and_stays_the_same(simulator: SimulatorServer, hey: Client) -> None:
    """Names, companies, bodies and labels carry something; the same text always carries the same."""
    plain = hey.post(V3, listing()).json()["items"]
    simulator.fault(Fault("hostile"))
    first, second = (hey.post(V3, listing()).json()["items"] for _ in range(2))

    assert first == second
    for before, after in zip(plain, first, strict=True):
        assert after["id"] == before["id"]
        for holder, field in ((after, "lastMessageText"), (after["correspondentProfile"], "firstName")):
            assert any(holder[field].endswith(payload) for payload in PAYLOADS)
        assert after["correspondentProfile"]["profileUrl"] == before["correspondentProfile"]["profileUrl"]


def test_the_corpus_holds_every_kind_of_danger() -> None:
    """Escape sequences, one-byte controls, markup, bidirectional controls, towers of marks, lone surrogates."""
    everything = "".join(PAYLOADS)

    for part in (
        "\x1b[",
        "\x1b]52",
        "\x9b",
        "\x00",
        "[@click=app.quit]x[/]",
        "[/foo]",
        "\u202e",
        "\ud800",
        "\u0338\u0310",
    ):
        assert part in everything
    assert len(PAYLOADS) == len(set(PAYLOADS))


def test_lone_surrogates_go_over_the_wire_as_escapes() -> None:
    """JSON can say what UTF-8 cannot."""
    body, _ = spoiled(Fault("hostile"), Answer(json={"name": "\ud800"})).encoded()

    assert json.loads(body)["name"].startswith("\ud800")


def test_errors_and_other_answers_are_left_alone() -> None:
    """A fault of pages is no fault of an error."""
    error = Answer(404, {"error": {"code": "not_found", "message": "Lead not found"}})

    assert spoiled(Fault("endless_cursor"), error) == error
    assert spoiled(Fault("wrong_total"), Answer()) == Answer()
