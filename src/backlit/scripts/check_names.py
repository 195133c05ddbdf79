"""``check_names``: the arrays of a notebook, or of a script's end, connected and judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backlit.errors import BacklitError
from backlit.scripts.reports.report import ScriptReport
from backlit.scripts.seen.records import moment_of_names
from backlit.scripts.seen.told import check_told, told_by_options
from backlit.scripts.several import concluded

__all__ = ["check_names"]


def check_names(
    names: Mapping[str, Any],
    *,
    input: str | None = None,
    weights: str | Sequence[str] | None = None,
    gradients: str | Sequence[str] | None = None,
    target: str | None = None,
    loss: str | None = None,
) -> ScriptReport:
    """Find the network among named arrays, by verifying it, and judge the gradients among them.

    ``names`` is a table of names and values, such as ``globals()``: samples, targets, weights, hidden values,
    predictions and gradients are found by their shapes, their numbers and their names, in whatever layout they have.
    The others name some of them, where that is not enough: ``input`` the samples, ``weights`` and ``gradients`` a list
    (or text with commas between), ``target`` the targets, ``loss`` the loss as in ``Network``.

    The report has ``status`` ("right", "wrong" or "not-understood"), ``understood``, ``verdicts`` and ``findings``.
    Raises BacklitError for names that are no table, a told name that is not in it as an array, and a loss that is none.

    >>> import numpy as np
    >>> X, y = np.array([[0.5, 0.1], [-0.2, 0.4], [0.3, 0.9]]), np.array([[1.0], [0.0], [1.0]])
    >>> W = np.array([[0.4], [-0.3]])
    >>> prediction = 1 / (1 + np.exp(-X @ W))
    >>> error = prediction - y
    >>> dW = X.T @ error / 3
    >>> check_names({"X": X, "y": y, "W": W, "prediction": prediction, "error": error, "dW": dW}).status
    'right'
    """
    if not isinstance(names, Mapping):
        raise BacklitError(f"names must be a table of names, such as globals(), got {type(names).__name__}")
    told = told_by_options(input, weights, gradients, target, loss)
    moment = moment_of_names(names)
    check_told(told, (record.name for record in moment.records))
    return concluded("names", [moment], told)
