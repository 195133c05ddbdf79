"""A dense layer's affine part: the forward function, and under it what the chain rule makes of it."""

from backlit.equations.arrays import Array, namespace

__all__ = [
    "dense_bias_gradient",
    "dense_forward",
    "dense_input_gradient",
    "dense_weight_gradient",
]


def dense_forward(X: Array, W: Array, b: Array | None) -> Array:
    """Pre-activation z (n, n_out) = X (n, n_in) @ W (n_in, n_out) + b (n_out,); b may be None.

    >>> import numpy as np
    >>> dense_forward(np.asarray([[0.1, 0.3]]), np.asarray([[0.4], [-0.2]]), None).round(12).tolist()
    [[-0.02]]
    """
    return X @ W if b is None else X @ W + b


def dense_input_gradient(dz: Array, W: Array) -> Array:
    """Gradient at the layer's input, dX (n, n_in) = dz (n, n_out) @ W.T: the error goes back by the way it came.

    >>> import numpy as np
    >>> dense_input_gradient(np.asarray([[0.5, 1.0]]), np.asarray([[1.0, 2.0], [0.0, -1.0], [3.0, 0.0]])).tolist()
    [[2.5, -1.0, 1.5]]
    """
    return dz @ W.T


def dense_weight_gradient(X: Array, dz: Array) -> Array:
    """Gradient of the mean loss at the weights, dW (n_in, n_out) = X.T @ dz / n.

    ``dz`` holds each sample's own gradient; the mean over samples is taken here and nowhere else.

    >>> import numpy as np
    >>> X, dz = np.asarray([[1.0, 2.0, 0.0], [3.0, 0.0, 1.0]]), np.asarray([[1.0, 0.5], [2.0, 0.0]])
    >>> dense_weight_gradient(X, dz).tolist()
    [[3.5, 0.25], [1.0, 0.5], [1.0, 0.0]]
    """
    return X.T @ dz / X.shape[0]


def dense_bias_gradient(dz: Array) -> Array:
    """Gradient of the mean loss at the biases, db (n_out,) = mean over samples of dz (n, n_out).

    >>> import numpy as np
    >>> dense_bias_gradient(np.asarray([[1.0, 0.5], [2.0, 0.0]])).tolist()
    [1.5, 0.25]
    """
    return namespace(dz).mean(dz, axis=0)
