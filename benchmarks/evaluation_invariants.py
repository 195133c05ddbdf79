"""What must hold of every report, whatever was claimed: on random claims, many of which no mistake explains.

Run: python benchmarks/evaluation_invariants.py [COUNT] [--seed SEED]
"""

import sys
from typing import Any

import numpy as np
from arguments import given
from evaluation_singles import report
from planted import FORMS, MISTAKES, Plan, Task, claimed, random_task

__all__ = ["broken", "random_claim"]

Key = tuple[str, int]
Arrays = dict[Key, np.ndarray]
FACTORS = (-3.0, -2.0, -0.5, 0.25, 0.5, 2.0, 3.0, 4.0, 7.0, 1.3, 0.1, 1.0001)


def broken(count: int, rng: np.random.Generator) -> list[str]:
    """Check ``count`` random claims, and as many again with more arrays spoilt; return what does not hold of them."""
    said: list[str] = []
    for _ in range(count):
        task = random_task(rng)
        with np.errstate(all="ignore"):
            arrays, spoilt, planted = random_claim(task, rng)
            if not all(np.isfinite(a).all() for a in arrays.values()):
                continue
            found = checked(task, arrays)
            said += [f"{what}: {found.to_text()}" for what in not_held(task, found)]
            if spoilt and not planted:
                said += other_arrays(task, arrays, spoilt, rng)
    return said


def checked(task: Task, arrays: Arrays) -> Any:
    """Return the report on arrays by their places."""
    depth = len(task.weights)
    gW = [arrays["W", i] for i in range(depth)]
    gB = [arrays["b", i] for i in range(depth)] if ("b", 0) in arrays else None
    return report(task, gW, gB, steps=False)


def as_arrays(given: tuple[list[Any], list[Any] | None]) -> Arrays:
    """Return a pass by the places of its arrays."""
    named = {("W", i): g for i, g in enumerate(given[0])}
    return named | {("b", i): g for i, g in enumerate(given[1] or [])}


def random_claim(task: Task, rng: np.random.Generator) -> tuple[Arrays, list[Key], bool]:
    """Return a claim, which of its arrays were spoilt, and whether a mistake was planted on the way."""
    planted = bool(rng.random() < 0.3)
    arrays = as_arrays(claimed(task))
    if planted:
        names = [str(name) for name in rng.choice(MISTAKES, int(rng.integers(1, 3)), replace=False)]
        try:
            arrays = as_arrays(claimed(task, Plan(dict.fromkeys(names), {n: int(rng.integers(FORMS)) for n in names})))
        except (ValueError, KeyError):
            planted = False
    keys = list(arrays)
    chosen = rng.permutation(len(keys))[: int(rng.integers(0 if planted else 1, min(3, len(keys)) + 1))]
    spoilt = [keys[int(i)] for i in chosen]
    factors = list(FACTORS)
    for key in spoilt:
        arrays[key] = spoil(arrays[key], factors, rng)
    return arrays, spoilt, planted


def spoil(array: np.ndarray, factors: list[float], rng: np.random.Generator) -> np.ndarray:
    """Return an array made wrong in one of several ways, of which a factor is taken from ``factors``.

    With it goes the one of its size: two arrays that are wrong by one factor are one mistake further up.
    """
    way = int(rng.integers(6))
    if way < 3:
        factor = float(rng.choice(factors))
        factors[:] = [other for other in factors if abs(other) != abs(factor)]
        scaled: np.ndarray = array * factor
        return scaled
    if way == 3:
        turned: np.ndarray = array.T if array.ndim == 2 else -array
        return turned
    if way == 4:
        noisy: np.ndarray = array + rng.normal(size=array.shape) * (np.abs(array).max(initial=0.0) + 1e-3)
        return noisy
    return np.zeros_like(array)


def not_held(task: Task, found: Any) -> list[str]:
    """Return what does not hold of one report."""
    said = []
    right = {layer: all(v.ok for v in found.verdicts if v.layer == layer) for layer in range(1, len(task.weights) + 1)}
    for finding in found.findings:
        if any(right.get(layer, False) for layer in finding.layers):
            said.append("a layer whose claims are all right is named")
        if finding.confidence == "certain" and finding.alternatives:
            said.append("certain, with alternatives")
        if "squared error" in finding.sentence and task.loss not in ("squared_error", "huber"):
            said.append("the squared error under another loss")
    named = {(f.identifier, layer) for f in found.findings for layer in f.layers}
    for v in found.verdicts:
        missing = "bias-missing" if v.quantity.startswith("bias") else "gradient-missing"
        if v.remark == "all zeros" and (missing, v.layer) not in named:
            said.append("zeros that are not told as missing")
    if found.ok != all(v.ok for v in found.verdicts) and found.findings == ():
        said.append("wrong, and nothing said")
    return said


def other_arrays(task: Task, arrays: Arrays, spoilt: list[Key], rng: np.random.Generator) -> list[str]:
    """Return whether an array spoilt by itself is named otherwise when others are spoilt too, in other layers."""
    key = spoilt[0]
    others = [k for k in spoilt[1:] if k[1] != key[1]]
    if not others:
        return []
    right = as_arrays(claimed(task))
    alone = checked(task, right | {key: arrays[key]})
    layer = key[1] + 1
    names = [finding.identifier for finding in alone.findings if layer in finding.layers]
    both = checked(task, right | {key: arrays[key]} | {k: arrays[k] for k in others})
    again = [finding.identifier for finding in both.findings if layer in finding.layers]
    if not names or alone.ok or both.ok or set(names) <= set(again):
        return []
    if "unknown" in names and "unknown" in {finding.identifier for finding in both.findings}:
        return []  # the first layer that nothing explains stands for those below it
    return [f"L{layer} {key[0]} is {names}, with others {again}: {both.to_text()}"]


if __name__ == "__main__":
    words = given(
        __doc__, count={"nargs": "?", "type": int, "default": 1000}, **{"--seed": {"type": int, "default": 5}}
    )
    problems = broken(words.count, np.random.default_rng(words.seed))
    for problem in problems[:5]:
        print(problem)
    print(len(problems), "broken")
    sys.exit(1 if problems else 0)
