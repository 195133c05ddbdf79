"""What a learner may answer wrongly, and by which mistake: the wrong equations of `check`, at the start's numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from backlit.check.place import Place, arriving, pre_activation_gradient
from backlit.check.words import filled
from backlit.check.wrong_errors import wrong_errors
from backlit.check.wrong_slopes import wrong_slopes
from backlit.check.wrong_steps import wrong_bias_gradients, wrong_weight_gradients
from backlit.network.sweeps import forward
from backlit.network.trace import Trace

__all__ = ["wrong_answers"]

MOST_PARAMETERS = 60
"""Networks with more have too much to ask for one number at a time."""

NOT_ON_PAPER = ("accumulated",)
"""Mistakes that need a program that runs twice."""

Answers = dict[str, list[list[Any]]]


def wrong_answers(trace: Trace, *, sample: int = 1) -> dict[str, Any]:
    """Return ``values``, by quantity and address ("term L1.u2", "step L1.w[1,2]", "step L1.b[2]") the wrong numbers
    ``[number, index of its words]``, and ``words``: (identifier, what happened, why it matters). ``sample`` counts
    from 1.

    Each wrong number comes of one mistake, all before it being right. Numbers that are the right one too are left out.

    >>> import backlit as bl
    >>> net = bl.Network.from_weights([[[0.4], [-0.2]], [[0.1]]])
    >>> wrong = wrong_answers(net.trace([0.1, 0.3], 1, learning_rate=0.5))
    >>> [(wrong["words"][i][0], round(value, 3)) for value, i in wrong["values"]["term L2.u1"]][:3]
    [('wrong-sign', -0.122), ('factor-two', 0.244), ('factor-two', 0.061)]
    """
    values: Answers = {}
    words: dict[tuple[str, ...], int] = {}
    if trace.network.n_parameters <= MOST_PARAMETERS:
        for key, right, wrong, place, identifier in _all_answers(trace, sample):
            if identifier in NOT_ON_PAPER or not np.isfinite(wrong) or np.isclose(wrong, right, rtol=1e-6, atol=0):
                continue
            twice = abs(wrong) > abs(right)
            facts = {"ratio": "twice" if twice else "half", "half": "forgotten" if twice else "counted twice"}
            said = (identifier, *filled(identifier, place, **facts)[:2])
            answer = [float(wrong), words.setdefault(said, len(words))]
            if answer not in values.setdefault(key, []):
                values[key].append(answer)
    return {"values": values, "words": [list(said) for said in words]}


Answer = tuple[str, float, float, Place, str]


def _all_answers(trace: Trace, sample: int) -> Iterator[Answer]:
    with np.errstate(all="ignore"):
        for place, dz in _places(trace):
            yield from _error_terms(place, dz, sample - 1)
            yield from _steps(place, dz)


def _places(trace: Trace) -> Iterator[tuple[Place, np.ndarray]]:
    """Every layer from the output down, all above it being right, with its own gradient at the pre-activation."""
    X, Y = np.atleast_2d(trace.input), np.atleast_2d(trace.target)
    sweep = forward(trace.network, X)
    above: np.ndarray | None = None
    gradient: np.ndarray | None = None
    for index in range(len(trace.layers) - 1, -1, -1):
        place = Place(trace.network, sweep, Y, index, above, gradient, trace.learning_rate, as_steps=True)
        dz = -np.atleast_2d(trace.layers[index].error_term)
        yield place, dz
        above, gradient = dz, trace.layers[index].weight_gradient


def _error_terms(place: Place, right: np.ndarray, sample: int) -> Iterator[Answer]:
    made = [(name, pre_activation_gradient(place, error)) for name, error in wrong_errors(place)]
    made += list(wrong_slopes(place, arriving(place)))
    for name, dz in made:
        if dz.shape == right.shape:
            for unit in range(right.shape[1]):
                key = f"term L{place.layer_index + 1}.u{unit + 1}"
                yield key, -float(right[sample, unit]), -float(dz[sample, unit]), place, name


def _steps(place: Place, dz: np.ndarray) -> Iterator[Answer]:
    rate, layer = float(place.rate or 1.0), place.layer_index + 1
    right = dz.T @ place.values.input / place.n
    for name, dW in wrong_weight_gradients(place, dz):
        if dW.shape == place.layer.weights.shape:
            for i, j in np.ndindex(dW.shape):
                yield (
                    f"step L{layer}.w[{i + 1},{j + 1}]",
                    -rate * float(right[j, i]),
                    -rate * float(dW[i, j]),
                    place,
                    name,
                )
    if place.layer.biases is None:
        return
    for name, db in wrong_bias_gradients(place, dz):
        if db.shape == place.layer.biases.shape:
            for j in range(len(db)):
                yield f"step L{layer}.b[{j + 1}]", -rate * float(dz[:, j].mean()), -rate * float(db[j]), place, name
