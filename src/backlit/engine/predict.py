"""Predictions by the compiled engine, from parameters as they lie in a network's arrays: nothing is copied or kept."""

from functools import lru_cache
from typing import Any

import numpy as np

from backlit.engine.arrays import inputs_of
from backlit.engine.known import activation_known
from backlit.engine.levels import chosen_level, opened
from backlit.engine.shapes import LayerLike, NetworkLike
from backlit.engine.threads import threads_wanted
from backlit.errors import BacklitError

__all__ = ["predicted"]

WORTH_THREADS = 2e7
"""Multiply-adds below which one thread does; to count the processors takes a tenth of a millisecond."""

_known = lru_cache(activation_known)


def predicted(net: NetworkLike, X: Any, *, n_threads: int | None = None, level: str | None = None) -> np.ndarray | None:
    """Return the output activations (n, n_out) for ``X (n, n_in)``, dense or CSR, without dropout.

    None where the engine is not there or does not know an activation. The bits of a sample's outputs depend neither on
    other samples nor on the number of threads. Raises BacklitError for shapes that do not fit.

    >>> from backlit import Network
    >>> predicted(Network.from_weights([[[1.5]]], output="identity"), [[2.0], [4.0]]).tolist()
    [[3.0], [6.0]]
    """
    dtype = net.layers[0].weights.dtype
    known = [_known(layer.row) for layer in net.layers]
    try:
        module = opened(level or chosen_level())
    except BacklitError:
        return None
    if None in known:
        return None
    samples = inputs_of(X, net)
    layers = [_laid(layer, dtype, *row) for layer, row in zip(net.layers, known, strict=True) if row]
    work = samples.n * sum(layer.weights.size for layer in net.layers)
    threads = 1 if n_threads is None and work < WORTH_THREADS else threads_wanted(n_threads)
    out = np.empty((samples.n, net.layers[-1].n_out), dtype)
    call = module.predict_float32 if dtype == np.float32 else module.predict_float64
    call(layers, samples.core, out, threads)
    return out


def _laid(layer: LayerLike, dtype: Any, name: str, parameter: float) -> tuple[np.ndarray, Any, str, float]:
    """A layer's arrays in rows, in one type: what lies so already, as a network's do, is not copied."""
    biases = None if layer.biases is None else np.ascontiguousarray(layer.biases, dtype)
    return np.ascontiguousarray(layer.weights, dtype), biases, name, parameter
