"""Tolerant reading: what is lost is one field, or one record, never the page."""

from __future__ import annotations

import json
import math

import pytest

from providers.heyreach.wire import Chatroom
from providers.networkhq.wire import ConversationDetail, NetworkHQConversation
from providers.wire import micros, number, read, read_all, rejection
from tests.providers.samples import hr_conversation, hr_message, nhq_conversation, nhq_detail, nhq_message

NOON = 1_767_614_400_000_000
"""2026-01-05 12:00:00 UTC."""


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2026-01-05T12:00:00Z", NOON),
        ("2026-01-05T12:00:00.000Z", NOON),
        ("2026-01-05T12:00:00", NOON),
        ("2026-01-05 12:00:00Z", NOON),
        (" 2026-01-05T12:00:00Z ", NOON),
        ("2026-01-05T17:30:00+05:30", NOON),
        ("2026-01-05T12:00:00.1234567Z", NOON + 123_456),
        ("9999-12-31T23:59:59Z", 253_402_300_799_000_000),
        (NOON // 1_000_000, NOON),
        (NOON // 1_000, NOON),
        (NOON, NOON),
        (NOON / 1_000_000, NOON),
        (str(NOON // 1_000_000), NOON),
        (str(NOON // 1_000), NOON),
        ("0001-01-01T00:00:00", None),
        ("yesterday", None),
        ("", None),
        (None, None),
        (0, None),
        (-5, None),
        (True, None),
        (math.nan, None),
        (math.inf, None),
        (1e300, None),
        ("2026-02-30T00:00:00Z", None),
    ],
)
def test_df09_times_in_every_spelling(raw: str | float | None, expected: int | None) -> None:
    """With an offset, without one, as a number: one moment; and nonsense is no moment."""
    assert micros(raw) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(3, 3), (None, None), (2**63, None), (-(2**63) - 1, None), (math.nan, None), (2.9, 2)]
)
def test_numbers_fit_the_database(value: float | None, expected: int | None) -> None:
    """A number that a column cannot hold counts as absent."""
    assert number(value) == expected


def test_numbers_and_words_stand_in_for_each_other() -> None:
    """Ids as numbers, numbers as text and booleans as words are read as what they mean."""
    wire = hr_conversation(account=7, totalMessages="41", read="true", campaignId="9", groupChat=0)
    record = read(Chatroom, wire).record

    assert record is not None
    assert (record.linked_in_account_id, record.total_messages, record.campaign_id) == ("7", 41, 9)
    assert (record.read, record.group_chat) == (True, False)


def test_a_field_of_the_wrong_type_counts_as_absent() -> None:
    """Everything else in the record is kept, and what was lost is named without its value."""
    result = read(Chatroom, hr_conversation(lastMessageAt={"a": 1}, totalMessages="many", lastMessageText="kept"))

    assert result.record is not None
    assert result.record.last_message_at is None
    assert result.record.total_messages is None
    assert result.record.last_message_text == "kept"
    assert "totalMessages" in result.problem
    assert "many" not in result.problem


def test_one_bad_message_costs_that_message() -> None:
    """The others stay, and it is counted."""
    messages = [hr_message("one"), "not a message", hr_message("two", at="2026-01-06T11:00:00Z"), None, 7]
    result = read(Chatroom, hr_conversation(messages=messages))

    assert result.record is not None
    assert [each.body for each in result.record.messages or ()] == ["one", "two"]
    assert result.lost_messages == 3


def test_a_message_that_lost_its_id_costs_that_message() -> None:
    """NetworkHQ's messages have ids, and one without cannot be kept apart."""
    messages = [nhq_message("m1"), nhq_message("", content="x"), {"content": "no id"}]
    result = read(ConversationDetail, nhq_detail(messages=messages))

    assert result.record is not None
    assert [each.id for each in result.record.messages or ()] == ["m1"]
    assert result.lost_messages == 2


@pytest.mark.parametrize("name", ["id", "linkedInAccountId"])
@pytest.mark.parametrize("value", ["absent", None, {}, [], True, ""])
def test_a_record_that_lost_its_name_is_refused(name: str, value: object) -> None:
    """Without what names it, a record could overwrite another."""
    wire = hr_conversation()
    if value == "absent":
        del wire[name]
    else:
        wire[name] = value

    assert read(Chatroom, wire).record is None


@pytest.mark.parametrize("wire", [None, 7, "x", [], True])
def test_what_is_no_record_is_refused(wire: object) -> None:
    """A string in the place of a conversation is not one."""
    assert read(NetworkHQConversation, wire).record is None


def test_an_inner_object_that_lost_its_name_counts_as_absent() -> None:
    """A conversation does not fall with its last message."""
    result = read(NetworkHQConversation, nhq_conversation(last_message={"content": "x"}))

    assert result.record is not None
    assert result.record.last_message is None


def test_df01_one_bad_record_costs_that_record() -> None:
    """At every index of a page the other 99 are read."""
    for index in range(0, 100, 9):
        items: list[object] = [hr_conversation(f"2-{n}") for n in range(100)]
        items[index] = {"id": {"bad": 1}}
        records, rejected = read_all(Chatroom, items, stream="conversations")

        assert len(records) == 99
        assert [each.stream for each in rejected] == ["conversations"]


def test_quarantine_holds_no_texts_and_no_names() -> None:
    """The note shows the shape, the ids and the times; everything a person wrote is blacked out."""
    wire = hr_conversation()
    note = rejection(wire, stream="conversations", reason="id: missing")
    kept = json.loads(note.raw)

    assert kept["id"] == "2-YWRhLTEwMA=="
    assert kept["linkedInAccountId"] == 116968
    assert kept["lastMessageAt"] == "2026-01-06T10:00:00Z"
    assert kept["lastMessageText"] == "█ 11 characters"
    for secret in ("Ada", "Lovelace", "Sounds good", "linkedin.com", "Engines", "Jane"):
        assert secret not in note.raw


def test_quarantine_is_bounded() -> None:
    """A record of megabytes leaves a note of kilobytes, whatever is in it."""
    wire = {f"key{n}": [{"x": math.nan, "y": "z" * 1000}] * 500 for n in range(500)}

    assert len(rejection(wire, stream="campaigns", reason="x" * 9000).raw) <= 4000
    assert len(rejection(wire, stream="campaigns", reason="x" * 9000).reason) == 500
