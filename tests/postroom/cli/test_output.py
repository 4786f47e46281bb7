"""What leaves the command line is safe for a terminal and easy on a pipe."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from postroom.cli.output import put, put_json, say, stamp, table

NASTY = "Ada\x1b]0;owned\x07\x9b31m\u202e"


def test_nothing_in_the_data_reaches_the_terminal_as_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither on stdout nor on stderr, neither as text nor as JSON."""
    put(NASTY)
    say(NASTY)
    put_json({"lead": NASTY, "list": [NASTY]})

    captured = capsys.readouterr()
    assert not any(char in captured.out + captured.err for char in "\x1b\x07\x9b\u202e")


def test_a_document_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """JSON lines can be cut with any tool."""
    put_json({"body": "one\ntwo"})

    out = capsys.readouterr().out
    assert (out.count("\n"), json.loads(out)) == (1, {"body": "one\ntwo"})


def test_a_time_is_written_in_utc() -> None:
    """ISO 8601 with a Z, or nothing."""
    assert stamp(1_767_571_200_123_456) == "2026-01-05T00:00:00Z"
    assert stamp(None) is None


def test_columns_line_up_whatever_stands_in_them() -> None:
    """Wide characters count as two."""
    lines = table([("日本", "x"), ("Ada", "y")], widths=(10,))

    assert lines == ["日本  x", "Ada   y"]


def test_a_reader_that_leaves_early_is_no_failure() -> None:
    """`postroom list | head -1` ends without a word."""
    code = "from postroom.cli.output import *\nfor _ in range(100_000): put('line')\nflush()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()

        assert (process.wait(20), process.stderr.read()) == (0, "")
