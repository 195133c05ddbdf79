"""Samples for training and for validation, checked once before the first epoch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backlit.errors import BacklitError
from backlit.network.network import Network
from backlit.network.targets import as_inputs, as_targets
from backlit.validation import number

__all__ = ["Data", "data_checked"]


@dataclass(frozen=True, eq=False)
class Data:
    """``X (n, n_in)`` and ``y (n, n_out)`` to train on, and the validation samples, or None twice."""

    X: np.ndarray
    y: np.ndarray
    X_validation: np.ndarray | None = None
    y_validation: np.ndarray | None = None


def data_checked(net: Network, X: Any, y: Any, validation: Any, *, shuffle: bool, rng: np.random.Generator) -> Data:
    """Return the samples as the network takes them.

    ``validation``: None, a pair (X, y), or the share of the samples to hold out: drawn at random with ``rng``, the
    last ones without ``shuffle``. Raises BacklitError for what the network cannot take and a share that leaves one
    side without samples.
    """
    inputs, targets = _arrays(net, X, y)
    if validation is None:
        return Data(inputs, targets)
    if isinstance(validation, Sequence) and not isinstance(validation, str) and len(validation) == 2:
        try:
            return Data(inputs, targets, *_arrays(net, *validation))
        except BacklitError as error:
            raise BacklitError(f"validation: {error}") from None
    held_out = _number_held_out(validation, len(inputs))
    order = rng.permutation(len(inputs)) if shuffle else np.arange(len(inputs))
    kept, out = order[:-held_out], order[-held_out:]
    return Data(inputs[kept], targets[kept], inputs[out], targets[out])


def _arrays(net: Network, X: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
    inputs, one_sample = as_inputs(net, X)
    return inputs, as_targets(net, y, len(inputs), one_sample=one_sample)


def _number_held_out(validation: Any, n: int) -> int:
    if not isinstance(validation, int | float | np.number) or isinstance(validation, bool):
        raise BacklitError(f"validation must be a pair (X, y) or a share between 0 and 1, got {validation!r:.40}")
    share = number(validation, "validation")
    if not 0 < share < 1:
        raise BacklitError(f"validation must be a pair (X, y) or a share between 0 and 1, got {share:g}")
    held_out = round(share * n)
    if not 0 < held_out < n:
        raise BacklitError(
            f"validation must leave at least one sample on each side, got {share:g} of {n} samples, "
            f"which is {held_out} to validate and {n - held_out} to train"
        )
    return held_out
