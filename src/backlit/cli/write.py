"""Where a command's result goes: the terminal, or a file that is whole or not there."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import click

__all__ = ["FORM_OF_SUFFIX", "write_result"]

FORM_OF_SUFFIX = {
    ".txt": "text",
    ".md": "markdown",
    ".tex": "latex",
    ".json": "json",
    ".svg": "svg",
    ".html": "html",
    ".htm": "html",
}


def write_result(text: str, out: Path | None) -> None:
    """Print ``text``, or write it to ``out`` by way of a temporary file beside it."""
    if out is None:
        click.echo(text, nl=not text.endswith("\n"))
        return
    if out.is_dir():
        raise IsADirectoryError(21, "expected a file to write to, got a folder", str(out))
    handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(name, 0o644)
        os.replace(name, out)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    click.echo(f"wrote {out}", err=True)
