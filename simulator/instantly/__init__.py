"""Instantly, simulated."""
