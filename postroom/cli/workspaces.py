"""From the configuration to workspaces that sync can open. A key is read once, when its workspace is first needed."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import Self

from postroom import log
from postroom.cli.verb import Places
from postroom.config import Config, load
from postroom.errors import SecretError
from postroom.secrets import Secret, read_secret
from providers.base import Provider
from providers.factory import connect
from sync.engine import WorkspaceSetup
from tui.keys import check_keymap


class Access:
    """The configured workspaces, with the keys that were read so far."""

    def __init__(self, config: Config, *, base: Path) -> None:
        self.config = config
        self._base = base
        """Where relative key files start."""
        self._keys: dict[str, Secret] = {}

    @classmethod
    def configured(cls, places: Places) -> Self:
        """What the configuration says. Raises ConfigError."""
        path = places.config_path
        return cls(load(path, check_keymap=check_keymap), base=path.parent)

    def require(self, names: Collection[str]) -> None:
        """Make sure, before anything begins, that these workspaces can be asked. Raises ConfigError or SecretError."""
        for name in names:
            self.key(name)

    def require_any(self, names: Collection[str]) -> None:
        """Make sure that at least one of these workspaces can be asked. Raises the first one's SecretError."""
        problems: list[SecretError] = []
        for name in names:
            try:
                self.key(name)
            except SecretError as error:
                problems.append(error)
        if problems and len(problems) == len(names):
            raise problems[0]

    def key(self, name: str) -> Secret:
        """The key of a workspace; the log hides it from now on. Raises ConfigError or SecretError."""
        if name not in self._keys:
            reference = self.config.workspace(name).api_key
            self._keys[name] = read_secret(reference, workspace=name, base=self._base)
            log.hide(self._keys[name].reveal())
        return self._keys[name]

    def connect(self, name: str) -> Provider:
        """A client for a workspace, to be called inside the loop that will use it. Raises SecretError."""
        workspace = self.config.workspace(name)
        return connect(
            workspace.provider,
            key=self.key(name),
            base_url=workspace.base_url,
            requests_per_minute=workspace.requests_per_minute,
            proxy=self.config.proxy,
        )

    def setups(self, names: Collection[str] | None = None) -> list[WorkspaceSetup]:
        """What sync needs of these workspaces; of all of them for None."""
        return [
            WorkspaceSetup(
                name=workspace.name,
                provider=workspace.provider,
                make=partial(self.connect, workspace.name),
                mark_seen=self.config.mark_seen if workspace.mark_seen is None else workspace.mark_seen,
            )
            for workspace in self.config.workspaces
            if names is None or workspace.name in names
        ]
