"""Conventions of a loss: summed or averaged, with a half or without, and steps; and which would make a pass right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import NamedTuple

import numpy as np

from backlit.check.matching import Claims
from backlit.check.place import Place
from backlit.check.precision import is_close
from backlit.check.report import CheckReport, Finding
from backlit.equations.loss_table import find_loss
from backlit.errors import BacklitError, unknown_name
from backlit.network.network import Network

__all__ = [
    "REDUCTIONS",
    "Reading",
    "other_scales",
    "reading_of",
    "scale_of",
    "scales_of_losses",
    "tied_remarks",
    "with_reading",
]

REDUCTIONS = ("mean", "sum", "all")
FEW = 3
"""Arrays from which on one factor of all is no coincidence of mistakes in single ones."""
_SQUARES = ("squared_error", "mean_squared_error", "sum_squared_error", "half_mean_squared_error")
_WORDS = {
    "squared_error": "is half the sum of squares",
    "mean_squared_error": "is the mean of the squares over the outputs, as np.mean((ŷ − y)**2) has it",
    "sum_squared_error": "is (ŷ − y)² without a half",
    "half_mean_squared_error": "is half the mean of the squares over the outputs",
    "sum": "sums over the {n} samples",
    "all": "averages over the outputs too",
}
_TIED = (
    "The weights of {name} are those of {of}; the gradient claimed for {name} is the sum of both layers' own, which is "
    "right for weights that they share. Here each layer's own is expected."
)
_OTHER_SHARE = (
    "The weights of {name} are those of {of}; the gradient claimed for {name} is the other layer's own: the share of "
    "{name} is left out. Weights that are shared get the sum of both."
)


def _square_factor(name: str, n_out: int) -> float:
    return {"squared_error": 0.5, "mean_squared_error": 1 / n_out, "half_mean_squared_error": 0.5 / n_out}.get(
        name, 1.0
    )


def scale_of(net: Network, n: int, loss: str | None, reduction: str) -> float:
    """Return what a person's gradients are times the network's own, by their loss and its reduction.

    Raises BacklitError for a reduction that is none, and for another loss than the network's, unless both are squares.
    """
    if not isinstance(reduction, str) or reduction not in REDUCTIONS:
        raise BacklitError(f"reduction must be 'mean', 'sum' or 'all' (samples and outputs), got {reduction!r:.40}")
    n_out, own = net.sizes[-1], net.loss_row.name
    factor = {"mean": 1.0, "sum": float(n), "all": 1 / n_out}[reduction]
    if loss is None:
        return factor
    if not isinstance(loss, str):
        raise unknown_name("loss", loss, _SQUARES)
    name = {"mse": "mean_squared_error"}.get(loss, loss)
    if name in _SQUARES and own in _SQUARES:
        return factor * _square_factor(name, n_out) / _square_factor(own, n_out)
    if name != own and (name in _SQUARES or find_loss(name).name != own):
        raise BacklitError(f"the network's loss is '{own}', so its gradients cannot be those of '{loss}'")
    return factor


class Reading(NamedTuple):
    """A convention under which all that was claimed is right: in words, and how to tell it.

    ``speaking`` is the number of arrays that tell it: one that is 0 is right under any.
    """

    words: str
    told: str
    steps: bool = False
    speaking: int = 0
    matters: str = "All arrays are the right ones times one factor. Loss, gradient and learning rate must agree."


def reading_of(place: Place, claims: Sequence[Claims], expected: Sequence[dict[str, np.ndarray]]) -> Reading | None:
    """Return the simplest convention that makes all claims right, or None."""
    reading = _reading_of(place, claims, expected)
    speaking = sum(bool(expected[i][name].any()) for i, name in _pairs(claims, expected))
    return None if reading is None else reading._replace(speaking=speaking)


def _reading_of(place: Place, claims: Sequence[Claims], expected: Sequence[dict[str, np.ndarray]]) -> Reading | None:
    ratio = _ratio(claims, expected)
    if ratio is None:
        return _turned(claims, expected)
    for words, told, scale in other_scales(place):
        if _all_right(place, claims, expected, scale):
            return Reading(f"if your loss {words}", told)
    if ratio < 0 and not place.as_steps:
        return _as_steps(place, claims, expected, ratio)
    return None


def _as_steps(
    place: Place, claims: Sequence[Claims], expected: Sequence[dict[str, np.ndarray]], ratio: float
) -> Reading | None:
    told = "convention='weight_step', learning_rate="
    rates: list[tuple[str, str, float]] = []
    if place.rate is not None:
        others = [(f", of a loss that {words}", f", {more}", scale) for words, more, scale in other_scales(place)]
        rates = [(words, more, scale * place.rate) for words, more, scale in [("", "", 1.0), *others]]
    for words, more, rate in rates:
        if _all_right(place, claims, expected, -rate):
            said = f"if these are weight steps with your learning rate of {place.rate:g}{words}"
            return Reading(said, f"{told}{place.rate:g}{more}", steps=True)
    if not _all_right(place, claims, expected, ratio):
        return None
    return Reading(f"if these are weight steps with a learning rate of {-ratio:.6g}", f"{told}{-ratio:.6g}", steps=True)


def other_scales(place: Place) -> Iterator[tuple[str, str, float]]:
    """Yield (words, arguments, factor) of each other convention, those with one argument first."""
    net, n = place.net, place.n
    losses = [name for name in _SQUARES if name != net.loss_row.name] if net.loss_row.name in _SQUARES else []
    reductions = (["sum"] if n > 1 else []) + (["all"] if net.sizes[-1] > 1 and not losses else [])
    options = list(product([None, *losses], ["mean", *reductions]))
    seen = {1.0}
    for loss, reduction in sorted(options, key=lambda o: (o[0] is not None) + (o[1] != "mean")):
        scale = scale_of(net, n, loss, reduction) / place.scale
        if any(abs(scale / other - 1) < 1e-9 for other in seen):
            continue
        seen.add(scale)
        said = [_WORDS[name].format(n=n) for name in (loss, reduction) if name in _WORDS]
        told = [] if loss is None else [f"loss='{'mse' if loss == 'mean_squared_error' else loss}'"]
        told += [] if reduction == "mean" else [f"reduction='{reduction}'"]
        yield " and ".join(said), ", ".join(told), scale


def scales_of_losses(place: Place) -> Iterator[float]:
    """Yield the factors of all other conventions."""
    yield from (scale for _, _, scale in other_scales(place))


def _pairs(claims: Sequence[Claims], expected: Sequence[dict[str, np.ndarray]]) -> list[tuple[int, str]]:
    return [(i, name) for i, layer in enumerate(claims) for name in layer if name.endswith("gradient")]


def _ratio(claims: Sequence[Claims], expected: Sequence[dict[str, np.ndarray]]) -> float | None:
    """Return about how many times the right values the claims are, by their largest entry; None for other shapes."""
    best, ratio = 0.0, None
    for i, name in _pairs(claims, expected):
        claimed, right = claims[i][name].values, expected[i][name]
        if claimed.shape != right.shape:
            return None
        if right.size and np.isfinite(claimed).all() and np.abs(right).max() > best:
            at = int(np.argmax(np.abs(right)))
            best = float(np.abs(right).max())
            ratio = float(claimed.flat[at] / right.flat[at])
    return ratio or None


def _all_right(place: Place, claims: Sequence[Claims], expected: Sequence[dict[str, np.ndarray]], scale: float) -> bool:
    """Say whether all claims are the right ones times a scale, the penalties' part but once (steps take it along)."""
    for i, name in _pairs(claims, expected):
        right = expected[i][name]
        penalty = 0.0
        if name == "weight_gradient" and scale > 0:
            W = place.net.layers[i].weights
            penalty = (place.l2 * W + place.l1 * np.sign(W)) * (1 - scale)
        claim = claims[i][name]
        slack = claim.slack if np.shape(claim.slack) == right.shape else 0.0
        if not is_close(claim._replace(slack=slack * abs(scale)), scale * right + penalty):
            return False
    return True


