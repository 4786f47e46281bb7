"""HF11 to HF21: answers that lie, lead elsewhere, refuse, ask for patience, never end, or come over a bad line."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.faults import FaultKind
from simulator.server import SimulatorServer
from store import outbox, queries
from tests.conftest import MakeSimulator
from tests.faults.gate import Gate, opened
from tests.faults.stand import ALL, BOTH, HR, LIST, NH, Stand, address_of
from tests.providers.test_faults import certificate, take_and_answer
from tests.providers.wire_server import serving

TEXT = "Tuesday at ten works well."
PERIOD = 0.3
"""Seconds between two bytes of an answer that drips."""


@pytest.fixture
def far(make_simulator: MakeSimulator) -> SimulatorServer:
    """Providers without a limit, none of whose sends is pending of itself."""
    return make_simulator(
        heyreach_per_minute=None,
        networkhq_per_minute=None,
        instantly_per_minute=None,
        instantly_mails_per_minute=None,
        instantly_conversations=30,
        pending_share=0.0,
    )


ANSWERS: list[tuple[FaultKind, dict[str, object]]] = [
    ("cut", {}),
    ("text", {"body": '{"data": {"ok": tru', "delivered": True}),
    ("html", {}),
    ("text", {"body": "<html><body>Sign in</body></html>", "delivered": True}),
]


@pytest.mark.parametrize("workspace", ALL)
@pytest.mark.parametrize(("kind", "details"), ANSWERS, ids=["cut", "invalid", "page", "page-as-json"])
async def test_hf11_an_answer_that_cannot_be_read_is_doubt(
    far: SimulatorServer, tmp_path: Path, workspace: str, kind: FaultKind, details: dict[str, object]
) -> None:
    """A login page with status 200 says nothing of the message: one request, in doubt, settled by the echo."""
    async with Stand(far, tmp_path, providers=[workspace]) as stand:
        await stand.sync()
        stand.fault_on_send(workspace, kind, **details)
        row = await stand.send(stand.answerable(workspace)[0], TEXT)
        await stand.sync()

        assert row.state == "in_doubt"
        assert stand.row(row.id).state == "sent"
        assert stand.delivered(TEXT) == stand.tries(workspace) == 1


async def test_hf12_a_200_that_says_no_is_doubt(far: SimulatorServer, tmp_path: Path) -> None:
    """`ok: false` does not say what was done: nothing is sent again by itself, and the person is asked."""
    async with Stand(far, tmp_path, providers=[NH]) as stand:
        await stand.sync()
        delivered, lost = stand.answerable(NH)[:2]
        stand.fault_on_send(NH, "ok_false", delivered=True)
        first = await stand.send(delivered, TEXT)
        stand.fault_on_send(NH, "ok_false", delivered=False)
        second = await stand.send(lost, "Not that one.")
        for _ in range(3):
            await stand.sync(after=3600)

        assert (first.state, second.state) == ("in_doubt", "in_doubt")
        assert (stand.row(first.id).state, stand.row(second.id).state) == ("sent", "in_doubt")
        assert stand.tries(NH) == 2
        assert (stand.delivered(TEXT), stand.delivered("Not that one.")) == (1, 0)


@pytest.mark.parametrize("workspace", ALL)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_hf13_a_redirect_is_not_followed_and_the_key_stays_here(
    far: SimulatorServer, tmp_path: Path, workspace: str, status: int
) -> None:
    """One request to the provider, not even a connection to the other host, for a send as for a read."""
    async with serving(take_and_answer) as elsewhere, Stand(far, tmp_path, providers=[workspace]) as stand:
        await stand.sync()
        known = len(stand.rows(workspace))
        to = f"http://127.0.0.1:{elsewhere.port}/elsewhere"
        key = stand.answerable(workspace)[0]
        stand.fault_on_send(workspace, "redirect", status=status, location=to)
        row = await stand.send(key, TEXT)
        stand.fault("redirect", provider=workspace, status=status, location=to)
        far.traffic.clear()
        reports = await stand.sync()
        tried = stand.tries(workspace)

        assert row.state == "in_doubt"
        assert not reports[0].complete
        assert "redirect" in reports[0].reason.lower() or "elsewhere" in reports[0].reason.lower()
        assert tried == 0
        assert elsewhere.connections == 0
        assert far.traffic.count(LIST[workspace]) <= 4
        assert len(stand.rows(workspace)) == known > 10


@pytest.mark.parametrize("workspace", ALL)
async def test_hf15_a_key_that_is_refused_in_mid_session_stops_everything_and_loses_nothing(
    far: SimulatorServer, tmp_path: Path, workspace: str
) -> None:
    """Nothing more is sent, what waits keeps waiting, the inbox stays readable; a key that works again sends it all."""
    async with Stand(far, tmp_path, providers=[workspace]) as stand:
        await stand.sync()
        keys = stand.answerable(workspace)[:3]
        before = [stand.bodies(key) for key in keys]
        stand.fault("status", provider=workspace, status=401)
        waiting = [stand.write(key, f"{TEXT} {number}") for number, key in enumerate(keys)]
        reports = [(await stand.sync())[0] for _ in range(3)]
        states = [stand.row(entry).state for entry in waiting]
        asked = far.traffic.count()
        stopped = outbox.lane_stopped(stand.store, workspace)
        after = [stand.bodies(key) for key in keys]
        far.faults.clear()
        await stand.sync()
        await stand.sync()

        assert not any(report.complete for report in reports)
        assert len({report.reason for report in reports}) == 1
        assert stopped
        assert sorted(states) in (["failed", "queued", "queued"], ["queued"] * 3)
        assert after == before
        assert [stand.row(entry).state for entry, state in zip(waiting, states, strict=True) if state == "queued"] == [
            "sent" for state in states if state == "queued"
        ]
        assert asked < 100
        assert all(stand.delivered(f"{TEXT} {n}") == (states[n] == "queued") for n in range(3))


@pytest.mark.parametrize("workspace", ALL)
async def test_hf15_a_send_that_is_refused_for_its_key_is_failed_and_the_others_wait(
    far: SimulatorServer, tmp_path: Path, workspace: str
) -> None:
    """A 401 proves that this one was not delivered; the next would only fail too, so that they are not tried."""
    async with Stand(far, tmp_path, providers=[workspace]) as stand:
        await stand.sync()
        first, second = stand.answerable(workspace)[:2]
        stand.fault_on_send(workspace, "status", status=401, times=None)
        refused = await stand.send(first, TEXT)
        waiting = stand.write(second, "And this?")
        await stand.engine.push_due()

        assert refused.state == "failed"
        assert stand.row(waiting).state == "queued"
        assert stand.tries(workspace) == 1
        assert stand.delivered(TEXT) == 0


WAITS: list[tuple[str | None, float, float]] = [
    ("7", 7, 7.6),
    ("date", 41, 43.6),
    (None, 0, 4),
    ("-5", 0, 4),
    ("1e9", 0, 900.6),
    ("abc", 0, 4),
]


@pytest.mark.parametrize("workspace", ALL)
@pytest.mark.parametrize(("header", "least", "most"), WAITS, ids=[str(header) for header, _, _ in WAITS])
async def test_hf16_too_many_requests_are_followed_by_the_wait_that_was_asked_for(
    far: SimulatorServer, tmp_path: Path, workspace: str, header: str | None, least: float, most: float
) -> None:
    """Seconds, a date, nothing, or nonsense: the reply waits as long as it should, at most a quarter of an hour."""
    async with Stand(far, tmp_path, providers=[workspace]) as stand:
        await stand.sync()
        if header == "date":
            header = http_date(far.world.now() + 43_000_000)
        stand.fault_on_send(workspace, "status", status=429, retry_after=header)
        began = far.world.now()
        row = await stand.send(stand.answerable(workspace)[0], TEXT)
        assert row.next_attempt_at is not None
        waits = (row.next_attempt_at - began) / 1_000_000
        await stand.sync(after=1000)
        await stand.sync()

        assert row.state == "queued"
        assert least <= waits <= most + 1
        assert stand.row(row.id).state == "sent"
        assert stand.delivered(TEXT) == 1
        assert stand.tries(workspace) == 2


@pytest.mark.parametrize("workspace", BOTH)
@pytest.mark.parametrize(("header", "least", "most"), WAITS, ids=[str(header) for header, _, _ in WAITS])
async def test_hf16_a_read_waits_as_long_as_it_was_asked_to(
    far: SimulatorServer, tmp_path: Path, workspace: str, header: str | None, least: float, most: float
) -> None:
    """A wait of up to a minute is kept and the rows come after it; a longer one is left to the next poll, and said."""
    async with Stand(far, tmp_path, providers=[workspace]) as stand:
        if header == "date":
            header = http_date(far.world.now() + 43_000_000)
        stand.fault("status", provider=workspace, operation=LIST[workspace], status=429, retry_after=header, times=1)
        began = far.world.now()
        report = (await stand.sync(after=0))[0]
        waited = (far.world.now() - began) / 1_000_000
        later = await stand.sync(after=1000)

        assert report.complete == (header != "1e9"), report.reason
        assert waited >= least
        assert header == "1e9" or waited <= most + 5
        assert later[0].complete
        assert len(stand.rows(workspace)) == (26 if workspace == HR else 14)


def http_date(at: int) -> str:
    """A moment as a header writes it."""
    from email.utils import formatdate

    return formatdate(at / 1_000_000, usegmt=True)


@pytest.mark.parametrize("workspace", BOTH)
async def test_hf19_a_body_of_25_mb_is_not_read_and_stops_nobody_else(
    far: SimulatorServer, tmp_path: Path, workspace: str
) -> None:
    """The list is given up at the cap; the other provider is read, and a reply leaves here all the same."""
    other = NH if workspace == HR else HR
    async with Stand(far, tmp_path) as stand:
        await stand.sync()
        key = stand.answerable(workspace)[0]
        heard = stand.hear(stand.answerable(other)[0], "Still there?")
        stand.fault("huge", provider=workspace, operation=LIST[workspace], size=25_000_000)
        reports = {report.workspace: report for report in await stand.sync()}
        row = await stand.send(key, TEXT) if workspace == NH else None

        assert not reports[workspace].complete
        assert "20 MB" in reports[workspace].reason
        assert reports[other].complete
        assert any(row.preview == heard.text for row in stand.rows(other))
        assert len(stand.rows(workspace)) == (26 if workspace == HR else 14)
        assert row is None or row.state == "sent"


CERTIFICATES = [
    pytest.param("localhost", (-1, 1), False, None, "self-signed", id="self-signed"),
    pytest.param("localhost", (-9, -1), True, None, "expired", id="expired"),
    pytest.param("other.example", (-1, 1), True, None, "Hostname mismatch", id="wrong-host"),
    pytest.param("localhost", (-1, 1), True, ssl.TLSVersion.TLSv1, "TLS", id="tls-1.0"),
]


@pytest.mark.parametrize("workspace", BOTH)
@pytest.mark.parametrize(("name", "days", "trusted", "version", "cause"), CERTIFICATES)
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
async def test_hf20_a_bad_certificate_ends_in_a_sentence_and_not_a_byte_leaves(
    far: SimulatorServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    workspace: str,
    name: str,
    days: tuple[int, int],
    trusted: bool,
    version: ssl.TLSVersion | None,
    cause: str,
) -> None:
    """The status names what is wrong with it; the reply waits, for nothing has left."""
    context = certificate(tmp_path, name=name, days=days)
    if version is not None:
        context.set_ciphers("DEFAULT@SECLEVEL=0")
        context.minimum_version = context.maximum_version = version
    async with Stand(far, tmp_path / "state", providers=[workspace]) as stand:
        await stand.sync()
        entry = stand.write(stand.answerable(workspace)[0], TEXT)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    async with serving(take_and_answer, context=context) as server:
        address = f"https://localhost:{server.port}/api"
        async with Stand(far, tmp_path / "state", providers=[workspace], address=lambda _: address) as stand:
            report = (await stand.sync())[0]
            said = queries.workspaces(stand.store)[0].sentence

            assert not report.complete
            assert cause in report.reason
            assert cause in said
            assert stand.row(entry).state == "queued"
            assert server.requests == []


@pytest.mark.parametrize("workspace", ALL)
async def test_hf21_a_connection_that_died_in_silence_makes_no_doubt(
    far: SimulatorServer, tmp_path: Path, workspace: str
) -> None:
    """The kept connections are dead and do not say so: a read may be lost on one, a send goes over a fresh one."""

    def address(gate: Gate) -> Callable[[str], str]:
        return lambda name: gate.url + address_of(far, name).removeprefix(far.url)

    async with (
        opened(far.port) as gate,
        Stand(far, tmp_path, providers=[workspace], deadline=0.5, address=address(gate)) as stand,
    ):
        await stand.sync()
        key = stand.answerable(workspace)[0]
        gate.deaden()
        row = await stand.send(key, TEXT)
        states = [row.state]
        for _ in range(4):
            await stand.sync(after=60)
            states.append(stand.row(row.id).state)

        assert gate.connections > 1
        assert "in_doubt" not in states
        assert states[-1] == "sent"
        assert stand.delivered(TEXT) == stand.tries(workspace) == 1


@pytest.mark.parametrize("workspace", ALL)
async def test_hf17_an_answer_of_one_byte_at_a_time_ends_at_the_deadline(
    far: SimulatorServer, tmp_path: Path, workspace: str
) -> None:
    """However steadily it trickles: a send is in doubt and a read is given up at the deadline, within a second."""
    deadline = 1.5
    async with Stand(far, tmp_path, providers=[workspace], deadline=deadline) as stand:
        await stand.sync()
        stand.fault_on_send(workspace, "drip", seconds=PERIOD)
        loop = asyncio.get_running_loop()
        entry = stand.write(stand.answerable(workspace)[0], TEXT)
        began = loop.time()
        row = await stand.engine.send_now(entry)
        took = loop.time() - began
        stand.fault("drip", provider=workspace, operation=LIST[workspace], seconds=PERIOD)
        began = loop.time()
        report = (await stand.sync())[0]
        read_for = loop.time() - began
        far.faults.clear()
        await stand.sync()

        assert row.state == "in_doubt"
        assert deadline <= took < deadline + 1
        assert not report.complete
        assert read_for < 2 * (deadline + 1)
        assert stand.row(entry).state == "sent"
        assert stand.delivered(TEXT) == stand.tries(workspace) == 1
