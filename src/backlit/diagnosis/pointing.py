"""Which fact points at each change that mends: measured on the set-up as it is, or with the other changes made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from backlit.diagnosis.clue import Clue
from backlit.diagnosis.measures import measured
from backlit.diagnosis.naming import Mended
from backlit.diagnosis.pruning import rebuilt
from backlit.diagnosis.rules import clues_of
from backlit.diagnosis.trials import SEEDS, StoppedError, Trial, Trials

__all__ = ["pointed_at"]


def pointed_at(trials: Trials, mended: Mended, clues: Sequence[Clue]) -> tuple[Mended, dict[str, Clue]]:
    """Return the strongest fact for each change that may be a cause, and what mends with all others left to help.

    What is wrong beside another fault is often to be seen only with that mended, so it is measured there too.
    """
    facts: dict[str, Clue] = {}
    for trial in mended.causes:
        for change in mended.together or trial.changes[-1:]:
            clue = _pointing(change, clues) or _with_the_others(trials, trial, change)
            if clue is not None:
                facts[change] = clue
    before = mended.causes[0] if mended.causes else None
    for place, trial in enumerate(mended.further):
        change = trial.changes[-1]
        clue = _pointing(change, clues) or _pointing(change, _facts_of(before))
        if clue is None:
            rest = mended.further[-1] if mended.on_top is None else mended.on_top
            return replace(mended, further=mended.further[:place], on_top=rest), facts
        facts[change] = clue
        before = trial
    return mended, facts


def _pointing(change: str, clues: Sequence[Clue]) -> Clue | None:
    return next((clue for clue in clues if change in clue.changes), None)


def _facts_of(trial: Trial | None) -> list[Clue]:
    """The facts of a set-up with some changes made, which they name."""
    if trial is None:
        return []
    clues, begin = clues_of(trial.setup, measured(trial.setup, trial.courses[0])), f"with {' and '.join(trial.words)}, "
    return [replace(clue, finding=replace(clue.finding, happened=begin + clue.finding.happened)) for clue in clues]


def _with_the_others(trials: Trials, trial: Trial, change: str) -> Clue | None:
    """The fact that points at a change where all the others are made."""
    others = [name for name in trial.changes if name != change]
    without = rebuilt(trials, others, trial) if others else None
    if without is None:
        return None
    try:
        return _pointing(change, _facts_of(trials.run(without, SEEDS[:1])))
    except StoppedError:
        return None
