"""HC09: an address from outside is never opened by itself, and a dangerous one not at all."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from postroom.links import web_host
from providers.shaping import web_address
from tests import builders
from tests.e2e.outside import command, environment
from tests.e2e.terminal import Terminal
from tests.faults.matrix import amount
from tests.faults.small_world import small_world

DANGEROUS = (
    "javascript:alert(1)", "file:///etc/passwd", "-flag", "--version", "data:text/html,x", "ftp://example.com/",
    "vbscript:x",
    "http://example.com/", "https:example.com", "https:///example.com", "//example.com", "/etc/passwd",
    "mailto:a@b.example",
    "https://linkedin.com@evil.example/", "https://a:b@evil.example/", "https://evil.example\\@linkedin.com/",
    "https://169.254.169.254/latest", "https://127.0.0.1/", "https://127.1/", "https://2130706433/", "https://0x7f000001/",
    "https://0x7f.0.0.1/", "https://0177.0.0.01/", "https://[::1]/", "https://[fe80::1%25eth0]/", "https://10.0.0.1/",
    "https://192.168.0.1:8443/", "https://１６９.254.169.254/", "https://①②⑦.0.0.1/", "https://%31%32%37.0.0.1/",
    "https://localhost/", "https://x.localhost/", "https://printer.local/", "https://metadata.google.internal/",
    "https://router.lan/", "https://1.0.168.192.in-addr.arpa/", "https://intranet/", "https://example.com:22/", "https://./",
    "https://example.com/\nhttps://evil.example/", "https://example.com/\r\nx", "https://example.com/ -x", "https://a\tb.example/",
    "https://example.com/\u202egnp.exe", "https://exam\u200bple.com/", "https://example.com/\x1b]0;x\x07", "https://\ud800.example/",
    " https://example.com/", "HTTPS:\\\\evil.example", "https://" + "a" * 300 + ".example/", "",
)  # fmt: skip

SHOWN = {
    "https://www.linkedin.com/in/ada/": "www.linkedin.com",
    "https://\u0430pple.com/": "xn--pple-43d.com",
    "https://m\u00fcnchen.example/": "xn--mnchen-3ya.example",
    "https://linkedin.com.evil.example/in/ada": "linkedin.com.evil.example",
    "https://evil.example/?u=https://linkedin.com/": "evil.example",
    "https://evil.example/#@linkedin.com": "evil.example",
}
"""Addresses that may be opened, and the host that must be shown first."""


def test_hc09_no_dangerous_address_has_a_host_to_open() -> None:
    """Other schemes, user names, bare and private addresses however they are spelled, hidden characters."""
    assert [(url, web_host(url)) for url in DANGEROUS if web_host(url) is not None] == []
    assert {url: web_host(url) for url in SHOWN} == SHOWN


def test_hc09_no_dangerous_address_comes_in_from_a_provider() -> None:
    """What the ingest lets through as a page to open, the browser's judge would open too."""
    let_in = [kept for url in (*DANGEROUS, *SHOWN) if (kept := web_address(url)) is not None]

    assert [url for url in let_in if web_host(url) is None] == []


@pytest.mark.parametrize("part", range(amount(1, 4)))
def test_hc09_only_what_was_shown_and_agreed_to_reaches_the_browser(tmp_path: Path, part: int) -> None:
    """`o` on one conversation after the other: dangerous addresses are refused in a sentence, and `y` opens nothing."""
    dangerous = [
        url for url in DANGEROUS[part :: amount(16, 4)] if url and not any("\ud800" <= c <= "\udfff" for c in url)
    ]
    urls = [*dangerous, *SHOWN]
    options = small_world(
        tmp_path,
        *(
            builders.conversation(
                f"c{n}",
                builders.inbound("Look here", minutes=-n),
                who=builders.lead(f"Lead number {n:02}", profile_url=None),
                browser_url=url,
            )
            for n, url in enumerate(urls)
        ),
    )
    opened = _browser(tmp_path)
    path = f"{tmp_path / 'bin'}:{environment()['PATH']}"
    with Terminal(
        command(*options), env=environment(PATH=path, CANARY_API_KEY="canary"), columns=160, rows=60
    ) as screen:
        screen.wait_for(r"│ Lead number 00")
        for n, url in enumerate(urls):
            screen.wait_for(rf"│ Lead number {n:02}")
            screen.press("o")
            if url in SHOWN:
                screen.wait_for(rf"Open {SHOWN[url]}\?".replace(".", r"\."))
                screen.settle(0.5)
                screen.press("y")
                screen.wait_for(rf"Asked your browser to open {SHOWN[url]}".replace(".", r"\."))
            else:
                screen.wait_for(r"not one that is safe to open")
            screen.press("j")
        screen.wait_for(lambda _: opened.exists() and len(opened.read_text().splitlines()) == len(SHOWN))

    calls = [json.loads(line) for line in opened.read_text().splitlines()]
    assert sorted(call["argv"] for call in calls) == sorted([url] for url in SHOWN)
    assert [name for call in calls for name, value in call["env"].items() if "canary" in value.casefold()] == []


def _browser(folder: Path) -> Path:
    """A browser that only writes down what it was called with; returns where."""
    record = folder / "opened"
    (folder / "bin").mkdir()
    for name in ("xdg-open", "open"):
        program = folder / "bin" / name
        program.write_text(
            f"#!{sys.executable}\nimport json, os, sys\n"
            f"with open({str(record)!r}, 'a') as file:\n"
            "    file.write(json.dumps({'argv': sys.argv[1:], 'env': dict(os.environ)}) + '\\n')\n"
        )
        program.chmod(0o755)
    return record
