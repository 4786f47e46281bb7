"""HeyReach, simulated."""
