"""``backlit page``: a network's backward pass to step through, change and train, as one HTML file."""

from __future__ import annotations

import re
import webbrowser
from pathlib import Path
from typing import Any

import click

from backlit.cli.case_options import case_options, option_name
from backlit.cli.explain import case_of
from backlit.cli.write import keep_inputs, keep_what_is_there
from backlit.errors import BacklitError
from backlit.files.cases import case_network, case_trace
from backlit.network.trace import Trace
from backlit.playground.page import Page, keep
from backlit.playground.presets import PRESETS, preset_trace

__all__ = ["command"]


@click.command("page", short_help="Make a page that steps through a backward pass.")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@case_options
@click.option("--preset", metavar="NAME", help=f"{', '.join(PRESETS)}.")
@click.option("--image", metavar="ROWSxCOLUMNS", help="Draw the inputs as an image, such as 28x20.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write here; no browser is opened.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def command(
    file: Path | None, preset: str | None, image: str | None, out: Path | None, force: bool, **options: Any
) -> None:
    """Make a page that steps through a backward pass and lets every number be changed.

    Without FILE: the lesson's worked example, or a --preset such as xor, spirals or ten-layers. FILE is a case (.toml
    or .json), or a network saved as .safetensors with the sample from --data and --row; options describe one too, or
    replace the file's values, as those of `backlit explain` do. The page is one HTML file that fetches nothing and
    needs no server; without --out it is written to the user's cache folder and opened in the browser.
    """
    keep_inputs(out, file, options["data"])
    sides = None if image is None else _sides(image)
    trace = _trace(file, preset, options)
    if out is not None:
        _check_out(out, force)
    made = trace.page(image=sides)
    if out is None:
        _open(made)
    else:
        made.save(out, force=force)
        click.echo(f"wrote {out}", err=True)


def _sides(image: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,6})\s*[xX×]\s*(\d{1,6})", image.strip())
    if found is None:
        raise BacklitError(f"--image takes rows and columns such as 28x20, got '{image:.40}'")
    return int(found[1]), int(found[2])


def _trace(file: Path | None, preset: str | None, options: dict[str, Any]) -> Trace:
    if preset is None:
        case = case_of(file, options)
        return case_trace(case, case_network(case))
    given = (
        [str(file)] if file is not None else [option_name(key) for key, value in options.items() if value is not None]
    )
    if given:
        raise BacklitError(f"a preset brings its own network and samples, so {given[0]} cannot be given with it")
    return preset_trace(preset)


def _open(page: Page) -> None:
    path = keep(page)
    click.echo(f"wrote {path}", err=True)
    if not webbrowser.open(path.as_uri()):
        click.echo("no browser was found on this machine; open the file in one", err=True)


def _check_out(out: Path, force: bool) -> None:
    """Refuse before the work what could not be written after it."""
    keep_what_is_there(out, force)
    if out.is_dir():
        raise BacklitError(f"{out}: expected a file to write to, got a folder")
    if not out.parent.is_dir():
        raise BacklitError(f"{out}: there is no folder '{out.parent}' to write to")
