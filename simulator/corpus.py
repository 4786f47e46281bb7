"""The corpus: texts that try to be more than text. What was thought of by hand, and what follows by rule.

Terminal sequences of every kind, whole, nested and cut in two; markup and templates; characters that hide, turn round
or pile up; formulas, paths, queries and addresses that other programs would obey.
"""

from __future__ import annotations

from collections.abc import Iterator

_ST, _BEL = "\x1b\\", "\x07"
_ESC, _CSI, _OSC = "\x1b", "\x1b[", "\x1b]"

_BY_HAND: tuple[str, ...] = (
    # what a terminal obeys
    f"{_CSI}2J{_CSI}H",
    f"{_CSI}31mred{_CSI}0m",
    f"{_CSI}?1049l",
    f"{_CSI}?1000h",
    f"{_CSI}?25l",
    f"{_CSI}6n",
    f"{_CSI}21t",
    f"{_CSI}201~",
    f"{_CSI}>4;2m",
    f"{_CSI}10000;10000H",
    f"{_CSI}999999999C",
    f"{_OSC}0;owned\x07",
    f"{_OSC}2;owned{_ST}",
    f"{_OSC}8;;https://example.com{_ST}click{_OSC}8;;{_ST}",
    f"{_OSC}52;c;b3duZWQ=\x07",
    f"{_OSC}4;1;rgb:ff/00/00{_ST}",
    f"{_OSC}1337;File=inline=1:AAAA\x07",
    f"{_ESC}P+q544e{_ST}",
    f"{_ESC}Pq#0;2;0;0;0{_ST}",
    f"{_ESC}_Gf=100;AAAA{_ST}",
    f"{_ESC}^private{_ST}",
    f"{_ESC}Xstring{_ST}",
    f"{_ESC}c",
    f"{_ESC}(0lqqk{_ESC}(B",
    f"{_ESC}#8",
    f"{_ESC}%G",
    "\x9b31m",
    "\x9d0;owned\x9c",
    "\x90q\x9c",
    "\x84\x85\x8d\x8e\x8f",
    "a\x00b",
    "\x07\x07\x07",
    "abc\x08\x08\x08xyz",
    "over\rwritten",
    "\x0b\x0c\x0e\x0f\x11\x13\x1a\x7f",
    # what markup obeys
    "[@click=app.quit]x[/]",
    "[@click=app.bell]press me[/@click]",
    "[/foo]",
    "[/",
    "[",
    "]",
    "[bold red]big[/bold red]",
    "[link=https://example.com]here[/link]",
    "[$accent]colour[/]",
    "\\[escaped]",
    "{{first_name}}",
    "{0.__class__}",
    "%s %n %(name)s",
    "$variable ${HOME}",
    ":smile: :skull:",
    "<b onclick=alert(1)>bold</b>",
    "&lt;script&gt;",
    # what a reader takes for something else
    "\u202eevil\u202c",
    "\u2066\u2067isolate\u2069",
    "\u200bzero\u200cwidth\u200djoin\ufeff",
    "soft\u00adhyphen",
    "\U000e0041\U000e0042tags\U000e007f",
    "Z" + "\u0310\u0313\u0338" * 30,
    "\u0301" * 12,
    "\u3164\u115f\u1160",
    "раураl",
    "ｆｕｌｌｗｉｄｔｈ",
    "👩‍👩‍👧‍👦🏳️‍🌈",
    "שלום عربى",
    "﷽" * 3,
    "✓ sent  ⚠ IN DOUBT  ‖ held",
    "\u2028line\u2029para\u0085next",
    "\ud800",
    "\udfff\ud800",
    "\ufffe\uffff\ufdd0",
    # what other programs obey
    "=HYPERLINK(\"https://example.com\")",
    "+1-1|cmd",
    "@SUM(1)",
    "../../../../etc/passwd",
    "-rf",
    "javascript:alert(1)",
    "https://linkedin.com@example.com/",
    "http://169.254.169.254/latest",
    "'; drop table messages; --",
    "\" OR NEAR( * AND (",
    "wide " + "界" * 200,
    "long" * 500,
    "\n" * 40,
    "\t\t\ttabs",
    "   ",
)  # fmt: skip


