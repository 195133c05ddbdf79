"""What every benchmark does first: ``--help`` says what it measures, and a word that it does not know ends it."""

import argparse
from typing import Any

__all__ = ["given"]


def given(about: str | None, **words: dict[str, Any]) -> argparse.Namespace:
    """Return the command line's words. ``about``: the benchmark's docstring; ``words``: what argparse gets of each."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, settings in words.items():
        parser.add_argument(name, **settings)
    return parser.parse_args()
