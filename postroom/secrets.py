"""API keys: a value that cannot be printed by accident, and the four safe places it may come from.

A key file is refused, as ssh refuses one, when anybody else could read or replace it; the refusal names the exact fix.
A key is never echoed: not in an error, not in a repr, not in a pickle.
"""

from __future__ import annotations

import difflib
import hmac
import os
import shlex
import stat
import subprocess
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import NamedTuple, NoReturn

from postroom.errors import SecretError
from postroom.text import sanitise_line

KEYRING_SERVICE = "postroom"
"""The service name under which keys are kept in the system keyring."""

COMMAND_SECONDS = 30.0
"""How long a `command:` may take; a password manager may have to ask for its own password."""

_MASK = "••••"
_MAX_FILE = 65_536
_HOW = (
    "Write where the key is kept instead: “env:NAME”, “keyring:NAME”, “file:/path/to/key” (mode 0600) "
    "or “command:pass show NAME”"
)
_SECRET_NAMES = ("_KEY", "_TOKEN", "_SECRET", "_PASSWORD", "_PASSPHRASE")


class Secret:
    """A key. Every way of showing, formatting, copying or saving it gives a mask; only `reveal` gives the value."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The key itself. Only an `httpx.Auth` and the log's redaction may ask."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({_MASK})"

    def __str__(self) -> str:
        return _MASK

    def __format__(self, _format_spec: str) -> str:
        return _MASK

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, _memo: dict[int, object]) -> Secret:
        return self

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        """Refuse to be pickled: a pickle is a file in the making."""
        raise TypeError("A key is never written down.")


def read_secret(reference: str, *, workspace: str, base: Path, command_seconds: float = COMMAND_SECONDS) -> Secret:
    """The key that `reference` (`env:`, `keyring:`, `file:` or `command:`) points to.

    Relative files are looked for below `base`, the folder of the configuration. Raises SecretError.
    """
    scheme, colon, rest = reference.partition(":")
    reader = _READERS.get(scheme)
    if not colon or reader is None:
        raise SecretError(_refused_reference(scheme if colon else "", workspace=workspace))
    if not rest.strip():
        raise SecretError(f"Workspace “{workspace}”: api_key = “{scheme}:” does not say where. {_HOW}.")
    value = reader(_Place(rest.strip(), workspace, base, command_seconds))
    return Secret(_checked(value, place=scheme, workspace=workspace))


def child_environment(environ: Mapping[str, str], *, secrets: Collection[Secret] = ()) -> dict[str, str]:
    """`environ` as an editor or a browser may have it: without what holds, or by its name seems to hold, a key."""
    values = [secret.reveal() for secret in secrets]
    return {
        name: value
        for name, value in environ.items()
        if not name.upper().endswith(_SECRET_NAMES) and not any(key in value for key in values)
    }


class _Place(NamedTuple):
    """What follows the scheme of a reference, and what is needed to follow it."""

    rest: str
    workspace: str
    base: Path
    command_seconds: float

    def refuse(self, reason: str) -> SecretError:
        """The error that says `reason` for this workspace."""
        return SecretError(f"Workspace “{self.workspace}”: {reason}")


def _refused_reference(scheme: str, *, workspace: str) -> str:
    """Why a reference cannot be used, without repeating it: it may be a key."""
    near = difflib.get_close_matches(scheme, _READERS, n=1)
    if scheme and near:
        return f"Workspace “{workspace}”: api_key has an unknown kind of place. Did you mean “{near[0]}:”? {_HOW}."
    return f"Workspace “{workspace}”: api_key seems to hold the key itself. {_HOW}."


def _checked(value: str, *, place: str, workspace: str) -> str:
    """`value` trimmed, when it can be a key at all."""
    key = value.strip()
    if not key:
        raise SecretError(f"Workspace “{workspace}”: the key from “{place}:” is empty.")
    if not all("!" <= char <= "~" for char in key):
        raise SecretError(
            f"Workspace “{workspace}”: what “{place}:” gives cannot be a key: it holds spaces, several lines or "
            "letters outside ASCII. Store the key alone."
        )
    return key


def _from_environment(place: _Place) -> str:
    value = os.environ.get(place.rest)
    if value is None:
        raise place.refuse(f"the environment variable {place.rest} is not set. Set it, or change api_key.")
    return value


def _from_keyring(place: _Place) -> str:
    # Slow to import, and needed for this one place only.
    import keyring  # noqa: PLC0415

    try:
        plain = type(keyring.get_keyring()).__module__.startswith("keyrings.alt")
        value = None if plain else keyring.get_password(KEYRING_SERVICE, place.rest)
    except Exception as error:  # keyrings are plug-ins, and raise whatever the system below them does
        raise place.refuse(
            f"the system keyring is not available ({_reason(error)}). Unlock it, or use “file:” or “command:” instead."
        ) from error
    if plain:
        raise place.refuse(
            "the only keyring here keeps its keys as plain text. Use “file:” with mode 0600 or “command:” instead."
        )
    if value is None:
        command = f"keyring set {KEYRING_SERVICE} {shlex.quote(place.rest)}"
        raise place.refuse(f"the keyring has no key “{place.rest}”. Store it with: {command}")
    return value


def _from_file(place: _Place) -> str:
    path = place.base / Path(place.rest).expanduser()
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and path.is_symlink():
            link = f"the key file {path} is a symbolic link. Name the file itself in api_key."
            raise place.refuse(link) from error
        raise place.refuse(f"the key file {path} cannot be read ({_reason(error)}).") from error
    try:
        problem = _file_problem(os.fstat(descriptor), shlex.quote(str(path))) or _folder_problem(path.parent.resolve())
        if problem:
            raise place.refuse(f"the key file {path} is refused: {problem}")
        return os.read(descriptor, _MAX_FILE).decode("utf-8", "replace")
    finally:
        os.close(descriptor)


def _file_problem(status: os.stat_result, quoted: str) -> str:
    """Why a key file is not safe, with the command that makes it so. Empty: it is safe."""
    if not stat.S_ISREG(status.st_mode):
        return "it is not a regular file."
    if status.st_uid != os.geteuid():
        return f"it belongs to another user. Run: chown {os.geteuid()} {quoted}"
    if status.st_mode & 0o077:
        return f"others may use it (mode {stat.S_IMODE(status.st_mode):04o}). Run: chmod 600 {quoted}"
    return ""


def _folder_problem(folder: Path) -> str:
    """Why somebody else could replace a file in `folder`, with the command that prevents it. Empty: nobody could."""
    status = folder.stat()
    quoted = shlex.quote(str(folder))
    if status.st_uid not in {os.geteuid(), 0}:
        return f"its folder belongs to another user. Move the key, or run: chown {os.geteuid()} {quoted}"
    if status.st_mode & 0o022:
        return f"others may write to its folder (mode {stat.S_IMODE(status.st_mode):04o}). Run: chmod go-w {quoted}"
    return ""


def _from_command(place: _Place) -> str:
    try:
        argv = shlex.split(place.rest)
    except ValueError as error:
        raise place.refuse("the quotes in api_key's “command:” do not match.") from error
    try:
        # No shell: the line is split into words and nothing in it is expanded.
        done = subprocess.run(  # noqa: S603
            argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=place.command_seconds, check=False
        )
    except subprocess.TimeoutExpired:
        # Not chained: this error carries what the command had printed so far.
        raise place.refuse(f"“{argv[0]}” gave no key within {place.command_seconds:g} seconds.") from None
    except (OSError, ValueError) as error:
        raise place.refuse(f"“{argv[0]}” could not be started ({_reason(error)}).") from error
    if done.returncode != 0:
        said = sanitise_line(done.stderr.decode("utf-8", "replace"))[:200]
        raise place.refuse(f"“{argv[0]}” failed with code {done.returncode}. {said}".rstrip())
    # Password managers print the key on the first line and notes below it.
    return done.stdout.decode("utf-8", "replace").strip().partition("\n")[0]


def _reason(error: BaseException) -> str:
    """An error of the system in a few words."""
    text = error.strerror if isinstance(error, OSError) else str(error)
    return sanitise_line(text or type(error).__name__)[:200]


_READERS: dict[str, Callable[[_Place], str]] = {
    "env": _from_environment,
    "keyring": _from_keyring,
    "file": _from_file,
    "command": _from_command,
}
