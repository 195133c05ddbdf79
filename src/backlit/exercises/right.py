"""What an exercise's own solution and its foreseen mistakes give: run apart once, and kept."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from backlit.apart.limits import Limits
from backlit.apart.sandbox import run_apart
from backlit.errors import BacklitError
from backlit.exercises.explain_run import ended_words, error_words
from backlit.exercises.format import Exercise

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Reference", "given_values", "reference"]


class Reference(NamedTuple):
    """The right values, in the exercise's order, and what each foreseen mistake gives, by name."""

    solution: tuple[np.ndarray, ...]
    mistakes: tuple[Mapping[str, np.ndarray], ...]


_kept: dict[Any, Reference] = {}
_lock = threading.Lock()


def reference(exercise: Exercise) -> Reference:
    """Return what solution and mistakes give; raises BacklitError where the solution gives no numbers."""
    key = _key(exercise)
    with _lock:
        if key not in _kept:
            _kept[key] = _reference(exercise)
        return _kept[key]


def _key(exercise: Exercise) -> Any:
    return exercise.given, exercise.folder, exercise.values, exercise.prepare, exercise.solution, exercise.mistakes


def given_values(exercise: Exercise) -> dict[str, Any]:
    """Return what the solution and each mistake give as plain data, {"solution": {...}, "mistakes": [{...}]}.

    Raises BacklitError as ``reference`` does.
    """
    right = reference(exercise)
    names = [value.name for value in exercise.values]
    solution = dict(zip(names, right.solution, strict=True))
    return {"solution": _told(solution), "mistakes": [_told(mistake) for mistake in right.mistakes]}


def _told(arrays: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Arrays in the form in which a process tells them; ``array_of`` reads it."""
    return {
        name: {
            "kind": "number",
            "shape": list(array.shape),
            "dtype": str(array.dtype),
            "data": [float(number) for number in array.ravel()],
        }
        for name, array in arrays.items()
    }


def _packed(exercise: Exercise) -> Reference:
    """What a pack holds, in place of running what it has not."""
    given = json.loads(exercise.given)
    solution, mistakes = _arrays({"values": given["solution"]}), given["mistakes"]
    if set(solution) < {value.name for value in exercise.values} or len(mistakes) != len(exercise.mistakes):
        raise BacklitError(f"{exercise.folder}: expected the right value of all that is asked for, got a part of them")
    return Reference(
        tuple(solution[value.name] for value in exercise.values),
        tuple(_arrays({"values": values}) for values in mistakes),
    )


def _reference(exercise: Exercise) -> Reference:
    if exercise.given:
        return _packed(exercise)
    sources = [exercise.solution.encode(), *(mistake.source for mistake in exercise.mistakes)]
    limits = Limits()
    run = run_apart(sources, exercise.wanted, prepare=exercise.prepare, limits=limits)
    runs = run.facts
    if len(runs) != len(sources):
        # one of the files ends the process: each by itself
        alone = [run_apart([source], exercise.wanted, prepare=exercise.prepare, limits=limits) for source in sources]
        runs = [one.facts[0] if one.facts else {} for one in alone]
        run = alone[0]
    path = exercise.folder / "solution.py"
    solution = runs[0] if runs else {}
    problem = ended_words(run, limits) or error_words(solution, [])
    arrays = _arrays(solution)
    for value in exercise.values:
        if value.name not in arrays:
            reason = problem or _reason(solution, value.name)
            raise BacklitError(f"{path}: expected numbers for '{value.name}', got none ({reason})")
    return Reference(
        tuple(arrays[value.name] for value in exercise.values), tuple(_arrays(facts) for facts in runs[1:])
    )


def _reason(facts: Mapping[str, Any], name: str) -> str:
    told = (facts.get("values") or {}).get(name) or {}
    return str((told.get("error") or {}).get("message") or told.get("type") or told.get("kind") or "nothing came")


def _arrays(facts: Mapping[str, Any]) -> dict[str, np.ndarray]:
    # late: NumPy takes as long to import as the files take to run
    from backlit.exercises.value_checks import array_of

    told: Mapping[str, Any] = facts.get("values") or {}
    return {name: array for name, value in told.items() if (array := array_of(value)) is not None}
