"""Every error that Postroom raises, each a sentence for the person at the screen.

PostroomError
├── ConfigError            the configuration or the command line is wrong (exit 2)
├── SecretError            a key could not be read safely (exit 2)
├── StateError             the state folder cannot be used (exit 1)
│   └── ReadOnlyState      another instance writes, or the folder cannot be written
├── NotFound               an id that matches nothing (exit 2)
├── Ambiguous              an id that matches several (exit 2)
├── Refused                an action that is not possible now, or not offered (exit 1)
└── ProviderError          a provider call did not succeed (exit 1)
    ├── NeverSent          no byte of the request left: proof of non-delivery
    ├── RateLimited        429: the request was not processed
    ├── Unauthorised       401
    ├── Forbidden          403: the key lacks a scope
    ├── Gone               404 of a known thing
    ├── Rejected           any other final 4xx
    └── Uncertain          a time-out, a lost connection, 5xx, a redirect, an unreadable answer
"""

from __future__ import annotations


class PostroomError(Exception):
    """A failure that Postroom understands. `str(error)` is a full sentence that says what to do."""

    exit_code = 1


class ConfigError(PostroomError):
    """The configuration file or the command line is wrong."""

    exit_code = 2


class SecretError(ConfigError):
    """A key could not be read, or not safely."""


class StateError(PostroomError):
    """The state folder or a file in it cannot be used."""


class ReadOnlyState(StateError):
    """Nothing may be written here: another instance is the writer, or the disk refuses."""


class NotFound(PostroomError):
    """An id given by the user matches nothing."""

    exit_code = 2


class Ambiguous(PostroomError):
    """An id given by the user matches several things."""

    exit_code = 2


class Refused(PostroomError):
    """The action is not offered by the provider, or not possible in the present state."""


class ProviderError(PostroomError):
    """A call to a provider did not succeed."""

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        """HTTP status of the answer. None when there was no answer."""


class NeverSent(ProviderError):
    """The connection was never made, so the provider cannot have processed the request."""

    def __init__(self, message: str, *, at_once: bool = False) -> None:
        super().__init__(message)
        self.at_once = at_once
        """Whether it was clear at once: the connection was refused, there is no way there, or no such name."""


class RateLimited(ProviderError):
    """429. The request was not processed."""

    def __init__(self, message: str, *, retry_after: float | None = None, until_reset: float | None = None) -> None:
        super().__init__(message, status=429)
        self.until_reset = until_reset
        """Seconds until a limit for the whole day begins anew. None: it is one that is over soon."""
        self.retry_after = retry_after
        """Seconds the provider asked us to wait, clamped to 1..900. None when it did not say (or said nonsense)."""


class Unauthorised(ProviderError):
    """401: the key is missing, wrong or revoked."""


class Forbidden(ProviderError):
    """403: the key is not allowed to do this, usually a missing scope."""


class Gone(ProviderError):
    """404 for something that we knew."""


class Rejected(ProviderError):
    """A final 4xx: the provider read the request and will not do it."""


class Uncertain(ProviderError):
    """The request may or may not have been processed. A send that ends like this is in doubt."""