_OSC_WORDS = (
    "0;owned", "1;owned", "2;owned", "3;WM_NAME=owned", "4;1;rgb:ff/00/00", "4;1;?", "5;0;red",
    "6;1;bg;red;brightness;255",
    "7;file://evil/", "8;;https://example.com", "8;id=1;file:///etc/passwd", "9;notify", "9;4;1;50", "10;red", "10;?",
    "11;#ff0000", "11;?", "12;red", "13;red", "17;red", "19;red", "22;none", "50;font", "50;?",
    "52;c;b3duZWQ=", "52;c;?",
    "52;;!", "66;s=7;big", "99;i=1;note", "104", "104;1", "110", "111", "112", "133;A", "133;D;0", "633;E;ls",
    "777;notify;a;b", "1337;File=inline=1:AAAA", "1337;SetMark", "1337;ClearScrollback",
    "1337;RequestUpload=format=tgz",
)  # fmt: skip
_MODES = (1, 2, 3, 5, 6, 7, 9, 12, 25, 45, 47, 66, 67, 69, 80, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1015,
          1016, 1034, 1047, 1048, 1049, 2004, 2026, 2027, 2031, 2048, 9001)  # fmt: skip
_CSI_ENDS = (
    "5n", "?6n", "?15n", "?996n", "c", ">c", "=c", ">q", "14t", "18t", "20t", "22;0t", "23;0t",
    "8;1;1t", "3;0;0t", "2t",
    "!p", "1 q", "0 q", "2;3r", "r", "s", "u", "3J", "2J", "K", "99L", "99M", "99P", "99@", "99S", "99T", "99X", "99b",
    "3g", "5i", "4i", ">1u", "<9u", "?u", "?2026$p", "4$p", "1*x", "1$r", "1'z", "x", "#{", "#}", "#p", "4h", "20h",
    "2\"q", "61\"p", "1;1H", "99A", "99;99f", "38;5;1m", "8m", "7;5m", "58;2;255;0;0m",
)  # fmt: skip
_ESC_ENDS = (
    *"789=>DEHMNOVWZlmno|}~`", "6", "#3", "#5", "#6", "(A", "(B", ")0", "*0", "+0", "-A", ".A", "/A", "%@", " F", " G",
)  # fmt: skip
_STRINGS = ("$q\"p", "$qm", "+q544e", "+Q", "1;1|17/41", "tmux;\x1b\x1b]0;x\x07", "0;1;0!z",
    "q#0~~@@vv", "=1s", "Ga=T,f=24;AAAA",
            "Ga=d", "hello")  # fmt: skip
