"""What was not told of a loss: a penalty, or a convention with a mistake beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from backlit.check.conventions import Reading, other_scales
from backlit.check.matching import Claims
from backlit.check.place import Place
from backlit.check.precision import is_close
from backlit.check.search import LARGEST, UNKNOWN, State, may_begin, search
from backlit.check.wrong_steps import penalty_of

__all__ = ["BESIDE", "penalty_reading", "read_otherwise"]

BESIDE = "Read as {words}: pass {told}, so that only the mistake is left."
Arrays = Sequence[dict[str, np.ndarray]]


def penalty_reading(place: Place, claims: Sequence[Claims], expected: Arrays) -> Reading | None:
    """Return the squares' penalty that would make all claims right, with another reduction or loss if need be."""
    if place.l1 or place.as_steps:
        return None
    for words, told, scale in [("", "", 1.0), *other_scales(place)]:
        factor = _penalty_factor(place, claims, expected, scale)
        if factor is not None:
            l2 = factor * place.scale
            said = f"{_penalty_words(place, factor)}{words and f' and {words}'}"
            matters = "What is left over is one multiple of the weights in all layers. Loss and gradient must agree."
            return Reading(f"if your loss {said}", f"l2={l2:.6g}{told and f', {told}'}", matters=matters)
    return None


def _penalty_words(place: Place, factor: float) -> str:
    ratios = {
        1 / place.n: f"divides the penalty by its {place.n} samples, as l2 / (2 n) Σ W² does",
        0.5: "has a penalty of l2 / 4 Σ W²",
        2.0: "has the penalty l2 Σ W², without the ½",
        float(place.n): "has the penalty in it once for each sample",
    }
    known = (words for ratio, words in ratios.items() if place.l2 and abs(factor / place.l2 / ratio - 1) < 1e-5)
    return next(known, "has a penalty l2 / 2 Σ W² on the weights")


def _penalty_factor(place: Place, claims: Sequence[Claims], expected: Arrays, scale: float) -> float | None:
    """Return what all claims have of the weights, their data's part being ``scale`` times the right one; else None."""
    factors: list[float] = []
    for index, (layer, right) in enumerate(zip(claims, expected, strict=True)):
        if "bias_gradient" in layer and not is_close(layer["bias_gradient"], scale * right["bias_gradient"]):
            return None
        claim, W = layer.get("weight_gradient"), place.net.layers[index].weights
        if claim is None or claim.values.shape != W.shape or W.size < 2 or not W.any():
            return None
        penalty = penalty_of(place._replace(layer_index=index))
        data = scale * (right["weight_gradient"] - (0.0 if penalty is None else penalty))
        factor = float(np.sum((claim.values - data) * W) / np.sum(W * W))
        if not is_close(claim, data + factor * W):
            return None
        factors.append(factor)
    first = factors[0] if factors else 0.0
    same = all(abs(factor - first) <= 1e-4 * abs(first) for factor in factors)
    known = abs(first - place.l2) <= 1e-6 * abs(first)
    return first if same and first > 1e-9 and not known else None


def read_otherwise(
    place: Place, claims: Sequence[Claims], expected: Arrays
) -> tuple[list[Claims], list[State], str] | None:
    """Return claims read by another convention in which one mistake explains them all, with it, and how to tell it.

    Nothing that is right as it stands is read otherwise, nor is a network so large that looking would take long.
    """
    arrays = [claim for layer in claims for claim in layer.values() if claim.values.any()]
    if place.l1 or place.l2 or any(claim.right for claim in arrays):
        return None
    if sum(layer.weights.size for layer in place.net.layers) > LARGEST:
        return None
    rarer = place._replace(rarer=True)
    options = _with_most_right(
        [(words, told, _scaled(claims, scale)) for words, told, scale in _options(place)], expected
    )
    for words, told, scaled in [*_data_reversed(place, claims, expected), *options]:
        if not may_begin(rarer, scaled):
            continue
        states = search(place, scaled)
        states = search(rarer, scaled) if UNKNOWN in states[0].names else states
        if UNKNOWN not in states[0].names and len(states[0].names) == 1:
            return scaled, states, BESIDE.format(words=words, told=told)
    return None


Option = tuple[str, str, list[Claims]]


def _with_most_right(options: list[Option], expected: Arrays) -> list[Option]:
    """Keep the conventions in which the most arrays are right: where one shows in some, no other needs a search."""
    n_right = [
        sum(
            is_close(claim, right[name])
            for layer, right in zip(scaled, expected, strict=True)
            for name, claim in layer.items()
            if np.any(right[name])
        )
        for _, _, scaled in options
    ]
    return [option for option, n in zip(options, n_right, strict=True) if n == max(n_right)]


def _scaled(claims: Sequence[Claims], scale: float, more: Sequence[np.ndarray] | None = None) -> list[Claims]:
    """Return claims over ``scale``, those of weights without ``more``, one array a layer."""
    scaled: list[Claims] = []
    for index, layer in enumerate(claims):
        less = {} if more is None else {"weight_gradient": more[index]}
        scaled.append(
            {
                name: claim._replace(
                    values=(claim.values - less.get(name, 0.0)) / scale, slack=claim.slack / abs(scale)
                )
                for name, claim in layer.items()
            }
        )
    return scaled


def _data_reversed(place: Place, claims: Sequence[Claims], expected: Arrays) -> Iterator[tuple[str, str, list[Claims]]]:
    """Yield claims without a penalty that was not told, where the data's part alone has the wrong sign."""
    for words, told, scale in [("", "", 1.0), *other_scales(place)]:
        factor = _penalty_factor(place, claims, expected, -scale)
        if factor is not None:
            said = f"gradients of a loss with a penalty l2 / 2 Σ W²{words and f', that {words}'}"
            penalties = [factor * layer.weights for layer in place.net.layers]
            yield said, f"l2={factor * place.scale:.6g}{told and f', {told}'}", _scaled(claims, scale, penalties)


def _options(place: Place) -> Iterator[tuple[str, str, float]]:
    """Yield other conventions of the loss, then steps by each, those with one argument first."""
    scales = list(other_scales(place))
    yield from ((f"gradients of a loss that {words}", told, scale) for words, told, scale in scales)
    if place.as_steps:
        return
    rate = 1.0 if place.rate is None else place.rate
    steps = f"convention='weight_step', learning_rate={rate:g}"
    yield f"weight steps with a learning rate of {rate:g}", steps, -rate
    for words, told, scale in scales:
        yield (
            f"weight steps with a learning rate of {rate:g}, of a loss that {words}",
            f"{steps}, {told}",
            -rate * scale,
        )
