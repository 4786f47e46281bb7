"""The line of a key is found however the file is written."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postroom.config_lines import Location, line_of, syntax_error_line

TEXT = '''\
# a comment with a = 1
undo_seconds = 5

theme = """
[[workspace]]
name = "not this one"
"""
list = [
  1,
  { deep = "x" },
]
a.b.c = 1

[[workspace]]
name = "first"

[ "odd name" ]
key = 1
[[workspace]]
"name" = "second"
[workspace.sub]
x = 1
'''


@pytest.mark.parametrize(
    ("location", "line"),
    [
        (("undo_seconds",), 2),
        (("theme",), 4),
        (("list", 1, "deep"), 8),
        (("a", "b", "c"), 12),
        (("workspace", 0, "name"), 15),
        (("odd name", "key"), 18),
        (("workspace", 1), 19),
        (("workspace", 1, "name"), 20),
        (("workspace", 1, "provider"), 19),
        (("nowhere",), 1),
    ],
)
def test_a_key_stands_where_a_person_would_look(location: Location, line: int) -> None:
    """Multi-line values, quoted keys, and text that only looks like a key do not confuse it."""
    assert line == line_of(TEXT, location)


def test_a_syntax_error_is_found_on_its_line_or_at_the_end() -> None:
    """Both ways in which tomllib says where."""
    for text, line in (("a = 1\nb = \n", 2), ('a = 1\nb = """\n', 2)):
        with pytest.raises(tomllib.TOMLDecodeError) as caught:
            tomllib.loads(text)

        assert line == syntax_error_line(caught.value, text)


@given(st.text())
def test_any_valid_toml_has_lines(text: str) -> None:
    """Whatever tomllib reads, a line is found in it."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return

    assert all(1 <= line_of(text, (key,)) <= max(1, text.count("\n") + 1) for key in document)
