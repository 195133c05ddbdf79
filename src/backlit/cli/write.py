"""Where a command's result goes: the terminal, or a file that is whole or not there."""

from __future__ import annotations

from pathlib import Path

import click

from backlit.errors import BacklitError
from backlit.files.atomic import write_whole

__all__ = ["FORM_OF_SUFFIX", "keep_inputs", "keep_what_is_there", "write_result"]

FORM_OF_SUFFIX = {
    ".txt": "text",
    ".md": "markdown",
    ".tex": "latex",
    ".json": "json",
    ".svg": "svg",
    ".tikz": "tikz",
    ".html": "html",
    ".htm": "html",
}


def keep_inputs(out: Path | None, *inputs: str | Path | None) -> None:
    """Refuse a file to write that the command reads too: what is in it would be lost."""
    for given in inputs:
        if out is not None and given is not None and _same_file(out, Path(given)):
            raise BacklitError(f"expected a file to write that is not read here too, got {out} for both")


def _same_file(a: Path, b: Path) -> bool:
    return a.samefile(b) if a.exists() and b.exists() else a.absolute() == b.absolute()


def keep_what_is_there(out: Path | None, force: bool, option: str = "--out") -> None:
    """Refuse to replace a file, unless that is what ``--force`` asks for; a pipe or a device is not replaced."""
    if out is not None and out.is_file() and not force:
        raise BacklitError(f"{out} is there already; give --force to replace it, or another {option}")


def write_result(text: str, out: Path | None) -> None:
    """Print ``text``, or write it to ``out``."""
    if out is None:
        from backlit.cli.screen import show

        show(text)
        return
    write_whole(out, text.encode("utf-8"))
    click.echo(f"wrote {out}", err=True)
