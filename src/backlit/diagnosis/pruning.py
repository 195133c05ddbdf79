"""Leaving out what is not needed: of changes that mend together, those that are causes."""

from __future__ import annotations

from collections.abc import Sequence

from backlit.diagnosis.changes import variants_of
from backlit.diagnosis.evidence import WEAK, Evidence
from backlit.diagnosis.naming import AS_WELL, LEARNS, SOLVED, plainest
from backlit.diagnosis.trials import SEEDS, Trial, Trials, clearly_better

__all__ = ["pruned", "rebuilt"]


def pruned(trials: Trials, trial: Trial, evidence: Evidence) -> Trial:
    """Leave out, from the last on, each change without which it is nearly as good.

    First what no fact of the set-up itself points at, or a hint alone: of that, nothing is kept without which next to
    no error is left, nor without which it learns. Of the latter, what helps on top is kept in mind.
    """

    def hints(one: Trial) -> list[str]:
        return [name for name in one.changes if evidence.own.get(name, 0.0) < WEAK]

    full = _by_rate(trials, _without(trials, trial, hints(trial), SOLVED), evidence)
    trial = _without(trials, full, hints(full), LEARNS)
    trial = _without(trials, trial, [name for name in trial.changes if name not in hints(trial)], 0.0)
    # what was needed beside a fact that is gone may not be by now
    trial = trials.run(_without(trials, trial, hints(trial), SOLVED), SEEDS)
    left_out = [i for i, name in enumerate(full.changes) if name not in trial.changes]
    if left_out and clearly_better(trials.run(full, SEEDS), trial):
        order = [full.changes.index(name) for name in trial.changes] + left_out
        changes, words = tuple(full.changes[i] for i in order), tuple(full.words[i] for i in order)
        trial.with_more = Trial(changes, full.setup, words, full.courses)
    return trial


def _without(trials: Trials, trial: Trial, names: Sequence[str], least: float) -> Trial:
    """Leave out those of the changes, from the last on, without which it is nearly as good, or leaves ``least``."""
    for change in reversed(names):
        if len(trial.changes) < 2:
            break
        without = rebuilt(trials, [name for name in trial.changes if name != change], trial)
        good = max(1.3 * trial.error, trial.error + AS_WELL, least)
        if without is not None and _leaves_at_most(trials, without, good):
            trial = without
    return trial


def _leaves_at_most(trials: Trials, trial: Trial, error: float) -> bool:
    """Whether it still mends, and leaves no more error."""
    if trials.run(trial, SEEDS[:2]).error > error:
        return False
    return trials.run(trial, SEEDS).error <= error and clearly_better(trial, trials.base)


def _by_rate(trials: Trials, trial: Trial, evidence: Evidence) -> Trial:
    """Another optimizer, which has a rate of its own, gives way to a rate of the one in use that does as well."""
    rates = ("learning-rate-higher", "learning-rate-lower")
    if "optimizer" not in trial.changes:
        return trial
    start = rebuilt(trials, [name for name in trial.changes if name not in ("optimizer", *rates)], trial)
    if start is None or start is trials.base:
        return trial
    tried = [trials.screened(name, variants_of(name, start.setup), on=start) for name in rates]
    good = [one for one in tried if one and one.error <= trial.error + AS_WELL]
    return plainest(good, evidence) if good else trial


def rebuilt(trials: Trials, names: Sequence[str], like: Trial) -> Trial | None:
    """Return the changes of ``names`` on the base, each in the way of ``like`` where its words say which."""
    trial = trials.base
    for name in names:
        variants = variants_of(name, trial.setup)
        if not variants:
            return None
        same = [variant for variant in variants if variant.words in like.words]
        # where steps cost more, fewer of them are offered
        chosen = same[0] if same else variants[-1 if name == "epochs" else 0]
        trial = Trial((*trial.changes, name), chosen.setup, (*trial.words, chosen.words))
    return trial if trial is trials.base else Trial(trial.changes, trial.setup, trial.words)
