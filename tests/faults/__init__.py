"""Postroom under faults. The simulator's ledger is the oracle, never Postroom's own database."""
