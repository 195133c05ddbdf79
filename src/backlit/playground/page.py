"""``bl.page``: a network's backward pass as a page of its own, in a notebook, in a file, in the browser."""

from __future__ import annotations

import os
import webbrowser
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from backlit.errors import BacklitError
from backlit.files.atomic import write_whole
from backlit.network.network import Network
from backlit.network.trace import Trace
from backlit.playground.data import page_data
from backlit.playground.document import html
from backlit.playground.presets import preset_trace

__all__ = ["HEIGHT", "Page", "keep", "page", "page_of_trace", "start_trace"]

HEIGHT = 860
"""Of the page in a notebook, in pixels."""


@dataclass(frozen=True)
class Page:
    """A page to step through, change and train a network; ``html`` is all of it, one file that fetches nothing.

    A notebook shows it as the cell's output; it needs no kernel, so it stays alive when the notebook is exported.
    """

    html: str

    def __repr__(self) -> str:
        return f"Page of {len(self.html.encode('utf-8')) / 1000:.0f} kB; .save(FILE) writes it, .open() shows it"

    def _repr_html_(self) -> str:
        return (
            f'<iframe srcdoc="{escape(self.html)}" sandbox="allow-scripts allow-downloads allow-modals" '
            f'title="backlit" style="width: 100%; height: {HEIGHT}px; border: 0"></iframe>'
        )

    def save(self, path: str | Path, *, force: bool = False) -> None:
        """Write the page to a file, whole or not at all.

        Raises BacklitError where a file is there already and ``force`` is False, and where the system refuses.
        """
        path = Path(path)
        if path.is_file() and not force:
            raise BacklitError(f"{path} is there already; give force=True to replace it, or another name")
        write_whole(path, self.html.encode("utf-8"))

    def open(self) -> Path:
        """Write the page to the user's cache folder, show it in the browser, and return where it is.

        Raises BacklitError where the file cannot be written, and on a machine without a browser; then the message
        names the file.
        """
        path = keep(self)
        if not webbrowser.open(path.as_uri()):
            raise BacklitError(f"no browser was found on this machine; the page is in {path}")
        return path


def keep(page: Page) -> Path:
    """Write a page to the user's cache folder, and return where it is."""
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BacklitError(f"{folder}: could not be made, {error.strerror or error}; use .save(FILE)") from None
    path = folder / "page.html"
    page.save(path, force=True)
    return path


def cache_folder() -> Path:
    """Return where the user's programs keep what can be made again: XDG_CACHE_HOME, or its usual places."""
    chosen = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(chosen) if chosen else Path.home() / ".cache") / "backlit"


def page_of_trace(trace: Trace, *, sample: int = 1, image: tuple[int, int] | None = None) -> Page:
    """Return the page of a trace; see ``Trace.page``."""
    return Page(html(page_data(trace, sample=sample, image=image)))


def page(
    net: Network | None = None,
    X: Any = None,
    y: Any = None,
    *,
    learning_rate: float = 0.1,
    preset: str | None = None,
    image: tuple[int, int] | None = None,
) -> Page:
    """Return a page that steps through one backward pass of a network, trains it, and lets every number be changed.

    Parameters: ``net``: by default a preset's network. ``X (n, n_in)`` or one sample ``(n_in,)``; ``y`` as
    ``Network.trace`` takes it. ``learning_rate``: above 0. ``preset``: a name in ``presets.PRESETS``, by default
    "lesson"; it brings its network, samples and learning rate. ``image``: rows and columns of the inputs, to draw them
    as an image; inputs that make a square of 8 by 8 or more are drawn so by themselves.

    Raises BacklitError as ``Network.trace`` does, for a row of a user's own that is not plain arithmetic, and for a
    preset that is none.

    >>> import backlit as bl
    >>> bl.page(preset="xor").html.startswith("<!DOCTYPE html>")
    True
    >>> net = bl.Network.random([3, 4, 2], activation="tanh", output="softmax", seed=0)
    >>> page = bl.page(net, [0.5, 0.1, -0.2], 1)
    """
    return page_of_trace(start_trace(net, X, y, learning_rate=learning_rate, preset=preset), image=image)


def start_trace(net: Network | None, X: Any, y: Any, *, learning_rate: float, preset: str | None) -> Trace:
    """Return the trace that a page starts from: of a network and its samples, or a preset's; see ``page``."""
    if net is None:
        if X is not None or y is not None:
            raise BacklitError("X and y need a network: bl.page(net, X, y)")
        return preset_trace("lesson" if preset is None else preset)
    if preset is not None:
        raise BacklitError("a preset brings its own network; give bl.page one of the two")
    if X is None or y is None:
        raise BacklitError("a page needs a sample: bl.page(net, X, y)")
    return net.trace(X, y, learning_rate=learning_rate)
