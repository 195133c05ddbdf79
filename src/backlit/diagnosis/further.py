"""What is added to the one cause mended: causes that stay, and what helps a set-up that learns by then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from backlit.diagnosis.changes import CHANGES, variants_of
from backlit.diagnosis.evidence import WEAK, Evidence
from backlit.diagnosis.naming import LEARNS, NOT_WITH_OTHERS, SOLVED, STRONG, Mended, plainest
from backlit.diagnosis.trials import SEEDS, Trial, Trials, clearly_better

__all__ = ["added_further", "rooted"]

RATES = ("learning-rate-lower", "learning-rate-higher", "optimizer")
SCALES = ("scale-inputs", "scale-targets")


def rooted(trials: Trials, found: Mended, evidence: Evidence) -> Mended:
    """Where the cause is a rate or steps, though inputs or targets are far from the usual scales, scale and train on.

    A smaller rate, or many steps, make up for large inputs, so that they are not what is wrong where scales, with the
    training that they ask for, do as well; of steps, in half as many, or do clearly better.
    """
    first = found.causes[0]
    by_rate = [name for name in first.changes if name in RATES]
    names = [name for name in SCALES if evidence.own.get(name, 0.0) >= STRONG]
    if not (by_rate or "epochs" in first.changes) or not names or any(name in first.changes for name in SCALES):
        return found
    trial: Trial | None = trials.base
    for name in names:
        trial = trials.screened(name, variants_of(name, trial.setup), on=trial) if trial else None
    if trial is None:
        return found
    training = ("learning-rate-higher", "epochs", "learning-rate-lower")
    tried = [trial, *(trials.screened(name, variants_of(name, trial.setup), on=trial) for name in training)]
    best = plainest([one for one in tried if one], evidence)
    trials.run(best, SEEDS)
    if best.error > first.error + 0.03 or not clearly_better(best, trials.base):
        return found
    if not by_rate and best.setup.steps > first.setup.steps / 2 and not clearly_better(best, first):
        return found
    together = best.changes if len(best.changes) > 1 else ()
    return Mended((best,), together, best, (*found.causes, *found.others))


def added_further(trials: Trials, found: Mended, evidence: Evidence) -> Mended:
    """Where the causes mended leave much error, add what leaves less than half of it.

    First what other facts of the set-up itself point at, then a change of the training.
    """
    if found.on_top is not None:
        return found
    last = found.causes[0]
    of_training = all(CHANGES[name].part == "training" for name in last.changes)
    if of_training and last.error > LEARNS:
        return found
    added: list[Trial] = []
    facts = {name: value for name, value in evidence.own.items() if value >= WEAK and name not in NOT_WITH_OTHERS}
    own = [name for name, value in facts.items() if value >= STRONG or last.error > LEARNS]
    trial = None if of_training else _added(trials, last, own, evidence)
    if trial is not None:
        added.append(trial)
        last = trial
    # of what learns, weaker facts are told as what helps, as changes of the training are
    training = [] if of_training else [name for name in facts if name not in own]
    training += [name for name in evidence.rank if CHANGES[name].part == "training" and name not in training]
    training += [name for name in ("learning-rate-higher", "learning-rate-lower", "epochs") if name not in training]
    trial = _added(trials, last, training, evidence)
    if trial is None:
        return replace(found, best=last, further=tuple(added)) if added else found
    if last.error <= LEARNS:
        # what learns is accused of nothing, here too
        return replace(found, best=trial, further=tuple(added), on_top=trial)
    return replace(found, best=trial, further=(*added, trial))


def _added(trials: Trials, first: Trial, names: Sequence[str], evidence: Evidence) -> Trial | None:
    """The best change on top of a trial, where it leaves less than half of much error."""
    if first.error <= SOLVED:
        return None
    new = [name for name in names if name not in first.changes]
    tried = [trials.screened(name, variants_of(name, first.setup), on=first) for name in new]
    better = [trial for trial in tried if trial and trial.error < 0.5 * first.error]
    if not better:
        return None
    trial = trials.run(plainest(better, evidence), SEEDS)
    return trial if clearly_better(trial, first) and trials.generalises(trial, first, every_seed=False) else None
