"""Looks for known weaknesses in what is locked, with pip-audit.

Exits with 1 when one is known that a newer version mends, and with 75 when the advisories could not be asked; with
`--if-reachable` that is only said. A weakness that nobody has mended yet is said, too.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
UNREACHABLE = 75


class Weakness(NamedTuple):
    """One that is known, in one locked package."""

    package: str
    name: str
    mended_in: tuple[str, ...]
    """Versions without it; none: it is not mended yet."""


def main(arguments: list[str]) -> int:
    """Ask, tell, and return the exit code."""
    answer = ask(HERE / "dev.txt")
    if answer is None:
        say("The advisories could not be asked (no network?), so nothing was checked.")
        return 0 if "--if-reachable" in arguments else UNREACHABLE
    found = read(answer)
    for each in found:
        what = f"mended in {', '.join(each.mended_in)}" if each.mended_in else "not mended in any version yet"
        say(f"{each.package}: {each.name}, {what}.")
    if not found:
        say("No known weakness in what is locked.")
    return 1 if any(each.mended_in for each in found) else 0


def say(sentence: str) -> None:
    """To whoever watches."""
    sys.stderr.write(f"{sentence}\n")


def ask(lock: Path) -> str | None:
    """What pip-audit says of a lock, as JSON. None: it could not ask."""
    command = [sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip", "-f", "json", "-r", str(lock)]
    done = subprocess.run(  # noqa: S603 (every word of the command stands above)
        command, capture_output=True, text=True, check=False
    )
    return done.stdout if done.stdout.lstrip().startswith("{") else None


def read(answer: str) -> list[Weakness]:
    """The weaknesses in pip-audit's answer."""
    return [
        Weakness(f"{package['name']} {package['version']}", known["id"], tuple(known.get("fix_versions") or ()))
        for package in json.loads(answer)["dependencies"]
        for known in package.get("vulns") or ()
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
