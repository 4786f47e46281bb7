"""Acting verbs do what they say once, and say what is known of it: checked against the simulator's ledger."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from postroom.records import ConversationKey
from simulator.faults import Fault
from simulator.server import SimulatorServer
from store import outbox
from store.database import InstanceLock, Store
from tests.postroom.cli.conftest import Run, first, lines

TEXT = "Thursday at ten suits me."


def sendable(run: Run, workspace: str) -> str:
    """A conversation whose sender can send."""
    for row in lines(run("list", "--view", "all", "--json", "--workspace", workspace)):
        shown = json.loads(run("show", str(row["ref"]), "--json").stdout)["conversation"]
        if shown["sender_health"] in {"good", "unknown"}:
            return str(row["ref"])
    raise AssertionError(f"No sender of {workspace} can send.")


@pytest.mark.parametrize(
    ("workspace", "state"), [("acme-linkedin", "accepted"), ("acme-networkhq", "sent")], ids=["heyreach", "networkhq"]
)
def test_a_reply_arrives_once_and_says_so(run: Run, synced: SimulatorServer, workspace: str, state: str) -> None:
    """Exit 0, the entry on stdout, one message in the ledger."""
    result = run("reply", sendable(run, workspace), "--message", TEXT, "--json")

    assert (result.exit_code, json.loads(result.stdout)["state"]) == (0, state)
    assert [event.text for event in synced.ledger.delivered()] == [TEXT]


def test_a_reply_can_come_from_a_pipe(run: Run, synced: SimulatorServer) -> None:
    """`postroom reply ID - < answer.txt`."""
    result = run("reply", sendable(run, "acme-networkhq"), "-", input="One\nTwo\n")

    assert result.exit_code == 0
    assert [event.text for event in synced.ledger.delivered()] == ["One\nTwo"]


@pytest.mark.parametrize("arguments", [[], ["-", "--message", "x"]])
def test_a_reply_needs_its_text_from_one_place(run: Run, synced: SimulatorServer, arguments: list[str]) -> None:
    """Neither none nor two."""
    result = run("reply", str(first(run)["ref"]), *arguments)

    assert result.exit_code == 2
    assert synced.ledger.delivered() == ()


def test_an_accepted_reply_is_settled_by_the_next_sync(run: Run, synced: SimulatorServer) -> None:
    """HeyReach gives no id, so it is counted in the thread."""
    run("reply", sendable(run, "acme-linkedin"), "--message", TEXT)

    run("sync")

    assert [(row["state"], row["matched_by"]) for row in lines(run("outbox", "--all", "--json"))] == [("sent", "text")]


def test_a_send_without_an_answer_is_in_doubt_and_never_repeated(run: Run, synced: SimulatorServer) -> None:
    """Exit 4; the message had been delivered; another sync sends nothing."""
    ref = sendable(run, "acme-networkhq")
    synced.fault(Fault("close", operation="send", times=1))

    result = run("reply", ref, "--message", TEXT, "--json")
    run("sync")

    assert (result.exit_code, json.loads(result.stdout)["state"]) == (4, "in_doubt")
    assert len(synced.ledger.delivered()) == 1


def test_a_reply_that_could_not_leave_leaves_with_the_next_sync(run: Run, synced: SimulatorServer) -> None:
    """Exit 3 while offline; delivered once afterwards."""
    ref = sendable(run, "acme-networkhq")
    synced.offline()

    result = run("reply", ref, "--message", TEXT, "--json")
    synced.online()
    run("sync")

    assert (result.exit_code, json.loads(result.stdout)["state"]) == (3, "queued")
    assert len(synced.ledger.delivered()) == 1


def test_a_reply_is_held_when_the_lead_wrote_in_the_meantime(run: Run, synced: SimulatorServer) -> None:
    """What was answered is not what stands there now."""
    ref = sendable(run, "acme-networkhq")
    native = next(row["id"] for row in lines(run("list", "--view", "all", "--json")) if row["ref"] == ref)
    workspace = synced.world.workspace("networkhq")
    with synced.world.lock:
        synced.world.hear(workspace, workspace.by_id[str(native)], "Forget what I said.")

    result = run("reply", ref, "--message", TEXT, "--json")

    assert (result.exit_code, json.loads(result.stdout)["state"]) == (3, "held")
    assert synced.ledger.delivered() == ()


def test_a_placeholder_that_nobody_filled_in_is_not_sent(run: Run, synced: SimulatorServer) -> None:
    """Without a terminal to ask at, it needs --yes."""
    result = run("reply", sendable(run, "acme-networkhq"), "--message", "Hi {{first_name}}")

    assert result.exit_code == 2
    assert synced.ledger.delivered() == ()


def test_only_one_writes(run: Run, synced: SimulatorServer, home: Path) -> None:
    """Beside an open screen an acting verb is refused with a sentence, and nothing is sent."""
    ref = sendable(run, "acme-networkhq")
    lock = InstanceLock.acquire(home / "state")
    assert lock is not None

    result = run("reply", ref, "--message", TEXT)
    lock.release()

    assert result.exit_code == 1
    assert "Another Postroom is open" in result.stderr
    assert synced.ledger.delivered() == ()


def test_a_key_that_cannot_be_read_stops_a_reply_before_it_begins(
    run: Run, synced: SimulatorServer, home: Path
) -> None:
    """Exit 2, and nothing is left in the outbox."""
    ref = sendable(run, "acme-networkhq")
    text = (home / "config.toml").read_text()
    (home / "config.toml").write_text(text.replace(f"command:echo {synced.networkhq_key}", "env:NOT_THERE"))

    result = run("reply", ref, "--message", TEXT)

    assert result.exit_code == 2
    assert lines(run("outbox", "--all", "--json")) == []


def stoppable(run: Run) -> str:
    """A conversation whose lead is in a campaign that can be stopped."""
    for row in lines(run("list", "--view", "all", "--json", "--workspace", "acme-linkedin")):
        if run("stop-lead", str(row["ref"]), "--dry-run").exit_code == 0:
            return str(row["ref"])
    raise AssertionError("No lead is in a campaign.")


def test_a_stop_is_confirmed_by_reading_it_back(run: Run, synced: SimulatorServer) -> None:
    """Exit 0 only because every campaign shows it."""
    ref = stoppable(run)
    wanted = lines(run("stop-lead", ref, "--dry-run", "--json"))[0]

    result = run("stop-lead", ref, "--yes", "--json")

    entries = json.loads(result.stdout)
    assert (result.exit_code, len(entries)) == (0, len(wanted))
    assert {(entry["state"], entry["verified"]) for entry in entries} == {("sent", True)}
    assert len(synced.ledger.actions("stop")) >= len(wanted)


def test_without_a_terminal_a_stop_needs_a_yes(run: Run, synced: SimulatorServer) -> None:
    """Exit 2, nothing stopped; nor by a dry run."""
    result = run("stop-lead", stoppable(run))

    assert (result.exit_code, result.stdout) == (2, "")
    assert synced.ledger.actions("stop") == ()


def test_what_a_provider_does_not_offer_is_refused_with_the_reason(run: Run, synced: SimulatorServer) -> None:
    """NetworkHQ can neither stop nor pause."""
    campaign = next(row for row in lines(run("campaigns", "--json")) if row["provider"] == "networkhq")

    result = run("pause", str(campaign["ref"]), "--yes")

    assert result.exit_code == 1
    assert "NetworkHQ's API cannot pause a campaign" in result.stderr


def test_a_campaign_is_paused_and_resumed(run: Run, synced: SimulatorServer) -> None:
    """Both are read back."""
    campaign = next(
        row for row in lines(run("campaigns", "--json")) if (row["provider"], row["state"]) == ("heyreach", "running")
    )

    paused = run("pause", str(campaign["ref"]), "--yes", "--json")
    resumed = run("resume", str(campaign["ref"]), "--yes", "--json")

    assert [json.loads(result.stdout)["verified"] for result in (paused, resumed)] == [True, True]
    assert [event.kind for event in synced.ledger.actions()] == ["pause", "resume"]


def test_a_doubt_is_settled_by_hand(run: Run, synced: SimulatorServer) -> None:
    """Arrived: it counts as sent. Resend: only with a yes, and as an entry of its own."""
    ref = sendable(run, "acme-networkhq")
    synced.fault(Fault("close", operation="send", times=1, delivered=False))
    entry = json.loads(run("reply", ref, "--message", TEXT, "--json").stdout)["id"]

    refused = run("outbox", "resolve", str(entry), "--resend")
    again = run("outbox", "resolve", str(entry), "--resend", "--yes", "--json")

    assert refused.exit_code == 2
    assert (again.exit_code, json.loads(again.stdout)["resend_of"]) == (0, entry)
    assert len(synced.ledger.delivered()) == 1


def held_reply(run: Run, synced: SimulatorServer, text: str) -> dict[str, object]:
    """The outbox entry of a reply that was held because the lead wrote before it left."""
    ref = sendable(run, "acme-networkhq")
    native = next(row["id"] for row in lines(run("list", "--view", "all", "--json")) if row["ref"] == ref)
    workspace = synced.world.workspace("networkhq")
    with synced.world.lock:
        synced.world.hear(workspace, workspace.by_id[str(native)], "Forget what I said.")
    entry: dict[str, object] = json.loads(run("reply", ref, "--message", text, "--json").stdout)
    return entry


def test_a_held_reply_becomes_a_draft_again(run: Run, synced: SimulatorServer, home: Path) -> None:
    """Its text is in the composer the next time, and nothing was sent."""
    entry = held_reply(run, synced, "Too early")

    result = run("outbox", "resolve", str(entry["id"]), "--edit", "--json")
    again = run("outbox", "resolve", str(entry["id"]), "--edit")
    store = Store.open(home / "state", writable=False)
    kept = outbox.draft(store, ConversationKey(str(entry["workspace"]), str(entry["conversation"])))
    store.close()

    assert (result.exit_code, json.loads(result.stdout)["state"]) == (0, "discarded")
    assert again.exit_code == 1
    assert kept is not None
    assert kept.text == "Too early"
    assert synced.ledger.delivered(text="Too early") == ()


def test_a_resume_of_what_is_not_paused_fails_with_the_reason(run: Run, synced: SimulatorServer) -> None:
    """It is known that nothing happened, so the exit code is 1 and not “partly done”."""
    rows = lines(run("campaigns", "--json"))
    campaign = next(row for row in rows if (row["provider"], row["state"]) == ("heyreach", "running"))

    result = run("resume", str(campaign["ref"]), "--yes", "--json")

    assert (result.exit_code, json.loads(result.stdout)["state"]) == (1, "failed")
    assert "cannot be resumed" in result.stderr
    assert synced.ledger.actions() == ()
