"""A file that is written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from backlit.errors import BacklitError

__all__ = ["write_whole"]


def write_whole(path: str | Path, content: bytes) -> None:
    """Write ``content`` beside ``path`` and then put it in its place: a crash leaves the old file or the new one.

    Raises BacklitError, naming the file and the reason, where the system refuses (no folder, no right, no space).
    """
    path = Path(path)
    if path.is_dir():
        raise BacklitError(f"{path}: expected a file to write to, got a folder")
    part = path.with_name(f".{path.name}.{os.urandom(4).hex()}.part")
    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError as error:
        raise BacklitError(f"{path}: could not be written, {error.strerror or error}") from None
    finally:
        part.unlink(missing_ok=True)
