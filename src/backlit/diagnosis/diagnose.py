"""``bl.diagnose``: facts about a set-up that does not learn, and the experiments that make them causes."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from backlit.diagnosis.beforehand import (
    all_frozen,
    batches_of_one,
    cut_off_from_all,
    not_finite_in,
    not_trained,
    targets_alike,
    weights_not_finite,
)
from backlit.diagnosis.checks import learned_by_heart
from backlit.diagnosis.clue import Clue
from backlit.diagnosis.conclude import concluded, healthy, observed
from backlit.diagnosis.findings import Diagnosis, Finding
from backlit.diagnosis.from_history import diagnosis_of_history, findings_of_history
from backlit.diagnosis.from_pipeline import column_names, is_pipeline, opened, with_names
from backlit.diagnosis.from_torch import is_module
from backlit.diagnosis.held_out import HeldOut, data_findings
from backlit.diagnosis.held_out_score import class_findings, held_out_findings, unrelated_labels
from backlit.diagnosis.held_out_taken import held_out_of
from backlit.diagnosis.keras_settings import is_keras_model
from backlit.diagnosis.lab import first_steps_seen, one_thread_each, range_test
from backlit.diagnosis.measures import measured
from backlit.diagnosis.naming import LEARNS, LEARNS_WELL, Mended
from backlit.diagnosis.progress import status_shown
from backlit.diagnosis.rules import clues_of
from backlit.diagnosis.search import learns, searched
from backlit.diagnosis.seen import Seen
from backlit.diagnosis.setup import Setup
from backlit.diagnosis.taken import setup_of, setup_of_checkpoint
from backlit.diagnosis.trials import SEEDS, StoppedError, Trials, depends_on_start
from backlit.errors import BacklitError
from backlit.training.history import History
from backlit.training.interrupt import interrupt_watched
from backlit.validation import number, yes_or_no

__all__ = ["diagnose", "diagnosed"]

TOLD = 1.5
"""Where nothing is confirmed by experiments, weaker hints than these are named and no more."""


def diagnose(
    what: Any,
    X: Any = None,
    y: Any = None,
    *,
    X_val: Any = None,
    y_val: Any = None,
    quick: bool = False,
    budget: float | None = 90.0,
    progress: bool = False,
    **settings: Any,
) -> Diagnosis:
    """Say why a network does not learn from some samples, or that it does.

    Parameters: ``what``: a Network as training starts from it; an MLPClassifier or MLPRegressor of scikit-learn or
    backlit, whose own settings are diagnosed; a fitted Pipeline that ends in one, with ``X`` as it is fed to the
    Pipeline: its steps prepare it; a PyTorch module, with ``loss`` (a function of outputs and y),
    ``optimizer`` (SGD, RMSprop, Adam or AdamW), ``epochs`` and ``batch_size``; a compiled Keras model, with
    ``epochs`` and ``batch_size``; the path of a checkpoint of ``bl.train``, whose own settings are diagnosed; or
    a History, of which only the curves are looked at, without samples. It is read, and not changed.
    ``X (n, n_in)`` and ``y (n, n_out)`` or labels (n,): as they are fed to training. ``X_val``, ``y_val``: samples
    held out, which are compared with them. ``quick``: measure only; no experiment, so no cause. ``budget``: seconds
    after which experiments end; None for no end. ``progress``: tell on standard error what is being tried.
    ``settings`` of a Network's training, by their names in ``bl.train``, with the same defaults: optimizer,
    learning_rate, batch_size, epochs, momentum, beta_1, beta_2, epsilon, weight_decay, clip_norm.

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
    if isinstance(what, History):
        return diagnosis_of_history(what)
    if is_pipeline(what) and X is not None:
        prepared = opened(what, X, X_val)
        more = {"X_val": prepared.X_val, "y_val": y_val, "quick": quick, "budget": budget, "progress": progress}
        found = with_names(diagnose(prepared.model, prepared.X, y, **more, **settings), prepared.names)
        return replace(found, summary=f"{found.summary} {prepared.words}", seconds=time.monotonic() - began)
    if X is None or y is None:
        raise BacklitError("diagnose needs the samples: diagnose(net, X, y, ...); only a History does without")
    if (X_val is None) != (y_val is None):
        raise BacklitError("X_val and y_val are given together, or neither of them")
    bad = not_finite_in([("X", X), ("y", y), ("X_val", X_val), ("y_val", y_val)])
    if bad is not None:
        return bad
    curves: tuple[Finding, ...] = ()
    if isinstance(what, str | Path):
        setup, history = setup_of_checkpoint(what, X, y, settings)
        curves = findings_of_history(history)
    else:
        setup = setup_of(what, X, y, settings)
    if is_module(what) and "optimizer" in settings:
        still = not_trained(what, settings["optimizer"])
        if still is not None:
            return still
    if is_keras_model(what) and not what.trainable_weights:
        return all_frozen()
    held = None if X_val is None else held_out_of(setup, what, y, X_val, y_val)
    with interrupt_watched() as interrupted, status_shown(yes_or_no(progress, "progress")) as told:
        found = diagnosed(setup, held_out=held, quick=quick, deadline=deadline, stop=interrupted, told=told)
    found = with_names(_with_more(found, curves), column_names(X))
    return replace(found, seconds=time.monotonic() - began)


