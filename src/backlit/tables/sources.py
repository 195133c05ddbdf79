"""Where a table's bytes come from: a file, a compressed one, standard input; and what only looks like a table."""

from __future__ import annotations

import bz2
import gzip
import lzma
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from backlit.errors import BacklitError

__all__ = ["plain_file"]

OPENERS: dict[bytes, Callable[..., Any]] = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\x00": lzma.open}
ZIP, OLD_OFFICE, ZSTANDARD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x28\xb5\x2f\xfd"
WORKBOOKS = {"xl/": "an Excel workbook", "content.xml": "an OpenDocument spreadsheet", "word/": "a Word document"}

_kept: list[Any] = []
"""Folders of what was unpacked, which go when the program ends: errors name lines of it until then."""


def plain_file(path: Path) -> tuple[Path, str]:
    """Return the file to read a table from: the one named, or one with what it holds unpacked, or standard input (-).

    The second value says which sheet of a spreadsheet it is, and is "" for another file. Raises BacklitError for
    archives of several files, and compressed files and spreadsheets that cannot be read.
    """
    if str(path) == "-":
        return _unpacked(path, lambda: sys.stdin.buffer), ""
    if not path.is_file():
        # a pipe is read once, and a table twice
        return _unpacked(path, lambda: path.open("rb")), ""
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(OLD_OFFICE):
        return _of_workbook(path, "an Excel workbook")
    if start.startswith(ZSTANDARD):
        raise BacklitError(f"{path}: expected a table, got a file compressed by zstd; unpack it first")
    if start.startswith(ZIP):
        return _of_zip(path)
    opener = next((opener for magic, opener in OPENERS.items() if start.startswith(magic)), None)
    return (path if opener is None else _unpacked(path, lambda: opener(path, "rb"))), ""


def _of_workbook(path: Path, kind: str) -> tuple[Path, str]:
    from backlit.tables.workbooks import sheet_as_csv

    target = _place()
    return target, sheet_as_csv(path, kind, target)


def _of_zip(path: Path) -> tuple[Path, str]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/") and "__MACOSX" not in name]
    except (zipfile.BadZipFile, OSError, ValueError):
        names = ["xl/"] if path.suffix.lower() in (".xlsx", ".xlsm") else []
    kind = next((words for part, words in WORKBOOKS.items() if any(name.startswith(part) for name in names)), None)
    if kind == "a Word document":
        raise BacklitError(f"{path}: expected a table as text or Parquet, got {kind}")
    if kind is not None:
        return _of_workbook(path, kind)
    if len(names) != 1:
        raise BacklitError(f"{path}: expected a table, got a zip file of {len(names)} files; unpack it and give one")
    return _unpacked(path, lambda: zipfile.ZipFile(path).open(names[0])), ""


def _place() -> Path:
    folder = tempfile.TemporaryDirectory(prefix="backlit-")
    _kept.append(folder)
    return Path(folder.name, "table")


def _unpacked(path: Path, opened: Callable[[], IO[bytes]]) -> Path:
    target = _place()
    try:
        with opened() as source, target.open("wb") as file:
            shutil.copyfileobj(source, file, 1 << 20)
    except (
        OSError,
        EOFError,
        lzma.LZMAError,
        zipfile.BadZipFile,
        RuntimeError,
        ValueError,
    ) as error:
        reason = str(getattr(error, "strerror", None) or error)
        raise BacklitError(f"{path}: could not be unpacked, {reason:.80}") from None
    return target
