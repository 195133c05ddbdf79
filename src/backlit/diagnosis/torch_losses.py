"""Which loss a function of outputs and targets is, as far as PyTorch knows: found by calling it."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from backlit.equations.framework_losses import FRAMEWORK_LOSSES
from backlit.equations.loss_table import LOSSES, Loss
from backlit.errors import BacklitError

__all__ = ["check_classes", "hint", "identified_loss", "scores_row"]

KNOWN = (
    "squared_error",
    "absolute_error",
    "huber",
    "clipped_log_loss",
    "log_loss_from_logits",
    # of one output both are 0: what takes probabilities comes first
    "normalised_cross_entropy",
    "cross_entropy_from_logits",
    "shifted_poisson",
)

NEXT_TO_0 = 1e-5

BY_NAME = {
    "CrossEntropyLoss": "cross_entropy_from_logits",
    "cross_entropy": "cross_entropy_from_logits",
    "BCEWithLogitsLoss": "log_loss_from_logits",
    "binary_cross_entropy_with_logits": "log_loss_from_logits",
}
"""PyTorch's losses of scores, which with weights of classes or smoothing are none by their values."""


def identified_loss(
    loss: Callable[[Any, Any], Any], Y: np.ndarray, given: np.ndarray, n_out: int
) -> tuple[Loss, float] | None:
    """Return the known loss of which this one is a multiple, and the factor; None where it is none of them."""
    import torch

    rng, rows = np.random.default_rng(0), np.arange(min(16, len(Y)))
    target = torch.as_tensor(given[rows])
    if target.is_floating_point():
        target = target.float()
    # outputs far from 0 and 1 too tell a loss of logits from one of probabilities
    outputs = [rng.uniform(0.05, 0.95, (len(rows), n_out)) for _ in range(4)]
    try:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Using a target size")
            values = [float(loss(torch.as_tensor(p, dtype=torch.float32), target)) for p in outputs]
    except Exception as error:
        raise BacklitError(
            f"the loss could not be computed on outputs of shape {outputs[0].shape} and y of shape {given.shape}: "
            f"{error!s:.120}{hint(given, error)}"
        ) from None
    for name in KNOWN:
        row = FRAMEWORK_LOSSES.get(name) or LOSSES[name]
        mine = np.array([float(np.mean(row.value(p, Y[rows]))) for p in outputs])
        factor = float(np.dot(mine, values) / max(float(np.dot(mine, mine)), 1e-300))
        # next to 0 everywhere, it is a small multiple of any
        some = np.abs(values).max() > NEXT_TO_0
        if factor > 0 and some and np.allclose(factor * mine, values, rtol=2e-4, atol=1e-6):
            # one output has one cross entropy, 0, of any factor
            return row, factor if np.ptp(mine) > 1e-9 else 1.0
        if np.allclose(mine, values, atol=1e-6):
            return row, 1.0
    return None


def scores_row(loss: Any, Y: np.ndarray, given: np.ndarray, shape: tuple[int, ...]) -> str | None:
    """Return the name here of a loss that makes probabilities of scores, None for others; ``shape`` of an output."""
    name = BY_NAME.get(type(loss).__name__) or BY_NAME.get(getattr(loss, "__name__", ""))
    if name is not None or len(shape) > 1:
        return name if len(shape) < 2 else None
    if Y.shape[1] > 1 and _makes_a_softmax(loss, given, Y.shape[1]):
        return "cross_entropy_from_logits"
    try:
        known = identified_loss(lambda p, y: loss(p.reshape(-1, *shape), y), Y, given, Y.shape[1])
    except BacklitError:
        return None
    return known[0].name if known is not None and known[0].name in BY_NAME.values() else None


def _makes_a_softmax(loss: Callable[[Any, Any], Any], given: np.ndarray, n_out: int) -> bool:
    """Whether a number more in all scores of a sample changes nothing, and even scores give the logarithm of n_out.

    Such is a cross entropy of scores with weights of classes and with smoothing too.
    """
    import torch

    rng, target = np.random.default_rng(0), torch.as_tensor(given[:16])
    scores = rng.normal(size=(len(target), n_out))
    tried = [scores, scores + rng.normal(size=(len(target), 1)), np.zeros_like(scores)]
    try:
        with torch.no_grad():
            a, b, even = (float(loss(torch.as_tensor(z, dtype=torch.float32), target)) for z in tried)
    except Exception:
        # whatever a loss of the user's own raises on scores
        return False
    return abs(a - b) < 1e-4 and abs(even - np.log(n_out)) < 1e-4 < abs(a - even)


def check_classes(given: np.ndarray, n_out: int) -> None:
    """Raise BacklitError for class numbers that ``n_out`` outputs do not have; PyTorch would say "out of bounds"."""
    if given.ndim != 1 or n_out < 2 or given.dtype.kind not in "iu":
        return
    low, high = int(given.min()), int(given.max())
    if low < 0 or high >= n_out:
        more = f"; subtract {low} from y" if high - low < n_out else f", or a module of {high + 1} outputs"
        raise BacklitError(f"y must be classes from 0 to {n_out - 1} for {n_out} outputs, got {low} to {high}{more}")


def hint(given: np.ndarray, error: Exception) -> str:
    """Say what is mostly meant by an error of PyTorch on types and shapes of targets, or ""."""
    words = str(error)
    whole = given.dtype.kind in "iub"
    if "be Long" in words:
        return "; classes must be whole numbers for a loss over classes: y.astype('int64'), or y.long()"
    if "multi-target" in words and given.shape[1:] == (1,):
        return "; give classes as (n,): y[:, 0]"
    if "between 0 and 1" in words:
        return "; the outputs are scores: end the module in a sigmoid, or use nn.BCEWithLogitsLoss"
    if "size" in words and given.ndim == 1:
        return f"; give y as a column: y[:, None]{'.astype(' + repr('float32') + ')' if whole else ''}"
    return "; the loss takes y as float32: y.astype('float32'), or y.float()" if whole and "Float" in words else ""
