"""SE07 and HC12: an export is complete against the simulated world, and nothing in it acts on whoever opens it."""

from __future__ import annotations

import calendar
import csv
import io
import json
import random
import re
import stat
import string
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

from postroom.cli.simulating import configuration
from postroom.records import ConversationKey
from postroom.text import sanitise
from simulator.server import SimulatorServer
from simulator.threads import Conversation
from simulator.workspace import Workspace
from store import journal, outbox, writes
from store.database import Store, prepare
from tests.builders import at, conversation, inbound, lead, page
from tests.conftest import MakeSimulator
from tests.conftest import make_simulator as make_simulator  # noqa: PLC0414 (a fixture)
from tests.e2e.outside import command, environment
from tests.faults.matrix import amount
from tests.postroom.cli.conftest import Run, lines
from tests.postroom.cli.conftest import home as home  # noqa: PLC0414 (a fixture)
from tests.postroom.cli.conftest import run as run  # noqa: PLC0414 (a fixture)

ADA = ConversationKey("acme", "c1")
SECONDS = 5.0
"""The row itself is a time: one lead is exported in this."""

NO_TEXT = "(the provider has no text)"
HARMLESS = re.compile(r"hr-[0-9a-f]{12}(-[a-z0-9]+)*\.(json|csv|md)")
FORMULA = re.compile(r"[\s\"]*[=+\-@\uff1d\uff0b\uff0d\uff20]")
OBEYED = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]")

FORMULAS = (
    '=HYPERLINK("https://evil.example","click")', "+1+cmd|'/C calc'!A0", "-2+3+cmd|'/C calc'!A0", "@SUM(1+1)*cmd",
    "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", '"=1+1', "'=1+1", "＝1+1", "＋1", "－1", "＠SUM(A1)", "\u00a0=1+1",
    "\u200b=1+1", "\ufeff=1+1", "=1;=1", "x\n=1+1", '";=1+1;"', '","=1+1', "%0A=1+1", "|calc", "=\x00cmd",
)  # fmt: skip
PATHS = (
    "../../../outside", "..\\..\\outside", "/etc/passwd", "C:\\autoexec.bat", "~/outside", ".", "..", "", " ", "-rf",
    ".bashrc", "a/b/c", "a\x00b", "CON", "NUL.json", "%2e%2e%2foutside", "\u2025/\u2025/outside", "x" * 4000,
    "\uff0e\uff0e\uff0fout", "\U0001f642" * 90, "line\nbreak", "$(touch outside)", "`touch outside`", "a:b",
    "\u202egnp.exe",
)  # fmt: skip


@pytest.mark.parametrize("conversations", [amount(24, 4000)])
def test_se07_one_lead_is_exported_whole_and_soon(
    run: Run, make_simulator: MakeSimulator, home: Path, conversations: int
) -> None:
    """Messages, drafts, notes, decisions, sends and campaigns, against what the provider knows and what was written."""
    simulator = settle(home, make_simulator(conversations=conversations, heyreach_per_minute=None,
                                            networkhq_per_minute=None, pending_share=0))  # fmt: skip
    assert run("sync").exit_code == 0
    for provider in ("heyreach", "networkhq"):
        space = simulator.world.workspace(provider)
        row = next(each for each in listed(run) if each["provider"] == provider and can_be_answered(run, each))
        ref, key = str(row["ref"]), ConversationKey(str(row["workspace"]), str(row["id"]))
        replied = run("reply", ref, "--message", f"Thursday it is, {provider}.", "--yes")
        assert replied.exit_code == 0, replied.output
        assert run("sync").exit_code == 0
        run("stop-lead", ref, "--dry-run")  # has the campaigns read, where the provider tells them one lead at a time
        decide(home / "state", key)

        began = time.monotonic()
        done = subprocess.run(
            command("export", ref), env={**environment(), **places(home)}, capture_output=True, text=True, check=True
        )
        seconds = time.monotonic() - began

        document = json.loads(done.stdout)
        exported = next(each for each in document["conversations"] if each["conversation"]["ref"] == ref)
        assert seconds <= SECONDS
        assert said(exported) == truth(space, its(space, row))
        assert document["lead"] == space.person(its(space, row).person).name
        assert exported["draft"]["text"] == "To be continued"
        assert exported["conversation"]["note"] == "Prefers mornings"
        assert [each["kind"] for each in exported["decisions"]] == ["star", "note", "tag", "unstar"]
        assert exported["decisions"][3]["undoes"] is None
        assert [(each["text"], each["kind"]) for each in exported["outbox"]] == [
            (f"Thursday it is, {provider}.", "reply")
        ]
        assert [step["state"] for step in exported["outbox"][0]["history"]][:2] == ["queued", "sending"]
        assert campaigns_of(exported, document) == enrolled(space, its(space, row))


