"""Names that are made to look like other names: letters of other scripts that look Latin. Pure; no I/O.

Two signs: one word mixes scripts that no language mixes, or a whole name reads like that of somebody known but is
written with other letters. Only Cyrillic, Greek and the like are looked at, since mixing Latin with Han, Kana or Hangul
is how people write. The table holds the letters that nobody can tell apart; Unicode's own list of look-alikes is a
hundred times as long, and most of it is of scripts that no name of a lead is written in.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_CONFUSABLE = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU")
_SCRIPTS = ("LATIN", *_CONFUSABLE)
_LOOKS = {
    # Cyrillic
    **dict(zip("асеһіјӏорԛѕԝхуѵԁգѡ", "acehijlopqswxyvdgw", strict=True)),
    **dict(zip("АВСЕНІЈКМОРЅТХУѴԌԚԜ", "ABCEHIJKMOPSTXYVGQW", strict=True)),
    # Greek
    **dict(zip("αικνορτυχγϲϳ", "aikvoptuxycj", strict=True)),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹ", "ABEZHIKMNOPTYXC", strict=True)),
    # Armenian, Latin letters that only look like others
    **dict(zip("օոսհզցԼՏՕ", "onuhqgLSO", strict=True)),
    **dict(zip("ıɑɡᴀᴄᴅᴇɪᴊᴋᴍɴᴏᴘʀꜱᴛᴜᴠᴡᴢⅼⅰⅴⅹ", "iagacdeijkmnoprstuvwzlivx", strict=True)),
}
_TABLE = str.maketrans(_LOOKS)


def mixes_scripts(name: str) -> bool:
    """Whether one word of a name is written in two of the scripts whose letters look alike (`Аda`, its A Cyrillic)."""
    return not name.isascii() and any(len(_scripts(word)) > 1 for word in _words(name))


def skeleton(name: str) -> str:
    """What a name looks like: names that no reader tells apart have the same. For comparing, never shown."""
    looks = unicodedata.normalize("NFKC", name).translate(_TABLE)
    return " ".join(unicodedata.normalize("NFKC", looks).casefold().split())


def looks_latin(name: str) -> bool:
    """Whether a name that is not written in plain Latin letters alone reads as if it were."""
    return not name.isascii() and (looks := skeleton(name)).isascii() and looks != name.casefold()


def imitates(name: str, known: str) -> bool:
    """Whether `name` reads like `known`, a name in its own letters, and is written with others."""
    return looks_latin(name) and not looks_latin(known) and skeleton(name) == skeleton(known)


@lru_cache(maxsize=4096)
def _scripts(word: str) -> frozenset[str]:
    """Which of the look-alike scripts a word's letters belong to."""
    names = (unicodedata.name(char, "") for char in word if char.isalpha())
    return frozenset(script for name in names for script in _SCRIPTS if name.startswith(script))


def _words(name: str) -> list[str]:
    """The words of a name, split at everything that is neither a letter nor a mark."""
    return "".join(char if unicodedata.category(char)[0] in "LM" else " " for char in name).split()
