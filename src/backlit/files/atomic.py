"""A file that is written whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from backlit.errors import BacklitError

__all__ = ["write_whole"]


def write_whole(path: str | Path, content: bytes) -> None:
    """Write ``content`` beside ``path`` and then put it in its place: a crash leaves the old file or the new one.

    A link keeps its place, and what it points at is replaced; a device or a pipe, such as /dev/stdout, is written to.

    Raises BacklitError, naming the file and the reason, where the system refuses (no folder, no right, no space).
    """
    path = Path(path)
    try:
        if path.is_dir():
            raise BacklitError(f"{path}: expected a file to write to, got a folder")
        if path.exists() and not path.is_file():
            path.write_bytes(content)
        else:
            _replace(Path(os.path.realpath(path)), content)
    except OSError as error:
        raise BacklitError(f"{path}: could not be written, {error.strerror or error}") from None


def _replace(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name[:40]}.{os.urandom(4).hex()}.part")
    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
