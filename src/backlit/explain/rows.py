"""``bl.explain_row``: what each column or input contributed to one prediction, of a model of any kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from backlit.errors import BacklitError
from backlit.explain.contributions import Contributions, contributions
from backlit.network.network import Network
from backlit.validation import finite_array

__all__ = ["explain_row", "network_row"]


def explain_row(model: Any, row: Any, *, background: Any = None, label: Any = None) -> Contributions:
    """Return what each column, or each input, contributed to a model's prediction for a row; the parts add up to it.

    Parameters: ``model``: a ``bl.TableModel``, a fitted ``bl.MLPClassifier`` or ``bl.MLPRegressor``, a pipeline that
    ends in one, a search that kept one, or a ``Network``. ``row``: for a TableModel values by column, or a frame of one
    row; for a pipeline what it takes; else inputs (n_in,). ``background``: samples (n, n_in) like those of training;
    the parts begin at their mean, or without them at inputs of 0, which is the mean of standardised inputs. A
    TableModel knows the mean itself. ``label``: the class whose probability is told, by default the likeliest; of
    several quantities the output's index. Of a pipeline the parts are what its steps make of the row, by their names.

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
    model = getattr(model, "best_estimator_", model)
    if hasattr(model, "steps"):
        return _pipeline_row(model, row, background, label)
    if hasattr(model, "explain_row"):
        told: Contributions = model.explain_row(row, background=background, label=label)
        return told
    hint = "; bl.from_sklearn(model) gives its network" if hasattr(model, "coefs_") else ""
    if hasattr(model, "state_dict"):
        hint = "; bl.from_torch(module, output='softmax') gives its network, where it is a stack of Linear layers"
    raise BacklitError(
        f"explain_row takes a TableModel, an MLP of backlit, a pipeline of one or a Network, got a "
        f"{type(model).__name__}{hint}"
    )


def _pipeline_row(pipe: Any, row: Any, background: Any, label: Any) -> Contributions:
    """Return what the columns that a fitted pipeline makes of a row contributed to its last step's prediction."""
    before, last = pipe[:-1], pipe[-1]
    if not len(before):
        return explain_row(last, row, background=background, label=label)
    if hasattr(row, "to_frame"):
        row = row.to_frame().T.infer_objects()
    elif not hasattr(row, "columns"):
        row = np.atleast_2d(row)
    made, samples = (None if given is None else before.transform(given) for given in (row, background))
    told = explain_row(last, made, background=samples, label=label)
    try:
        names = before.get_feature_names_out()
    except (AttributeError, ValueError):
        return told  # a step of one's own that names nothing
    return replace(told, by_column=dict(zip(map(str, names), told.by_column.values(), strict=True)))


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
