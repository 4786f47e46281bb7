"""The simulated HeyReach's inbox, with the quirks that its contract tells of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from simulator.clock import written
from simulator.server import SimulatorServer
from tests.conftest import MakeSimulator
from tests.simulator.clients import FILTERS, Client, can_be_answered, heyreach, listing, message_to

V3, V2 = "/inbox/GetConversationsV3", "/inbox/GetConversationsV2"


def walk(client: Client, *, limit: int = 7, **changes: object) -> list[dict[str, object]]:
    """Every row of the inbox, page by page."""
    rows: list[dict[str, object]] = []
    cursor = None
    while True:
        page = client.post(V3, listing(limit=limit, cursor=cursor, **changes)).json()
        rows += page["items"]
        if not page["hasNextPage"]:
            return rows
        cursor = page["nextCursor"]


def chatroom(client: Client, row: dict[str, object]) -> dict[str, object]:
    """The whole conversation of a row."""
    return client.get(f"/inbox/GetChatroom/{row['linkedInAccountId']}/{quote(str(row['id']), safe='')}").json()


def test_a_walk_by_cursor_gives_every_conversation_once_newest_first(hey: Client) -> None:
    """Paging through the inbox loses nothing and repeats nothing."""
    rows = walk(hey)

    assert len({row["id"] for row in rows}) == len(rows) == 26
    assert [row["lastMessageAt"] for row in rows] == sorted((row["lastMessageAt"] for row in rows), reverse=True)


def test_an_edited_cursor_is_refused(hey: Client) -> None:
    """A cursor is opaque."""
    cursor = hey.post(V3, listing(limit=5)).json()["nextCursor"]

    answer = hey.post(V3, listing(limit=5, cursor=cursor[:-2] + "AA"))

    assert (answer.status_code, answer.json()) == (400, {"errorMessage": "The cursor is invalid."})


def test_a_window_is_cut_to_whole_days(simulator: SimulatorServer, hey: Client) -> None:
    """`from` at noon finds what happened that morning; `to` at noon leaves that day out."""
    rows = walk(hey)
    moment = datetime.fromisoformat(str(rows[9]["lastMessageAt"]))
    late = (moment.replace(hour=23, minute=59)).astimezone(UTC).isoformat()
    day = moment.date().isoformat()

    since = walk(hey, start=late)
    until = walk(hey, end=late)

    assert [row["id"] for row in since] == [row["id"] for row in rows if str(row["lastMessageAt"]) >= day]
    assert [row["id"] for row in until] == [row["id"] for row in rows if str(row["lastMessageAt"]) < day]


@pytest.mark.parametrize(
    "body",
    [
        listing(limit=101),
        listing(limit=0),
        listing(start="2026-02-02T00:00:00Z", end="2026-02-01T00:00:00Z"),
        listing(tags=["Nobody made this tag"]),
        listing(leadProfileUrl="https://www.linkedin.com/in/nobody-00000000"),
        listing(leadProfileUrl="https://www.linkedin.com/in/a", leadLinkedInId="1"),
    ],
)
def test_a_listing_that_cannot_be_is_refused(hey: Client, body: dict[str, object]) -> None:
    """Limits above 100, backward windows, unknown tags and unknown leads are answered with 400."""
    answer = hey.post(V3, body)

    assert answer.status_code == 400
    assert answer.json()["errorMessage"]


def test_a_filter_that_nobody_knows_brings_the_whole_inbox(hey: Client) -> None:
    """A misspelled filter is dropped without a word."""
    answer = hey.post(V3, {"limit": 100, "filters": {"unreadOnly": True}}).json()

    assert answer["totalCount"] == 26


def test_filters_narrow_the_inbox(hey: Client) -> None:
    """Read mark, sender, campaign, lead, tag, label and words each find the rows that fit, and no others."""
    rows = walk(hey)
    row = next(row for row in rows if row["campaignId"])
    lead = row["correspondentProfile"]
    assert isinstance(lead, dict)
    tagged = [each["id"] for each in rows if "Hot" in each["correspondentProfile"]["tags"]]
    labelled = [each["id"] for each in rows if {"name": "Interested"} in each["correspondentProfile"]["autoTags"]]

    def ids(**changes: object) -> list[object]:
        return [each["id"] for each in walk(hey, **changes)]

    assert ids(seen=False) == [each["id"] for each in rows if not each["read"]] != []
    assert ids(seen=True) == [each["id"] for each in rows if each["read"]] != []
    assert ids(linkedInAccountIds=[row["linkedInAccountId"]]) == [
        each["id"] for each in rows if each["linkedInAccountId"] == row["linkedInAccountId"]
    ]
    assert ids(campaignIds=[row["campaignId"]]) == [
        each["id"] for each in rows if each["campaignId"] == row["campaignId"]
    ]
    assert row["id"] in ids(leadProfileUrl=str(lead["profileUrl"]).upper().replace("HTTPS", "https") + "/")
    assert row["id"] in ids(leadLinkedInId=lead["linkedin_id"])
    assert row["id"] in ids(searchString=str(lead["lastName"]).upper())
    assert ids(tags=["Hot"]) == tagged
    assert ids(latestAutoTagNames=["Interested"]) == labelled


def test_the_old_listing_pages_by_offset(hey: Client) -> None:
    """V2 is there to fall back on."""
    filters = {key: value for key, value in FILTERS.items() if key != "latestAutoTagNames"}
    pages = [hey.post(V2, {"offset": offset, "limit": 10, "filters": filters}).json() for offset in (0, 10, 20, 30)]

    assert [len(page["items"]) for page in pages] == [10, 10, 6, 0]
    assert {page["totalCount"] for page in pages} == {26}


def test_a_row_that_shows_too_few_messages_is_completed_by_the_chatroom(hey: Client) -> None:
    """Lists leave messages out of some threads, and say how many there are."""
    row = next(row for row in walk(hey) if row["totalMessages"] > len(row["messages"]))

    whole = chatroom(hey, row)

    assert len(whole["messages"]) == row["totalMessages"] == whole["totalMessages"]


def test_a_chatroom_wants_its_id_encoded(hey: Client) -> None:
    """Ids hold slashes, plus and equals signs; an encoded one is found, a bare slash is another path."""
    row = next(row for row in walk(hey) if "/" in str(row["id"]))

    bare = hey.http.get(f"/inbox/GetChatroom/{row['linkedInAccountId']}/{row['id']}")

    assert chatroom(hey, row)["id"] == row["id"]
    assert bare.status_code == 404


def test_a_sent_message_is_delivered_once_and_seen_in_the_thread(simulator: SimulatorServer, hey: Client) -> None:
    """A send is answered with nothing, is in the ledger, and moves its conversation to the top."""
    row = next(row for row in walk(hey)[3:] if can_be_answered(row))

    answer = hey.post("/inbox/SendMessage", message_to(row, "Thanks! 🙂"))

    assert (answer.status_code, answer.content) == (200, b"")
    assert len(simulator.ledger.delivered(conversation=str(row["id"]), text="Thanks! 🙂")) == 1
    top = walk(hey)[0]
    assert (top["id"], top["lastMessageText"], top["lastMessageSender"]) == (row["id"], "Thanks! 🙂", "ME")
    assert top["totalMessages"] == int(str(row["totalMessages"])) + 1


def test_a_message_may_appear_late_with_the_time_of_its_sending(make_simulator: MakeSimulator) -> None:
    """What was sent is not always in the thread at once."""
    server = make_simulator(echo_seconds=60)
    with heyreach(server) as client:
        row = next(row for row in walk(client) if can_be_answered(row))
        client.post("/inbox/SendMessage", message_to(row, "Late"))
        at_once = [row["lastMessageText"] for row in walk(client)]
        server.world.clock.advance(61)
        later = walk(client)[0]

    assert "Late" not in at_once
    assert later["lastMessageText"] == "Late"
    assert later["lastMessageAt"] == written(server.ledger.delivered()[0].at, len(str(later["lastMessageAt"])) - 21)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"conversationId": "2-bm9uZQ=="}, 404),
        ({"linkedInAccountId": 1}, 404),
        ({"message": ""}, 400),
        ({"message": "  \n"}, 400),
        ({"message": None}, 400),
        ({"linkedInAccountId": None}, 400),
    ],
)
def test_a_message_that_cannot_be_sent_is_not_delivered(
    simulator: SimulatorServer, hey: Client, changes: dict[str, object], status: int
) -> None:
    """Wrong ids and empty texts are refused, and nothing leaves."""
    row = next(row for row in walk(hey) if can_be_answered(row))

    answer = hey.post("/inbox/SendMessage", message_to(row, "Hello") | changes)

    assert answer.status_code == status
    assert simulator.ledger.delivered() == ()


def test_a_sender_without_a_session_and_a_blocked_conversation_cannot_send(make_simulator: MakeSimulator) -> None:
    """Some conversations only look as if they could be answered."""
    server = make_simulator(conversations=400)
    with heyreach(server) as client:
        rows = walk(client, limit=100)
        broken = next(row for row in rows if not row["linkedInAccount"]["authIsValid"])
        blocked = next(row for row in rows if row["blockedByParticipant"])
        answers = [client.post("/inbox/SendMessage", message_to(row, "Hello")) for row in (broken, blocked)]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert server.ledger.delivered() == ()


def test_the_answer_to_a_send_may_be_an_object(make_simulator: MakeSimulator) -> None:
    """Nobody has documented it; both are possible."""
    with heyreach(make_simulator(send_answer="json")) as client:
        client.judged = False
        row = next(row for row in walk(client) if can_be_answered(row))
        answer = client.post("/inbox/SendMessage", message_to(row, "Hello"))

    assert answer.json() == {}


def test_a_read_mark_can_be_set_and_taken_back(simulator: SimulatorServer, hey: Client) -> None:
    """Reading does not mark anything; saying so does."""
    row = next(row for row in walk(hey) if not row["read"])
    chatroom(hey, row)
    body = {"conversationId": row["id"], "linkedInAccountId": row["linkedInAccountId"]}

    states = []
    for seen in (True, False):
        hey.post("/inbox/SetSeenStatus", body | {"seen": seen})
        states.append(chatroom(hey, row)["read"])

    assert states == [True, False]
    assert [event.flag for event in simulator.ledger.actions("seen")] == [True, False]


def test_the_world_has_the_odd_cases(make_simulator: MakeSimulator) -> None:
    """Group chats, blocks, unknown campaigns, empty InMails and seven-digit fractions occur by themselves."""
    server = make_simulator(conversations=400)
    with heyreach(server) as client:
        rows = walk(client, limit=100)

    assert any(row["groupChat"] for row in rows)
    assert any(row["blockedByMe"] for row in rows)
    assert {0, None} <= {row["campaignId"] for row in rows}
    assert any(row["lastMessageText"] == "" and row["lastMessageType"] == "INMAIL" for row in rows)
    assert any(len(str(row["lastMessageAt"])) == len("2026-01-01T00:00:00.0000000Z") for row in rows)
    assert any(row["correspondentProfile"]["companyName"] is None for row in rows)
    assert {row["lastMessageSender"] for row in rows} == {"ME", "CORRESPONDENT"}


def test_counts_may_arrive_as_text(make_simulator: MakeSimulator) -> None:
    """The vendor's document types numbers as strings, and sometimes they are."""
    with heyreach(make_simulator(loose_numbers=True)) as client:
        total = client.post(V3, listing()).json()["totalCount"]
        senders = client.post("/li_account/GetAll", {"offset": 0, "limit": 100}).json()

    assert (total, senders["totalCount"]) == ("26", "6")
    assert {sender["isActive"] for sender in senders["items"]} == {"True"}


def test_an_inbox_of_any_age_ends_120_days_back(simulator: SimulatorServer, hey: Client) -> None:
    """The newest row is minutes old, the oldest about four months."""
    rows = walk(hey)
    anchor = datetime.fromtimestamp(simulator.world.clock.anchor / 1e6, UTC)
    newest, oldest = (datetime.fromisoformat(str(rows[index]["lastMessageAt"])) for index in (0, -1))

    assert timedelta() < anchor - newest < timedelta(hours=6)
    assert timedelta(days=100) < anchor - oldest <= timedelta(days=125)
