"""HeyReach: LinkedIn conversations and campaigns, over its public API."""
