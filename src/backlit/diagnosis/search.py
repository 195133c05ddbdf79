"""The search for what mends a set-up: each change alone, those that facts point at first, then together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from backlit.diagnosis.changes import CHANGES, Variant, variants_of
from backlit.diagnosis.clue import Clue
from backlit.diagnosis.trials import SEEDS, Trial, Trials, clearly_better

__all__ = ["LEARNS", "LEARNS_WELL", "Mended", "evidence_of", "learns", "searched"]

LEARNS = 0.4
"""A set-up whose error is at most this share of the trivial answer's learns: nothing is accused."""

ENOUGH = 0.75
"""A change is enough where it brings this share of the best gain that was seen."""

LEARNS_WELL = 0.1
"""Between the two, only what strong facts point at is tried."""

SOLVED = 0.1
"""Of less error, nothing better is looked for."""

STRONG = 2.0
WEAK = 1.5
"""What only weaker facts point at must mend on samples held out as well."""

CLEAR = 2.15
"""Where a set-up learns somewhat, what weaker facts point at must mend on samples held out, if not for every seed."""

NEAR = 0.6
"""Facts that are weaker than the strongest by more are no causes of their own."""

NOT_WITH_OTHERS = ("scale-both", "learning-rate-lower", "learning-rate-higher", "depth", "hidden-layer")


WELL = 0.25
"""What was made usual in every way must leave no more error: else what learns is not known."""

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

SIMPLEST_FIRST = ("training", "data", "structure")


@dataclass(frozen=True, eq=False)
class Mended:
    """What the search found: causes, the strongest first; ``best``: the trial that mends; ``others`` mend it too.

    ``further``: trials on top of the first cause, each with one change of the training more, the last of them ``best``.
    """

    causes: tuple[Trial, ...]
    together: tuple[str, ...]
    best: Trial | None
    others: tuple[Trial, ...]
    further: tuple[Trial, ...] = ()


def evidence_of(clues: Sequence[Clue]) -> dict[str, float]:
    """Return how strongly the facts point at each change; the strongest first."""
    strength: dict[str, float] = {}
    for clue in clues:
        for place, change in enumerate(clue.changes):
            strength[change] = max(strength.get(change, 0.0), clue.strength - 0.05 * place)
    return dict(sorted(strength.items(), key=lambda item: -item[1]))


def learns(error: float, clues: Sequence[Clue]) -> bool:
    """Say whether a set-up learns well enough that nothing is looked for."""
    strong = any(clue.strength >= STRONG and clue.changes for clue in clues)
    return error <= (LEARNS_WELL if strong else LEARNS)


def searched(trials: Trials, clues: Sequence[Clue], told: Callable[[Mended], None]) -> Mended:
    """Look for what mends; ``told`` hears the best answer so far, for whoever is interrupted."""
    strength = evidence_of(clues)
    base = trials.run(trials.base, SEEDS)
    singles: dict[str, Trial] = {}
    if base.error <= LEARNS:
        strength = {name: value for name, value in strength.items() if value >= STRONG - 0.15}

    def tried(changes: Iterable[str]) -> None:
        for change in changes:
            if _solved(singles, strength, strength.get(change, 0.0) + NEAR):
                break
            trial = trials.screened(change, variants_of(change, base.setup))
            if trial is not None and _mends(trials, trial, strength.get(change, 0.0)):
                singles[change] = trial
                told(_by_singles(singles, strength, [], base))

    tried(strength)
    combined: list[Trial] = []
    if base.error > LEARNS and not _solved(singles, strength, WEAK):
        combined = _combined(trials, strength, singles)
        if not any(trial.error < SOLVED for trial in combined):
            tried(name for name in CHANGES if name not in strength)
        if all(trial.error > LEARNS for trial in (*singles.values(), *combined)):
            combined += _from_sound(trials, strength)
    found = _by_singles(singles, strength, combined, base)
    told(found)
    if base.error > LEARNS and len(found.causes) == 1 and len(found.causes[0].changes) == 1:
        found = _further(trials, found, strength)
        told(found)
    return found


def _further(trials: Trials, found: Mended, strength: dict[str, float]) -> Mended:
    """Where the one cause mended leaves much error, add the change of the training that leaves less than half of it."""
    first = found.causes[0]
    if first.error <= SOLVED or CHANGES[first.changes[0]].part == "training":
        return found
    names = [name for name in strength if CHANGES[name].part == "training"]
    names += [name for name in ("learning-rate-higher", "learning-rate-lower", "epochs") if name not in names]
    tried = [trials.screened(name, variants_of(name, first.setup), on=first) for name in names]
    better = sorted((trial for trial in tried if trial and trial.error < 0.5 * first.error), key=lambda one: one.error)
    if not better:
        return found
    trial = trials.run(better[0], SEEDS)
    if not clearly_better(trial, first) or not trials.generalises(trial, first, every_seed=False):
        return found
    return replace(found, best=trial, further=(trial,))


