"""Backup, export, erase, restore and doctor from the palette: done, or handed out as the very command."""

from __future__ import annotations

import sqlite3

from store import backup
from store.database import USER_FILE


async def test_the_palette_backs_up_and_hands_out_the_verbs_that_need_a_terminal(desktop) -> None:
    """The copy is there, with the note in it; an erasure names this lead and this folder, and when."""
    async with desktop(size=(150, 40)) as d:
        await d.press("m", *"plum", "enter")
        d.app.main.action_act("files.backup")
        await d.until(lambda: "Backed up, and read back" in d.said)
        copies = backup.backups(d.state_dir / USER_FILE)
        kept = sqlite3.connect(copies[0])
        notes = kept.execute("select count(*) from journal where value like '%plum%'").fetchone()
        kept.close()
        d.app.main.action_act("files.erase")
        await d.until(lambda: "Quit Postroom first" in d.text)

        assert notes == (1,)
        assert d.app.clipboard == f"postroom --state-dir {d.state_dir} erase {d.row.ref}"
        for verb, command in (("export", f"export {d.row.ref}"), ("restore", "restore --list"), ("doctor", "doctor")):
            await d.press("escape")
            d.app.main.action_act(f"files.{verb}")
            assert d.app.clipboard == f"postroom --state-dir {d.state_dir} {command}"
