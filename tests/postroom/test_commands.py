"""What the user asked for survives being written down and read back."""

from __future__ import annotations

import pytest

from postroom.commands import (
    AddTags,
    Command,
    MarkSeen,
    NeverContact,
    PauseCampaign,
    Reply,
    ResumeCampaign,
    SetVerdict,
    StopLead,
    from_json,
    to_json,
)
from postroom.errors import PostroomError

COMMANDS: list[Command] = [
    Reply("acme", "1/2-x", "Zoë 🚀\nTuesday?", "1", "Jane", "Zoë", "k#0", "Hello"),
    StopLead("acme", "594061", "Q3 founders", "l1", "Ada", "https://www.linkedin.com/in/ada", None, "1/2-x"),
    PauseCampaign("acme", "594061", "Q3 founders"),
    ResumeCampaign("acme", "594061", "Q3 founders"),
    MarkSeen("acme", "1/2-x"),
    AddTags("acme", "https://www.linkedin.com/in/ada", ("hot", "vip")),
    SetVerdict("acme", "ada@example.com", "Ada", "meeting", "c-1", "t1"),
    NeverContact("acme", "ada@example.com", "Ada", None, "ada@example.com", None, "t1"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.kind)
def test_a_command_comes_back_from_the_outbox_as_it_was_asked(command: Command) -> None:
    """What is sent after a restart is exactly what was asked before it."""
    assert command == from_json(command.kind, to_json(command))


def test_replies_in_one_conversation_share_a_lane_and_read_marks_do_not() -> None:
    """Answers keep their order, and a read mark never waits for an answer in doubt."""
    reply = Reply("acme", "c1", "a", "s")

    assert reply.lane == Reply("acme", "c1", "b", "s").lane
    assert reply.lane != Reply("acme", "c2", "a", "s").lane
    assert reply.lane != MarkSeen("acme", "c1").lane


def test_an_action_of_a_newer_postroom_is_refused_with_a_sentence() -> None:
    """An older program does not guess what an unknown entry means."""
    with pytest.raises(PostroomError, match="Please update Postroom"):
        from_json("teleport", "{}")
