"""The simulated Instantly's mails: order, pages, quirks, replies. Every answer is judged by the contract."""

from __future__ import annotations

from simulator.server import SimulatorServer
from tests.conftest import MakeSimulator
from tests.simulator.clients import Client, instantly

Json = dict[str, object]


def pages(client: Client, **query: str) -> list[list[Json]]:
    """All pages of mails, the empty last one too."""
    found: list[list[Json]] = []
    cursor: dict[str, str] = {}
    while not found or found[-1]:
        answer = client.get("/emails", **query, **cursor).json()
        found.append(answer["items"])
        cursor = {"starting_after": answer["next_starting_after"] or ""}
    return found


def test_every_mail_comes_once_in_the_order_in_which_it_was_stored(inst: Client, mails: SimulatorServer) -> None:
    """Newest first, or oldest first where that is asked for."""
    workspace = mails.world.workspace("instantly")
    newest = [mail for page in pages(inst, limit="37") for mail in page]
    oldest = [mail for page in pages(inst, limit="50", sort_order="asc") for mail in page]
    stored = [str(mail["timestamp_created"]) for mail in newest]

    assert len(newest) == sum(len(workspace.history(row)) for row in workspace.conversations)
    assert len({str(mail["id"]) for mail in newest}) == len(newest)
    assert stored == sorted(stored, reverse=True)
    assert [mail["id"] for mail in oldest] == [mail["id"] for mail in newest][::-1]


def test_the_last_page_with_mails_still_has_a_cursor(inst: Client) -> None:
    """Only an empty page ends a list."""
    *_, last, empty = pages(inst)

    assert last
    assert empty == []


def test_a_window_begins_with_when_a_mail_was_stored(inst: Client) -> None:
    """Not with the time that it claims."""
    every = pages(inst, sort_order="asc")[0]
    middle = every[40]

    window = inst.get("/emails", sort_order="asc", min_timestamp_created=str(middle["timestamp_created"])).json()

    assert window["items"][0]["id"] == middle["id"]
    assert middle["timestamp_email"] != middle["timestamp_created"]


def test_only_a_mail_alone_says_whether_it_is_an_automatic_reply(inst: Client) -> None:
    """And it is so for some."""
    listed = [mail for page in pages(inst, email_type="received") for mail in page]
    alone = [inst.get(f"/emails/{mail['id']}").json() for mail in listed]

    assert not any("is_auto_reply" in mail for mail in listed)
    assert {mail["is_auto_reply"] for mail in alone} == {0, 1}


def test_some_mails_have_no_thread_and_some_flags_are_truths(inst: Client) -> None:
    """A client must take both."""
    listed = [mail for page in pages(inst) for mail in page]

    assert any(mail["thread_id"] is None for mail in listed)
    assert {type(mail["is_unread"]) for mail in listed} == {bool, int}
    assert any("text" not in mail["body"] for mail in listed if isinstance(mail["body"], dict))


def test_a_thread_is_its_mails(inst: Client) -> None:
    """By a search, in the order asked for."""
    first = next(mail for page in pages(inst) for mail in page if mail["thread_id"])
    thread = inst.get("/emails", search=f"thread:{first['thread_id']}", sort_order="asc").json()["items"]

    assert thread[-1]["id"] == first["id"]
    assert {mail["thread_id"] for mail in thread} == {first["thread_id"]}


def answerable(client: Client) -> Json:
    """A mail whose mailbox can send."""
    good = {row["email"] for row in client.get("/accounts").json()["items"] if row["status"] == 1}
    return next(mail for page in pages(client, email_type="received") for mail in page if mail["eaccount"] in good)


def answer_to(mail: Json, **changes: object) -> Json:
    return {
        "reply_to_uuid": mail["id"],
        "eaccount": mail["eaccount"],
        "subject": "Re: x",
        "body": {"text": "Tuesday?", "html": "Tuesday?"},
        **changes,
    }


def test_a_reply_is_delivered_and_comes_back(inst: Client, mails: SimulatorServer) -> None:
    """With an id by which it can be read, at the top of the list."""
    told = inst.post("/emails/reply", answer_to(answerable(inst))).json()

    assert (told["ue_type"], told["subject"]) == (3, "Re: x")
    assert inst.get(f"/emails/{told['id']}").json()["body"]["text"] == "Tuesday?"
    assert inst.get("/emails", limit=1).json()["items"][0]["id"] == told["id"]
    assert [event.text for event in mails.ledger.delivered(provider="instantly")] == ["Tuesday?"]


def test_a_mailbox_that_lost_its_connection_says_so_in_a_200(inst: Client, mails: SimulatorServer) -> None:
    """And delivers nothing."""
    bad = {row["email"] for row in inst.get("/accounts").json()["items"] if row["status"] == -1}
    mail = next(mail for page in pages(inst) for mail in page if mail["eaccount"] in bad)

    answer = inst.post("/emails/reply", answer_to(mail))

    assert (answer.status_code, answer.json()) == (200, {"error": "ACC_AUTH_ERROR"})
    assert mails.ledger.delivered() == ()


def test_a_reply_from_a_foreign_mailbox_or_with_a_slip_is_refused(inst: Client, mails: SimulatorServer) -> None:
    """A mistake of a client must not pass in a test."""
    mail = answerable(inst)
    answers = [
        inst.post("/emails/reply", answer_to(mail, eaccount="other@acme.example")),
        inst.post("/emails/reply", answer_to(mail, reyply_to_uuid="x")),
        inst.post("/emails/reply", answer_to(mail, reply_to_uuid=mail["thread_id"])),
    ]

    assert [answer.status_code for answer in answers] == [400, 400, 404]
    assert mails.ledger.delivered() == ()


def test_read_marks_are_set_for_a_thread_and_unset_for_a_mail(inst: Client) -> None:
    """There is no opposite for a thread."""
    unread = [mail for page in pages(inst, is_unread="true") for mail in page]
    mail = next(mail for mail in unread if mail["thread_id"])
    inst.post(f"/emails/threads/{mail['thread_id']}/mark-as-read")
    read = inst.get(f"/emails/{mail['id']}").json()["is_unread"]
    inst.patch(f"/emails/{mail['id']}", {"is_unread": True})

    assert not read
    assert inst.get(f"/emails/{mail['id']}").json()["is_unread"]
    assert inst.get("/emails/unread/count").json()["count"] >= len(unread) > 0


def test_reads_of_mails_are_few(make_simulator: MakeSimulator) -> None:
    """Twenty a minute, however many else there may be."""
    with instantly(make_simulator(instantly_conversations=5)) as client:
        answers = [client.get("/emails", limit=1).status_code for _ in range(21)]
        other = client.get("/campaigns").status_code

    assert answers == [200] * 20 + [429]
    assert other == 200


def test_a_missing_scope_is_a_401_that_names_it(make_simulator: MakeSimulator) -> None:
    """Against what is documented; a wrong key is another 401."""
    server = make_simulator(scopes={"simulator-instantly-key": ("campaigns:read",)})
    with instantly(server) as client, instantly(server, key="wrong") as wrong:
        answers = [client.get("/campaigns"), client.get("/emails"), wrong.get("/emails")]

    assert [answer.status_code for answer in answers] == [200, 401, 401]
    assert answers[1].json()["message"] == "Invalid scope. Required: emails:read. Found: campaigns:read"
    assert answers[2].json()["message"] == "Invalid API key"