_BROKEN_OFF = (
    _ESC, _CSI, _OSC, f"{_OSC}0;", f"{_OSC}52;c;", f"{_ESC}P", f"{_ESC}_", f"{_ESC}^", f"{_ESC}X",
    f"{_CSI}?", f"{_CSI}38;2;",
    "]0;owned\x07", "[2J", "?1049l", "c", _ST, "\x9c", "\x9b", "\x9d", "\x90", f"{_ESC}{_ESC}[2J", f"{_CSI}{_CSI}2J",
    f"{_OSC}0;{_OSC}0;x\x07\x07", f"{_CSI}3\x071m", f"{_CSI}2\x18J", f"{_CSI}2\x1aJ", f"{_CSI}?25\x00l", f"{_ESC}\n[2J",
    f"{_OSC}0;a\nb\x07", f"\x9b{_ESC}[2J", f"{_OSC}2;\u202eowned{_ST}", f"{_CSI}\u200b2J", f"{_ESC}\u200d[2J",
)  # fmt: skip
_MARKUP = (
    "[@click=app.bell]x[/]", "[@click=screen.dismiss]x[/]", "[@click=app.quit()]x[/@click]",
    "[@click=\"app.quit\"]x[/]",
    "[link=file:///etc/passwd]x[/link]", "[link='javascript:alert(1)']x[/]", "[/link]", "[/]",
    "[[", "]]", "[]", "[b", "[b]",
    "[/b]", "[on red]x", "[$error]x[/$error]", "[#ff0000 on #00ff00]x", "[blink reverse]x[/]",
    "[bold", "\\[bold]", "\\\\[bold]",
    "[not a tag]", "[1]", "[a=b]", "[=]", "[!]", "[:]", "[/bold red]", "{name}", "{", "}", "{}",
    "{{", "}}", "{{ name }}",
    "{% if x %}", "{!r}", "{0!r:>10}", "%", "%(x)s", "$error", "$$", "${IFS}", "`id`", "$(id)",
    ":warning:", ":x:", "# head",
    "**bold**", "_em_", "`code`", "![i](https://example.com/i.png)", "[t](javascript:alert(1))", "<script>x</script>",
    "<img src=x>", "&#27;[2J", "\\x1b[2J", "\\033[2J", "\\u001b[2J", "^[[2J", "\\e[2J",
)  # fmt: skip
_UNSEEN = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b\u180e\u200b\u200c\u200d\u2060\u2061\u2064\u206a\u206f\u3164\ufe00"
    "\ufe0e\ufe0f\ufeff\uffa0\ufff9\ufffa\ufffb\U000e0001\U000e0020\U000e007f\U000e0100\U000e01ef"
)
_TURNS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_PILED = "\u0300\u0338\u0345\u0488\u0489\u05b0\u064b\u0e49\u1dc0\u20d0\u20dd\u20e3\ua670\ufe20\U0001d167"
_FOR_OTHERS = (
    "=1+1", "+A1", "-2+3", "@A1", "=cmd|'/C calc'!A0", "\t=1+1", "../x", "..\\x", "/etc/passwd",
    "C:\\x", "CON", "--help",
    "-", "; rm -rf x", "| cat", "&& id", "' or 1=1 --", "\");--", "*", "\"", "NEAR(a b, 3)",
    "body:x", "a* OR b", "^a", "(", "-x",
    "file:///etc/passwd", "data:text/html,x", "http://127.0.0.1/", "https://[::1]/", "https://a@b.example/",
    "https://xn--80ak6aa92e.com/", "https://аpple.com/", "//example.com",
)  # fmt: skip
_LOOKALIKES = (
    "✓ sent",
    "✗ failed",
    "⚠ IN DOUBT",
    "◷ undo 8s",
    "│ ▌ ●",
    "┌──────┐",
    "▶ IN_PROGRESS",
    "y  Yes",
    "reply to Ada",
    "Pаypal",
    "Αda",
    "Ada Lovеlace",
    "Gооgle",
    "ⅼinkedin",
    "𝐀𝐝𝐚",
    "Ａｄａ",
    "ᴀᴅᴀ",
    "Ada\u0301",
    "١٢٣",
    "ﷺ",
    "界界界",
    "🇩🇪🇫🇷",
    "👍🏽👍🏿",
    "1️⃣2️⃣",
    "☎️",
    "ก็็็็็",
    "한국어",
    "हिन्दी",
    "ትግርኛ",
    "\U00020000\U0002a6d6",
)


def _by_rule() -> Iterator[str]:
    """Everything that follows from the lists above."""
    yield from (f"a{chr(code)}b" for code in (*range(1, 10), *range(11, 32), *range(0x7F, 0xA0)))
    for number, word in enumerate(_OSC_WORDS):
        yield f"{_OSC}{word}{(_BEL, _ST, chr(0x9C))[number % 3]}x"
        yield f"{chr(0x9D)}{word}{chr(0x9C)}x"
        yield f"{_OSC}{word}"
    for mode in _MODES:
        yield from (f"{_CSI}?{mode}h", f"{_CSI}?{mode}l", f"\x9b?{mode}{'hl'[mode % 2]}")
    yield from (f"{_CSI}{end}" for end in _CSI_ENDS)
    yield from (f"{_ESC}{end}" for end in _ESC_ENDS)
    for opening in ("P", "_", "^", "X"):
        yield from (f"{_ESC}{opening}{text}{_ST}" for text in _STRINGS[: 12 if opening in "P_" else 2])
    yield from (f"{chr(code)}hello\x9c" for code in (0x90, 0x98, 0x9E, 0x9F))
    yield from (*_BROKEN_OFF, *_MARKUP, *_FOR_OTHERS, *_LOOKALIKES)
    yield from (f"pay{char}pal" for char in _UNSEEN)
    yield from (f"{char}txt.exe" for char in _TURNS)
    yield from (f"Z{mark * times}!" for mark in _PILED for times in (1, 40))
    yield "".join(chr(0xE0000 + ord(char)) for char in "hidden words")
    yield "Z" + _PILED * 70


PAYLOADS: tuple[str, ...] = tuple(dict.fromkeys((*_BY_HAND, *_by_rule())))
"""More than five hundred, each once."""
