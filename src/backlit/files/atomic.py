"""A file that is written whole or not at all."""

from __future__ import annotations

import os
import stat
import time
from contextlib import suppress
from pathlib import Path

from backlit.errors import BacklitError

__all__ = ["write_whole"]

LEFT_BEHIND_SECONDS = 3600.0
"""A part older than this is of a process that was killed: no write takes so long."""


def write_whole(path: str | Path, content: bytes) -> None:
    """Write ``content`` beside ``path`` and then put it in its place: a crash leaves the old file or the new one.

    A link keeps its place, and what it points at is replaced; a device or a pipe, such as /dev/stdout, is written to.
    A file that is replaced passes its permissions on. What earlier writes of the same file left when they were killed
    is removed once it is an hour old.

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
    _remove_left_behind(path)
    part = path.with_name(f"{_beginning(path)}{os.urandom(4).hex()}.part")
    try:
        with part.open("xb") as file:
            if path.exists():
                # before the content is there: nobody reads it who may not read the old file
                part.chmod(stat.S_IMODE(path.stat().st_mode) & 0o777)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _beginning(path: Path) -> str:
    return f".{path.name[:40]}."


def _remove_left_behind(path: Path) -> None:
    """Remove old parts of the same file."""
    beginning, now = _beginning(path), time.time()
    with suppress(OSError), os.scandir(path.parent) as entries:
        for entry in entries:
            name = entry.name
            middle = name.removeprefix(beginning).removesuffix(".part")
            ours = len(name) - len(middle) == len(beginning) + len(".part") and _is_mark(middle)
            if ours and entry.is_file(follow_symlinks=False):
                with suppress(OSError):
                    if now - entry.stat(follow_symlinks=False).st_mtime > LEFT_BEHIND_SECONDS:
                        os.unlink(entry.path)


def _is_mark(text: str) -> bool:
    return len(text) == 8 and set(text) <= set("0123456789abcdef")


def _sync_folder(folder: Path) -> None:
    """Make sure of a file's new name too; where a system cannot, the name is its own affair."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
