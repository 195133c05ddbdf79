"""The command line."""

from backlit.cli.main import main

__all__ = ["main"]
