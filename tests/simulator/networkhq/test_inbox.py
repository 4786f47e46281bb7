"""The simulated NetworkHQ's inbox: any order, cursors that expire, sends that are pending."""

from __future__ import annotations

import math

import pytest

from simulator.server import SimulatorServer
from tests.conftest import MakeSimulator
from tests.simulator.clients import Client, networkhq


def walk(client: Client, path: str = "/conversations", *, limit: int = 4, **query: str) -> list[dict[str, object]]:
    """Every record of a list, page by page."""
    rows: list[dict[str, object]] = []
    more: dict[str, str] = {}
    while True:
        page = client.get(path, limit=limit, **query, **more).json()
        rows += page["data"]
        if not page["pagination"]["has_more"]:
            return rows
        more = {"cursor": page["pagination"]["next_cursor"]}


def answerable(client: Client) -> dict[str, object]:
    """A conversation whose account is connected."""
    connected = {row["id"] for row in walk(client, "/linkedin_accounts") if row["status"] == "connected"}
    rows = (row for row in walk(client) if row["linkedin_account"]["id"] in connected)
    return next(rows)


def thread(client: Client, row: dict[str, object]) -> list[dict[str, object]]:
    """The messages of a conversation, oldest first."""
    messages = client.get(f"/conversations/{row['id']}", limit=500).json()["data"]["messages"]
    return sorted(messages, key=lambda message: message["sent_at"])


@pytest.mark.parametrize("order", ["updated", "created", "shuffled"])
def test_a_walk_gives_every_conversation_once_in_any_order(make_simulator: MakeSimulator, order: str) -> None:
    """The contract leaves the order open, so each order is a possible NetworkHQ."""
    with networkhq(make_simulator(networkhq_order=order)) as client:
        rows = walk(client)

    times = [row["updated_at"] for row in rows]
    assert len({row["id"] for row in rows}) == len(rows) == 14
    assert (times == sorted(times, reverse=True)) is (order == "updated")
    assert (times == sorted(times)) is (order == "created")


def test_unread_and_account_narrow_the_list(hq: Client) -> None:
    """The only two filters there are."""
    rows = walk(hq)
    account = rows[0]["linkedin_account"]
    assert isinstance(account, dict)

    assert walk(hq, unread_only="true") == [row for row in rows if row["is_unread"]] != []
    assert walk(hq, linkedin_account_id=account["id"]) == [row for row in rows if row["linkedin_account"] == account]


@pytest.mark.parametrize("query", [{"limit": "501"}, {"limit": "0"}, {"cursor": "nonsense"}])
def test_a_page_that_cannot_be_is_refused(hq: Client, query: dict[str, str]) -> None:
    """Limits and cursors are checked."""
    answer = hq.get("/conversations", **query)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_request")


def test_a_cursor_is_good_for_its_list_and_for_a_while(simulator: SimulatorServer, hq: Client) -> None:
    """A cursor of another list, an edited one and an old one are refused."""
    cursor = hq.get("/conversations", limit=2).json()["pagination"]["next_cursor"]

    good = hq.get("/conversations", limit=2, cursor=cursor).status_code
    elsewhere = hq.get("/campaigns", limit=2, cursor=cursor).status_code
    edited = hq.get("/conversations", limit=2, cursor=f"A{cursor}").status_code
    simulator.world.clock.advance(601)
    old = hq.get("/conversations", limit=2, cursor=cursor)

    assert (good, elsewhere, edited, old.status_code) == (200, 400, 400, 400)
    assert old.json()["error"]["message"] == "The cursor has expired"


def test_a_thread_is_paged_and_a_new_message_does_not_shift_its_pages(simulator: SimulatorServer, hq: Client) -> None:
    """Reading a thread in pages while the lead writes loses nothing and repeats nothing."""
    workspace = simulator.world.workspace("networkhq")
    conversation = next(row for row in workspace.newest() if len(workspace.history(row)) >= 3)
    first = hq.get(f"/conversations/{conversation.id}", limit=1).json()
    simulator.world.hear(workspace, conversation, "One more thing")

    rest = hq.get(f"/conversations/{conversation.id}", cursor=first["pagination"]["next_cursor"]).json()

    ids = [message["id"] for page in (first, rest) for message in page["data"]["messages"]]
    expected = [f"msg_{conversation.seed:016x}_{spoken.id}" for spoken in workspace.history(conversation)[-2::-1]]
    assert ids == expected


