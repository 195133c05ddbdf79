"""The losses that predictions and targets may have, and which of them a number is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from backlit.equations.loss_table import LOSSES
from backlit.scripts.found.passes import ForwardPass

__all__ = ["LOSS", "NO_ERROR", "loss_table", "losses_of"]

LOSS = re.compile(r"loss|cost|err|mse|entropy|fehler|verlust|kosten|perd|perte|co[uû]t|custo|ecm|^j$", re.IGNORECASE)
"""Names of a loss, in a few languages."""
NO_ERROR = re.compile(r"loss|cost|mae|l1|verlust|kosten|perd|perte|co[uû]t|custo", re.IGNORECASE)
"""Those that an error has not."""

LossRow = tuple[str, str, str, float]


def losses_of(value: float, table: Sequence[LossRow], *, exact: bool = False) -> Iterator[tuple[str, str, str]]:
    """Yield (loss, reduction, words) of each loss that has this value; value 0 tells nothing.

    ``exact``: without room for the small number that many add in a logarithm: any number may be near by chance.
    """
    if not np.isfinite(value) or abs(value) < 1e-12:
        return
    for loss, reduction, words, right in table:
        room = 1e-4 if not exact and ("log" in loss or "entropy" in loss) else 0.0
        if abs(value - right) <= (1e-6 + room) * abs(right):
            yield loss, reduction, words


def loss_table(p: np.ndarray, y: np.ndarray, found: ForwardPass) -> list[LossRow]:
    """Return (loss, reduction, words, value) of every loss that predictions and targets may have."""
    n, n_out = p.shape
    with np.errstate(all="ignore"):
        squares = float(((p - y) ** 2).sum())
        table: list[LossRow] = [
            ("mse", "mean", "mean squared error", squares / (n * n_out)),
            ("squared_error", "mean", "half the squared error, mean over samples", squares / (2 * n)),
            ("half_mean_squared_error", "mean", "half the mean squared error", squares / (2 * n * n_out)),
            ("sum_squared_error", "mean", "squared error, mean over samples", squares / n),
            ("squared_error", "sum", "half the squared error, summed", squares / 2),
            ("sum_squared_error", "sum", "squared error, summed", squares),
        ]
        if n * n_out > 1:
            root = float(np.sqrt(squares / (n * n_out)))
            table.append(("mse", "mean", "root of the mean squared error", root))
        # below 1 Huber's loss is half the square
        huber = [("huber", "Huber loss")] if (np.abs(p - y) > 1).any() else []
        for name, said in (*huber, ("absolute_error", "absolute error")):
            table += _reductions(name, said, float(LOSSES[name].value(p, y).sum()), n, n_out)
        if found.links[-1].activation == "softmax":
            terms = -float(np.where(y > 0, y * np.log(np.maximum(p, 1e-300)), 0).sum())
            table += _reductions("cross_entropy", "cross entropy", terms, n, n_out)
        elif p.min() >= 0 and p.max() <= 1:
            q = np.clip(p, 1e-15, 1 - 1e-15)
            terms = -float((y * np.log(q) + (1 - y) * np.log(1 - q)).sum())
            table += _reductions("log_loss", "log loss", terms, n, n_out)
    return table


def _reductions(loss: str, words: str, total: float, n: int, n_out: int) -> list[LossRow]:
    return [
        (loss, "mean", f"{words}, mean over samples", total / n),
        (loss, "sum", f"{words}, summed", total),
        (loss, "all", f"{words}, mean over samples and outputs", total / (n * n_out)),
    ]