def test_se07_every_conversation_is_in_every_form(run: Run, make_simulator: MakeSimulator, home: Path) -> None:
    """JSON, CSV and Markdown of all of them hold every message that the providers have."""
    simulator = settle(home, make_simulator(conversations=24, heyreach_per_minute=None, networkhq_per_minute=None))
    assert run("sync").exit_code == 0
    everything = [(space, one) for space in simulator.world.workspaces.values() for one in space.newest()]
    for form in ("json", "csv", "markdown"):
        assert run("export", "--all", "--format", form, "--to", str(home / form)).exit_code == 0
    documents = [json.loads(path.read_text()) for path in (home / "json").iterdir()]
    table = list(csv.DictReader(io.StringIO(run("export", "--all", "--format", "csv").stdout, newline="")))

    assert sorted(map(said, documents)) == sorted(truth(space, one) for space, one in everything)
    assert sorted(text_of(bare(row["body"])) for row in table if row["what"] == "message") == sorted(
        bare(body) for space, one in everything for _, body, _ in truth(space, one)
    )
    assert len(list((home / "csv").iterdir())) == len(list((home / "markdown").iterdir())) == len(everything)
    text = "\n".join(path.read_text() for path in (home / "markdown").iterdir())
    assert [
        body
        for space, one in everything
        for _, body, _ in truth(space, one)
        if body != NO_TEXT and quoted(body) not in text
    ] == []


@pytest.mark.parametrize("form", ["json", "csv", "markdown"])
def test_hc12_no_name_leads_out_of_the_folder(run: Run, home: Path, form: str) -> None:
    """Whatever a lead is called: its file lies in the folder, is private, and is one of its own."""
    names = (*PATHS, *FORMULAS, *fuzzed(amount(30, 2000)))
    fill(home / "state", names)
    before = tree(home, without=home / "out")

    result = run("export", "--all", "--format", form, "--to", str(home / "out"))

    made = list((home / "out").rglob("*"))
    assert result.exit_code == 0, result.output
    assert len(made) == len(names)
    assert {path.parent for path in made} == {home / "out"}
    assert [
        path.name for path in made if not re.fullmatch(r"hr-[0-9a-f]{12}(-[a-z0-9]+)*\.(json|csv|md)", path.name)
    ] == []
    assert max(len(path.name) for path in made) < 100
    assert {stat.S_IMODE(path.lstat().st_mode) for path in made} == {0o600}
    assert tree(home, without=home / "out") == before


def test_hc12_no_cell_of_a_table_is_a_formula(run: Run, home: Path) -> None:
    """In whatever field it stands and whatever a spreadsheet splits lines by; the text itself is still all there."""
    payloads = (*FORMULAS, *fuzzed(amount(60, 4000)))
    fill(home / "state", payloads)

    text = run("export", "--all", "--format", "csv").stdout

    cells = [
        cell for split in ",;\t" for row in csv.reader(io.StringIO(text, newline=""), delimiter=split) for cell in row
    ]
    assert [cell for cell in cells if FORMULA.match(cell)] == []
    bodies = {row["body"] for row in csv.DictReader(io.StringIO(text, newline="")) if row["what"] == "message"}
    assert {bare(body) for body in bodies} >= {
        bare(sanitise(payload)) for payload in payloads if sanitise(payload).strip()
    }


def test_hc12_nothing_that_a_terminal_obeys_is_exported(run: Run, make_simulator: MakeSimulator, home: Path) -> None:
    """The whole hostile corpus in every field of every answer, in every form, printed and saved."""
    settle(home, make_simulator(conversations=24, hostile=True, heyreach_per_minute=None, networkhq_per_minute=None))
    run("sync")
    for form in ("json", "csv", "markdown"):
        assert run("export", "--all", "--format", form, "--to", str(home / form)).exit_code == 0

        printed = run("export", "--all", "--format", form).stdout
        saved = [path.read_bytes().decode() for path in (home / form).iterdir()]

        assert len(saved) >= 20
        assert [
            found for text in (printed, *saved) for found in re.findall("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]", text)
        ] == []


def listed(run: Run) -> list[dict[str, object]]:
    """The inbox."""
    return lines(run("list", "--view", "all", "--json"))


def can_be_answered(run: Run, row: dict[str, object]) -> bool:
    """Whether the sender of a conversation can send now."""
    return bool(json.loads(run("show", str(row["ref"]), "--json").stdout)["conversation"]["sender_health"] == "good")


