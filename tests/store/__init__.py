"""The store: what is kept, how it is read, and what survives."""
