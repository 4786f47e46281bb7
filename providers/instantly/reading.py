"""A mail's body as a person reads it: HTML made into text, and what it repeats of earlier mails told apart. Pure.

selectolax parses, since mail HTML is seldom well formed; which elements begin a line is decided here. Marks of quoting
are looked for line by line with patterns that cannot run away, because the text is anybody's.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_HTML = 2_000_000
"""Characters of HTML that are read."""
_MAX_NODES = 200_000
_BLOCKS = frozenset(
    "address article aside blockquote body br center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header "
    "hr li main nav ol p pre section table tbody td tfoot th thead tr ul".split()
)
_AIRY = frozenset("blockquote h1 h2 h3 h4 h5 h6 ol p pre table ul".split())
"""Elements with an empty line around them."""
_UNSEEN = "script, style, head, title, template, noscript, object, iframe, svg, [hidden]"
_QUOTES = (
    ".gmail_quote, .gmail_extra, blockquote[type=cite], #divRplyFwdMsg, #appendonsend, .yahoo_quoted, "
    ".moz-cite-prefix, #mail-editor-reference-message-container"
)
"""How mail programs mark what they repeat."""
_MARK = "\ue0f1"
"""Stands where the quoted part begins, while HTML becomes text."""

_WROTE = re.compile(
    r"^(on|am|le|el|il|op|den|em|w dniu)\s.{4,200}"
    r"(wrote|schrieb|a écrit|escribió|ha scritto|schreef|skrev|escreveu|napisał\(a\)).{0,80}:\s*$",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(r"^\s*[-_]{3,12}\s*(original message|forwarded message|ursprüngliche nachricht)", re.IGNORECASE)
_RULE = re.compile(r"^_{10,}\s*$")
_HEADER = re.compile(r"^\s*\*?(from|von|de|da|van|sent|gesendet|date|datum|envoyé|to|an|à|subject|betreff)\s?:", re.I)
_HEADER_LINES = 2
"""After a line like “From: …”, so many more such lines within the next five make it the head of a repeated mail."""


def text_of_html(html: str) -> str:
    """The HTML as text; what is repeated begins with a private mark that `split_quoted` understands."""
    tree = LexborHTMLParser(html[:MAX_HTML])
    for node in tree.css(_UNSEEN):
        node.decompose()
    root = tree.body
    if root is None:
        return ""
    first_quote = root.css_first(_QUOTES)
    text = "".join(_pieces(root, first_quote.mem_id if first_quote is not None else -1))
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def split_quoted(text: str) -> tuple[str, str]:
    """What is new in a mail, and what it repeats. A mail that is nothing but a quotation is all new."""
    head, mark, tail = text.partition(_MARK)
    lines = head.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    start = _quote_start(lines)
    fresh = "\n".join(lines[:start]).rstrip()
    quoted = "\n".join(lines[start:]) + (f"\n{tail.replace(_MARK, '')}" if mark else "")
    quoted = quoted.strip("\n")
    return (fresh, quoted) if fresh.strip() else (quoted, "")


def _quote_start(lines: list[str]) -> int:
    """The line that the repeated part begins with; the number of lines when there is none."""
    for number, line in enumerate(lines):
        two = f"{line.strip()} {lines[number + 1].strip()}" if number + 1 < len(lines) else line
        if _ORIGINAL.match(line[:120]) or _WROTE.match(line.strip()[:400]) or _WROTE.match(two[:400]):
            return number
        if (_HEADER.match(line[:40]) or _RULE.match(line[:120])) and _heads_follow(lines, number + 1):
            return number
    return _trailing_angles(lines)


def _heads_follow(lines: list[str], start: int) -> bool:
    return sum(bool(_HEADER.match(line[:40])) for line in lines[start : start + 5]) >= _HEADER_LINES


def _trailing_angles(lines: list[str]) -> int:
    """Where the last run of lines with `>` begins, if nothing but empty lines follows it."""
    start = len(lines)
    for number in range(len(lines) - 1, -1, -1):
        stripped = lines[number].strip()
        if stripped.startswith(">"):
            start = number
        elif stripped:
            break
    return start


def _pieces(root: LexborNode, quote: int) -> list[str]:
    """The texts of the tree in order, with line feeds where an element begins or ends a line.

    Without recursion: mail HTML is nested as deep as its writer likes.
    """
    pieces: list[str] = []
    todo: list[tuple[LexborNode | None, str]] = [(root, "")]
    for _ in range(_MAX_NODES):
        if not todo:
            break
        node, ending = todo.pop()
        if node is None:
            pieces.append(ending)
            continue
        if node.mem_id == quote:
            pieces.append(f"\n{_MARK}\n")
        tag = node.tag or ""
        if tag == "-text":
            pieces.append(re.sub(r"\s+", " ", (node.text_content or "").replace(_MARK, "")))
            continue
        breaks = "\n\n" if tag in _AIRY else "\n" if tag in _BLOCKS else ""
        pieces.append(("\n" if tag == "br" else breaks) + ("• " if tag == "li" else ""))
        todo.append((None, "" if tag == "br" else breaks or _address_of(node)))
        children: list[tuple[LexborNode | None, str]] = [(child, "") for child in node.iter(include_text=True)]
        todo.extend(reversed(children))
    return pieces


def _address_of(node: LexborNode) -> str:
    """Where a link leads, when its text does not say so already."""
    address = (node.attributes.get("href") or "") if node.tag == "a" else ""
    if not address.startswith(("https://", "http://")) or len(address) > 500:
        return ""
    shown = node.text().strip()
    return "" if not shown or shown.rstrip("/") in address else f" ({address})"
