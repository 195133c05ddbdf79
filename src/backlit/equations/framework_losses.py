"""Losses as Keras and PyTorch compute them on outputs that they were not made for.

The losses of ``loss_table`` stand beside outputs that fit. Diagnosis must follow networks where they do not: cross
entropy of outputs that sum to anything, log loss of outputs beyond 0 and 1, a softmax taken twice. Each row maps (n,
n_out) twice, as there.
"""

from __future__ import annotations

from backlit.equations.activations import sigmoid, softmax
from backlit.equations.arrays import Array, namespace
from backlit.equations.loss_table import Loss
from backlit.equations.losses import sigmoid_log_loss, softmax_cross_entropy

__all__ = ["FRAMEWORK_LOSSES", "KEPT_FROM_ENDS"]

KEPT_FROM_ENDS = 1e-7
"""Keras keeps probabilities this far from 0 and 1 before it takes a logarithm; outside, the gradient is 0."""


def _clip(p: Array) -> Array:
    return namespace(p).clip(p, KEPT_FROM_ENDS, 1 - KEPT_FROM_ENDS)


def _inside(p: Array) -> Array:
    xp = namespace(p)
    return xp.where((p >= KEPT_FROM_ENDS) & (p <= 1 - KEPT_FROM_ENDS), xp.ones_like(p), xp.zeros_like(p))


def clipped_log_loss(p: Array, y: Array) -> Array:
    """Log loss of p kept between 0 and 1, summed over outputs."""
    xp, c = namespace(p), _clip(p)
    return -xp.sum(y * xp.log(c) + (1 - y) * xp.log(1 - c), axis=-1)


def clipped_log_loss_gradient(p: Array, y: Array) -> Array:
    """(c - y) / (c (1 - c)) where c = p is inside, 0 outside."""
    c = _clip(p)
    return _inside(p) * (c - y) / (c * (1 - c))


def normalised_cross_entropy(p: Array, y: Array) -> Array:
    """Cross entropy of p divided by its sum over outputs, kept between 0 and 1."""
    xp = namespace(p)
    q = p / xp.sum(p, axis=-1, keepdims=True)
    return -xp.sum(y * xp.log(_clip(q)), axis=-1)


def normalised_cross_entropy_gradient(p: Array, y: Array) -> Array:
    """(g_k - sum_j g_j q_j) / s with q = p / s, s the sum of p, and g = -y / q where q is inside, else 0."""
    xp = namespace(p)
    s = xp.sum(p, axis=-1, keepdims=True)
    q = p / s
    g = -y * _inside(q) / _clip(q)
    return (g - xp.sum(g * q, axis=-1, keepdims=True)) / s


def cross_entropy_from_logits_gradient(p: Array, y: Array) -> Array:
    """softmax(p) sum_k y_k - y: what the loss sends to outputs that it takes for logits."""
    return softmax(p) * namespace(y).sum(y, axis=-1, keepdims=True) - y


def log_loss_from_logits_gradient(p: Array, y: Array) -> Array:
    """sigmoid(p) - y."""
    return sigmoid(p) - y


def shifted_poisson(p: Array, y: Array) -> Array:
    """sum_k of p_k - y_k log(p_k + 1e-7): Keras's Poisson loss, which takes targets below 0 too."""
    xp = namespace(p)
    return xp.sum(p - y * xp.log(p + KEPT_FROM_ENDS), axis=-1)


def shifted_poisson_gradient(p: Array, y: Array) -> Array:
    """1 - y / (p + 1e-7)."""
    return 1 - y / (p + KEPT_FROM_ENDS)


def _row(name: str, value: object, gradient: object, formula: str, slope: str) -> Loss:
    return Loss(name, value, gradient, (formula, formula), (slope, slope))  # type: ignore[arg-type]


FRAMEWORK_LOSSES: dict[str, Loss] = {
    row.name: row
    for row in (
        _row(
            "clipped_log_loss",
            clipped_log_loss,
            clipped_log_loss_gradient,
            "−(#y × log(#p) + (1 − #y) × log(1 − #p))",
            "(#y − #p) / (#p × (1 − #p))",
        ),
        _row(
            "normalised_cross_entropy",
            normalised_cross_entropy,
            normalised_cross_entropy_gradient,
            "−#y × log(#p / Σ p)",
            "#y / #p − Σ y / Σ p",
        ),
        _row(
            "cross_entropy_from_logits",
            softmax_cross_entropy,
            cross_entropy_from_logits_gradient,
            "−#y × log(softmax(#p))",
            "#y − softmax(#p)",
        ),
        _row(
            "log_loss_from_logits",
            sigmoid_log_loss,
            log_loss_from_logits_gradient,
            "−(#y × log(σ(#p)) + (1 − #y) × log(1 − σ(#p)))",
            "#y − σ(#p)",
        ),
        _row(
            "shifted_poisson",
            shifted_poisson,
            shifted_poisson_gradient,
            "#p − #y × log(#p)",
            "#y / #p − 1",
        ),
    )
}
"""A row is also what a network holds as its loss; its formulas are of one output."""
