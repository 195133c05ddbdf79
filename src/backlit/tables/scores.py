"""How good predictions are on rows held out, beside what a trivial rule reaches there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Score", "scores_of"]


@dataclass(frozen=True)
class Score:
    """One measure: of the network and of the trivial rule; ``higher_is_better`` says which way is good."""

    name: str
    network: float
    baseline: float
    higher_is_better: bool

    @property
    def beats_baseline(self) -> bool:
        """Whether the network is better than the trivial rule."""
        return (self.network > self.baseline) == self.higher_is_better and self.network != self.baseline


def scores_of(outputs: np.ndarray, y: np.ndarray, y_train: np.ndarray, n_classes: int) -> tuple[list[Score], str]:
    """Return the scores of outputs to y (n,), and the trivial rule in words.

    For classes: accuracy, balanced accuracy (the mean of the classes' recalls) and log loss, of probabilities
    (n, n_classes), against the shares of the classes in ``y_train``. For a quantity: R², mean absolute error and root
    mean squared error, of predictions (n, 1), against the mean of ``y_train``.
    """
    return _of_classes(outputs, y, y_train, n_classes) if n_classes else _of_quantities(outputs[:, 0], y, y_train)


def _of_classes(p: np.ndarray, y: np.ndarray, y_train: np.ndarray, n_classes: int) -> tuple[list[Score], str]:
    from sklearn.metrics import accuracy_score, log_loss, recall_score

    shares = np.bincount(y_train, minlength=n_classes) / len(y_train)
    always = np.full(len(y), shares.argmax())
    everywhere = np.tile(np.maximum(shares, 1e-15), (len(y), 1))
    labels = np.arange(n_classes)
    answer, there = p.argmax(axis=1), np.unique(y)

    def balanced(predicted: np.ndarray) -> float:
        return float(recall_score(y, predicted, labels=there, average="macro", zero_division=0.0))

    def cross_entropy(probabilities: np.ndarray) -> float:
        rows = probabilities / probabilities.sum(axis=1, keepdims=True)
        return float(log_loss(y, rows, labels=labels))

    return [
        Score("accuracy", float(accuracy_score(y, answer)), float(accuracy_score(y, always)), True),
        Score("balanced accuracy", balanced(answer), balanced(always), True),
        Score("log loss", cross_entropy(p), cross_entropy(everywhere), False),
    ], "the commonest class"


def _of_quantities(p: np.ndarray, y: np.ndarray, y_train: np.ndarray) -> tuple[list[Score], str]:
    from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error

    always = np.full(len(y), y_train.mean())
    # one row has no variance to explain
    measures = [("R²", r2_score, True)] if len(y) > 1 else []
    measures += [
        ("mean absolute error", mean_absolute_error, False),
        ("root mean squared error", root_mean_squared_error, False),
    ]
    return [Score(name, float(f(y, p)), float(f(y, always)), up) for name, f, up in measures], "the mean"
