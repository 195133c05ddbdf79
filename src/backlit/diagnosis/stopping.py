"""Where training ends by itself: scikit-learn's rule, by the loss or by the score of samples that it holds out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Stopping", "Waiting", "kept_and_held"]


@dataclass(frozen=True)
class Stopping:
    """Training ends after more than ``patience`` epochs in a row in which nothing is gained, ``tol`` at least.

    ``share`` of the samples held out, whose score is looked at instead of the loss; 0 for the loss. With it, the best
    weights are kept.
    """

    patience: float
    tol: float
    share: float = 0.0


class Waiting:
    """Counts the epochs without a gain of one training; values are to fall.

    >>> waiting = Waiting(Stopping(patience=2, tol=0.01))
    >>> [waiting.ended(loss) for loss in (0.9, 0.5, 0.499, 0.498, 0.497)]
    [False, False, False, False, True]
    """

    def __init__(self, rule: Stopping) -> None:
        self._rule, self._epochs, self._best = rule, 0, float("inf")
        self.is_best = False

    def ended(self, value: float) -> bool:
        """Take the value of one epoch more; say whether training ends with it."""
        self._epochs = self._epochs + 1 if value > self._best - self._rule.tol else 0
        self.is_best = value < self._best
        self._best = min(self._best, value)
        return self._epochs > self._rule.patience


def kept_and_held(rule: Stopping | None, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows that are trained on, in their order where none are held out, and those held out."""
    if rule is None or not rule.share:
        return np.arange(n), np.arange(0)
    held = max(1, int(np.ceil(rule.share * n)))
    order = rng.permutation(n)
    return np.sort(order[held:]), np.sort(order[:held])
