"""From clues and what the search found to the findings of a Diagnosis."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from backlit.diagnosis.changes import CHANGES
from backlit.diagnosis.clue import Clue
from backlit.diagnosis.findings import Diagnosis, Experiment, Finding
from backlit.diagnosis.fitting import taken_twice
from backlit.diagnosis.naming import LEARNS, Mended
from backlit.diagnosis.pointing import pointed_at
from backlit.diagnosis.trials import Trial, Trials, depends_on_start, experiment_of

__all__ = ["concluded", "healthy", "observed"]

SURE = 3.0
"""Of a network that learns, only facts of this strength are told."""


def observed(clues: Sequence[Clue], least: float = 0.0) -> tuple[Finding, ...]:
    """Return the findings of clues, as observations; of several of one name the first."""
    found: dict[str, Finding] = {}
    for clue in clues:
        if clue.strength >= least:
            found.setdefault(clue.finding.identifier, clue.finding)
    return tuple(found.values())


def metric_of(trial: Trial) -> str:
    """Return the name of a set-up's score."""
    if not trial.setup.is_classification:
        return "share of variance explained"
    return "accuracy" if trial.setup.weights is None else "accuracy with each class weighed alike"


def healthy(trials: Trials, clues: Sequence[Clue]) -> Diagnosis:
    """Return the diagnosis of a set-up that learns: nothing but exact facts."""
    base = trials.base
    # what is exact, and no matter of what it reaches: it learns, slowly, and its probabilities are flat
    twice = [clue for clue in clues if clue.finding.identifier == "loss-misfit" and clue.finding.source == "exact"]
    twice = twice if taken_twice(base.setup) else []
    findings = (*observed([*(clue for clue in clues if clue.strength >= SURE), *twice]), *_by_the_start(base))
    metric = metric_of(base)
    summary = f"It learns: {metric} {base.score:.3g}{_range(base)} after {base.steps} steps."
    if findings:
        summary += f" Yet {findings[0].happened}."
    return Diagnosis(summary, findings, _score(base), metric)


def concluded(trials: Trials, clues: Sequence[Clue], mended: Mended, ended_by: str) -> Diagnosis:
    """Return the diagnosis of a set-up that does not learn."""
    base, metric = trials.base, metric_of(trials.base)
    mended, facts = pointed_at(trials, mended, clues)
    causes = _causes(base, facts, mended)
    told = {finding.identifier for finding in causes}
    seen = (*observed(clues, 1.0), *_by_the_start(base))
    rest = tuple(finding for finding in seen if finding.identifier not in told)
    score, best = _score(base), mended.best
    start = "It does not learn" if base.error > 0.9 else "It learns less than it could"
    if best is None and base.error <= LEARNS:
        return healthy(trials, clues)
    reached = "not finite" if score is None else f"{score:.3g}{_range(base)}"
    begin = f"{start}: {metric} {reached} after {base.steps} steps"
    begin += f"{_beside_the_commonest(base)}."
    if best is None:
        end = "No change that was tried mends it."
        if ended_by != "done":
            end = "The experiments were ended before one of them mended it."
        return Diagnosis(f"{begin} {end}", rest, score, metric, ended_by=ended_by)
    others = [experiment_of(trial, base) for trial in mended.others]
    if not causes:
        others = [experiment_of(best, base), *(other for other in others if other.changes != best.words)]
        end = f"With {' and '.join(best.words)} it reaches {best.score:.3g}, but nothing measured says why."
        return Diagnosis(f"{begin} {end}", rest, score, metric, _score(best), others=tuple(others), ended_by=ended_by)
    end = f"With {' and '.join(mended.mends.words)}, and nothing else changed, it reaches {mended.mends.score:.3g}"
    if mended.on_top is not None:
        more = " and ".join(mended.on_top.words[len(mended.mends.words) :])
        end += f"; with {more} on top, {best.score:.3g}"
        others.insert(0, _on_top(mended.on_top, mended.mends))
    summary = f"{begin} {end}."
    return Diagnosis(summary, (*causes, *rest), score, metric, _score(best), others=tuple(others), ended_by=ended_by)


def _range(base: Trial) -> str:
    """The scores from the least to the most, where they differ much from start to start."""
    scores = [course.score for course in base.courses.values()]
    return f" ({min(scores):.3g} to {max(scores):.3g} by the start)" if depends_on_start(base) else ""


def _by_the_start(base: Trial) -> tuple[Finding, ...]:
    """That it learns from some starts and not from others."""
    if not depends_on_start(base):
        return ()
    errors = base.errors(sorted(base.courses))
    bad = [seed for seed, error in enumerate(errors) if error > LEARNS]
    own = ", the one that was given among them" if 0 in bad and base.setup.initializer is None else ""
    happened = f"from {len(bad)} of {len(errors)} starts it does not learn{own}, from the others it does"
    advice = "start from other weights (another seed); wider hidden layers make it less a matter of luck"
    share = len(bad) / len(errors)
    labels = ("init", "layer_properties")
    return (Finding("depends-on-start", labels, "net", happened, advice, share, source=f"an error above {LEARNS:g}"),)


def _beside_the_commonest(base: Trial) -> str:
    """Of classes, what answering the commonest alone reaches, where that looks like much."""
    labels = base.setup.labels
    if labels is None or base.setup.weights is not None:
        return ""
    share = float(np.bincount(labels).max() / len(labels))
    return f", and {share:.3g} of the samples are of one class" if share >= 0.6 else ""


def _causes(base: Trial, facts: Mapping[str, Clue], mended: Mended) -> list[Finding]:
    """Only what a fact points at is a cause, whatever else an experiment says helps."""
    causes: list[Finding] = []
    for trial in mended.causes:
        for change in mended.together or trial.changes[-1:]:
            if change not in facts:
                continue
            cause = _cause(change, trial, facts[change], experiment_of(trial, base), mended.together)
            # the same fact, or the same word, mended in a second way is no second cause
            again = any(cause.labels == other.labels or cause.identifier == other.identifier for other in causes)
            if mended.together or not again:
                causes.append(cause)
    before = mended.causes[:1]
    for trial in mended.further if causes else ():
        # beside the causes before mended, and not beside the set-up as it is
        change = trial.changes[-1]
        causes.append(_cause(change, trial, facts[change], _on_top(trial, before[0]), ()))
        before = (trial,)
    return causes


def _on_top(trial: Trial, before: Trial) -> Experiment:
    place = len(before.words)
    words = f"{' and '.join(trial.words[place:])} on top of {' and '.join(trial.words[:place])}"
    return replace(experiment_of(trial, before), changes=(words,))


def _cause(change: str, trial: Trial, clue: Clue, experiment: Experiment, together: tuple[str, ...]) -> Finding:
    """The finding that points at a change, confirmed."""
    labels, words = CHANGES[change].labels, trial.words[trial.changes.index(change)]
    return replace(clue.finding, labels=labels, advice=words, confirmed=True, experiment=experiment, together=together)


def _score(trial: Trial) -> float | None:
    return trial.score if math.isfinite(trial.score) else None
