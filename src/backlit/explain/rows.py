"""``bl.explain_row``: what each column or input contributed to one prediction, of a model of any kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from backlit.errors import BacklitError
from backlit.explain.contributions import Contributions, contributions
from backlit.network.network import Network
from backlit.validation import finite_array

__all__ = ["explain_row", "network_row"]


def explain_row(model: Any, row: Any, *, background: Any = None, label: Any = None) -> Contributions:
    """Return what each column, or each input, contributed to a model's prediction for a row; the parts add up to it.

    Parameters: ``model``: a ``bl.TableModel``, a fitted ``bl.MLPClassifier`` or ``bl.MLPRegressor``, or a ``Network``.
    ``row``: for a TableModel values by column, or a frame of one row; else inputs (n_in,). ``background``: samples
    (n, n_in) like those of training; the parts begin at their mean, or without them at inputs of 0, which is the mean
    of standardised inputs. A TableModel knows the mean itself. ``label``: the class whose probability is told, by
    default the likeliest; of several quantities the output's index.

    The parts are integrated gradients (Sundararajan, Taly and Yan 2017), refined until they add up to the prediction.
    Raises BacklitError for a model of another kind, and a row, a background or a label that does not fit.

    >>> import backlit as bl
    >>> net = bl.Network.from_weights([[[2.0], [-1.0], [0.5]]], output="identity")
    >>> told = bl.explain_row(net, [1, 2, 4], background=[[0, 0, 0], [0, 0, 4]])
    >>> print(told)
      from the mean of the background           1.0000
      x1                                       +2.0000
      x2                                       -2.0000
      x3                                       +1.0000
      prediction                                2.0000
    """
    if isinstance(model, Network):
        return network_row(model, row, background, label=label)
    if hasattr(model, "explain_row"):
        told: Contributions = model.explain_row(row, background=background, label=label)
        return told
    hint = "; bl.from_sklearn(model) gives its network" if hasattr(model, "coefs_") else ""
    raise BacklitError(
        f"explain_row takes a TableModel, an MLP of backlit or a Network, got a {type(model).__name__}{hint}"
    )


def network_row(
    net: Network,
    row: Any,
    background: Any = None,
    *,
    names: Sequence[str] | None = None,
    labels: Sequence[Any] = (),
    label: Any = None,
) -> Contributions:
    """Return what each input of a network contributed to an output; see ``explain_row``.

    ``names``: of the inputs, by default x1, x2 and so on. ``labels``: the classes of the outputs.
    """
    n_in = net.sizes[0]
    x = finite_array(row, "row")
    x = x[0] if x.ndim == 2 and len(x) == 1 else x
    if x.shape != (n_in,):
        raise BacklitError(f"row must be {n_in} inputs, got shape {x.shape}")
    start, begin = np.zeros(n_in), "from inputs of 0"
    if background is not None:
        samples = finite_array(background, "background")
        if samples.ndim != 2 or samples.shape[1] != n_in or not len(samples):
            raise BacklitError(f"background must have shape (n, {n_in}), got {samples.shape}")
        start, begin = samples.mean(axis=0), "from the mean of the background"
    widths = dict.fromkeys(names or [f"x{i}" for i in range(1, n_in + 1)], 1)
    return contributions(net, start, x, widths, labels=labels, label=label, begin=begin)
