"""The weights after a step: whether they moved as they should, and what went wrong where they did not.

What is compared is how far the weights moved: beside the weights themselves a small step would be nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from backlit.check.named import several_steps_finding
from backlit.check.place import Place
from backlit.check.precision import Claimed, is_close, precision_of
from backlit.check.report import Finding, Verdict
from backlit.check.updates import several_steps
from backlit.check.verdicts import address_of, constant_ratio, worst_place
from backlit.check.words import filled

__all__ = ["judged_updates"]

AFTER = "weights after the step"
MOMENTA = (0.9, 0.5, 0.8, 0.95, 0.99)
DECAYS = (0.9, 0.95, 0.99, 0.999)
Arrays = Sequence[dict[str, np.ndarray]]


def judged_updates(
    place: Place, expected: Arrays, updated: Sequence[np.ndarray]
) -> tuple[list[Verdict], list[Finding], list[str]]:
    """Return verdicts, findings and remarks on weights after a step with the place's learning rate."""
    verdicts: list[Verdict] = []
    wrong: dict[str, list[int]] = {}
    unseen: list[str] = []
    for number, (W, layer, right) in enumerate(zip(updated, place.net.layers, expected, strict=True), 1):
        step = (place.rate or 0.0) * place.scale * right["weight_gradient"]
        here = place._replace(layer_index=number - 1)
        if np.shape(W) == step.shape and _is_lost(W, layer.weights, step):
            unseen.append(f"L{number}")
            continue
        result, moved = _verdict(here, W, step)
        verdicts.append(result)
        if not result.ok:
            names = list(dict.fromkeys(_names(here, moved, step, right["weight_gradient"] * place.scale)))
            wrong.setdefault(" ".join(names) or "unknown", []).append(number)
    remarks = [UNSEEN.format(layers=", ".join(unseen))] if unseen else []
    steps = _several(place, updated) if wrong else None
    if steps is not None:
        return verdicts, [several_steps_finding(place, steps)], remarks
    return verdicts, [_finding(place, names.split(), layers, verdicts) for names, layers in wrong.items()], remarks


def _is_lost(W: np.ndarray, before: np.ndarray, step: np.ndarray) -> bool:
    """Say whether the rounding of the weights hides a step that is there."""
    room = _room(W, before)
    return bool(step.any() and np.max(room) > 0.1 * np.max(np.abs(step)))


def _room(W: np.ndarray, before: np.ndarray) -> np.ndarray:
    epsilon = float(np.finfo(precision_of([W]).name).eps)
    room: np.ndarray = 2 * epsilon * (np.abs(before) + np.abs(np.nan_to_num(np.asarray(W, np.float64))))
    return room


def _verdict(place: Place, W: np.ndarray, step: np.ndarray) -> tuple[Verdict, Claimed]:
    """Return the verdict, in the person's indices and values, and how far the weights moved against the gradient."""
    number, before = place.layer_index + 1, place.layer.weights
    values = np.asarray(W, np.float64)
    if values.shape != before.shape:
        remark = f"has shape {values.shape}, expected {before.shape}"
        return Verdict(number, AFTER, ok=False, remark=remark), Claimed(values)
    precision = precision_of([W])
    moved = Claimed(before - values, precision._replace(relative=max(precision.relative, 1e-6)), _room(W, before))
    if is_close(moved, step):
        return Verdict(number, AFTER, ok=True), moved
    at, error = worst_place(moved.values, step)
    turned = at[::-1] if place.turned else at
    ratio = constant_ratio(moved, step)
    remark = _decay(moved, step, before) if ratio is None else f"they moved by {ratio:.6g} times the step"
    claimed, right = float(values[at]), float((before - step)[at])
    return Verdict(number, AFTER, False, address_of(number, "weight", turned), claimed, right, error, remark), moved


def _decay(moved: Claimed, step: np.ndarray, before: np.ndarray) -> str:
    """Say by which share of themselves weights shrank besides the step, where they did."""
    share = float(np.sum((moved.values - step) * before) / max(np.sum(before * before), 1e-300))
    known = before.size > 1 and share > 0 and is_close(moved, step + share * before)
    return f"besides the step they shrank by {share:.6g} times themselves" if known else ""


def _names(place: Place, moved: Claimed, step: np.ndarray, gradient: np.ndarray) -> Iterator[str]:
    """Yield the mistakes that give the claimed weights."""
    if moved.values.shape != step.shape:
        return
    yield from (name for name, wrong in _wrong_steps(place, step, gradient) if is_close(moved, wrong))
    yield from _by_the_numbers(place, moved, step)


def _by_the_numbers(place: Place, moved: Claimed, step: np.ndarray) -> Iterator[str]:
    """Yield what is told by a number that the weights themselves show: a decay, a largest size, one size for all."""
    W, values = place.layer.weights, moved.values
    decay = float(np.sum((values - step) * W) / max(np.sum(W * W), 1e-300))
    if W.size > 1 and decay > 0 and is_close(moved, step + decay * W):
        yield "decay-in-step"
    largest = float(np.abs(values).max(initial=0.0))
    cut = np.abs(step) > largest * (1 + 1e-9)
    if largest > 0 and 1 < int(cut.sum()) < cut.size and is_close(moved, np.clip(step, -largest, largest)):
        yield "clipped-step"
    near = np.abs(step) > 1e-6 * np.abs(step).max(initial=0.0)
    if int(near.sum()) > 3 and largest > 0:
        even = np.abs(np.abs(values[near]) / largest - 1) < 1e-2
        if (
            even.all()
            and (np.sign(values[near]) == np.sign(step[near])).all()
            and np.ptp(np.abs(step[near])) > 0.05 * np.abs(step).max()
        ):
            yield "adam-step"


