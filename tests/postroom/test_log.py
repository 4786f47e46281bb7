"""The log can be pasted into a bug report: no key, no address, no text of a message."""

from __future__ import annotations

import json
import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from postroom import log


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    yield
    root = logging.getLogger()
    root.handlers = [handler for handler in root.handlers if not type(handler).__module__.startswith("postroom")]
    structlog.reset_defaults()


def lines(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / log.LOG_NAME).read_text().splitlines()]


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer nhq_test_4242",
        "X-API-KEY: abc-4242",
        '{"api_key": "abc-4242"}',
        "token=abc-4242&x=1",
        "mail to grace-4242@example.org please",
        "see https://www.linkedin.com/in/grace-4242?x=1",
        "proxy http://me:4242@127.0.0.1:3128",
    ],
)
def test_what_looks_like_a_secret_is_blacked_out(text: str) -> None:
    """By its shape, even when nobody told the log about it."""
    assert "4242" not in log.redact(text)


def test_a_known_key_is_blacked_out_wherever_it_is() -> None:
    """By its value, in whatever it is wrapped."""
    log.hide("K9canary")

    assert log.redact("x=K9canary;") == "x=[hidden];"


def test_an_unexpected_error_is_kept_with_its_places_and_without_its_secrets(tmp_path: Path) -> None:
    """A bug report needs the place in the code, not the local variables."""
    log.hide("K9canary")
    local = "a text that somebody wrote"
    with pytest.raises(ValueError, match="K9canary") as caught:
        int("K9canary")
    path = log.record_failure(caught.value, state_dir=tmp_path)

    (entry,) = lines(tmp_path)
    assert path == tmp_path / log.LOG_NAME
    assert path is not None
    assert (entry["kind"], entry["reason"]) == ("ValueError", "invalid literal for int() with base 10: '[hidden]'")
    assert "test_log.py" in str(entry["places"])
    assert local not in path.read_text()


def test_the_log_is_for_its_owner_alone(tmp_path: Path) -> None:
    """0600 in a 0700 folder, whatever the umask."""
    path = log.configure(tmp_path / "state")
    structlog.get_logger().info("hello")

    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode)) == (0o600, 0o700)


def test_what_libraries_warn_about_goes_to_the_log_and_not_to_the_screen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A warning in the middle of the screen would be noise at best."""
    log.configure(tmp_path)
    logging.getLogger("some.library").warning("X-API-KEY: 4242 was refused")

    assert [(e["source"], e["reason"]) for e in lines(tmp_path)] == [("some.library", "[hidden] was refused")]
    assert capsys.readouterr().err == ""


def test_a_long_log_is_put_aside(tmp_path: Path) -> None:
    """It never grows without end."""
    (tmp_path / log.LOG_NAME).write_bytes(b"x" * (log.MAX_BYTES + 1))

    log.configure(tmp_path)

    assert not (tmp_path / log.LOG_NAME).exists()
    assert (tmp_path / "postroom.log.1").stat().st_size == log.MAX_BYTES + 1


def test_a_log_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    """A full disk or a strange folder must not stop anything else."""
    (tmp_path / "file").write_text("in the way")

    assert log.record_failure(ValueError("x"), state_dir=tmp_path / "file") is None
