"""Keys: where they may come from, what is refused, and that none is ever shown."""

from __future__ import annotations

import copy
import os
import pickle
import sys
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from postroom.errors import SecretError
from postroom.secrets import Secret, child_environment, read_secret

KEY = "nhq_live_canary_7f3a"


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    path = folder / "key"
    path.write_text(KEY + "\n")
    path.chmod(0o600)
    return path


class MemoryKeyring(KeyringBackend):
    """A keyring for one test."""

    priority = 1.0  # type: ignore[assignment]

    def __init__(self, entries: dict[tuple[str, str], str], *, locked: bool = False) -> None:
        super().__init__()
        self.entries, self.locked = entries, locked

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked("the keyring is locked")
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.entries[service, username]


@pytest.fixture
def own_keyring():
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


@pytest.mark.parametrize("show", [repr, str, "{}".format, "{!r:>20}".format, "%s".__mod__, lambda s: repr([s])])
def test_a_key_is_masked_wherever_it_is_shown(show) -> None:
    """No way of printing a key prints it."""
    shown = show(Secret(KEY))

    assert KEY not in shown
    assert "••••" in shown


def test_a_key_cannot_be_pickled_and_is_copied_as_itself() -> None:
    """A key never gets into a file by way of a pickle."""
    secret = Secret(KEY)

    with pytest.raises(TypeError, match="never written down"):
        pickle.dumps(secret)

    assert secret is copy.deepcopy(secret)
    assert secret is copy.copy(secret)
    assert not hasattr(secret, "__dict__")
    assert Secret(KEY) == secret != Secret("other")
    assert {secret: 1}[Secret(KEY)] == 1


def test_the_environment_gives_a_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`env:NAME` reads the variable."""
    monkeypatch.setenv("POSTROOM_TEST_KEY", KEY)

    secret = read_secret("env:POSTROOM_TEST_KEY", workspace="acme", base=tmp_path)

    assert secret.reveal() == KEY


def test_an_unset_variable_is_named(tmp_path: Path) -> None:
    """The sentence says which variable is missing and for which workspace."""
    with pytest.raises(SecretError, match=r"“acme”.*POSTROOM_NOT_SET is not set"):
        read_secret("env:POSTROOM_NOT_SET", workspace="acme", base=tmp_path)


@pytest.mark.parametrize("value", ["", "  ", "two words", "line\nline", "schlüssel", "a\x00b"])
def test_what_cannot_be_a_key_is_refused(value: str, tmp_path: Path) -> None:
    """A key with a space or line break in it would be an illegal header: it is refused before any request."""
    path = tmp_path / "key"
    path.write_text(value)
    path.chmod(0o600)

    with pytest.raises(SecretError, match="acme"):
        read_secret(f"file:{path}", workspace="acme", base=tmp_path)


def test_a_private_file_gives_a_key(key_file: Path) -> None:
    """`file:` reads a file that only its owner can use, also by a name relative to the configuration."""
    assert read_secret(f"file:{key_file}", workspace="acme", base=Path("/")).reveal() == KEY
    assert read_secret("file:keys/key", workspace="acme", base=key_file.parent.parent).reveal() == KEY


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620])
def test_se03_a_key_file_that_others_may_use_is_refused_with_the_fix(key_file: Path, mode: int) -> None:
    """The refusal is the command to run."""
    key_file.chmod(mode)

    with pytest.raises(SecretError, match=rf"mode {mode:04o}.*chmod 600 {key_file}"):
        read_secret(f"file:{key_file}", workspace="acme", base=Path("/"))


def test_se03_a_symbolic_link_is_refused(key_file: Path) -> None:
    """A link could be turned to another file at any time."""
    link = key_file.with_name("link")
    link.symlink_to(key_file)

    with pytest.raises(SecretError, match="symbolic link"):
        read_secret(f"file:{link}", workspace="acme", base=Path("/"))


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o1777])
def test_se03_a_folder_that_others_may_write_to_is_refused_with_the_fix(key_file: Path, mode: int) -> None:
    """Whoever may write to the folder could put another file in its place."""
    key_file.parent.chmod(mode)

    with pytest.raises(SecretError, match=rf"chmod go-w {key_file.parent}"):
        read_secret(f"file:{key_file}", workspace="acme", base=Path("/"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_se03_a_file_or_folder_of_another_user_is_refused(key_file: Path) -> None:
    """Another user's file can change under us."""
    os.chown(key_file, 12345, -1)
    with pytest.raises(SecretError, match="belongs to another user"):
        read_secret(f"file:{key_file}", workspace="acme", base=Path("/"))

    os.chown(key_file, os.geteuid(), -1)
    os.chown(key_file.parent, 12345, -1)
    with pytest.raises(SecretError, match="folder belongs to another user"):
        read_secret(f"file:{key_file}", workspace="acme", base=Path("/"))


@pytest.mark.parametrize("make", [Path.as_posix, Path.mkdir, os.mkfifo])
def test_what_is_no_file_is_refused_without_waiting(tmp_path: Path, make) -> None:
    """A missing file, a folder and a pipe are refused at once."""
    path = tmp_path / "thing"
    make(path)
    if path.exists():
        path.chmod(0o600 if path.is_fifo() else 0o700)

    with pytest.raises(SecretError, match="key file"):
        read_secret(f"file:{path}", workspace="acme", base=tmp_path)


