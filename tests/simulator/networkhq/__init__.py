"""NetworkHQ, simulated."""
