"""Text that nobody wants to show raw: a corpus, and a way to put it into every text field of an answer."""

from __future__ import annotations

import zlib

_ESC, _CSI, _OSC, _ST = "\x1b", "\x1b[", "\x1b]", "\x1b\\"

PAYLOADS: tuple[str, ...] = (
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
"""Each is appended to what the field says."""

TEXT_FIELDS = frozenset(
    {
        "about", "body", "companyName", "company", "content", "description", "detail", "email", "emailAddress",
        "excluded_reason", "failureReason", "firstName", "first_name", "fullName", "headline", "industry",
        "intent_reason", "job_title", "lastMessageText", "lastName", "last_name", "leadCampaignStatusMessage",
        "leadFullName", "linkedInSenderFullName", "linkedInUserListName", "listName", "campaignName", "location",
        "message", "errorMessage", "name", "parked_reason", "position", "profileName", "profile_name", "subject",
        "summary", "workspace_name",
    }
)  # fmt: skip
"""The fields of both providers that hold free text."""


def with_hostile_text(value: object, key: str = "") -> object:
    """A copy of a JSON value with a payload behind every free text. The same text always gets the same payload."""
    if isinstance(value, dict):
        return {name: with_hostile_text(inside, str(name)) for name, inside in value.items()}
    if isinstance(value, list):
        return [with_hostile_text(inside, "name" if key in {"tags", "newAssignedTags"} else key) for inside in value]
    if isinstance(value, str) and key in TEXT_FIELDS:
        return f"{value}{hostile(value)}"
    return value


def hostile(text: str) -> str:
    """The payload that goes with a text."""
    return PAYLOADS[zlib.crc32(text.encode("utf-8", "surrogatepass")) % len(PAYLOADS)]
