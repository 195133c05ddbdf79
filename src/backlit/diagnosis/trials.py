"""A set-up's trials: which changes were tried with which seeds, each run once, and what came of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from backlit.diagnosis.changes import Variant
from backlit.diagnosis.findings import Experiment
from backlit.diagnosis.lab import Course, held_out_errors, trained_seeds
from backlit.diagnosis.setup import Setup

__all__ = [
    "LEARNS",
    "SEEDS",
    "StoppedError",
    "Trial",
    "Trials",
    "clearly_better",
    "depends_on_start",
    "experiment_of",
]

SEEDS = (0, 1, 2, 3)
"""Seeds of a confirming experiment; the first two screen."""


LEARNS = 0.4
"""A set-up whose error is at most this share of the trivial answer's learns: nothing is accused."""

APART = 0.3
"""Errors that differ by more from start to start are a matter of luck."""

LITTLE = 0.1
"""What leaves no more error has next to none."""

NOTHING = 0.9
"""What leaves more error than this has learned nothing."""

FEW_SAMPLES = 40
"""Of fewer samples, none are held out."""


class StoppedError(Exception):
    """The budget is spent, or Ctrl-C was pressed."""


@dataclass(eq=False)
class Trial:
    """A set-up with some changes, and its runs so far by seed; ``with_more``: one with further changes, which help."""

    changes: tuple[str, ...]
    setup: Setup
    words: tuple[str, ...] = ()
    courses: dict[int, Course] = field(default_factory=dict)
    with_more: Trial | None = None

    def errors(self, seeds: Sequence[int]) -> list[float]:
        """The errors at the end of training, by seed."""
        return [self.courses[seed].error for seed in seeds]

    @property
    def error(self) -> float:
        """Their median."""
        return float(np.median([course.error for course in self.courses.values()]))

    @property
    def steps(self) -> int:
        """The steps that were made: fewer than the set-up's where training ended by itself (the median)."""
        if self.setup.stopping is None or not self.courses:
            return self.setup.steps
        epochs = float(np.median([course.epochs for course in self.courses.values()]))
        return round(epochs * self.setup.steps / self.setup.epochs)

    @property
    def score(self) -> float:
        """The median score, as if a diverged run had none."""
        scores = [course.score for course in self.courses.values()]
        return float(np.median([score if np.isfinite(score) else -np.inf for score in scores]))


class Trials:
    """Runs trials, until ``stop`` says so or the deadline passes; ``told`` hears what is being tried."""

    def __init__(self, setup: Setup, *, deadline: float | None, stop: Callable[[], bool], told: Callable[[str], None]):
        self.base = Trial((), setup)
        self.tried: list[Trial] = []
        self._known: dict[tuple[tuple[str, ...], int], Course] = {}
        self._deadline, self._asked, self._told = deadline, stop, told

    def stopped(self) -> bool:
        """Whether to end."""
        return self._asked() or (self._deadline is not None and time.monotonic() > self._deadline)

    def run(self, trial: Trial, seeds: Sequence[int]) -> Trial:
        """Train for the seeds that are missing; raises StoppedError where it was ended before.

        The same changes, made in the same order, are not trained again: their words tell them apart.
        """
        trial.courses |= {seed: self._known[trial.words, seed] for seed in seeds if (trial.words, seed) in self._known}
        missing = [seed for seed in seeds if seed not in trial.courses]
        if missing:
            self._told(" + ".join(trial.words) or "as it is")
            recorded = trial is self.base and not trial.courses
            courses = trained_seeds(trial.setup, missing, stop=self.stopped, recorded=recorded)
            if self.stopped():
                raise StoppedError
            trial.courses.update(zip(missing, courses, strict=True))
            self._known.update({(trial.words, seed): trial.courses[seed] for seed in missing})
        return trial

    def screened(self, identifier: str, variants: Sequence[Variant], on: Trial | None = None) -> Trial | None:
        """Try each way of a change on top of a trial with two seeds; return the best, or None where there is none."""
        start = self.base if on is None else on
        best: Trial | None = None
        for variant in variants:
            trial = Trial((*start.changes, identifier), variant.setup, (*start.words, variant.words))
            self.run(trial, SEEDS[:2])
            self.tried.append(trial)
            if best is None or trial.error < best.error - 0.01:
                best = trial
            if best.error < 0.02:
                break
        return best

    def generalises(self, good: Trial, bad: Trial, *, every_seed: bool = True) -> bool:
        """Say whether a change mends on samples held out too, where there are enough of them to tell.

        Noise is learned by heart by more steps, which mends nothing. Of a set-up that learns nothing at all, the change
        must teach it something there.
        """
        if len(good.setup.X) < FEW_SAMPLES or good.setup.by_torch:
            return True
        self._told("on samples held out: " + " + ".join(good.words))
        nothing = bad.error > NOTHING
        asked = (good,) if nothing else (good, bad)
        errors = [held_out_errors(trial.setup, SEEDS, stop=self.stopped) for trial in asked]
        if self.stopped():
            raise StoppedError
        if nothing:
            return float(np.median(errors[0])) <= NOTHING
        return _better(*(np.asarray(e) for e in errors), every_seed=every_seed)


def depends_on_start(trial: Trial) -> bool:
    """Say whether a set-up learns from some of its starts and clearly not from others."""
    errors = [course.error for course in trial.courses.values()]
    return min(errors) <= LEARNS < max(errors) and max(errors) - min(errors) > APART


def clearly_better(good: Trial, bad: Trial, seeds: Sequence[int] = SEEDS) -> bool:
    """Say whether a change mends: a third less error (median), 0.05 less, and less for every seed.

    Of a seed from which the set-up learns as it is, next to no error must be left.
    """
    return _better(np.asarray(good.errors(seeds)), np.asarray(bad.errors(seeds)))


def _better(g: np.ndarray, b: np.ndarray, *, every_seed: bool = True) -> bool:
    much = np.median(g) <= 2 / 3 * np.median(b) and np.median(b) - np.median(g) >= 0.05
    each = (g < b) | (np.maximum(g, b) <= LITTLE)
    return bool(much and (not every_seed or each.all()))


def experiment_of(good: Trial, bad: Trial) -> Experiment:
    """Return the experiment that two trials with the same seeds make."""
    seeds = [seed for seed in SEEDS if seed in good.courses and seed in bad.courses]
    g, b = np.asarray(good.errors(seeds)), np.asarray(bad.errors(seeds))
    gain = b - g
    spread = float(gain.std(ddof=1) / np.sqrt(len(gain))) if len(gain) > 1 else 0.0
    return Experiment(
        changes=good.words,
        scores_without=tuple(bad.courses[seed].score for seed in seeds),
        scores_with=tuple(good.courses[seed].score for seed in seeds),
        errors_without=tuple(b.tolist()),
        errors_with=tuple(g.tolist()),
        losses_without=bad.courses[seeds[0]].losses,
        losses_with=good.courses[seeds[0]].losses,
        standard_errors=float(gain.mean() / spread) if spread > 0 else float("inf"),
        steps=bad.steps,
        more_steps=good.steps / max(bad.steps, 1),
    )
