"""Where a command's result goes: the terminal, or a file that is whole or not there."""

from __future__ import annotations

from pathlib import Path

import click

from backlit.atomic import write_whole

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
    """Print ``text``, or write it to ``out``."""
    if out is None:
        click.echo(text, nl=not text.endswith("\n"))
        return
    write_whole(out, text.encode("utf-8"))
    click.echo(f"wrote {out}", err=True)
