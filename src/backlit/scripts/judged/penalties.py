"""A penalty on the weights (weight decay) in a file's gradients: fitted, array by array."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from backlit.scripts.found.claimed import proportion
from backlit.scripts.found.links import close
from backlit.scripts.found.subject import Subject
from backlit.scripts.judged.expected import Fact

__all__ = ["Penalty", "guessed_penalties", "penalised", "penalty_in_gradients", "with_penalty", "without_penalty"]

SAME = 1e-4
FORMS = ("l2", "l1")
LEAST, LEAST_SINGLE = 1e-8, 1e-3
"""Shares of a gradient below which what is left over is rounding, not a penalty; of one in single precision."""
Key = tuple[int, str]


class Penalty(NamedTuple):
    """What gradients hold beside those of the samples' loss: ``factors`` times each array, or times its signs.

    ``form`` is "l2" or "l1"; an array is a (layer, quantity), and one that is not there has none. The unit is that of
    the network's own gradients, and ``scale`` is what the file's are times those.
    """

    factors: Mapping[Key, float]
    form: str = "l2"
    scale: float = 1.0

    def even(self, depth: int) -> float:
        """Return the factor where the weights of all layers, and no biases, have the same; else 0."""
        values = list(self.factors.values())
        plain = self.form == "l2" and all(quantity == "weight_gradient" for _, quantity in self.factors)
        same = len(values) == depth and max(values) - min(values) <= SAME * abs(values[0])
        return values[0] if plain and same else 0.0


def penalised(subject: Subject, key: Key, form: str = "l2") -> np.ndarray:
    """Return the array that a penalty's gradient is a multiple of: weights or biases, or their signs."""
    layer, quantity = key
    found = subject.found
    value = found.weights(layer - 1) if quantity == "weight_gradient" else found.bias(layer - 1)
    assert value is not None
    return np.sign(value) if form == "l1" else value


def penalty_in_gradients(subject: Subject, facts: Sequence[Fact]) -> Penalty | None:
    """Return the penalty that explains what gradients have beside the right ones, or None.

    One factor of the right ones must fit all arrays; each may have its own of the penalty.
    """
    for form in FORMS:
        fits = [_fit(subject, fact, form) for fact in facts if not fact.silent]
        if not fits or any(fit is None for fit in fits):
            continue
        known = [fit for fit in fits if fit is not None]
        scale = known[0][1]
        factors = {key: added / own for key, own, added in known if added}
        if factors and all(abs(own / scale - 1) < SAME for _, own, _ in known):
            return Penalty(factors, form, scale)
    return None


def _fit(subject: Subject, fact: Fact, form: str) -> tuple[Key, float, float] | None:
    """Return what a claimed array is times the right one, and beside it times the penalised one."""
    key = (fact.layer, fact.quantity)
    if fact.ratio is not None:
        return key, fact.ratio, 0.0
    array = penalised(subject, key, form)
    if fact.values is None or fact.values.shape != array.shape or not np.isfinite(fact.values).all():
        return None
    parts = np.stack([fact.right.reshape(-1), array.reshape(-1)], axis=1)
    if parts.shape[0] < 3 or not fact.right.any() or not array.any():
        return None
    (scale, added), *_ = np.linalg.lstsq(parts, fact.values.reshape(-1), rcond=None)
    single = any(r is not None and r.dtype == "float32" for r in (fact.claim.gradient, fact.claim.variable))
    seen = float(np.abs(added * array).max()) > (LEAST_SINGLE if single else LEAST) * float(np.abs(fact.values).max())
    fits = bool(scale) and seen and close(parts @ np.array([scale, added]), fact.values.reshape(-1))
    return (key, float(scale), float(added)) if fits else None


def with_penalty(subject: Subject, facts: Sequence[Fact], penalty: Penalty) -> list[Fact]:
    """Return the facts with the penalty in what is right."""
    changed = []
    for fact in facts:
        factor = penalty.factors.get((fact.layer, fact.quantity))
        if factor is None or fact.values is None:
            changed.append(fact)
            continue
        right = fact.right + factor * penalised(subject, (fact.layer, fact.quantity), penalty.form)
        size = float((right * right).sum())
        changed.append(fact._replace(right=right, ratio=float((fact.values * right).sum()) / size))
    return changed


def guessed_penalties(subject: Subject, facts: Sequence[Fact], factors: Sequence[float]) -> Iterator[Penalty]:
    """Yield penalties that weights may have which are wrong beside them: the one of a layer that is right, or told.

    ``factors`` are those that the loss tells, in the unit of the network's gradients.
    """
    weights = [fact for fact in facts if fact.quantity == "weight_gradient"]
    fits = [fit for fact in weights if (fit := _fit(subject, fact, "l2")) is not None and fit[2]]
    fitted = {key: added / scale for key, scale, added in fits}
    wrong = [(f.layer, f.quantity) for f in weights if f.ratio is None and (f.layer, f.quantity) not in fitted]
    scale = next((scale for _, scale, _ in fits), next((f.ratio for f in facts if f.ratio is not None), 1.0))
    for factor in dict.fromkeys([*fitted.values(), *factors]):
        yield Penalty({**fitted, **dict.fromkeys(wrong, factor)}, "l2", scale)


def without_penalty(subject: Subject, facts: Sequence[Fact], penalty: Penalty) -> list[Fact]:
    """Return the facts as they would be claimed without the penalty."""
    changed = []
    for fact in facts:
        factor = penalty.factors.get((fact.layer, fact.quantity))
        if factor is None or fact.values is None or fact.values.shape != fact.right.shape:
            changed.append(fact)
            continue
        values = fact.values - penalty.scale * factor * penalised(subject, (fact.layer, fact.quantity), penalty.form)
        changed.append(fact._replace(values=values, ratio=proportion(values, fact.right)))
    return changed