def test_a_sent_message_comes_back_and_is_in_the_thread(make_simulator: MakeSimulator) -> None:
    """Most sends are answered with the message."""
    server = make_simulator(pending_share=0.0)
    with networkhq(server) as client:
        row = answerable(client)
        told = client.post(f"/conversations/{row['id']}/messages", {"content": "Thanks"}).json()["data"]
        last = thread(client, row)[-1]

    assert (told["ok"], told["pending"]) == (True, False)
    assert told["message"] == last
    assert len(server.ledger.delivered(conversation=str(row["id"]), text="Thanks")) == 1


def test_a_pending_message_is_delivered_once_and_appears_later(make_simulator: MakeSimulator) -> None:
    """Accepted without a message: it is in nobody's thread until the next inbox sync, and then it is there once."""
    server = make_simulator(pending_share=1.0, pending_seconds=30)
    with networkhq(server) as client:
        row = answerable(client)
        told = client.post(f"/conversations/{row['id']}/messages", {"content": "Soon"}).json()["data"]
        at_once = [message["content"] for message in thread(client, row)]
        server.world.clock.advance(31)
        later = [message["content"] for message in thread(client, row)]

    assert told == {"ok": True, "pending": True, "message": None}
    assert (at_once.count("Soon"), later.count("Soon")) == (0, 1)
    assert len(server.ledger.delivered(text="Soon")) == 1


def test_what_is_pending_for_ever_can_be_settled(make_simulator: MakeSimulator) -> None:
    """A test decides when the message appears."""
    server = make_simulator(pending_share=1.0, pending_seconds=math.inf)
    with networkhq(server) as client:
        row = answerable(client)
        client.post(f"/conversations/{row['id']}/messages", {"content": "Some day"})
        before = thread(client, row)[-1]["content"]
        server.world.settle()
        after = thread(client, row)[-1]["content"]

    assert (before != "Some day", after) == (True, "Some day")


def test_the_share_of_pending_sends_is_kept(make_simulator: MakeSimulator) -> None:
    """Every fourth of a quarter, evenly spread."""
    server = make_simulator(pending_share=0.25)
    with networkhq(server) as client:
        row = answerable(client)
        path = f"/conversations/{row['id']}/messages"
        told = [client.post(path, {"content": f"Message {number}"}).json()["data"]["pending"] for number in range(8)]

    assert told == [False, False, False, True] * 2


@pytest.mark.parametrize("content", ["", "   ", None, 5, "x" * 8001])
def test_a_text_that_cannot_be_sent_is_not_delivered(simulator: SimulatorServer, hq: Client, content: object) -> None:
    """Empty, blank and too long texts are refused."""
    answer = hq.post(f"/conversations/{answerable(hq)['id']}/messages", {"content": content})

    assert answer.status_code == 400
    assert simulator.ledger.delivered() == ()


def test_a_conversation_that_is_gone_is_not_found(simulator: SimulatorServer, hq: Client) -> None:
    """It leaves the list, cannot be read, and takes no message."""
    workspace = simulator.world.workspace("networkhq")
    gone = next(workspace.newest())

    simulator.world.remove(workspace, gone)

    assert gone.id not in {row["id"] for row in walk(hq)}
    assert hq.get(f"/conversations/{gone.id}").json()["error"]["code"] == "not_found"
    assert hq.post(f"/conversations/{gone.id}/messages", {"content": "Hello?"}).status_code == 404


def test_an_edited_message_says_something_else_under_its_id(simulator: SimulatorServer, hq: Client) -> None:
    """The id stays, the text changes, and the row says that something changed."""
    workspace = simulator.world.workspace("networkhq")
    conversation = list(workspace.newest())[4]
    before = thread(hq, {"id": conversation.id})

    simulator.world.edit(workspace, conversation, "I meant Tuesday")

    after = thread(hq, {"id": conversation.id})
    assert [message["id"] for message in after] == [message["id"] for message in before]
    assert after[-1]["content"] == "I meant Tuesday"
    assert walk(hq)[0]["id"] == conversation.id


def test_both_providers_know_some_of_the_same_people(simulator: SimulatorServer, hq: Client) -> None:
    """The same profile address, sometimes spelled otherwise."""
    known = simulator.world.workspace("heyreach")
    urls = [row["lead"]["linkedin_url"] for row in walk(hq) if row["lead"]["linkedin_url"]]

    shared = [url for url in urls if known.find_person(str(url))]

    assert 0 < len(shared) < len(urls)
