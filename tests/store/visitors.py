"""Another program that has a look at a database while it is in use here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_VISIT = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('begin immediate'); c.close()"


def come_and_go(path: Path) -> None:
    """Open the database in another process and close it again: the last one to do so takes the log away."""
    subprocess.run([sys.executable, "-c", _VISIT, str(path)], check=True)
