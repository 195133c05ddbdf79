"""Training and held-out samples side by side: what is in both, scaled apart, new, or no longer goes together."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from backlit.diagnosis.findings import Finding
from backlit.diagnosis.setup import Setup

__all__ = ["NEIGHBOURS", "HeldOut", "apart_columns", "brought_over", "data_findings", "neighbour_score"]

FEW = 20
"""Of fewer held-out samples, distributions are not compared."""

NEIGHBOURS = 5
MOST = 1000
"""Samples of which neighbours are looked for."""


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Samples that are not trained on, as they are fed: ``X (n, n_in)``, ``Y (n, n_out)``, ``labels (n,)`` or None."""

    X: np.ndarray
    Y: np.ndarray
    labels: np.ndarray | None


def data_findings(setup: Setup, held: HeldOut) -> Iterator[Finding]:
    """Yield what the two sets show before anything is trained."""
    yield from _duplicates(setup, held)
    yield from _scaled_apart(setup, held)
    yield from _new_classes(setup, held)


def _keys(X: np.ndarray) -> list[bytes]:
    # + 0.0 makes -0.0 the same row as 0.0
    return [row.tobytes() for row in np.ascontiguousarray(X + 0.0)]


def _duplicates(setup: Setup, held: HeldOut) -> Iterator[Finding]:
    """Rows in both sets, far more than the training set holds twice itself, as few different inputs would bring."""
    train, out = _keys(setup.X), _keys(held.X)
    known = set(train)
    share = sum(key in known for key in out) / len(out)
    within = 1 - len(known) / len(train)
    if share > 0.02 and share > 3 * within:
        happened = (
            f"{share:.1%} of the held-out rows are rows of the training set too ({within:.1%} of its own rows are "
            "there twice), so the held-out score is too good"
        )
        advice = "split before rows are copied or resampled, and by groups where rows belong together"
        source = "2 %, and three times as many as within the training set"
        yield Finding("duplicate-rows", ("wrong_prep",), "X_val", happened, advice, share, 0.02, source)


def apart_columns(a: np.ndarray, b: np.ndarray) -> dict[int, float]:
    """Return the columns, from 0, whose distribution differs beyond doubt, with how far: the largest gap of shares.

    A Kolmogorov-Smirnov test, by a gap of at least 0.5 and p below 1e-6 over the number of columns.
    """
    from scipy.stats import ks_2samp

    if min(len(a), len(b)) < FEW:
        return {}
    found = {}
    for i in range(a.shape[1]):
        with warnings.catch_warnings():
            # of columns of few values the exact p overflows; scipy then takes the asymptotic one, which serves as well
            warnings.simplefilter("ignore", RuntimeWarning)
            test = ks_2samp(a[:, i], b[:, i])
        if test.statistic >= 0.5 and test.pvalue < 1e-6 / a.shape[1]:
            found[i] = float(test.statistic)
    return found


def _scaled_apart(setup: Setup, held: HeldOut) -> Iterator[Finding]:
    inputs = setup.X
    if setup.labels is not None and held.labels is not None:
        # classes differ in their inputs, and no scaler is at fault where some of them are not held out
        inputs = inputs[np.isin(setup.labels, held.labels)]
    pairs = [("X_val", inputs, held.X, "inputs")]
    if setup.labels is None and (held.Y[:1] != held.Y).any():
        pairs.append(("y_val", setup.Y, held.Y, "targets"))
    for name, a, b, what in pairs:
        found = apart_columns(a, b)
        if not found:
            continue
        worst = max(found, key=found.__getitem__)
        happened = (
            f"held-out {what} are scaled apart from those of training: in {len(found)} of {a.shape[1]} columns, most "
            f"in column {worst + 1}, {_spread(a[:, worst])} there and {_spread(b[:, worst])} here"
        )
        advice = "prepare both by the training rows' numbers (one scaler, fitted on them)"
        source = "largest gap between the two distributions, beyond chance (Kolmogorov-Smirnov)"
        innocent = "the world has changed between the two sets, which no scaling mends"
        labels, address = ("wrong_prep", "missing_prep"), f"{name}[{worst + 1}]"
        yield Finding("held-out-scale", labels, address, happened, advice, found[worst], 0.5, source, innocent)


def _spread(values: np.ndarray) -> str:
    return f"{values.mean():.3g} ± {values.std():.3g}"


def _new_classes(setup: Setup, held: HeldOut) -> Iterator[Finding]:
    if setup.labels is None or held.labels is None:
        return
    new = sorted(set(held.labels.tolist()) - set(setup.labels.tolist()))
    if new:
        share = float(np.isin(held.labels, new).mean())
        words = ", ".join(str(label) for label in new[:5])
        happened = f"{share:.1%} of the held-out samples are of classes that training never saw ({words})"
        advice = "split so that each class is in both sets (stratified)"
        yield Finding("unseen-class", ("wrong_prep",), "y_val", happened, advice, share, 0.0, "exact")


def brought_over(setup: Setup, held: HeldOut) -> np.ndarray:
    """Return the held-out inputs with each column brought to the mean and deviation of training."""
    a, b = setup.X, held.X
    deviation = b.std(axis=0)
    steady = deviation <= 1e-9 * np.maximum(np.abs(b).max(axis=0), 1e-300)
    result: np.ndarray = (b - b.mean(axis=0)) / np.where(steady, 1.0, deviation) * a.std(axis=0) + a.mean(axis=0)
    return result


def neighbour_score(setup: Setup, held: HeldOut | None = None) -> float:
    """Return how far beyond chance neighbours in the inputs have like targets, in standard errors.

    ``held``: the neighbours of its samples in the training set; without, those within the training set. It asks no
    network, and so tells labels that do not belong to their rows from a network that does not learn.
    """
    from scipy.spatial import cKDTree

    rows = np.random.default_rng(5).permutation(len(setup.X))[:MOST]
    base, deviation = setup.X[rows], setup.X.std(axis=0)
    weight = 1 / np.where(deviation > 1e-9, deviation, np.inf)
    asked = base if held is None else held.X[:MOST]
    k = NEIGHBOURS + (held is None)
    if len(base) <= k:
        return float("nan")
    near = cKDTree(base * weight).query(asked * weight, k)[1]
    near = near[:, 1:] if held is None else near
    mine, theirs = (setup.Y[rows] if held is None else held.Y[:MOST]), setup.Y[rows][near].mean(axis=1)
    a, b = mine - mine.mean(axis=0), theirs - theirs.mean(axis=0)
    size = float(np.sqrt(np.square(a).sum() * np.square(b).sum()))
    if size == 0:
        # targets, or those of all neighbours, are the same: nothing can be said
        return float("nan")
    r = float((a * b).sum()) / size
    return float(np.arctanh(np.clip(r, -0.999999, 0.999999)) * np.sqrt(max(1, len(asked) - 3)))
