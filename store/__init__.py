"""The SQLite edge: the only place that imports sqlite3 or sqlite_utils."""
