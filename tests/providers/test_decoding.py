"""Bytes into values, whatever is in them."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.decoding import MAX_DEPTH, Undecodable, decode


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b'{"a": [1, "x", null, true]}', {"a": [1, "x", None, True]}),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (b'"\\ud800x"', "\ufffdx"),
        (b'"\\udfff"', "\ufffd"),
        (b'"\\ud83d\\ude00"', "😀"),
        (b'"a\xffb"', "a\ufffdb"),
        (b'"a\nb"', "a\nb"),
        (b'"\\u0000"', "\x00"),
        (b"1" + b"0" * 5000, None),
        (b'{"\\ud800": ["\\udc00"]}', {"\ufffd": ["\ufffd"]}),
    ],
)
def test_df16_odd_bytes_are_read_as_far_as_they_can_be(raw: bytes, value: object) -> None:
    """A lone surrogate or a stray byte costs one character, not a page."""
    assert decode(raw) == value


@pytest.mark.parametrize("raw", [b"NaN", b"Infinity", b"-Infinity", b"1e400", b"-1e400"])
def test_df04_numbers_that_are_none_do_not_crash(raw: bytes) -> None:
    """They become numbers that no field accepts."""
    value = decode(raw)

    assert isinstance(value, float)
    assert not math.isfinite(value)


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 201, 10_000])
def test_df04_what_is_nested_without_end_is_cut_off(depth: int) -> None:
    """One record with a pit in it does not take its page along."""
    pit = b'{"x":[' * (depth // 2) + b"1" + b"]}" * (depth // 2)

    value = decode(b'{"items": [{"id": 1, "pit": ' + pit + b'}, {"id": 2}], "text": "]]}}"}')

    assert isinstance(value, dict)
    assert value["items"][1] == {"id": 2}
    assert value["items"][0]["id"] == 1
    assert value["text"] == "]]}}"


def test_brackets_in_a_text_are_no_nesting() -> None:
    """A message full of brackets is a message."""
    text = "[" * 500 + '"}' + "\\" * 3

    assert decode(json.dumps({"a": text}).encode()) == {"a": text}


@pytest.mark.parametrize("raw", [b"", b" ", b"<html>", b'{"a":', b"[" * 100_000, b"nul", b'{"a" 1}', b"]" * 99])
def test_what_is_not_json_is_said_to_be_none(raw: bytes) -> None:
    """Nothing is guessed."""
    with pytest.raises(Undecodable):
        decode(raw)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    """There is no third outcome."""
    try:
        decode(raw)
    except Undecodable:
        return


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=20,
)


@given(_values)
def test_what_was_written_is_read_back(value: object) -> None:
    """Well-formed answers lose nothing."""
    assert decode(json.dumps(value).encode()) == value
