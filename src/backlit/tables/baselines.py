"""What simpler and other models reach on the same rows, so that one sees where a network is the wrong tool."""

from __future__ import annotations

import warnings

import numpy as np

from backlit.tables.scores import Score, scores_of

__all__ = ["baseline_scores"]

MOST_ROWS = 100_000
"""More rows than these are sampled: it should be quick."""


def baseline_scores(
    X: np.ndarray, y: np.ndarray, X_test: np.ndarray, y_test: np.ndarray, n_classes: int, seed: int
) -> dict[str, list[Score]]:
    """Return the scores of a linear model and of gradient boosting by name, fitted on prepared X (n, n_in) and y (n,).

    They are scikit-learn's, with its own settings, but for the number of steps of the linear model.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    from sklearn.linear_model import LogisticRegression, Ridge

    if len(X) > MOST_ROWS:
        rows = np.sort(np.random.default_rng(seed).choice(len(X), MOST_ROWS, replace=False))
        X, y = X[rows], y[rows]
    models = (
        {
            "linear model": LogisticRegression(max_iter=300),
            "gradient boosting": HistGradientBoostingClassifier(random_state=seed),
        }
        if n_classes
        else {"linear model": Ridge(), "gradient boosting": HistGradientBoostingRegressor(random_state=seed)}
    )
    found = {}
    for name, model in models.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(X, y)
        if n_classes:
            outputs = np.full((len(X_test), n_classes), 1e-15)
            outputs[:, model.classes_] = model.predict_proba(X_test)
        else:
            outputs = model.predict(X_test)[:, None]
        found[name] = scores_of(outputs, y_test, y, n_classes)[0]
    return found
