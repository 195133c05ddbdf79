"""What a reader asked to see: one plain value that every part of an explanation is given."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from backlit.errors import BacklitError, unknown_name
from backlit.explain.numbers import digits_checked
from backlit.network.trace import LayerTrace, Trace

__all__ = ["View", "checked_view", "layer_of_sample", "one_sample_of", "rows"]

NOTATIONS = ("lesson", "calculus")
NARROWEST = 40


class View(NamedTuple):
    """Options of an explanation.

    ``digits``: significant digits, None for three (two below 0.01). ``notation``: "lesson" (error terms, steps that
    are added) or "calculus" (partial derivatives, descent). ``sample``: which sample of a batch is shown, from 1.
    ``top``: how many of the largest are listed before the rest is summed. ``width``: columns of a line of text.
    ``rest``: what shows all of a long text, "" to show it all at once. ``input_names``: of the network's inputs, or ().
    """

    digits: int | None = None
    notation: str = "lesson"
    sample: int = 1
    top: int = 8
    width: int = 100
    rest: str = ""
    input_names: tuple[str, ...] = ()

    @property
    def calculus(self) -> bool:
        """Whether the notation is partial derivatives and descent."""
        return self.notation == "calculus"


def checked_view(trace: Trace, view: View) -> View:
    """Return ``view`` if it suits ``trace``, else raise BacklitError."""
    digits_checked(view.digits)
    if view.notation not in NOTATIONS:
        raise unknown_name("notation", view.notation, NOTATIONS)
    if not 1 <= view.sample <= trace.n_samples:
        raise BacklitError(f"sample must be a whole number from 1 to {trace.n_samples}, got {view.sample}")
    if view.top < 1:
        raise BacklitError(f"top must be a whole number of at least 1, got {view.top}")
    if view.width < NARROWEST:
        raise BacklitError(f"width must be a whole number of at least {NARROWEST}, got {view.width}")
    n_in = trace.network.sizes[0]
    if view.input_names and len(view.input_names) != n_in:
        raise BacklitError(f"input_names must be {n_in} names, one for each input, got {len(view.input_names)}")
    return view


def rows(array: np.ndarray) -> np.ndarray:
    """Return a per-sample array with its sample axis, (n, n_units), whether or not the trace was of one sample."""
    return np.atleast_2d(array)


def layer_of_sample(layer: LayerTrace, sample: int) -> Callable[[str], np.ndarray]:
    """Return a function from the name of a per-sample quantity to its values (n_units,) for one sample (from 1)."""
    return lambda name: rows(getattr(layer, name))[sample - 1]


def one_sample_of(trace: Trace, name: str, sample: int) -> np.ndarray:
    """Return ``input``, ``target`` or ``prediction`` of one sample (from 1), without a sample axis."""
    values: np.ndarray = rows(getattr(trace, name))[sample - 1]
    return values
