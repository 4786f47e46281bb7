"""Which addresses may be spoken to, and how the key gets onto a request."""

from __future__ import annotations

import logging
import ssl

import httpx
import pytest

from postroom.errors import ConfigError, SecretError
from postroom.records import ProviderName
from postroom.secrets import Secret
from providers.factory import connect
from providers.transport import KeyAuth, checked_base_url, open_clients


@pytest.mark.parametrize(
    "url",
    [
        "https://api.heyreach.io/api/public",
        "http://127.0.0.1:8080/api/public",
        "http://127.8.9.10:1",
        "http://[::1]:8080/x",
        "http://localhost:4010",
    ],
)
def test_https_and_this_machine_may_be_spoken_to(url: str) -> None:
    """The providers over https, the simulator over loopback."""
    assert str(checked_base_url(url + "/")) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://api.heyreach.io/api/public",
        "http://localhost.example.com",
        "http://127.0.0.1.nip.io",
        "http://0.0.0.0:8080",
        "http://169.254.169.254/",
        "ftp://example.com",
        "file:///etc/passwd",
        "api.heyreach.io",
        "https://",
        "https://user:password@api.heyreach.io",
        "https://api.heyreach.io/?x=1",
        "https://api.heyreach.io/#x",
        "https://[bad",
        "",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    """A key never travels in the clear, nor to what is not an address."""
    with pytest.raises(ConfigError, match="base_url"):
        checked_base_url(url)


async def test_certificates_are_always_checked_and_tls_is_new() -> None:
    """There is no switch that turns the check off."""
    clients = open_clients(httpx.URL("https://provider.example"))

    for client in (clients.reads, clients.sends):
        context = client._transport._pool._ssl_context  # type: ignore[attr-defined]
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname
        assert context.minimum_version == ssl.TLSVersion.TLSv1_2
        assert not client.follow_redirects
        assert not client.trust_env
    await clients.aclose()


def test_certificates_that_cannot_be_read_are_a_matter_of_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong SSL_CERT_FILE is named."""
    monkeypatch.setenv("SSL_CERT_FILE", "/nonexistent/ca.pem")

    with pytest.raises(ConfigError, match="SSL_CERT_FILE"):
        open_clients(httpx.URL("https://provider.example"))


def test_a_proxy_that_is_none_is_refused_without_repeating_it() -> None:
    """A proxy's address may hold a password."""
    with pytest.raises(ConfigError, match="proxy is not an address") as caught:
        connect(ProviderName.HEYREACH, key=Secret("k"), proxy="gopher://me:hunter2@proxy")

    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("value", ["", " ", "a\nb", "ü", "a\x00"])
def test_a_key_that_cannot_be_a_header_never_gets_into_one(value: str) -> None:
    """The refusal does not repeat the key."""
    auth = KeyAuth(Secret(value), header="X-API-KEY")

    with pytest.raises(SecretError, match="characters that no key has"):
        next(auth.auth_flow(httpx.Request("GET", "https://provider.example")))


def test_the_libraries_that_would_log_addresses_and_headers_are_quiet() -> None:
    """At their talkative levels they would write the key."""
    assert logging.getLogger("httpx").level >= logging.WARNING
    assert logging.getLogger("httpcore").level >= logging.WARNING


@pytest.mark.parametrize("requests_per_minute", [0, -1])
def test_a_ceiling_of_nothing_is_refused(requests_per_minute: int) -> None:
    """It would never send anything."""
    with pytest.raises(ConfigError, match="requests_per_minute"):
        connect(ProviderName.HEYREACH, key=Secret("k"), requests_per_minute=requests_per_minute)


@pytest.mark.parametrize("provider", list(ProviderName))
async def test_there_is_a_client_for_every_provider(provider: ProviderName) -> None:
    """Whatever the configuration accepts can be spoken to."""
    client = connect(provider, key=Secret("k"))

    assert client.name is provider
    await client.aclose()