def diagnosed(
    setup: Setup,
    *,
    held_out: HeldOut | None = None,
    quick: bool = False,
    deadline: float | None = None,
    stop: Callable[[], bool] = lambda: False,
    told: Callable[[str], None] = lambda words: None,
) -> Diagnosis:
    """Diagnose a set-up; ``deadline`` is of ``time.monotonic``. See ``diagnose``."""
    bad = weights_not_finite(setup) or targets_alike(setup) or batches_of_one(setup) or cut_off_from_all(setup)
    if bad is not None:
        return bad
    with one_thread_each(setup):
        if quick:
            return _measured_only(setup, held_out)
        trials = Trials(setup, deadline=deadline, stop=stop, told=told)
        return _by_experiments(trials, held_out, stop)


def _by_experiments(trials: Trials, held_out: HeldOut | None, stop: Callable[[], bool]) -> Diagnosis:
    setup = trials.base.setup
    clues, mended, ended_by = [], Mended((), (), None, ()), "done"
    seen: Seen | None = None
    more: list[Finding] = []
    score: float | None = None

    def keep(best_so_far: Mended) -> None:
        nonlocal mended
        mended = best_so_far

    def complete(found: Diagnosis) -> Diagnosis:
        words = found.summary if score is None else f"{found.summary} On samples held out: {score:.3g}."
        return _with_more(replace(found, summary=words, seen=seen, held_out_score=score), more)

    try:
        trials.run(trials.base, SEEDS[:2])
        if depends_on_start(trials.base):
            trials.run(trials.base, SEEDS)
        seen = _seen(setup, trials)
        clues = _clues(setup, trials, seen)
        if held_out is not None:
            more, score = held_out_findings(setup, held_out, list(trials.base.courses.values()))
        if learns(trials.base.error, clues):
            return complete(healthy(trials, clues))
        searched(trials, clues, keep)
        if mended.best is None and trials.base.error > LEARNS and setup.part is None:
            more += [*class_findings(setup, list(trials.base.courses.values())), *unrelated_labels(setup)]
    except StoppedError:
        ended_by = "interrupt" if stop() else "budget"
    if not trials.base.courses:
        return _nothing_trained(setup, held_out, ended_by)
    return complete(concluded(trials, clues, mended, ended_by))


def _clues(setup: Setup, trials: Trials, seen: Seen | None) -> list[Clue]:
    """The facts, with what a few samples say where the set-up leaves something to learn."""
    few = learned_by_heart(setup, trials.stopped) if trials.base.error > LEARNS_WELL else None
    rates = None if seen is None else seen.rates
    return clues_of(setup, measured(setup, trials.base.courses[0], few=few, rates=rates))


def _with_more(found: Diagnosis, more: Sequence[Finding]) -> Diagnosis:
    """Add what was found beside the set-up itself: confirmed causes to the causes, the rest at the end."""
    there = {finding.identifier for finding in found.findings}
    new = [finding for finding in more if finding.identifier not in there]
    causes = [*found.causes, *(finding for finding in new if finding.confirmed)]
    rest = [finding for finding in (*found.findings, *new) if not finding.confirmed]
    return replace(found, findings=(*causes, *rest))


def _measured_only(setup: Setup, held_out: HeldOut | None, summary: str | None = None) -> Diagnosis:
    """What can be said without training: facts, and the first steps."""
    facts = [] if held_out is None else data_findings(setup, held_out)
    clues = clues_of(setup, measured(setup, None))
    findings = (*observed(clues, TOLD), *facts)
    if summary is None:
        summary = f"{len(findings)} observation{'' if len(findings) == 1 else 's'}; nothing was trained."
    return Diagnosis(summary + _weaker(clues), findings, quick=True, seen=first_steps_seen(setup))


def _seen(setup: Setup, trials: Trials) -> Seen | None:
    seen = trials.base.courses[0].seen
    return None if seen is None else replace(seen, rates=range_test(setup, trials.stopped))


def _nothing_trained(setup: Setup, held_out: HeldOut | None, ended_by: str) -> Diagnosis:
    summary = "The first training was ended before its end, so these are observations only."
    return replace(_measured_only(setup, held_out, summary), quick=False, ended_by=ended_by)


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
