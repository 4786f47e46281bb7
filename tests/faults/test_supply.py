"""SE09: what is installed is pinned, hashed, named in the bill of materials, and looked up for weaknesses."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path

import pytest

from tests.e2e.outside import ROOT

LOCKS = ("runtime.txt", "dev.txt")
_START = re.compile(r"(?m)^[A-Za-z0-9]")
_PINNED = re.compile(
    r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[A-Za-z0-9.+!]+)(?: ; [^\\]+)? \\\n"
    r"(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+(?:    # .*\n)*"
)


def locked(name: str) -> list[str]:
    """The requirements of a lock, each with its hashes."""
    text = "".join(line for line in _lines(name) if not line.startswith("#"))
    starts = [found.start() for found in _START.finditer(text)]
    return [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


def _lines(name: str) -> list[str]:
    return (ROOT / "requirements" / name).read_text().splitlines(keepends=True)


@pytest.mark.parametrize("name", LOCKS)
def test_se09_every_locked_package_is_pinned_and_hashed(name: str) -> None:
    """One exact version, and the hash of every file that it may come as."""
    found = locked(name)

    assert len(found) > 20
    assert [each for each in found if not _PINNED.fullmatch(each)] == []


@pytest.mark.parametrize("name", LOCKS)
def test_se09_a_lock_names_no_registry_and_no_place(name: str) -> None:
    """Where a file comes from is the business of whoever installs it; what it is, is said by its hash."""
    text = "".join(_lines(name))

    assert re.findall(r"(?i)\w+://\S*|--(?:extra-)?index-url|--find-links|--trusted-host|file:|^-e ", text) == []


def test_se09_what_users_install_is_a_part_of_what_developers_test() -> None:
    """The same versions, so that the tests speak of what is shipped."""
    runtime, dev = (
        {found["name"]: found["version"] for each in locked(name) if (found := _PINNED.fullmatch(each))}
        for name in LOCKS
    )

    assert {name: dev.get(name) for name in runtime} == runtime


def test_se09_the_bill_of_materials_and_the_lock_name_the_same_packages() -> None:
    """Package by package, version by version, hash by hash."""
    sbom = runpy.run_path(str(ROOT / "requirements" / "sbom.py"))
    lock = (ROOT / "requirements" / "runtime.txt").read_text()
    bill = json.loads(sbom["make"](lock, version="1.2.3"))
    named = {
        (part["name"], part["version"], *sorted(each["content"] for each in part["hashes"]))
        for part in bill["components"]
    }
    wanted = {
        (found["name"], found["version"], *sorted(re.findall(r"sha256:(\w+)", each)))
        for each in locked("runtime.txt")
        if (found := _PINNED.fullmatch(each))
    }

    assert bill["bomFormat"] == "CycloneDX"
    assert named == wanted


@pytest.mark.parametrize(
    ("fixes", "code", "says"), [(["2.0"], 1, "mended in 2.0"), ([], 0, "not mended in any version yet")]
)
def test_se09_a_known_weakness_that_a_newer_version_mends_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], fixes: list[str],
    code: int, says: str,
) -> None:  # fmt: skip
    """One that nobody has mended yet is said, and fails nothing: there is nothing to do but wait."""
    answer = {
        "dependencies": [{"name": "thing", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": fixes}]}]
    }
    assert _audit(tmp_path, monkeypatch, f"print('''{json.dumps(answer)}''')") == code
    assert f"thing 1.0: PYSEC-1, {says}" in capsys.readouterr().err


@pytest.mark.parametrize(("arguments", "code"), [([], 75), (["--if-reachable"], 0)])
def test_se09_an_audit_that_could_not_ask_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int
) -> None:
    """Silence of the network is not a clean bill of health."""
    assert _audit(tmp_path, monkeypatch, "raise SystemExit('no route to host')", *arguments) == code
    assert "nothing was checked" in capsys.readouterr().err


def _audit(folder: Path, monkeypatch: pytest.MonkeyPatch, auditor: str, *arguments: str) -> int:
    """Run the audit with something that answers in pip-audit's place."""
    package = folder / "pip_audit"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(auditor)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    return int(runpy.run_path(str(ROOT / "requirements" / "audit.py"))["main"](list(arguments)))
