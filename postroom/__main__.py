"""Starts Postroom: `postroom`, or `python -m postroom`."""

from postroom.cli.front import main

__all__ = ["main"]

if __name__ == "__main__":
    main(prog_name="postroom")
