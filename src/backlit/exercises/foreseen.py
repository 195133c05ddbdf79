"""Mistakes that the exercise's author foresaw: wrong code whose values the learner's equal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from backlit.check.report import Finding
from backlit.exercises.format import Exercise, Value
from backlit.exercises.mistake_format import ForeseenMistake
from backlit.exercises.right import Reference
from backlit.exercises.value_checks import alike

__all__ = ["foreseen", "mistake_finding"]

Arrays = Mapping[str, np.ndarray]


def foreseen(exercise: Exercise, right: Reference, arrays: Arrays, wrong: Sequence[str]) -> list[Finding]:
    """Return the findings whose mistakes explain all the wrong values: one mistake if one does, else two.

    A mistake that gives every value the learner has comes first; then one that gives every wrong value, as a learner
    may make it in one place where it was foreseen in two; of two, each wrong value must come of one of them.
    """
    values = {value.name: value for value in exercise.values}
    same = [
        {name for name in values if _agrees(values[name], arrays.get(name), given.get(name))}
        for given in right.mistakes
    ]
    explains = [names & set(wrong) for names in same]
    all_wrong = [i for i, names in enumerate(explains) if names == set(wrong)]
    everything = [i for i in all_wrong if same[i] >= set(arrays) & set(values)]
    found = [exercise.mistakes[i] for i in everything or all_wrong]
    if found:
        return [mistake_finding(found[0], [mistake.identifier for mistake in found[1:]])]
    for i, j in combinations(range(len(explains)), 2):
        if explains[i] and explains[j] and explains[i] | explains[j] == set(wrong) and explains[i] != explains[j]:
            return [mistake_finding(exercise.mistakes[i], []), mistake_finding(exercise.mistakes[j], [])]
    return []


def _agrees(value: Value, array: np.ndarray | None, given: np.ndarray | None) -> bool:
    return array is not None and given is not None and alike(value, array, given)


def mistake_finding(mistake: ForeseenMistake, others: Sequence[str]) -> Finding:
    """Return the finding of a foreseen mistake, with why it matters from the table where it is one of those."""
    from backlit.check.mistakes import MISTAKES

    row = MISTAKES.get(mistake.identifier)
    matters = row.matters if row is not None and "{" not in row.matters else ""
    others = sorted(set(others) - {mistake.identifier})
    confidence = "one of several" if others else "certain"
    return Finding(mistake.identifier, 0, (), confidence, mistake.sentence, matters, mistake.instead, tuple(others))
