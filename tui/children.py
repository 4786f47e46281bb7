"""The programs that Postroom starts for the reader: the editor and the browser.

Neither sees a key: they get the environment that the front door has cleaned. Neither goes through a shell.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from postroom.errors import Refused
from postroom.links import web_host
from postroom.text import sanitise


def edit_text(text: str, folder: Path, environment: Mapping[str, str]) -> str | None:
    """Let the reader's editor change `text`; wait for it. None: it was left empty, and nothing changes.

    The file is readable by its owner only, in `folder`, and gone afterwards. Raises Refused when there is no editor.
    """
    command = shlex.split(environment.get("VISUAL") or environment.get("EDITOR") or "vi")
    handle, name = tempfile.mkstemp(dir=folder, prefix="draft-", suffix=".txt")
    path = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        done = subprocess.run([*command, name], env=dict(environment), check=False)  # noqa: S603 (the reader's own editor, no shell)
        changed = sanitise(path.read_text(encoding="utf-8", errors="replace")).rstrip()
    except OSError as error:
        raise Refused(
            f"The editor “{command[0]}” could not be started. Set EDITOR to one that is installed."
        ) from error
    finally:
        path.unlink(missing_ok=True)
    return changed if changed and done.returncode == 0 else None


def open_in_browser(url: str, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Open a page whose host was shown and agreed to. Raises Refused when there is no browser or no such page."""
    opener = shutil.which("open" if sys.platform == "darwin" else "xdg-open", path=environment.get("PATH"))
    if opener is None:
        raise Refused("No program to open web pages was found. Press Y to copy the URL instead.")
    if web_host(url) is None:
        raise Refused("This address is not one that Postroom opens.")
    return subprocess.Popen(  # noqa: S603 (an absolute path, a checked https URL, no shell)
        [opener, url],
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
