"""SE06: a person is erased. No byte of them is left, no sync brings them back, and everybody else is intact."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from postroom.commands import Reply, StopLead
from postroom.records import ConversationKey
from simulator.server import SimulatorServer
from simulator.threads import Conversation
from simulator.workspace import Workspace
from store import journal, outbox
from store.database import CACHE_FILE, USER_FILE, Store
from tests.builders import at
from tests.e2e.outside import command, environment
from tests.faults.matrix import amount
from tests.postroom.cli.conftest import Run, lines
from tests.postroom.cli.conftest import home as home  # noqa: PLC0414 (a fixture)
from tests.postroom.cli.conftest import run as run  # noqa: PLC0414 (a fixture)
from tests.postroom.cli.conftest import simulator as simulator  # noqa: PLC0414 (a fixture)

SAID = "Zyxophagous quokkas prefer the Wednesday ferry"
REPLIED = "Vexillology it is, then: see you at the Qwghlm lighthouse"
DRAFTED = "Do not forget the jabberwock clause"
NOTED = "Met at the Xanadu conference, allergic to peanuts"
LATER = "Kumquat season has begun, by the way"
OURS = (SAID, REPLIED, DRAFTED, NOTED, LATER)
INDEXED = ("zyxophagous", "quokkas", "kumquat")
"""Words of theirs as the full-text index keeps them."""


@pytest.mark.parametrize("provider", ["heyreach", "networkhq"])
@pytest.mark.parametrize("place", range(amount(1, 8)))
def test_se06_nothing_is_left_of_an_erased_lead_and_no_sync_brings_them_back(
    run: Run, simulator: SimulatorServer, home: Path, provider: str, place: int
) -> None:
    """Whatever was kept of them, and in which file: gone. They write again, the cache is lost: still gone."""
    space, conversation = chosen(simulator, provider, place)
    simulator.world.hear(space, conversation, SAID)
    assert run("sync").exit_code == 0
    live_with(run, home / "state", conversation)
    marks = traces(simulator, space, conversation)
    before = others(run, conversation)
    assert {mark for mark in marks if found(home / "state", mark)} >= {mark.encode() for mark in OURS[:4]}

    assert words_of(home / "state") >= set(INDEXED[:2])

    erased = run("erase", reference(run, conversation), "--yes", "--discard-open", "--json")

    told = json.loads(erased.stdout)
    assert (erased.exit_code, told["left_in"], told["conversations"]) == (0, [], 1), erased.output
    assert left(home / "state", marks) == {}
    assert words_of(home / "state").isdisjoint(INDEXED)
    assert others(run, conversation) == before
    assert readable_backups(home / "state") == len(told["rewritten"]) >= 3
    simulator.world.hear(space, conversation, LATER)
    for _ in range(2):
        assert run("sync").exit_code == 0
        assert left(home / "state", marks) == {}
        (home / "state" / CACHE_FILE).unlink()
    assert run("sync").exit_code == 0
    assert left(home / "state", marks) == {}
    assert set(others(run, conversation)) == set(before)
    assert [row for row in lines(run("list", "--view", "all", "--json")) if is_of(row, conversation)] == []


def test_se06_a_copy_from_elsewhere_does_not_bring_them_back(run: Run, simulator: SimulatorServer, home: Path) -> None:
    """A backup made before, kept on a stick: what it holds of others is restored, and nothing of the erased."""
    space, conversation = chosen(simulator, "heyreach", 2)
    assert run("sync").exit_code == 0
    live_with(run, home / "state", conversation)
    other = next(ref for ref in others(run, conversation))
    key = key_of(run, other)
    with closing(Store.open(home / "state", session="test")) as store:
        outbox.save_draft(store, key, "A draft to somebody else", seen_upto="", now=at(9))
    assert run("backup", str(home / "stick.db")).exit_code == 0
    marks = traces(simulator, space, conversation)
    run("erase", reference(run, conversation), "--yes", "--discard-open")

    restored = run("restore", str(home / "stick.db"), "--yes")

    assert restored.exit_code == 0, restored.output
    assert left(home / "state", marks) == {}
    with closing(Store.open(home / "state", writable=False)) as store:
        kept = outbox.draft(store, key)
    assert kept is not None
    assert kept.text == "A draft to somebody else"


@pytest.mark.parametrize("seed", range(amount(2, 40)))
def test_se06_an_erasure_that_is_killed_can_be_finished(
    run: Run, simulator: SimulatorServer, home: Path, seed: int
) -> None:
    """At whatever moment: erased again, nothing is left of them, and everybody else is still there."""
    space, conversation = chosen(simulator, "heyreach", seed)
    simulator.world.hear(space, conversation, SAID)
    assert run("sync").exit_code == 0
    live_with(run, home / "state", conversation)
    marks, before = traces(simulator, space, conversation), others(run, conversation)
    url = space.person(conversation.person).url
    started = subprocess.Popen(
        command("erase", url, "--yes", "--discard-open"),
        env=environment(**{name: os.environ[name] for name in ("POSTROOM_CONFIG", "POSTROOM_STATE_DIR", "HOME")}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        started.wait(random.Random(seed).uniform(0.3, 1.5))
    except subprocess.TimeoutExpired:
        started.send_signal(signal.SIGKILL)
        started.wait()

    again = run("erase", url, "--yes", "--discard-open")

    assert again.exit_code in {0, 2}, again.output  # 2: it was done already
    assert left(home / "state", marks) == {}
    assert others(run, conversation) == before


def chosen(simulator: SimulatorServer, provider: str, place: int) -> tuple[Workspace, Conversation]:
    """A conversation of somebody whose name nobody shares."""
    space = simulator.world.workspace(provider)
    spaces = simulator.world.workspaces.values()
    everybody = [each.person(one.person).name for each in spaces for one in each.newest()]
    everybody += [sender.person.name for each in spaces for sender in each.senders]
    alone = [
        one
        for one in space.newest()
        if sum(space.person(one.person).name in name for name in everybody) == 1 and not one.group
    ]
    return space, alone[place % len(alone)]


def live_with(run: Run, state: Path, conversation: Conversation) -> None:
    """Leave the person in every file there is."""
    shown = next(row for row in lines(run("list", "--view", "all", "--json")) if is_of(row, conversation))
    key = ConversationKey(str(shown["workspace"]), str(shown["id"]))
    head = json.loads(run("show", str(shown["ref"]), "--json").stdout)["conversation"]
    with closing(Store.open(state, session="test")) as store:
        outbox.save_draft(store, key, DRAFTED, seen_upto="", now=at(1))
        journal.record(store, key, "note", {"text": NOTED}, now=at(2))
        journal.record(store, key, "star", now=at(3))
        for text in (REPLIED, f"{REPLIED} again"):
            entry = outbox.enqueue(store, Reply(*key, text, "s", lead_name=str(head["lead"])), now=at(4))
            outbox.claim(store, entry, baseline=0, now=at(5))
        stop = StopLead(key.workspace, "7", "Q3", "x", str(head["lead"]), lead_url=head["profile_url"])
        outbox.enqueue(store, stop, now=at(6))
    assert run("backup").exit_code == 0
    assert run("restore", run("backup").stdout.strip(), "--yes").exit_code == 0  # leaves a copy set aside
    with closing(Store.open(state, session="test")) as store:
        outbox.save_draft(store, key, DRAFTED, seen_upto="", now=at(8))
    shutil.copy(state / USER_FILE, state / f"{USER_FILE}.corrupt-1")
    os.truncate(state / f"{USER_FILE}.corrupt-1", (state / USER_FILE).stat().st_size - 5000)
    shutil.copy(state / CACHE_FILE, state / f"{CACHE_FILE}.corrupt-2")
    shutil.copy(state / CACHE_FILE, state / "cache-v0.db")
    shutil.copy(state / USER_FILE, state / "backups" / "user-broken.db.part")
    with (state / "postroom.log").open("a") as log:
        log.write(json.dumps({"event": "kept", "workspace": key.workspace}) + "\n")
        log.write(json.dumps({"event": "left alone", "conversation": conversation.id, "lead": head["lead"]}) + "\n")


def is_of(row: dict[str, object], conversation: Conversation) -> bool:
    """Whether a row is that of a conversation: HeyReach's ids stand behind the account's."""
    return str(row["id"]).endswith(conversation.id)


def reference(run: Run, conversation: Conversation) -> str:
    """What `list` prints for a conversation."""
    return next(str(row["ref"]) for row in lines(run("list", "--view", "all", "--json")) if is_of(row, conversation))


def key_of(run: Run, ref: str) -> ConversationKey:
    """The natural key of a conversation."""
    shown = json.loads(run("show", ref, "--json").stdout)["conversation"]
    return ConversationKey(shown["workspace"], shown["id"])


def others(run: Run, conversation: Conversation) -> dict[str, object]:
    """Everybody else's conversation, as it is shown."""
    return {
        str(row["ref"]): json.loads(run("show", str(row["ref"]), "--json").stdout)
        for row in lines(run("list", "--view", "all", "--json"))
        if not is_of(row, conversation)
    }


