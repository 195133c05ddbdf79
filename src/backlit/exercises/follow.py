"""A right step made from a wrong value: what the solution gives from a learner's own earlier values.

The solution runs once more, apart. Where it assigns an asked-for name, what it made of it is kept, and the learner's
value takes its place for all that follows. So each later value is compared with what is right given the earlier ones.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from backlit.apart.limits import Limits
from backlit.apart.sandbox import run_apart
from backlit.check.axes import in_shape
from backlit.errors import BacklitError
from backlit.exercises.far_off import unforeseeable
from backlit.exercises.format import Exercise, Value
from backlit.exercises.submission_report import ValueVerdict
from backlit.exercises.value_checks import alike, array_of, value_verdict

__all__ = ["check_follow_through", "followed", "places_to_follow"]

NUDGE = 1.1
"""A wrong value is multiplied by this: what does not change then shows no step (all zeros, a sigmoid at its end)."""
FARTHEST = 100.0
"""Values that are more than so many times, or twice that, too large or small show none: tanh(z) is z there, or 1."""


def followed(
    exercise: Exercise,
    verdicts: Sequence[ValueVerdict],
    told: Mapping[str, Any],
    expected: Sequence[np.ndarray],
    limits: Limits,
) -> list[ValueVerdict]:
    """Return the verdicts; a wrong value that is right given the learner's own wrong ones has a share of its points."""
    wrong = [verdict.quantity for verdict in verdicts if verdict.status == "wrong"]
    own = _own(exercise, told, expected)
    begun = [name for name in wrong if name in own]
    if not exercise.follow_through or not begun or len(wrong) < 2:
        return list(verdicts)
    # of each wrong value that others may rest on: the same once more with that one changed, to see what rests on it
    variants = [own, *({**own, name: own[name] * NUDGE} for name in begun)]
    sources = [_with_values(exercise, variant) for variant in variants]
    facts = run_apart(sources, _wanted(exercise, own), prepare=exercise.prepare, limits=limits).facts
    if len(facts) != len(sources):
        return list(verdicts)
    plain, *changed = [_arrays(exercise, one) for one in facts]
    found = []
    for value, verdict in zip(exercise.values, verdicts, strict=True):
        rests_on = [name for name, other in zip(begun, changed, strict=True) if _differs(value, plain, other)]
        right = verdict.status == "wrong" and rests_on and _is_right(value, told, plain)
        right = right and not _is_another(exercise, value, {**plain, **own, value.name: plain[value.name]}, expected)
        found.append(_with_share(verdict, exercise.follow_through, rests_on) if right else verdict)
    return found


def check_follow_through(exercise: Exercise) -> None:
    """Raise BacklitError where an exercise allows it and can have none of it."""
    if exercise.follow_through and exercise.given:
        raise BacklitError(f"{exercise.folder}: follow-through needs a solution, and a pack has none; give the folder")
    if exercise.follow_through and not places_to_follow(exercise):
        raise BacklitError(
            f"{exercise.name}: follow-through needs asked-for names that solution.py assigns, once each and outside "
            f"of functions and loops; it has none"
        )


def places_to_follow(exercise: Exercise) -> dict[str, int]:
    """Return the asked-for names that the solution assigns once, at its outermost level, and the statement's number."""
    body = ast.parse(exercise.solution).body
    stored = [_stored(statement) for statement in body]
    changed = {name for node in ast.walk(ast.Module(body, [])) for name in _changed(node)}
    places = {}
    for value in exercise.values:
        numbers = [number for number, names in enumerate(stored) if value.name in names]
        plain = len(numbers) == 1 and isinstance(body[numbers[0]], ast.Assign | ast.AnnAssign)
        if value.expression == value.name and plain and value.name not in changed:
            places[value.name] = numbers[0]
    return places


_OWN_NAMES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def _stored(statement: ast.stmt) -> set[str]:
    """Return the names that a statement assigns; those in functions and classes are other names."""
    if isinstance(statement, _OWN_NAMES):
        return set()
    names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
    return {name.id for name in names if isinstance(name.ctx, ast.Store)}


def _changed(node: ast.AST) -> list[str]:
    """Return the name whose value a node changes: ``a += 1``, ``a[0] = 1``, ``a.append(1)``."""
    part: ast.AST | None = None
    if isinstance(node, ast.AugAssign):
        part = node.target
    elif isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store):
        part = node.value
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        part = node.value.func.value if isinstance(node.value.func, ast.Attribute) else None
    while isinstance(part, ast.Subscript | ast.Attribute):
        part = part.value
    return [part.id] if isinstance(part, ast.Name) else []


