"""What lies beside a submission and is none of its business: other students' files, the teacher's, and the key."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from backlit.exercises.grading.signature import key_path

__all__ = ["hidden_paths"]

SYSTEM = ("/usr", "/lib", "/lib64", "/etc", "/dev", "/proc", "/sys")
"""Without which no program runs: not to be hidden, wherever submissions lie."""


def hidden_paths(folder: Path, ours: Sequence[Path]) -> list[Path]:
    """Return what no submission should see: the submissions, or those beside a single one, our files, and our key.

    Where Python itself, or its temporary folder, is among them, what lies beside it is hidden piece by piece.
    """
    place = (folder if folder.is_dir() else folder.parent).resolve()
    needed = [sys.prefix, sys.base_prefix, tempfile.gettempdir(), str(Path(__file__).parents[2])]
    needed += [*filter(None, sys.path), *SYSTEM]
    hidden = _pieces(place, [Path(path).resolve() for path in needed])
    return [*hidden, *(path.resolve() for path in (*ours, key_path()))]


def _pieces(place: Path, needed: Sequence[Path]) -> list[Path]:
    if not any(path.is_relative_to(place) for path in needed):
        return [place]
    with suppress(OSError):
        return [path for path in place.iterdir() if not any(other.is_relative_to(path) for other in needed)]
    return []