def settle(home: Path, simulator: SimulatorServer) -> SimulatorServer:
    """Write the configuration for a simulator."""
    (home / "config.toml").write_text(configuration(simulator, limits=False))
    return simulator


def places(home: Path) -> dict[str, str]:
    """Where a process of its own finds both."""
    return {"POSTROOM_CONFIG": str(home / "config.toml"), "POSTROOM_STATE_DIR": str(home / "state"), "HOME": str(home)}


def decide(state: Path, key: ConversationKey) -> None:
    """What a person leaves behind in a conversation."""
    with closing(Store.open(state, session="test")) as store:
        outbox.save_draft(store, key, "To be continued", seen_upto="", now=at(1))
        for kind, value in (
            ("star", {}),
            ("note", {"text": "Prefers mornings"}),
            ("tag", {"tag": "vip"}),
            ("unstar", {}),
        ):
            journal.record(store, key, kind, dict(value), now=at(2))


def its(space: Workspace, row: dict[str, object]) -> Conversation:
    """The simulator's conversation of a row."""
    return next(one for one in space.newest() if str(row["id"]).endswith(one.id))


def truth(space: Workspace, one: Conversation) -> list[tuple[str, str, int]]:
    """What the provider has: who, what, and when to the millisecond."""
    return [
        ("out" if spoken.side == "us" else "in", sanitise(spoken.text) or NO_TEXT, spoken.sent_at // 1000)
        for spoken in space.history(one)
    ]


def said(exported: dict[str, list[dict[str, str]]]) -> list[tuple[str, str, int]]:
    """The same of an export."""
    return [
        (each["direction"], text_of(each["body"]), micros(each["sent_at"]) // 1000) for each in exported["messages"]
    ]


def text_of(body: str) -> str:
    """A body; NO_TEXT for what stands where the provider has none, such as for an InMail."""
    return NO_TEXT if re.fullmatch(r"\[[^\]]+\]", body) else body


def micros(text: str) -> int:
    """Microseconds of a time that was exported."""
    whole, _, rest = text.removesuffix("Z").partition(".")
    return calendar_seconds(whole) * 1_000_000 + int(rest)


def calendar_seconds(text: str) -> int:
    """Seconds since the epoch, in UTC."""
    return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%S"))


def enrolled(space: Workspace, one: Conversation) -> set[str]:
    """The campaigns that the lead is in."""
    return {campaign.name for campaign in space.campaigns if one.person in campaign.members}


def campaigns_of(exported: dict[str, object], document: dict[str, object]) -> set[str]:
    """The campaigns that an export names."""
    found = document["campaigns"]
    assert isinstance(found, list)
    workspace = exported["conversation"]
    assert isinstance(workspace, dict)
    return {str(each["campaign"]) for each in found if each["workspace"] == workspace["workspace"]}


def bare(text: str) -> str:
    """A text without the apostrophes that an export may have put before formulas."""
    return re.sub(r"(^|[\n;])'+", r"\1", text)


def quoted(body: str) -> str:
    """A text as Markdown shows it."""
    return "\n".join(f"    {line}" for line in body.split("\n"))


def fuzzed(number: int) -> list[str]:
    """Texts of characters that mean something to a shell, a file system or a spreadsheet."""
    dice = random.Random(12)
    letters = "=+-@|%'\";,\t\r\n\\/.:~$`<>\u202e\u200b\ufeff＝" + string.ascii_letters[:6]
    return ["".join(dice.choice(letters) for _ in range(dice.randint(1, 12))) for _ in range(number)]


def fill(state: Path, names: tuple[str, ...]) -> None:
    """A conversation for each name, which stands in every field."""
    prepare(state, session="test")
    records = [
        conversation(
            f"c{number}",
            inbound(sanitise(name), minutes=number),
            who=lead(sanitise(name), company=sanitise(name), position=sanitise(name), email=sanitise(name)),
            sender_name=sanitise(name),
        )
        for number, name in enumerate(names)
    ]
    with closing(Store.open(state, session="test")) as store:
        writes.apply_conversations(store, "acme", "heyreach", page(*records), now=at(60))
        outbox.save_draft(store, ADA, names[0], seen_upto="", now=at(61))
        journal.record(store, ADA, "note", {"text": names[-1]}, now=at(62))


def tree(folder: Path, *, without: Path) -> dict[str, bytes]:
    """Every file below a folder, databases aside, by what is in it."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_relative_to(without) and path.parent.name != "state"
    }
