"""Where Postroom keeps its two things: the configuration, and the state folder with both databases and the log."""

from __future__ import annotations

from pathlib import Path

CONFIG_VARIABLE = "POSTROOM_CONFIG"
STATE_VARIABLE = "POSTROOM_STATE_DIR"


def default_config_path() -> Path:
    """Where the configuration is looked for when nothing else is said."""
    from platformdirs import user_config_path  # noqa: PLC0415 (only where nothing else was said)

    return user_config_path("postroom", appauthor=False) / "config.toml"


def default_state_dir() -> Path:
    """Where the databases and the log are kept when nothing else is said."""
    from platformdirs import user_state_path  # noqa: PLC0415 (the same)

    return user_state_path("postroom", appauthor=False)