def test_a_command_gives_the_first_line_it_prints(tmp_path: Path) -> None:
    """Password managers print the key first and notes below."""
    line = f'command:{sys.executable} -c \'print("{KEY}"); print("notes below")\''

    assert read_secret(line, workspace="acme", base=tmp_path).reveal() == KEY


def test_a_command_is_not_a_shell(tmp_path: Path) -> None:
    """Nothing in the line is expanded or run beside the program."""
    target = tmp_path / "made"

    with pytest.raises(SecretError, match="cannot be a key"):
        read_secret(f"command:echo k; touch {target}", workspace="acme", base=tmp_path)
    assert not target.exists()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("command:no-such-program-here", "could not be started"),
        (
            f"command:{sys.executable} -c 'import sys; sys.exit(\"vault is sealed\")'",
            "failed with code 1. vault is sealed",
        ),
        ("command:pass 'unbalanced", "quotes"),
        ("command:''x", "could not be started"),
        ("command:true", "is empty"),
    ],
)
def test_a_command_that_gives_no_key_says_why(line: str, says: str, tmp_path: Path) -> None:
    """What went wrong is said in a sentence."""
    with pytest.raises(SecretError, match=says):
        read_secret(line, workspace="acme", base=tmp_path)


def test_a_command_that_hangs_is_ended(tmp_path: Path) -> None:
    """A password manager that waits for nobody does not hold Postroom up for ever."""
    line = f"command:{sys.executable} -c 'import time; time.sleep(60)'"

    with pytest.raises(SecretError, match=r"gave no key within 0\.2 seconds"):
        read_secret(line, workspace="acme", base=tmp_path, command_seconds=0.2)


def test_the_keyring_gives_a_key(own_keyring, tmp_path: Path) -> None:
    """`keyring:NAME` is the entry NAME of the service “postroom”."""
    own_keyring(MemoryKeyring({("postroom", "acme-linkedin"): KEY}))

    assert read_secret("keyring:acme-linkedin", workspace="acme", base=tmp_path).reveal() == KEY


def test_a_missing_keyring_entry_says_how_to_store_it(own_keyring, tmp_path: Path) -> None:
    """The command to run is in the sentence."""
    own_keyring(MemoryKeyring({}))

    with pytest.raises(SecretError, match="keyring set postroom acme-linkedin"):
        read_secret("keyring:acme-linkedin", workspace="acme", base=tmp_path)


def test_a_locked_keyring_is_said_and_nothing_else_is_tried(own_keyring, tmp_path: Path) -> None:
    """Postroom never falls back to plain text by itself."""
    own_keyring(MemoryKeyring({}, locked=True))

    with pytest.raises(SecretError, match=r"not available \(the keyring is locked\)"):
        read_secret("keyring:acme-linkedin", workspace="acme", base=tmp_path)


def test_a_keyring_that_breaks_in_a_way_of_its_own_is_said_too(
    monkeypatch: pytest.MonkeyPatch, own_keyring, tmp_path: Path
) -> None:
    """Keyrings are plug-ins: one that cannot even be loaded costs its own workspace its key, and no more."""
    keyring.core._keyring_backend = None
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "no.such.module.Keyring")

    with pytest.raises(SecretError, match=r"not available \(No module named"):
        read_secret("keyring:acme-linkedin", workspace="acme", base=tmp_path)


@pytest.mark.parametrize("reference", [KEY, f"sk:{KEY}", f"{KEY}:{KEY}", ""])
def test_a_key_written_into_the_configuration_is_refused_and_not_repeated(reference: str, tmp_path: Path) -> None:
    """The sentence says how to write it, and does not show the key."""
    with pytest.raises(SecretError, match="seems to hold the key itself") as caught:
        read_secret(reference, workspace="acme", base=tmp_path)

    assert KEY not in str(caught.value)


def test_a_misspelt_place_is_corrected(tmp_path: Path) -> None:
    """A near miss names what was probably meant."""
    with pytest.raises(SecretError, match="Did you mean “env:”"):
        read_secret("evn:HEYREACH", workspace="acme", base=tmp_path)


@pytest.mark.parametrize("reference", ["env:", "file: ", "command:"])
def test_a_place_without_a_name_is_refused(reference: str, tmp_path: Path) -> None:
    """`env:` alone says nothing."""
    with pytest.raises(SecretError, match="does not say where"):
        read_secret(reference, workspace="acme", base=tmp_path)


def test_se05_children_get_an_environment_without_keys() -> None:
    """An editor or a browser never inherits a key, whatever its variable is called."""
    environ = {"PATH": "/bin", "HEYREACH_API_KEY": "x", "GH_TOKEN": "y", "ODD": f"prefix {KEY}", "EDITOR": "vi"}

    assert child_environment(environ, secrets=[Secret(KEY)]) == {"PATH": "/bin", "EDITOR": "vi"}
