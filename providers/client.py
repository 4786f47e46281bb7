"""What the clients of all providers do alike: how much they have used, and their connections."""

from __future__ import annotations

from providers.base import Usage
from providers.endpoints import Endpoints


class Client(Endpoints):
    """The part of `providers.base.Provider` that no provider makes different."""

    @property
    def usage(self) -> Usage:
        """What the client has used so far; where a provider has several budgets, that of reading the inbox."""
        return self.http.usage

    def limiter_state(self, *, ahead: float = 0.0) -> str:
        """What the limiter must know after a restart."""
        return self.http.limiter_state(ahead=ahead)

    def restore_limiter(self, state: str) -> None:
        """Go on from an earlier `limiter_state`."""
        self.http.restore_limiter(state)

    def forget_connections(self) -> None:
        """Connect anew from now on: the machine slept."""
        self.http.forget_connections()

    async def aclose(self) -> None:
        """Close the connections."""
        await self.http.aclose()
