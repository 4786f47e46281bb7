"""From the configuration to workspaces that sync can open. A key is read only when its workspace connects."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from postroom import log
from postroom.cli.verb import Places
from postroom.config import Config, WorkspaceConfig, load
from postroom.secrets import Secret, read_secret
from providers.base import Provider
from providers.factory import connect
from sync.engine import WorkspaceSetup
from tui.keys import check_keymap


def configured(places: Places) -> Config:
    """The configuration, read and checked."""
    return load(places.config_path, check_keymap=check_keymap)


def key_of(workspace: WorkspaceConfig, *, base: Path) -> Secret:
    """The key of a workspace, known to the log from now on as something to hide. Raises SecretError."""
    key = read_secret(workspace.api_key, workspace=workspace.name, base=base)
    log.hide(key.reveal())
    return key


def provider_of(workspace: WorkspaceConfig, *, config: Config, base: Path) -> Provider:
    """A client for a workspace. Raises SecretError. To be called inside the loop that will use it."""
    return connect(
        workspace.provider,
        key=key_of(workspace, base=base),
        base_url=workspace.base_url,
        requests_per_minute=workspace.requests_per_minute,
        proxy=config.proxy,
    )


def setups(config: Config, *, base: Path) -> list[WorkspaceSetup]:
    """What sync needs of each workspace."""
    return [
        WorkspaceSetup(
            name=workspace.name,
            provider=workspace.provider,
            make=_maker(workspace, config=config, base=base),
            mark_seen=config.mark_seen if workspace.mark_seen is None else workspace.mark_seen,
        )
        for workspace in config.workspaces
    ]


def _maker(workspace: WorkspaceConfig, *, config: Config, base: Path) -> Callable[[], Provider]:
    return lambda: provider_of(workspace, config=config, base=base)
