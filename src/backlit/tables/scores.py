"""How good predictions are on rows held out, beside what a trivial rule reaches there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["ClassScore", "Reliability", "Score", "calibration_of", "class_scores_of", "scores_of"]

BINS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
"""Where bins of the answer's probability begin; the first begins at 0."""

FEWEST_ROWS = 50


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


@dataclass(frozen=True)
class ClassScore:
    """How one class fares: its rows held out, the share of them found, and the share right of those called so.

    ``precision`` is None where no row was called so.
    """

    label: str
    n_rows: int
    recall: float
    precision: float | None


@dataclass(frozen=True)
class Reliability:
    """Rows whose answer's probability is from ``low`` to ``high``: what was said on average, and the share right."""

    low: float
    high: float
    n_rows: int
    said: float
    right: float


def calibration_of(outputs: np.ndarray, y: np.ndarray) -> list[Reliability]:
    """Return how the probability of the answer, of outputs (n, n_classes), compares with the share that is right.

    In bins that hold rows; empty for fewer than 50 rows.
    """
    if len(y) < FEWEST_ROWS:
        return []
    said, right = outputs.max(axis=1), outputs.argmax(axis=1) == y
    places, edges = np.digitize(said, BINS), (0.0, *BINS, 1.0)
    return [
        Reliability(edges[i], edges[i + 1], int(mine.sum()), float(said[mine].mean()), float(right[mine].mean()))
        for i in range(len(BINS) + 1)
        if (mine := places == i).any()
    ]


def class_scores_of(outputs: np.ndarray, y: np.ndarray, classes: Sequence[str]) -> list[ClassScore]:
    """Return recall and precision of each class that has rows among y (n,), of probabilities (n, n_classes)."""
    answer = outputs.argmax(axis=1)
    found = []
    for code, label in enumerate(classes):
        mine, called = y == code, answer == code
        if mine.any():
            right = int((mine & called).sum())
            precision = right / int(called.sum()) if called.any() else None
            found.append(ClassScore(label, int(mine.sum()), right / int(mine.sum()), precision))
    return found


def scores_of(outputs: np.ndarray, y: np.ndarray, y_train: np.ndarray, n_classes: int) -> tuple[list[Score], str]:
    """Return the scores of outputs to y (n,), and the trivial rule in words.

    For classes: accuracy, balanced accuracy (the mean of the classes' recalls), the area under the ROC curve (of more
    than two classes the mean of each against the rest) and log loss, of probabilities
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

    area = _area(p, y, there)
    return [
        Score("accuracy", float(accuracy_score(y, answer)), float(accuracy_score(y, always)), True),
        Score("balanced accuracy", balanced(answer), balanced(always), True),
        *([] if area is None else [Score("AUC", area, 0.5, True)]),
        Score("log loss", cross_entropy(p), cross_entropy(everywhere), False),
    ], "the commonest class"


def _area(p: np.ndarray, y: np.ndarray, there: np.ndarray) -> float | None:
    """The mean area under the ROC curves of the classes there are, or None for one class alone."""
    from sklearn.metrics import roc_auc_score

    if len(there) < 2:
        return None
    codes = there[-1:] if p.shape[1] == 2 else there
    return float(np.mean([roc_auc_score(y == code, p[:, code]) for code in codes]))


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
