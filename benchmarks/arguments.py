"""What every benchmark does first: ``--help`` says what it measures, and a word that it does not know ends it."""

import argparse
import os
from typing import Any

__all__ = ["ENVIRONMENT", "given"]

ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""For a Python that is timed as a whole process: as a user's, it compiles a module once and keeps it."""


def given(about: str | None, **words: dict[str, Any]) -> argparse.Namespace:
    """Return the command line's words. ``about``: the benchmark's docstring; ``words``: what argparse gets of each."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, settings in words.items():
        parser.add_argument(name, **settings)
    return parser.parse_args()
