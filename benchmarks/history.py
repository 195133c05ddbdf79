"""How fast backlit was, commit by commit: rows are added to benchmarks/history.csv, each beside a peer in the same run.

What stays comparable when the machine changes is the ratio: seconds of ours over seconds of theirs, taken in turns. The
import of PyTorch is a row where PyTorch is installed (`make .venv/.torch`).

Run: python benchmarks/history.py
"""

import csv
import datetime
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from arguments import ENVIRONMENT, given
from explain_startup import OURS as EXPLAIN
from explain_startup import PEER as NUMPY_AND_RICH
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from train_speed import cases

import backlit as bl

ROOT = Path(__file__).parents[1]
FILE = ROOT / "benchmarks" / "history.csv"
RUNS = 9

Run = Callable[[], object]


def main() -> None:
    """Measure each figure, add its row, and print it beside the one before."""
    warnings.simplefilter("ignore", ConvergenceWarning)
    before = {(row["figure"], row["peer"]): row["ratio"] for row in rows()}
    added = []
    for figure, ours, peer, theirs in figures():
        a, b = in_turns(ours, theirs)
        told = [datetime.date.today().isoformat(), bl.__version__, commit(), figure]
        added.append([*told, f"{a:.3g}", peer, f"{b:.3g}", f"{a / b:.3g}"])
        print(
            f"{figure}: {a:.3g} s, {peer} {b:.3g} s, ratio {a / b:.3g} (before: {before.get((figure, peer), 'none')})"
        )
    add(added)


def figures() -> list[tuple[str, Run, str, Run]]:
    """Return what is measured: its name, ours, the peer's name, the peer's."""
    name, X, y, hidden, batch, epochs = cases()[0]
    net = bl.Network.random([X.shape[1], *hidden, 10], activation="relu", output="softmax", seed=0)
    mlp = MLPClassifier(hidden, batch_size=batch, max_iter=epochs, n_iter_no_change=epochs, alpha=0.0, random_state=0)
    estimator = bl.MLPClassifier(
        hidden, batch_size=batch, max_iter=epochs, n_iter_no_change=epochs, alpha=0.0, random_state=0
    )
    light = python("-c", "import backlit")
    torch = [("import backlit", light, "import torch", python("-c", "import torch"))] if find_spec("torch") else []
    return [
        ("import backlit", light, "import sklearn.neural_network", python("-c", SKLEARN)),
        *torch,
        ("backlit explain", python(*EXPLAIN), "import numpy, rich", python(*NUMPY_AND_RICH)),
        (
            f"train, {name}",
            lambda: bl.train(net, X, y, epochs=epochs, batch_size=batch, seed=0),
            "scikit-learn",
            lambda: mlp.fit(X, y),
        ),
        (f"MLPClassifier.fit, {name}", lambda: estimator.fit(X, y), "scikit-learn", lambda: mlp.fit(X, y)),
    ]


SKLEARN = "import sklearn.neural_network"


def python(*arguments: str) -> Run:
    """Return what runs Python once, as a process."""
    return lambda: subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT)


def in_turns(*runs: Run) -> list[float]:
    """Return each one's median seconds, after a run that is not counted."""
    times: list[list[float]] = [[] for _ in runs]
    for number in range(RUNS + 1):
        for run, taken in zip(runs, times, strict=True):
            start = time.perf_counter()
            run()
            if number:
                taken.append(time.perf_counter() - start)
    return [statistics.median(taken) for taken in times]


def commit() -> str:
    """Return the commit's short name, with a + where files differ from it."""
    command = ["git", "describe", "--always", "--exclude=*", "--dirty=+"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip() or "unknown"


def rows() -> list[dict[str, str]]:
    """Return the rows that are there."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def add(added: list[list[str]]) -> None:
    """Add rows to the file."""
    with FILE.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(added)


if __name__ == "__main__":
    given(__doc__)
    main()
