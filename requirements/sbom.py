"""Writes dist/sbom.json: what an installed Postroom is made of, as CycloneDX, from the lock and without a network."""

from __future__ import annotations

import re
import tomllib
import uuid
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

ROOT = Path(__file__).resolve().parent.parent
_LOCKED = re.compile(r"(?m)^([A-Za-z0-9._-]+)==(\S+)((?:.*\\\n)(?: +--hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)")


def make(lock: str, *, version: str) -> str:
    """The bill of materials of what a lock names."""
    bom = Bom(serial_number=uuid.uuid5(uuid.NAMESPACE_URL, f"postroom {version} {lock}"))
    bom.metadata.component = Component(
        name="postroom", version=version, type=ComponentType.APPLICATION, bom_ref=f"postroom=={version}"
    )
    parts = [_component(*found.groups()) for found in _LOCKED.finditer(lock)]
    bom.components.update(parts)
    bom.register_dependency(bom.metadata.component, parts)
    return str(JsonV1Dot6(bom).output_as_string(indent=2))


def _component(name: str, version: str, rest: str) -> Component:
    return Component(
        name=name,
        version=version,
        type=ComponentType.LIBRARY,
        bom_ref=f"{name}=={version}",
        purl=PackageURL("pypi", name=name, version=version),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=each) for each in re.findall(r"sha256:(\w+)", rest)],
    )


def main() -> None:
    """Write the file."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    target = ROOT / "dist" / "sbom.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(make((ROOT / "requirements" / "runtime.txt").read_text(), version=version) + "\n")


if __name__ == "__main__":
    main()