def _turned(claims: Sequence[Claims], expected: Sequence[dict[str, np.ndarray]]) -> Reading | None:
    """Weights laid out as (n_out, n_in), the biases as they should be."""
    for i, name in _pairs(claims, expected):
        claim = claims[i][name]
        values = claim.values.T if name == "weight_gradient" else claim.values
        if not is_close(claim._replace(values=values), expected[i][name]):
            return None
    matters = "All weights are the right ones transposed."
    return Reading("if your weights are (n_out, n_in)", "layout='torch'", matters=matters)


def tied_remarks(place: Place, claims: Sequence[Claims], expected: Sequence[dict[str, np.ndarray]]) -> list[str]:
    """Say what wrong claims are in the gradients of two layers that share their weights, as an autoencoder's do."""
    said = []
    layers = place.net.layers
    for one, other in ((i, j) for i in range(len(layers)) for j in range(len(layers)) if i != j):
        turned = not np.array_equal(layers[one].weights, layers[other].weights)
        if turned and not np.array_equal(layers[one].weights, layers[other].weights.T):
            continue
        claim = claims[one].get("weight_gradient")
        if claim is None or claim.right:
            continue
        share = expected[other]["weight_gradient"]
        share = share.T if turned else share
        name, of = f"L{one + 1}", f"L{other + 1}{', transposed' if turned else ''}"
        if is_close(claim, expected[one]["weight_gradient"] + share):
            said.append(_TIED.format(name=name, of=of))
        elif is_close(claim, share):
            said.append(_OTHER_SHARE.format(name=name, of=of))
    return said


def with_reading(report: CheckReport, reading: Reading | None) -> CheckReport:
    """Put the harmless reading in front of the first finding; what was found is said after it."""
    if reading is None or report.ok:
        return report
    first = f"This is right {reading.words}: pass {reading.told}."
    names = [finding.identifier for finding in report.findings]
    layers = tuple(sorted({verdict.layer for verdict in report.verdicts if not verdict.ok}, reverse=True))
    known = bool(names) and "unknown" not in names
    if reading.speaking == 1 and known:
        # what one array tells is said of that array, by the name that it has beside any others
        return _before(report, first, layers)
    if not names or "unknown" in names or (reading.steps and names not in (["wrong-sign"], ["learning-rate-twice"])):
        name = "weight-steps" if reading.steps else "another-convention"
        others = tuple(n for n in names if n not in ("unknown", name))
        sure = "one of several" if others else "certain"
        found = Finding(name, layers[0], layers, sure, first, reading.matters, reading.told, others)
        rest = report.findings if reading.speaking < FEW and known and len(names) == 1 else ()
        return replace(report, findings=(found, *rest))
    return _before(report, first, report.findings[0].layers if reading.steps else layers)


def _before(report: CheckReport, first: str, layers: tuple[int, ...]) -> CheckReport:
    """Put the harmless reading before what the first finding says, of all layers that it is the reading of.

    Of steps it is said where the sign is turned: what is wrong below follows from that.
    """
    head, *rest = report.findings
    head = replace(head, happened=f"{first} Else: {head.happened}", confidence="one of several", layers=layers)
    return replace(report, findings=(head, *rest))
