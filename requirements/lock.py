"""Writes runtime.txt and dev.txt: what `pyproject.toml` asks for, pinned, each file with its hashes.

The result names no registry, no host and no path, and holds for every Python from 3.11 on every system. Settings of
this machine are left out: a file that only this machine has must not end up in the lock.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "requirements"
HEADER = "# Made by `make lock`. Install with: pip install --require-hashes -r {name}\n"


def compile_requirements(name: str, wanted: list[str], *, constraint: Path | None = None) -> None:
    """Lock `wanted` into the file `name`, keeping to what `constraint` has already chosen."""
    command = [
        sys.executable, "-m", "uv", "pip", "compile", "-", "--no-config", "--universal", "--python-version", "3.11",
        "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--no-header", "--no-annotate",
        "--only-binary", ":all:",
    ]  # fmt: skip
    if constraint is not None:
        command += ["--constraint", str(constraint)]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "UV_"))}
    done = subprocess.run(  # noqa: S603 (every word of the command stands above)
        command, input="\n".join(wanted), text=True, check=True, stdout=subprocess.PIPE, cwd=HERE, env=environment
    )
    text = HEADER.format(name=f"requirements/{name}") + done.stdout
    found = re.search(r"(?m)^.*(://|file:|^-|\s/).*$", text)
    if found:
        raise SystemExit(f"{name} would name a place: {found[0]}")
    (HERE / name).write_text(text)


def main() -> None:
    """Lock the runtime, then development on top of it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    runtime = project["project"]["dependencies"]
    compile_requirements("runtime.txt", runtime)
    development = [*runtime, *project["dependency-groups"]["dev"], *project["build-system"]["requires"]]
    compile_requirements("dev.txt", development, constraint=HERE / "runtime.txt")


main()