def _wrong_steps(place: Place, step: np.ndarray, gradient: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Yield (identifier, what is taken away from the weights) for each mistake in an update."""
    rate, before, n = place.rate or 0.0, place.layer.weights, place.n
    yield "not-updated", np.zeros_like(step)
    yield "wrong-sign", -step
    if rate != 1:
        yield "missing-learning-rate", gradient
        yield "learning-rate-twice", rate * step
        yield "wrong-sign", -gradient
    yield "step-for-weights", before + step
    yield "step-for-weights", before - step
    yield "step-for-weights", before - gradient
    if n > 1:
        yield "sum-instead-of-mean", n * step
        yield "mean-twice", step / n
    yield from (("nesterov-step", (1 + momentum) * step) for momentum in MOMENTA)
    yield from (("damped-step", (1 - momentum) * step) for momentum in MOMENTA)
    size = np.abs(gradient)
    with np.errstate(all="ignore"):
        yield "adam-step", rate * np.sign(gradient)
        yield "adam-step", rate * gradient / (size + 1e-8)
        yield "adam-step", rate * gradient / (size + 1e-7)
        yield from (("adam-step", rate * gradient / (np.sqrt(1 - d) * size + 1e-8)) for d in DECAYS)
        yield "adam-step", rate * gradient / np.sqrt(gradient**2 + 1e-8)
        yield "step-over-weights", rate * gradient / (np.abs(before) + 1e-8)
        yield from (("step-over-weights", rate * gradient / (np.sqrt(1 - d) * np.abs(before) + 1e-8)) for d in DECAYS)
        yield "root-left-out", rate * gradient / (gradient**2 + 1e-8)
        yield from (("root-left-out", rate * gradient / ((1 - d) * gradient**2 + 1e-8)) for d in DECAYS)
    if step.shape[0] == step.shape[1]:
        yield "swapped-outer-product", step.T
    yield "factor-two", 2 * step
    yield "factor-two", step / 2


def _several(place: Place, updated: Sequence[np.ndarray]) -> int | None:
    """Return how many steps of this batch the weights moved by, if that is what they did."""
    factor = (place.rate or 0.0) * place.scale
    if not factor or [np.shape(W) for W in updated] != [W.shape for W in place.net.weights]:
        return None
    claims = [
        {
            "weight_gradient": Claimed(
                (layer.weights - np.asarray(W, np.float64)) / factor,
                precision_of([W]),
                _room(W, layer.weights) / abs(factor),
            )
        }
        for W, layer in zip(updated, place.net.layers, strict=True)
    ]
    return several_steps(place, claims)


def _finding(place: Place, names: list[str], layers: list[int], verdicts: Sequence[Verdict]) -> Finding:
    first, *others = names
    layers = layers[::-1]
    said = ", ".join(f"L{number}" for number in layers)
    rate = f"{place.rate:g}"
    if first == "unknown":
        facts = "; ".join(v.remark for v in verdicts if v.layer in layers and v.remark)
        words = f"The gradients are right, and the weights of {said} are not where a step by them leads."
        facts = facts[:1].upper() + facts[1:] + "." if facts else ""
        return Finding(first, layers[0], tuple(layers), "none", words, facts, STEP.format(rate=rate))
    _, matters, _ = filled(first, place._replace(layer_index=layers[0] - 1))
    happened = f"The gradients are right, but {_TOLD[first].format(said=said, rate=rate, n=place.n)}."
    sure = "one of several" if others else "certain"
    return Finding(first, layers[0], tuple(layers), sure, happened, matters, STEP.format(rate=rate), tuple(others))


UNSEEN = "The step of {layers} is less than the weights' digits show; it was not judged."
STEP = "W = W - {rate} * dW"
_TOLD = {
    "wrong-sign": "the step of {said} was added, plus for minus",
    "missing-learning-rate": "the step of {said} was not multiplied by the learning rate {rate}",
    "learning-rate-twice": "the step of {said} was multiplied by the learning rate {rate} twice",
    "sum-instead-of-mean": "the step of {said} is that of a sum over the {n} samples",
    "mean-twice": "the step of {said} was divided by the {n} samples once more",
    "swapped-outer-product": "the step of {said} was taken transposed",
    "not-updated": "the weights of {said} did not move",
    "step-for-weights": "the step was put in the place of the weights of {said}, not added to them",
    "nesterov-step": "the weights of {said} moved by more, as in Nesterov's form of momentum at its first step",
    "damped-step": "the step of {said} was multiplied by 1 - momentum: a running mean, not a velocity",
    "adam-step": "the weights of {said} moved by one size each, by the gradient's sign, as Adam or RMSprop begin",
    "factor-two": "the step of {said} has a stray factor 2 or ½",
    "decay-in-step": "the weights of {said} shrank by a share of themselves besides the step: a weight decay",
    "clipped-step": "the step of {said} was cut off at a largest size",
    "step-over-weights": "the step of {said} was divided by the size of the weights, not of the gradients",
    "root-left-out": "the step of {said} was divided by the gradient's square, not by its root",
}
