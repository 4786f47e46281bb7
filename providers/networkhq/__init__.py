"""NetworkHQ: LinkedIn conversations, and campaigns to look at, over its public API."""
