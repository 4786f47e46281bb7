"""The vocabulary of Postroom and its front door. Start reading at records.py."""

__version__ = "0.1.0"
