"""Instantly: email, by its public API v2."""