def traces(simulator: SimulatorServer, space: Workspace, conversation: Conversation) -> set[bytes]:
    """What names the person, by the simulator's own knowledge, and is nobody else's."""
    who = space.person(conversation.person)
    texts = {
        spoken.text: each.by_id[one.id] is conversation
        for each in simulator.world.workspaces.values()
        for one in each.newest()
        for spoken in each.history(one)
        if len(spoken.text) > 30
    }
    shared = "\n".join(text for text, theirs in texts.items() if not theirs)
    own = {text for text, theirs in texts.items() if theirs and text not in shared}
    words = {who.name, who.url, who.slug, who.email, conversation.id, *own, *OURS}
    words |= {word[3:] for word in INDEXED}  # a term is kept from where it differs from the one before it
    return {spelled for word in words for spelled in (word.encode(), json.dumps(word)[1:-1].encode())}


def files(state: Path) -> Iterator[Path]:
    """Every file of the state folder."""
    return (path for path in state.rglob("*") if path.is_file())


def found(state: Path, mark: bytes) -> list[str]:
    """The files in which something stands."""
    return [path.name for path in files(state) if mark in path.read_bytes()]


def left(state: Path, marks: set[bytes]) -> dict[bytes, list[str]]:
    """What is left of the person, and where."""
    return {mark: where for mark in marks if (where := found(state, mark))}


def words_of(state: Path) -> set[str]:
    """Every word that the full-text index knows."""
    with closing(sqlite3.connect(state / CACHE_FILE)) as cache:
        cache.execute("create virtual table temp.words using fts5vocab(main, message_text, row)")
        return {str(word) for (word,) in cache.execute("select term from words")}


def readable_backups(state: Path) -> int:
    """How many copies of user.db are whole."""
    whole = 0
    for path in [*(state / "backups").glob("*.db"), *state.glob(f"{USER_FILE}.*-*")]:
        if path.name.endswith(("-wal", "-shm")):
            continue
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as copy:
            whole += copy.execute("pragma integrity_check").fetchone() == ("ok",)
    return whole
