"""The search for what mends a set-up: each change alone, those that facts point at first, then together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from backlit.diagnosis.changes import CHANGES, Variant, variants_of
from backlit.diagnosis.clue import Clue
from backlit.diagnosis.evidence import WEAK, Evidence, evidence_of
from backlit.diagnosis.fitting import gives_no_gradient
from backlit.diagnosis.further import added_further, rooted
from backlit.diagnosis.naming import (
    CLEAR,
    LEARNS,
    LEARNS_WELL,
    NEAR,
    NOT_WITH_OTHERS,
    SOLVED,
    STRONG,
    Mended,
    named,
    plainest,
    taught,
)
from backlit.diagnosis.pruning import pruned
from backlit.diagnosis.trials import SEEDS, Trial, Trials, clearly_better

__all__ = ["learns", "searched"]

WELL = 0.25
"""What was made usual in every way must leave no more error: else what learns is not known."""

OUTPUTS = ("output-activation", "output-units", "loss", "target-coding")
"""Where no weight ever gets a gradient, nothing else can mend alone."""

SOUND = (
    "output-activation",
    "loss",
    "target-coding",
    "initializer",
    "scale-inputs",
    "scale-targets",
    "dropout",
    "weight-decay",
    "units",
    "optimizer",
    "epochs",
)
"""What makes a set-up usual in every way; what comes last is left out first again."""


def learns(error: float, clues: Sequence[Clue]) -> bool:
    """Say whether a set-up learns well enough that nothing is looked for."""
    strong = any(clue.strength >= STRONG and clue.changes for clue in clues)
    return error <= (LEARNS_WELL if strong else LEARNS)


def searched(trials: Trials, clues: Sequence[Clue], told: Callable[[Mended], None]) -> Mended:
    """Look for what mends; ``told`` hears the best answer so far, for whoever is interrupted."""
    evidence = evidence_of(clues)
    base = trials.run(trials.base, SEEDS)
    singles: dict[str, Trial] = {}
    if base.error <= LEARNS:
        evidence = replace(
            evidence, rank={n: v for n, v in evidence.rank.items() if evidence.strength[n] >= STRONG - 0.15}
        )

    def tried(changes: Iterable[str]) -> None:
        for change in changes:
            if _solved(singles, evidence, evidence.rank.get(change, 0.0) + NEAR):
                break
            if gives_no_gradient(base.setup) and change not in OUTPUTS:
                continue
            trial = trials.screened(change, variants_of(change, base.setup))
            if trial is not None and _mends(trials, trial, evidence.strength.get(change, 0.0)):
                singles[change] = trial
                told(named(singles, evidence, [], base))

    tried(evidence.rank)
    combined: list[Trial] = []
    if base.error > LEARNS and not _solved(singles, evidence, WEAK) and not taught(singles, evidence, base):
        combined = _combined(trials, evidence, singles)
        if not any(trial.error < SOLVED for trial in combined):
            tried(name for name in CHANGES if name not in evidence.rank)
        if all(trial.error > LEARNS for trial in (*singles.values(), *combined)):
            combined += _from_sound(trials, evidence)
    found = named(singles, evidence, combined, base)
    told(found)
    if base.error > LEARNS and found.causes:
        found = rooted(trials, found, evidence)
        told(found)
    if base.error > LEARNS and len(found.causes) == 1:
        found = added_further(trials, found, evidence)
        told(found)
    return found


def _solved(singles: dict[str, Trial], evidence: Evidence, least: float) -> bool:
    """Whether a change that facts point at at least so strongly leaves next to no error."""
    rank = evidence.rank
    return any(trial.error < SOLVED and rank.get(name, 0) >= max(least, WEAK) for name, trial in singles.items())


def _mends(trials: Trials, trial: Trial, strength: float) -> bool:
    if not _promising(trial, trials.base):
        return False
    trials.run(trial, SEEDS)
    if not clearly_better(trial, trials.base):
        return False
    # of a set-up that learns somewhat, what mends must do so beyond the samples it was trained on
    weak, somewhat = strength < WEAK, trials.base.error <= LEARNS and strength < CLEAR
    return not (weak or somewhat) or trials.generalises(trial, trials.base, every_seed=weak)


def _promising(trial: Trial, base: Trial) -> bool:
    few = SEEDS[:2]
    return sum(trial.errors(few)) <= 0.8 * sum(base.errors(few))


def _combined(trials: Trials, evidence: Evidence, singles: dict[str, Trial]) -> list[Trial]:
    """Try the changes that facts point at together, then with what else helps, and leave out what is not needed."""
    base = trials.base
    trial = base
    for change in [n for n in evidence.rank if n not in NOT_WITH_OTHERS and CHANGES[n].part != "training"]:
        variants = variants_of(change, trial.setup)
        if variants:
            first = variants[0]
            trial = Trial((*trial.changes, change), first.setup, (*trial.words, first.words))
    if trial.changes:
        trials.run(trial, SEEDS[:2])
    elif singles:
        trial = min(singles.values(), key=lambda single: single.error)
    trial = _extended(trials, trial, evidence)
    if len(trial.changes) < 2:
        return []
    trial = pruned(trials, trial, evidence)
    return [trial] if clearly_better(trial, base) else []


def _from_sound(trials: Trials, evidence: Evidence) -> list[Trial]:
    """Make everything usual at once; where that learns, leave out again what is not needed."""
    trial = trials.base
    for change in [*evidence.rank, *(name for name in SOUND if name not in evidence.rank)]:
        variants: Sequence[Variant] = [] if change in NOT_WITH_OTHERS else variants_of(change, trial.setup)
        if change == "epochs":
            variants = variants[-1:]
        if variants:
            trial = Trial((*trial.changes, change), variants[0].setup, (*trial.words, variants[0].words))
    if trial.setup.optimizer == "adam" and trial.setup.learning_rate < 0.003:
        usual = replace(trial.setup, learning_rate=0.01)
        words = f"learning rate 0.01 instead of {trial.setup.learning_rate:.3g}"
        trial = Trial((*trial.changes, "learning-rate-higher"), usual, (*trial.words, words))
    if len(trial.changes) < 2 or trials.run(trial, SEEDS[:2]).error > WELL:
        return []
    trial = pruned(trials, trial, evidence)
    return [trial] if clearly_better(trial, trials.base) and trials.generalises(trial, trials.base) else []


def _extended(trials: Trials, trial: Trial, evidence: Evidence) -> Trial:
    """Add changes of training, one after the other, until it learns and as long as each clearly helps."""
    if trial is trials.base:
        return trial
    more = [name for name in evidence.rank if CHANGES[name].part == "training"]
    more += [n for n in ("learning-rate-higher", "learning-rate-lower", "epochs", "optimizer") if n not in more]
    for _ in range(3):
        if trial.error <= LEARNS:
            break
        found = [
            trials.screened(change, variants_of(change, trial.setup), on=trial)
            for change in more
            if change not in trial.changes
        ]
        better = [new for new in found if new and new.error < 0.8 * trial.error]
        chosen = plainest(better, evidence) if better else None
        if chosen is None or not trials.generalises(chosen, trial):
            break
        trial = chosen
    return trial
