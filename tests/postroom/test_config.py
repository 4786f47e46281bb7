"""A configuration that is right is read; one that is wrong says where, why and what to write."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from postroom.config import EXAMPLE, THEMES, Config, load, parse, shown_reference, without_password
from postroom.errors import ConfigError
from postroom.records import ProviderName
from tui.keys import check_keymap

HERE = Path("/etc/postroom/config.toml")

WORKSPACE = """\
[[workspace]]
name = "acme"
provider = "heyreach"
api_key = "env:KEY"
"""


def checked(text: str) -> Config:
    return parse(text, path=HERE, check_keymap=check_keymap)


def complaints(text: str) -> list[str]:
    """What is said about `text`, without the path in front."""
    with pytest.raises(ConfigError) as caught:
        checked(text)
    assert caught.value.exit_code == 2
    return [line.removeprefix(f"{HERE}, ") for line in str(caught.value).splitlines() if line.startswith(f"{HERE}, ")]


def test_the_example_that_is_shown_works_as_it_stands() -> None:
    """What a person is told to paste can be pasted."""
    config = checked(EXAMPLE)

    assert [(w.name, w.provider) for w in config.workspaces] == [("acme-linkedin", ProviderName.HEYREACH)]


def test_settings_have_sensible_defaults() -> None:
    """A file that names only a workspace is enough."""
    config = checked(WORKSPACE)

    assert (config.undo_seconds, config.mark_seen, config.proxy, config.ascii) == (10, True, None, False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("undo_secs = 5\n" + WORKSPACE, "line 1: “undo_secs” is not a setting. Did you mean “undo_seconds”?"),
        ("undo_seconds = 900\n" + WORKSPACE, "line 1: undo_seconds must be at most 300."),
        ("undo_seconds = true\n" + WORKSPACE, "line 1: undo_seconds must be a number, without quotes."),
        ('mark_seen = "yes"\n' + WORKSPACE, "line 1: mark_seen must be true or false, without quotes."),
        (
            'proxy = "socks5://x"\n' + WORKSPACE,
            'line 1: proxy must be the address of an HTTP proxy, such as "http://127.0.0.1:3128".',
        ),
        (WORKSPACE + "requests_per_minute = 0\n", "line 5: requests_per_minute must be at least 1."),
        (
            WORKSPACE + "requests_per_minute = 2.5\n",
            "line 5: requests_per_minute must be a whole number, without quotes.",
        ),
        (WORKSPACE + 'apikey = "x"\n', "line 5: “apikey” is not a setting. Did you mean “api_key”?"),
        (
            WORKSPACE.replace("heyreach", "heyrech"),
            (
                "line 3: the provider “heyrech” is not known. Did you mean “heyreach”? "
                "Write heyreach, networkhq or instantly."
            ),
        ),
        (
            WORKSPACE.replace('provider = "heyreach"\n', ""),
            'line 1: this workspace has no provider. Write for example: provider = "heyreach"',
        ),
        (
            WORKSPACE.replace("acme", "a c"),
            "line 2: name must be 1 to 40 letters, digits, dots, dashes or underscores, such as acme-linkedin.",
        ),
        (
            WORKSPACE + "\n# another\n" + WORKSPACE,
            "line 8: the workspace “acme” is named twice. Give each another name.",
        ),
        ('[workspace]\nname = "x"\n', "line 1: a workspace begins with [[workspace]], with two brackets on each side."),
        ('[[workspaces]]\nname = "x"\n', "line 1: “workspaces” is not a setting. Did you mean “workspace”?"),
        (WORKSPACE + "a = \n", "line 5: this is not TOML: Invalid value."),
        ("", "line 1: there is no workspace. Add one, such as:"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line_and_what_to_write(text: str, said: str) -> None:
    """The line of the mistake, and the nearest name that would be right."""
    assert [said] == complaints(text)


def test_every_mistake_is_told_at_once_in_the_order_of_the_file() -> None:
    """Nobody has to run the check once per mistake."""
    text = 'undo_secs = 5\n[[workspace]]\nname = "acme"\nprovider = "heyreach"\nbase_url = "ftp://x"\n'

    assert [said.partition(":")[0] for said in complaints(text)] == ["line 1", "line 2", "line 5"]


@pytest.mark.parametrize("key", ["sk-live-4f9a8b7c6d", "X3dJbG9uZ2tleQ==", "env:", "vault:acme"])
def test_a_key_in_the_file_is_refused_without_being_repeated(key: str) -> None:
    """A key belongs elsewhere, and an error message is pasted into chats."""
    (said,) = complaints(WORKSPACE.replace("env:KEY", key))

    assert "where the key is kept" in said
    assert key not in said.replace('"env:NAME"', "")


@pytest.mark.parametrize(
    "address", ["http://example.org", "http://10.0.0.8", "https://user:pass@example.org", "https://[x", "example.org"]
)
def test_an_address_that_would_carry_the_key_in_the_clear_is_refused(address: str) -> None:
    """Only https, and plain http to this machine."""
    (said,) = complaints(WORKSPACE + f'base_url = "{address}"\n')

    assert said.startswith("line 5: base_url ")
    assert "pass" not in said


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:8080/api/", "http://localhost:9", "http://[::1]:9", "https://x.example"]
)
def test_https_and_this_machine_are_accepted(address: str) -> None:
    """The simulator runs on loopback; everything else is encrypted."""
    config = checked(WORKSPACE + f'base_url = "{address}"\n')

    assert address.rstrip("/") == config.workspaces[0].base_url


def test_an_unknown_action_in_the_keymap_is_named_with_its_line() -> None:
    """A keymap is never ignored in silence."""
    (said,) = complaints(WORKSPACE + '\n[keymap]\n"inbox.dun" = "e"\n')

    assert re.fullmatch(r"line 7: .*“inbox\.dun”.*“inbox\.done”\?", said)


def test_a_key_that_would_mean_two_things_is_an_error() -> None:
    """A clash is told, with the line of one of the two."""
    (said,) = complaints(WORKSPACE + '\n[keymap]\ninbox.done = "r"\n')

    assert said.startswith("line 7: ")


def test_an_action_may_be_written_with_or_without_quotes() -> None:
    """To TOML `inbox.done` is a table in a table; to a person it is a name."""
    quoted = checked(WORKSPACE + '[keymap]\n"inbox.done" = "D"\n')
    bare = checked(WORKSPACE + '[keymap]\ninbox.done = "D"\n')

    assert {"inbox.done": "D"} == quoted.keymap == bare.keymap


def test_every_theme_of_the_screen_may_be_named_and_no_other() -> None:
    """The list in the configuration is the screen's own."""
    from textual.theme import BUILTIN_THEMES

    (said,) = complaints('theme = "drakula"\n' + WORKSPACE)

    assert set(THEMES) == {"dark", "light", *BUILTIN_THEMES}
    assert "Did you mean “dracula”?" in said


def test_a_missing_file_says_where_it_was_looked_for_and_what_to_put_there(tmp_path: Path) -> None:
    """The first thing a new user sees is a way forward."""
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "config.toml")

    assert str(tmp_path / "config.toml") in str(caught.value)
    assert EXAMPLE in str(caught.value)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """A sentence, not a UnicodeDecodeError."""
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(ConfigError, match="not a text file"):
        load(path)


def test_an_unknown_workspace_name_gets_the_nearest_one() -> None:
    """A name typed on the command line."""
    with pytest.raises(ConfigError, match="“acme”"):
        checked(WORKSPACE).workspace("acmee")


def test_what_is_shown_of_a_key_reference_and_a_proxy_holds_no_password() -> None:
    """`config show` may be pasted anywhere."""
    assert shown_reference("command:vault read --token=abc") == "command:vault …"
    assert shown_reference("env:KEY") == "env:KEY"
    assert without_password("http://me:secret@127.0.0.1:3128") == "http://…@127.0.0.1:3128"
    assert without_password(None) is None
