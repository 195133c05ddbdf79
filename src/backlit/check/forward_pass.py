"""The forward pass first: a person's activations, predictions and loss beside the network's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from backlit.check.axes import in_shape
from backlit.check.claims import claimed_array
from backlit.check.conventions import scales_of_losses
from backlit.check.place import Place
from backlit.check.precision import Claimed, is_close, precision_of
from backlit.check.report import CheckReport, Finding, Verdict
from backlit.check.verdicts import verdict
from backlit.check.words import filled
from backlit.check.wrong_predictions import wrong_predictions
from backlit.equations.activation_table import ACTIVATIONS
from backlit.equations.loss_table import LOSSES
from backlit.errors import BacklitError
from backlit.network.sweeps import sample_losses
from backlit.validation import as_list

__all__ = ["Forward", "forward_report"]

NOT_JUDGED = "The backward pass was not judged: it belongs to the forward pass, which comes first."
LEAST = 1e-6
LEAKS = (0.01, 0.1, 0.2, 0.3, 0.02, 0.05)


class Forward(NamedTuple):
    """What was handed over of the forward pass: activations a layer, predictions, the loss."""

    activations: Sequence[Any] | None = None
    predictions: Any = None
    loss_value: Any = None


def forward_report(place: Place, given: Forward) -> CheckReport | None:
    """Return the report on the forward pass, or None where nothing was handed over of it."""
    arrays = _arrays(place, given)
    if not arrays and given.loss_value is None:
        return None
    verdicts: list[Verdict] = []
    findings: list[Finding] = []
    with np.errstate(all="ignore"):
        for index, array in arrays.items():
            result, found = _activation(place._replace(layer_index=index), array)
            verdicts.append(result)
            if found is not None:
                findings.append(found)
                break  # what comes after it follows from it
        if given.loss_value is not None and not findings:
            result, found = _loss(place, given.loss_value)
            verdicts.append(result)
            findings += [] if found is None else [found]
    remarks = (NOT_JUDGED,) if findings else ()
    return CheckReport(f"Checked: {place.net!r}", tuple(verdicts), tuple(findings), remarks)


def _arrays(place: Place, given: Forward) -> dict[int, np.ndarray]:
    """Return the activations handed over, by their layers from 0."""
    depth = len(place.net.layers)
    listed = [] if given.activations is None else as_list(given.activations)
    if listed is None:
        raise BacklitError(f"activations must be a list of one array a layer, got {given.activations!r:.40}")
    if len(listed) > depth:
        raise BacklitError(f"activations must hold at most one array a layer ({depth}), got {len(listed)}")
    arrays = {i: claimed_array(a, f"activations[{i}]") for i, a in enumerate(listed) if a is not None}
    if given.predictions is not None:
        arrays[depth - 1] = claimed_array(given.predictions, "predictions")
    return {i: in_shape(array, (place.n, place.net.layers[i].n_out)) for i, array in sorted(arrays.items())}


def _activation(place: Place, array: np.ndarray) -> tuple[Verdict, Finding | None]:
    number, right = place.layer_index + 1, place.values.activation
    name = "predictions" if place.is_output else "activations"
    claim = _claim(array)
    result = verdict(number, name, claim, right)
    if result.ok or (array.shape == right.shape and np.allclose(array, right, rtol=LEAST, atol=LEAST)):
        return result.accepted(), None
    names = list(dict.fromkeys(_wrong_activations(place, claim)))
    layers = (number,)
    if not names:
        words = f"The {name} of L{number} are not those of the network, and no known mistake explains them."
        fact = _fact(place, array, result)
        return result, Finding("unknown", number, layers, "none", words, fact, "compare X, weights, biases, activation")
    first, *others = names
    return result, _found(first, place, tuple(others))


def _claim(array: np.ndarray) -> Claimed:
    precision = precision_of([array])
    return Claimed(np.asarray(array, np.float64), precision._replace(relative=max(precision.relative, LEAST)))


def _wrong_activations(place: Place, claim: Claimed) -> Iterator[str]:
    layer, values = place.layer, place.values
    for name, wrong in wrong_predictions(layer.row.name, layer, values):
        if is_close(claim, wrong):
            yield "double-output-activation" if name == "activated-twice" and place.is_output else name
    if values.mask is None:
        yield from _other_values(place, claim)
    if values.mask is None and place.layer_index > 0:
        below = place.sweep[place.layer_index - 1].pre_activation
        b = 0 if layer.biases is None else layer.biases
        if is_close(claim, layer.row.value(below @ layer.weights + b)):
            yield "pre-activation-as-input"


def _other_values(place: Place, claim: Claimed) -> Iterator[str]:
    """What was made of the right values: logarithms, decisions, some of them 0; and leaky or smooth rectifiers."""
    z, a, given = place.values.pre_activation, place.values.activation, claim.values
    if place.is_output and a.shape[1] > 1 and given.ndim == 1 and np.array_equal(given, a.argmax(axis=1)):
        yield "decision-as-prediction"
    if given.shape != a.shape:
        return
    if place.is_output and is_close(claim, np.log(np.where(a > 0, a, 1.0))) and (a > 0).all():
        yield "log-of-predictions"
    decided = np.round(a) if a.shape[1] == 1 else np.eye(a.shape[1])[a.argmax(axis=1)]
    if place.is_output and (a != decided).any() and np.array_equal(given, decided):
        yield "decision-as-prediction"
    leaky = (np.where(z > 0, z, leak * z) for leak in LEAKS)
    smooth = (ACTIVATIONS[name].value(z) for name in ("elu", "softplus", "gelu", "silu"))
    yield from ("another-activation" for other in (*leaky, *smooth) if is_close(claim, other))
    stays = (given != 0) & (a != 0)
    if not place.is_output and stays.any() and ((given == 0) & (a != 0)).any():
        ratio = float(np.median(given[stays] / a[stays]))
        if ratio > 0 and is_close(claim._replace(values=given[stays]), ratio * a[stays]):
            yield "mask-not-told"


def _fact(place: Place, array: np.ndarray, result: Verdict) -> str:
    if array.shape != place.values.activation.shape:
        return result.remark[:1].upper() + result.remark[1:] + "."
    facts = f"The worst is {result.claimed:.6g} at {result.address}, expected {result.expected:.6g}."
    if not np.isfinite(array).all():
        facts = "They are not finite: something overflowed (e^z of a large z), or was divided by zero."
    return facts


def _found(identifier: str, place: Place, others: tuple[str, ...]) -> Finding:
    happened, matters, instead = filled(identifier, place)
    sure = "one of several" if others else "certain"
    number = place.layer_index + 1
    return Finding(identifier, number, (number,), sure, happened, matters, instead, others)


def _loss(place: Place, value: Any) -> tuple[Verdict, Finding | None]:
    claimed = claimed_array(value, "loss_value")
    if claimed.size != 1:
        raise BacklitError(f"loss_value must be one number, got an array of shape {claimed.shape}")
    told = float(claimed.reshape(()))
    losses = sample_losses(place.net, place.sweep, place.y)
    mean, penalty = float(np.mean(losses)) * place.scale, _penalty(place)
    for right in (mean, mean + penalty):
        if abs(told - right) <= LEAST * max(abs(right), 1e-3):
            return Verdict(0, "loss value", ok=True), None
    error = abs(told - mean) / max(abs(told), abs(mean), 1e-300)
    result = Verdict(0, "loss value", ok=False, address="the loss", claimed=told, expected=mean, relative_error=error)
    names = [name for name, wrong in _wrong_losses(place, mean) if abs(told - wrong) <= LEAST * max(abs(wrong), 1e-9)]
    if names:
        return result, _found(names[0], place, tuple(dict.fromkeys(n for n in names[1:] if n != names[0])))
    words = "The loss is not that of the network's predictions, and no known mistake explains it."
    fact = "It is not finite: log 0, or an overflow." if not np.isfinite(told) else f"It is {told / mean:.6g} times it."
    return result, Finding("unknown", 0, (), "none", words, fact, "")


def _penalty(place: Place) -> float:
    squares = sum(float(np.sum(W**2)) for W in place.net.weights)
    sizes = sum(float(np.sum(np.abs(W))) for W in place.net.weights)
    return place.scale * (place.l2 / 2 * squares + place.l1 * sizes)


def _wrong_losses(place: Place, mean: float) -> Iterator[tuple[str, float]]:
    n, name, p, y = place.n, place.net.loss_row.name, place.sweep[-1].activation, place.y
    yield "loss-sign", -mean
    if n > 1:
        yield "loss-summed", n * mean
    yield from (("loss-of-another-kind", scale * mean) for scale in scales_of_losses(place))
    if name in ("log_loss", "cross_entropy"):
        yield from (("loss-another-logarithm", mean / np.log(base)) for base in (2.0, 10.0))
    if name == "log_loss":
        first, second = y * np.log(p), (1 - y) * np.log(1 - p)
        for signs in ((-1, 1), (1, -1)):
            yield "loss-wrong-term", place.scale * float((signs[0] * first + signs[1] * second).sum(axis=1).mean())
        yield "loss-of-another-kind", place.scale * -float(first.sum(axis=1).mean())
    yield from (("loss-of-another-kind", value) for value in _other_losses(place))


def _other_losses(place: Place) -> Iterator[float]:
    """The values of other losses, averaged over the samples, or over the outputs too, or added up."""
    p, y, own = place.sweep[-1].activation, place.y, place.net.loss_row.name
    with np.errstate(all="ignore"):
        for name in ("squared_error", "log_loss", "cross_entropy", "absolute_error"):
            total = 0.0 if name == own else float(np.sum(LOSSES[name].value(p, y)))
            if total and np.isfinite(total):
                yield from (total / by for by in (len(y), y.size, 1))
                yield from (2 * total / by for by in (len(y), y.size, 1) if name == "squared_error")