def _own(exercise: Exercise, told: Mapping[str, Any], expected: Sequence[np.ndarray]) -> dict[str, np.ndarray]:
    """Return the learner's values that can stand for the solution's: finite, and of the right shape and size."""
    places, own = places_to_follow(exercise), {}
    for value, right in zip(exercise.values, expected, strict=True):
        array = array_of(told.get(value.name))
        if value.name not in places or array is None:
            continue
        array = in_shape(array.astype(np.float64), right.shape)
        if array.shape == right.shape and np.isfinite(array).all() and _is_of_the_size(array, right):
            own[value.name] = array
    return own


def _is_of_the_size(array: np.ndarray, right: np.ndarray) -> bool:
    ours, theirs = (float(np.abs(a).max(initial=0.0)) for a in (right, array))
    # where the limit lies nobody can work out who tries values: it would tell how large the right one is
    farthest = FARTHEST * (1 + unforeseeable(theirs, ours))
    return theirs / farthest <= ours <= theirs * farthest


def _made(exercise: Exercise, name: str) -> str:
    return f"_backlit_made_{[value.name for value in exercise.values].index(name)}"


def _with_values(exercise: Exercise, own: Mapping[str, np.ndarray]) -> bytes:
    """Return the solution's source in which the learner's values stand for its own, once it has made these."""
    tree = ast.parse(exercise.solution)
    places = places_to_follow(exercise)
    body: list[ast.stmt] = []
    for number, statement in enumerate(tree.body):
        body.append(statement)
        for name in own:
            if places[name] == number:
                body += _exchanged(name, _made(exercise, name), own[name])
    return ast.unparse(ast.Module(body, [])).encode()


def _exchanged(name: str, made: str, array: np.ndarray) -> list[ast.stmt]:
    numbers = [float(number) for number in array.ravel()]
    source = (
        "import copy as _backlit_copy, numpy as _backlit_np\n"
        f"{made} = _backlit_copy.copy({name})\n"
        f"{name} = _backlit_np.array({numbers!r}, 'float64').reshape({array.shape!r})[()]\n"
    )
    return ast.parse(source).body


def _wanted(exercise: Exercise, own: Mapping[str, np.ndarray]) -> list[dict[str, str]]:
    return [
        {"name": value.name, "expression": _made(exercise, value.name) if value.name in own else value.expression}
        for value in exercise.values
    ]


def _arrays(exercise: Exercise, facts: Mapping[str, Any]) -> dict[str, np.ndarray]:
    told: Mapping[str, Any] = facts.get("values") or {}
    found = {value.name: array_of(told.get(value.name)) for value in exercise.values}
    return {name: array for name, array in found.items() if array is not None}


def _differs(value: Value, plain: Mapping[str, np.ndarray], changed: Mapping[str, np.ndarray]) -> bool:
    if value.name not in plain or value.name not in changed:
        return False
    return not alike(value, changed[value.name], plain[value.name])


def _is_right(value: Value, told: Mapping[str, Any], plain: Mapping[str, np.ndarray]) -> bool:
    """Say whether a learner's value is what follows; zeros alone, or what is not finite, follow from nothing."""
    made = plain.get(value.name)
    if made is None or not np.isfinite(made).all() or not made.any():
        return False
    return value_verdict(value, told.get(value.name), made, []).ok


def _is_another(
    exercise: Exercise, value: Value, held: Mapping[str, np.ndarray], expected: Sequence[np.ndarray]
) -> bool:
    """Say whether a value is an earlier one over again, which by the right numbers it is not.

    So it is with a rectifier of numbers above 0, with tanh near 0, with a slope of 1: whoever copies has it right.
    """
    right = {each.name: array for each, array in zip(exercise.values, expected, strict=True)}
    names = [each.name for each in exercise.values]
    earlier = [name for name in names[: names.index(value.name)] if name in held]
    return any(
        _is_same(value, held[name], held[value.name]) and not _is_same(value, right[name], right[value.name])
        for name in earlier
    )


def _is_same(value: Value, one: np.ndarray, other: np.ndarray) -> bool:
    return one.shape == other.shape and alike(value, one, other)


def _with_share(verdict: ValueVerdict, share: float, rests_on: Sequence[str]) -> ValueVerdict:
    names = " and ".join(rests_on)
    marks = "its points" if share == 1 else f"{100 * share:.3g} % of its points"
    remark = f"wrong, and made rightly from your own {names}: has {marks}"
    return replace(verdict, address="", claimed=None, status="follows", share=share, remark=remark)
