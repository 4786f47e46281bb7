"""The program as a person uses it: a real process on a real pseudo-terminal."""
