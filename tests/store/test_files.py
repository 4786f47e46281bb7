"""The database stays on this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.files import network_file_system

MOUNTS = """\
22 1 254:0 / / rw,relatime - ext4 /dev/vda1 rw
30 22 0:40 / /home rw,relatime - nfs4 server:/home rw
31 30 0:41 / /home/ada/local rw,relatime - ext4 /dev/vdb rw
32 22 0:42 / /mnt/my\\040share rw,relatime shared:1 - cifs //server/share rw
not a line of mounts
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/var/lib/postroom", ""),
        ("/home/ada/.local/state/postroom", "nfs4"),
        ("/home/ada/local/postroom", ""),
        ("/homework", ""),
        ("/mnt/my share/postroom", "cifs"),
    ],
)
def test_the_nearest_mount_decides(folder: str, kind: str) -> None:
    """A home folder on a server is recognised, and a local disk within it too."""
    assert kind == network_file_system(Path(folder), MOUNTS)
