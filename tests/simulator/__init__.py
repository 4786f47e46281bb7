"""The simulator does what its docstrings and the providers' contracts say."""
