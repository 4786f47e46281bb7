"""HF12 for mails: an answer of status 200 that names no mail proves nothing; one that names it settles only that."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.server import SimulatorServer
from tests.conftest import MakeSimulator
from tests.faults.stand import IN, Stand

TEXT = "Tuesday at ten works well."


@pytest.fixture
def far(make_simulator: MakeSimulator) -> SimulatorServer:
    """Mails without a limit, and nothing else."""
    return make_simulator(
        conversations=0, instantly_conversations=30, instantly_per_minute=None, instantly_mails_per_minute=None
    )


@pytest.mark.parametrize("delivered", [True, False])
async def test_hf12_a_200_that_names_an_error_and_no_mail_is_doubt(
    far: SimulatorServer, tmp_path: Path, delivered: bool
) -> None:
    """Inside a 200 Instantly says that the mailbox may not send: nothing is believed, and nothing is sent again."""
    async with Stand(far, tmp_path, providers=[IN]) as stand:
        await stand.sync()
        key = stand.answerable(IN)[0]
        stand.fault_on_send(IN, "text", body='{"error": "ACC_AUTH_ERROR"}', delivered=delivered)
        row = await stand.send(key, TEXT)
        for _ in range(3):
            await stand.sync(after=3600)

        assert row.state == "in_doubt"
        assert "ACC_AUTH_ERROR" in row.error
        assert stand.row(row.id).state == ("sent" if delivered else "in_doubt")
        assert stand.tries(IN) == 1
        assert stand.delivered(TEXT) == delivered


async def test_hf12_a_mail_that_was_named_settles_its_own_send_and_no_other(
    far: SimulatorServer, tmp_path: Path
) -> None:
    """The same words twice: the first is sent by its id, the second was lost, and the first is not its echo."""
    async with Stand(far, tmp_path, providers=[IN]) as stand:
        await stand.sync()
        key = stand.answerable(IN)[0]
        first = await stand.send(key, TEXT)
        await stand.sync()
        stand.fault_on_send(IN, "close", delivered=False)
        second = await stand.send(key, TEXT)
        for _ in range(3):
            await stand.sync(after=3600)
        mails = [message.key.partition("#")[0] for message in stand.thread(key) if message.body == TEXT]

        assert (first.state, second.state) == ("sent", "in_doubt")
        assert (stand.row(first.id).state, stand.row(second.id).state) == ("sent", "in_doubt")
        assert mails == [stand.row(first.id).remote_id]
        assert stand.delivered(TEXT) == 1
        assert stand.tries(IN) == 2
