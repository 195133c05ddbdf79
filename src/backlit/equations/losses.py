"""Losses of one sample: each value function with its gradient under it.

All take predictions ``p`` and targets ``y`` of shape (n, n_out). A value has shape (n,): the sum over outputs, or the
mean, is taken here and nowhere else. A gradient has shape (n, n_out): each sample's own, not divided by n; the mean
over samples belongs to ``dense``. The table of them is in ``loss_table``.
"""

from backlit.equations.activations import sigmoid, softmax, softplus
from backlit.equations.arrays import Array, namespace


def _sum_over_outputs(terms: Array) -> Array:
    return namespace(terms).sum(terms, axis=-1)


def squared_error(p: Array, y: Array) -> Array:
    """Half the sum of squares: sum_k (y_k - p_k)^2 / 2."""
    return _sum_over_outputs((y - p) * (y - p)) / 2


def squared_error_gradient(p: Array, y: Array) -> Array:
    """p - y."""
    return p - y


def mean_squared_error(p: Array, y: Array) -> Array:
    """The mean of squares over the outputs: sum_k (y_k - p_k)^2 / n_out, as NumPy, PyTorch and Keras mean it."""
    return _sum_over_outputs((y - p) * (y - p)) / y.shape[-1]


def mean_squared_error_gradient(p: Array, y: Array) -> Array:
    """2 (p - y) / n_out."""
    return 2 * (p - y) / y.shape[-1]


def log_loss(p: Array, y: Array) -> Array:
    """Minus sum_k of y_k log p_k + (1 - y_k) log(1 - p_k): one yes-or-no question an output."""
    xp = namespace(p)
    return -_sum_over_outputs(_times_log(y, p, xp) + _times_log(1 - y, 1 - p, xp))


def log_loss_gradient(p: Array, y: Array) -> Array:
    """(p - y) / (p (1 - p))."""
    return (p - y) / (p * (1 - p))


def cross_entropy(p: Array, y: Array) -> Array:
    """Minus sum_k of y_k log p_k, for predictions that sum to 1."""
    return -_sum_over_outputs(_times_log(y, p, namespace(p)))


def cross_entropy_gradient(p: Array, y: Array) -> Array:
    """-y / p."""
    return -y / p


def _times_log(y: Array, p: Array, xp: object) -> Array:
    # 0 log 0 is 0: a class that the target rules out costs nothing
    return y * xp.log(xp.where(y == 0, xp.ones_like(p), p))  # type: ignore[attr-defined]


def absolute_error(p: Array, y: Array) -> Array:
    """sum_k of the distance between p_k and y_k: its best prediction is the median."""
    return _sum_over_outputs(namespace(p).abs(p - y))


def absolute_error_gradient(p: Array, y: Array) -> Array:
    """The sign of p - y."""
    return namespace(p).sign(p - y)


def huber(p: Array, y: Array, delta: float) -> Array:
    """Squared error where the distance is at most delta, beyond it a straight line (Huber 1964)."""
    xp = namespace(p)
    size = xp.abs(p - y)
    return _sum_over_outputs(xp.where(size <= delta, size * size / 2, delta * (size - delta / 2)))


def huber_gradient(p: Array, y: Array, delta: float) -> Array:
    """p - y, kept between -delta and delta."""
    xp = namespace(p)
    return xp.where(xp.abs(p - y) <= delta, p - y, delta * xp.sign(p - y))


def poisson(p: Array, y: Array) -> Array:
    """Half the Poisson deviance, sum_k of y_k log(y_k / p_k) - y_k + p_k: 0 where p is y."""
    xp = namespace(p)
    return _sum_over_outputs(_times_log(y, xp.where(y == 0, 1.0, y) / p, xp) - y + p)


def poisson_gradient(p: Array, y: Array) -> Array:
    """1 - y / p."""
    return 1 - y / p


def quantile(p: Array, y: Array, level: float) -> Array:
    """Pinball loss (Koenker and Bassett 1978): its best prediction is the quantile at ``level``."""
    xp = namespace(p)
    return _sum_over_outputs(xp.where(y > p, level * (y - p), (1 - level) * (p - y)))


def quantile_gradient(p: Array, y: Array, level: float) -> Array:
    """-level below the target, 1 - level above it, 0 on it."""
    xp = namespace(p)
    return xp.where(y > p, -level, xp.where(y < p, xp.ones_like(p) * (1 - level), 0.0))


def softmax_cross_entropy(z: Array, y: Array) -> Array:
    """Cross entropy of softmax(z) in one: log sum_j e^z_j - sum_k y_k z_k, for targets that sum to 1."""
    xp = namespace(z)
    top = xp.max(z, axis=-1, keepdims=True)
    return xp.log(_sum_over_outputs(xp.exp(z - top))) - _sum_over_outputs(y * (z - top))


def softmax_cross_entropy_gradient(z: Array, y: Array) -> Array:
    """softmax(z) - y: softmax's Jacobian and the loss's gradient multiplied out, for targets that sum to 1."""
    return softmax(z) - y


def sigmoid_log_loss(z: Array, y: Array) -> Array:
    """Log loss of sigmoid(z) in one: sum_k of softplus(z_k) - y_k z_k."""
    return _sum_over_outputs(softplus(z) - y * z)


def sigmoid_log_loss_gradient(z: Array, y: Array) -> Array:
    """sigmoid(z) - y: the sigmoid's slope and the loss's denominator cancel."""
    return sigmoid(z) - y
