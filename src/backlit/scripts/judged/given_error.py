"""A backward pass under a loss that is not known: the error at the output is taken as it is, and the rest is judged.

What carries it back is the same under every loss.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from backlit.equations.arrays import Array, namespace
from backlit.equations.loss_table import Loss
from backlit.scripts.found.subject import Subject

__all__ = ["GIVEN", "with_given_error"]


def _linear(p: Array, y: Array) -> Array:
    return namespace(p).sum(p * y, axis=-1)


def _slope(p: Array, y: Array) -> Array:
    return y


GIVEN = Loss("given_error", _linear, _slope)
"""Predictions times numbers that stand where targets do, which are then its gradient."""


def with_given_error(subject: Subject) -> Subject | None:
    """Return the subject with its error terms of the output for targets; None where it has none.

    The network ends in its last pre-activations then: what the output's activation did to the error is within it.
    """
    found, delta = subject.found, subject.deltas[-1] if subject.deltas else None
    error = None if delta is None else found.rows(delta.value, found.predictions.shape[1])
    if error is None or not np.isfinite(error).all():
        return None
    last = found.links[-1]._replace(activation="identity")
    plain = replace(found, links=(*found.links[:-1], last), inline="")
    return subject._replace(found=plain, target=subject.target._replace(rows=error))
