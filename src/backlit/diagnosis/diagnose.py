"""``bl.diagnose``: facts about a set-up that does not learn, and the experiments that make them causes."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from backlit.diagnosis.clue import Clue
from backlit.diagnosis.conclude import concluded, healthy, observed
from backlit.diagnosis.findings import Diagnosis, Finding
from backlit.diagnosis.from_network import setup_of_estimator, setup_of_network, training_settings
from backlit.diagnosis.from_torch import is_module, setup_of_module
from backlit.diagnosis.measures import measured
from backlit.diagnosis.progress import status_shown
from backlit.diagnosis.rules import clues_of
from backlit.diagnosis.search import Mended, learns, searched
from backlit.diagnosis.setup import Setup
from backlit.diagnosis.trials import SEEDS, StoppedError, Trials
from backlit.errors import BacklitError
from backlit.network.network import Network
from backlit.training.interrupt import interrupt_watched
from backlit.validation import locate_not_finite, number, yes_or_no

__all__ = ["diagnose", "diagnosed"]

TOLD = 1.5
"""Where nothing is confirmed by experiments, weaker hints than these are named and no more."""


def diagnose(
    what: Any,
    X: Any,
    y: Any,
    *,
    quick: bool = False,
    budget: float | None = 90.0,
    progress: bool = False,
    **settings: Any,
) -> Diagnosis:
    """Say why a network does not learn from some samples, or that it does.

    Parameters: ``what``: a Network as training starts from it, or an MLPClassifier or MLPRegressor of scikit-learn or
    backlit, whose own settings are diagnosed; or a PyTorch ``Sequential`` of Linear, activations, Dropout, and
    BatchNorm1d before a Linear, with ``loss`` (a function of outputs and y), ``optimizer`` (SGD, RMSprop, Adam or
    AdamW), ``epochs`` and ``batch_size``; it is read, and not changed. ``X (n, n_in)`` and ``y (n, n_out)`` or labels
    (n,): as they are fed to training. ``quick``: measure only; no experiment, so no cause. ``budget``: seconds after
    which experiments end; None for no end.
    ``progress``: tell on standard error what is being tried. ``settings`` of a Network's training, by their names in
    ``bl.train``, with the same defaults: optimizer, learning_rate, batch_size, epochs, momentum, beta_1, beta_2,
    epsilon, weight_decay, clip_norm.

    Each experiment is the same training with several seeds, without and with one change; only what an experiment
    confirms is a cause, the rest are observations. A set-up that learns is accused of nothing. Seed 0 starts from the
    network's own weights, the others from weights that are spread alike. Ctrl-C gives what was found so far.

    Raises BacklitError for what cannot be diagnosed; a value that is not finite is a finding, with its address.

    >>> import backlit as bl, numpy as np
    >>> x = np.linspace(-1, 1, 60)[:, None]
    >>> net = bl.Network.random([1, 8, 1], activation="tanh", output="sigmoid", loss="squared_error", seed=0)
    >>> found = bl.diagnose(net, x, 30 + 10 * x**2, epochs=40, learning_rate=0.01)
    >>> found.causes[0].identifier, found.causes[0].address
    ('output-range', 'L2')
    """
    began = time.monotonic()
    quick = yes_or_no(quick, "quick")
    deadline = None if budget is None else began + _seconds(budget)
    bad = _not_finite(X, y)
    if bad is not None:
        return bad
    setup = _setup(what, X, y, settings)
    with interrupt_watched() as interrupted, status_shown(yes_or_no(progress, "progress")) as told:
        found = diagnosed(setup, quick=quick, deadline=deadline, stop=interrupted, told=told)
    return replace(found, seconds=time.monotonic() - began)


def diagnosed(
    setup: Setup,
    *,
    quick: bool = False,
    deadline: float | None = None,
    stop: Callable[[], bool] = lambda: False,
    told: Callable[[str], None] = lambda words: None,
) -> Diagnosis:
    """Diagnose a set-up; ``deadline`` is of ``time.monotonic``. See ``diagnose``."""
    bad = _weights_not_finite(setup)
    if bad is not None:
        return bad
    if quick:
        clues = clues_of(setup, measured(setup, None))
        findings = observed(clues, TOLD)
        summary = f"{len(findings)} observation{'' if len(findings) == 1 else 's'}; nothing was trained."
        return Diagnosis(summary + _weaker(clues), findings, quick=True)
    trials = Trials(setup, deadline=deadline, stop=stop, told=told)
    clues, mended, ended_by = [], Mended((), (), None, ()), "done"

    def keep(best_so_far: Mended) -> None:
        nonlocal mended
        mended = best_so_far

    try:
        trials.run(trials.base, SEEDS[:2])
        clues = clues_of(setup, measured(setup, trials.base.courses[0]))
        if learns(trials.base.error, clues):
            return healthy(trials, clues)
        searched(trials, clues, keep)
    except StoppedError:
        ended_by = "interrupt" if stop() else "budget"
    if not trials.base.courses:
        return _nothing_trained(setup, ended_by)
    return concluded(trials, clues, mended, ended_by)


def _nothing_trained(setup: Setup, ended_by: str) -> Diagnosis:
    clues: list[Clue] = clues_of(setup, measured(setup, None))
    summary = "The first training was ended before its end, so these are observations only."
    return Diagnosis(summary + _weaker(clues), observed(clues, TOLD), ended_by=ended_by)


def _weaker(clues: Sequence[Clue]) -> str:
    """Name the hints that are too weak to be told without an experiment, or ""."""
    told = {finding.identifier for finding in observed(clues, TOLD)}
    names = [finding.identifier for finding in observed(clues) if finding.identifier not in told]
    return f" Weaker hints, for experiments to weigh: {', '.join(names)}." if names else ""


def _seconds(budget: Any) -> float:
    seconds = number(budget, "budget")
    if seconds <= 0:
        raise BacklitError(f"budget must be above 0 seconds, got {seconds:g}")
    return seconds


def _setup(what: Any, X: Any, y: Any, settings: dict[str, Any]) -> Setup:
    if is_module(what):
        unknown = [name for name in settings if name not in ("loss", "optimizer", "epochs", "batch_size")]
        if unknown:
            raise BacklitError(
                f"a PyTorch module's settings are loss, optimizer, epochs and batch_size, got {unknown[0]}"
            )
        return setup_of_module(what, X, y, **settings)
    inputs = _samples(X)
    if isinstance(what, Network):
        targets = np.asarray(y, np.float64)
        if targets.ndim not in (1, 2) or len(targets) != len(inputs):
            raise BacklitError(f"y must have a row for each of {len(inputs)} samples, got shape {np.shape(y)}")
        return setup_of_network(what, inputs, targets, training_settings(settings))
    if hasattr(what, "get_params") and hasattr(what, "hidden_layer_sizes"):
        if settings:
            raise BacklitError(f"an estimator has settings of its own, got {', '.join(settings)} too")
        return setup_of_estimator(what, inputs, y)
    raise BacklitError(
        "diagnose takes a Network, an MLPClassifier or MLPRegressor of scikit-learn or backlit, or a PyTorch module, "
        f"got a {type(what).__name__}"
    )


def _samples(X: Any) -> np.ndarray:
    try:
        inputs = np.asarray(X, np.float64)
    except (TypeError, ValueError):
        raise BacklitError("X must be numbers in rows of equal length") from None
    if inputs.ndim != 2 or len(inputs) < 2:
        raise BacklitError(f"X must have shape (n, n_in) with at least two samples, got {inputs.shape}")
    return inputs


def _weights_not_finite(setup: Setup) -> Diagnosis | None:
    """A finding for the first weight or bias that is NaN or infinite, or None."""
    for i, layer in enumerate(setup.network.layers, 1):
        for name, array in (("w", layer.weights), ("b", layer.biases)):
            place = None if array is None else locate_not_finite(array)
            if array is not None and place is not None:
                units = ",".join(str(index + 1) for index in place)
                happened = f"a weight or bias of L{i} is {array[place]} before training begins"
                finding = Finding(
                    "not-finite", ("init",), f"L{i}.{name}[{units}]", happened, "start from finite weights"
                )
                return Diagnosis(f"Nothing can be learned: {happened}.", (finding,))
    return None


def _not_finite(X: Any, y: Any) -> Diagnosis | None:
    """A finding for the first value of the samples that is NaN or infinite, or None."""
    for name, value in [("X", X), ("y", y)]:
        try:
            array = np.asarray(value, np.float64)
        except (TypeError, ValueError):
            continue
        bad = np.argwhere(~np.isfinite(array))
        if len(bad):
            place = tuple(int(i) for i in bad[0])
            address = f"{name}[{','.join(str(i + 1) for i in place)}]"
            happened = f"{len(bad)} of {array.size} values of {name} are not finite; the first is {array[place]}"
            advice = "fill in or leave out what is missing"
            finding = Finding("not-finite", ("missing_prep",), address, happened, advice, source="exact")
            return Diagnosis(f"Nothing can be learned: {happened}.", (finding,))
    return None
