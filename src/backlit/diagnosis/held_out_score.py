"""What trained networks do on held-out samples: over- and underfitting, classes ignored, targets that do not belong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from backlit.diagnosis.findings import Experiment, Finding
from backlit.diagnosis.held_out import NEIGHBOURS, HeldOut, brought_over, data_findings, neighbour_score
from backlit.diagnosis.lab import Course, outputs_of
from backlit.diagnosis.scoring import answers_of, error_of, score_of
from backlit.diagnosis.setup import Setup

__all__ = ["class_findings", "held_out_findings", "held_out_scores", "unrelated_labels"]

CHANCE = 2.5
"""Standard errors: below, neighbours have like targets no more than chance brings."""

CLEAR = 5.0
LEAST = 40
"""Of fewer samples, neighbours say nothing."""

SEEN = 10
"""Samples of a class from which on it counts that it is never answered."""


def held_out_scores(setup: Setup, held: HeldOut, courses: Sequence[Course]) -> list[float]:
    """Return the score of each run's network on the held-out samples."""
    out = replace(setup, X=held.X, Y=held.Y, labels=held.labels)
    return [score_of(out, outputs_of(course.network, held.X)) for course in courses if course.network is not None]


def held_out_findings(setup: Setup, held: HeldOut, courses: Sequence[Course]) -> tuple[list[Finding], float | None]:
    """Return what the held-out samples show, and the median score on them; ``courses``: the runs as it is."""
    scores = held_out_scores(setup, held, courses)
    facts = list(data_findings(setup, held))
    if not scores:
        return facts, None
    out = replace(setup, X=held.X, Y=held.Y, labels=held.labels)
    errors = [error_of(out, score) for score in scores]
    facts = [_confirmed(fact, setup, held, courses, scores, errors) for fact in facts]
    if not any(fact.confirmed for fact in facts):
        facts += [*_fit(setup, held, courses, errors), *class_findings(out, courses, "held-out")]
    alike = held.labels is None and bool((held.Y[:1] == held.Y).all())
    score = float(np.median(scores))
    # of a constant no share of variance is explained
    return sorted(facts, key=lambda fact: not fact.confirmed), None if alike or not np.isfinite(score) else score


def _confirmed(
    fact: Finding, setup: Setup, held: HeldOut, courses: Sequence[Course], scores: list[float], errors: list[float]
) -> Finding:
    """A scale apart is a cause where the same networks do clearly better on inputs brought to training's scale."""
    if fact.identifier != "held-out-scale" or not fact.address.startswith("X"):
        return fact
    moved = replace(held, X=brought_over(setup, held))
    after = held_out_scores(setup, moved, courses)
    out = replace(setup, X=moved.X, Y=held.Y, labels=held.labels)
    errors_after = [error_of(out, score) for score in after]
    gain = np.asarray(errors) - np.asarray(errors_after)
    if not (np.median(errors_after) <= 2 / 3 * np.median(errors) and gain.min() > 0.05):
        return fact
    spread = float(gain.std(ddof=1) / np.sqrt(len(gain))) if len(gain) > 1 else 0.0
    experiment = Experiment(
        changes=("held-out columns brought to the mean and deviation of training",),
        scores_without=tuple(scores),
        scores_with=tuple(after),
        errors_without=tuple(errors),
        errors_with=tuple(errors_after),
        losses_without=(),
        losses_with=(),
        standard_errors=float(gain.mean() / spread) if spread > 0 else float("inf"),
        steps=setup.steps,
    )
    return replace(fact, confirmed=True, experiment=experiment)


def _fit(setup: Setup, held: HeldOut, courses: Sequence[Course], errors: list[float]) -> Iterator[Finding]:
    if (held.Y[:1] == held.Y).all():
        # of targets that are all the same, every network is as good as the trivial answer, or better
        return
    inside, outside = float(np.median([course.error for course in courses])), float(np.median(errors))
    if outside >= 0.9 and len(held.X) >= SEEN * 2:
        together = neighbour_score(setup, held)
        if together < CHANCE:
            yield _unrelated(neighbour_score(setup), together)
            return
    if outside > 2 * inside and outside - inside > 0.2:
        happened = (
            f"it overfits: the error on held-out samples is {outside:.2g} of the trivial answer's, {inside:.2g} on "
            "those of training"
        )
        advice = "use weight decay, dropout, fewer epochs, a smaller network, or more samples"
        source = "twice that of training, and 0.2 more"
        yield Finding("overfitting", ("layers", "epoch"), "X_val", happened, advice, outside, 2 * inside, source)


def _unrelated(within: float, together: float) -> Finding:
    source = f"{CHANCE:g} standard errors of chance; no network is asked, but the {NEIGHBOURS} nearest training rows"
    if within > CLEAR:
        happened = (
            f"held-out targets do not go with held-out inputs: within the training set near rows have like targets "
            f"({within:.1f} standard errors beyond chance), from it to the held-out set they have not ({together:.1f})"
        )
        advice = "look whether features or targets of the held-out set were shuffled, sorted or joined to other rows"
        return Finding("held-out-shuffled", ("wrong_prep",), "X_val", happened, advice, together, CHANCE, source)
    return _unrelated_everywhere(within, " and what is learned does not hold on held-out samples", source)


def unrelated_labels(setup: Setup) -> Iterator[Finding]:
    """Yield a finding where near rows of training have like targets no more than by chance."""
    within = neighbour_score(setup)
    if len(setup.X) >= LEAST and within < CHANCE:
        source = f"{CHANCE:g} standard errors of chance; no network is asked, but the {NEIGHBOURS} nearest rows"
        yield _unrelated_everywhere(within, " and no change that was tried mends it", source)


def _unrelated_everywhere(within: float, more: str, source: str) -> Finding:
    happened = (
        f"targets seem unrelated to the inputs: near rows have like targets no more than by chance ({within:.1f} "
        f"standard errors),{more}"
    )
    advice = "look whether targets were shuffled, or joined to other rows; else the inputs may not tell"
    innocent = "a rule that neighbours do not show, such as a parity of many columns"
    identifier = "labels-unrelated"
    return Finding(identifier, ("wrong_prep",), "y", happened, advice, within, CHANCE, source, innocent)


def class_findings(setup: Setup, courses: Sequence[Course], which: str = "training") -> Iterator[Finding]:
    """Yield a finding for a class that no run's network ever answers."""
    if setup.labels is None:
        return
    # classes that training never saw are told by themselves
    counts = np.bincount(setup.labels[setup.labels < max(2, setup.Y.shape[1])])
    answered = np.zeros(len(counts), bool)
    for course in courses:
        if course.network is None:
            return
        outputs = outputs_of(course.network, setup.X)
        answers = answers_of(setup, outputs)
        answered[np.unique(answers[answers < len(counts)])] = True
    ignored = [int(label) for label in np.flatnonzero(~answered & (counts >= SEEN))]
    if ignored and answered.any():
        label = max(ignored, key=lambda one: counts[one])
        share = float(counts[label] / counts.sum())
        happened = (
            f"class {label} is never answered, though {counts[label]} of the {which} samples ({share:.1%}) are of it"
        )
        advice = "weigh its samples more, or train longer; look at the confusion of classes, not at accuracy"
        innocent = "it cannot be told from a commoner class by these inputs"
        source = f"a class of {SEEN} samples at least"
        yield Finding("class-ignored", ("loss",), "y", happened, advice, 0.0, 0.0, source, innocent)