def _solved(singles: dict[str, Trial], strength: dict[str, float], least: float) -> bool:
    """Whether a change that facts point at at least so strongly leaves next to no error."""
    return any(trial.error < SOLVED and strength.get(name, 0) >= max(least, WEAK) for name, trial in singles.items())


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


def _enough(trial: Trial, base: Trial, best_error: float) -> bool:
    return base.error - trial.error >= ENOUGH * (base.error - best_error)


def _combined(trials: Trials, strength: dict[str, float], singles: dict[str, Trial]) -> list[Trial]:
    """Try the changes that facts point at together, then with what else helps, and leave out what is not needed."""
    base = trials.base
    trial = base
    for change in [name for name in strength if name not in NOT_WITH_OTHERS and CHANGES[name].part != "training"]:
        variants = variants_of(change, trial.setup)
        if variants:
            first = variants[0]
            trial = Trial((*trial.changes, change), first.setup, (*trial.words, first.words))
    if trial.changes:
        trials.run(trial, SEEDS[:2])
    elif singles:
        trial = min(singles.values(), key=lambda single: single.error)
    trial = _extended(trials, trial, strength)
    if len(trial.changes) < 2:
        return []
    trial = _pruned(trials, trial)
    trials.run(trial, SEEDS)
    return [trial] if clearly_better(trial, base) else []


def _from_sound(trials: Trials, strength: dict[str, float]) -> list[Trial]:
    """Make everything usual at once; where that learns, leave out again what is not needed."""
    trial = trials.base
    for change in [*strength, *(name for name in SOUND if name not in strength)]:
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
    trial = trials.run(_pruned(trials, trial), SEEDS)
    return [trial] if clearly_better(trial, trials.base) and trials.generalises(trial, trials.base) else []


def _extended(trials: Trials, trial: Trial, strength: dict[str, float]) -> Trial:
    """Add changes of training, one after the other, as long as each clearly helps."""
    if trial is trials.base:
        return trial
    more = [name for name in strength if CHANGES[name].part == "training"]
    more += [n for n in ("learning-rate-higher", "learning-rate-lower", "epochs", "optimizer") if n not in more]
    for _ in range(3):
        if trial.error < SOLVED:
            break
        found = [
            trials.screened(change, variants_of(change, trial.setup), on=trial)
            for change in more
            if change not in trial.changes
        ]
        better = sorted((new for new in found if new and new.error < 0.8 * trial.error), key=lambda new: new.error)
        if not better or not trials.generalises(better[0], trial):
            break
        trial = better[0]
    return trial


def _pruned(trials: Trials, trial: Trial) -> Trial:
    """Leave out, from the last on, each change without which it is nearly as good."""
    for change in reversed(trial.changes):
        if len(trial.changes) < 2:
            break
        without = _rebuilt(trials, [name for name in trial.changes if name != change], trial)
        if without is not None and trials.run(without, SEEDS[:2]).error <= max(1.3 * trial.error, trial.error + 0.03):
            trial = without
    return trial


def _rebuilt(trials: Trials, names: Sequence[str], like: Trial) -> Trial | None:
    """The changes of ``names`` on the base, each in the way of ``like`` where its words say which."""
    trial = trials.base
    for name in names:
        variants = variants_of(name, trial.setup)
        if not variants:
            return None
        same = [variant for variant in variants if variant.words in like.words]
        chosen = (same or list(variants))[0]
        trial = Trial((*trial.changes, name), chosen.setup, (*trial.words, chosen.words))
    return Trial(trial.changes, trial.setup, trial.words)


def _by_singles(singles: dict[str, Trial], strength: dict[str, float], combined: list[Trial], base: Trial) -> Mended:
    """Choose what to call a cause: what facts point at and is enough alone; else together; else what is enough."""
    everything = [*singles.values(), *combined]
    if not everything:
        return Mended((), (), None, ())
    best_error = min(trial.error for trial in everything)
    pointed = [name for name in singles if strength.get(name, 0) >= 1 and _enough(singles[name], base, best_error)]
    top = max((strength[name] for name in pointed), default=0.0)
    pointed = [name for name in pointed if strength[name] >= top - NEAR]
    pointed.sort(key=lambda name: (-strength[name], singles[name].error))
    others = [trial for name, trial in singles.items() if name not in pointed]
    if pointed:
        return Mended(tuple(singles[name] for name in pointed), (), singles[pointed[0]], tuple(others))
    enough = [trial for trial in combined if _enough(trial, base, best_error)]
    if enough:
        order = sorted(enough[0].changes, key=lambda name: -strength.get(name, 0.0))
        return Mended((enough[0],), tuple(order), enough[0], tuple(others))
    best = min(singles.values(), key=lambda trial: _simplest(trial, best_error)) if singles else combined[0]
    rest = tuple(trial for trial in singles.values() if trial is not best)
    return Mended((best,), best.changes if len(best.changes) > 1 else (), best, rest)


def _simplest(trial: Trial, best_error: float) -> tuple[bool, int, float]:
    """Of changes that no fact tells apart and that end near each other, one of the training comes first."""
    return trial.error > best_error + 0.05, SIMPLEST_FIRST.index(CHANGES[trial.changes[-1]].part), trial.error
