"""Claimed derivatives of one function or layer against differences: verdicts, and findings with their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from backlit.check.differences import EPSILON, OPEN, Slopes
from backlit.check.named_derivatives import named
from backlit.check.precision import FLOAT64, Claimed, Precision, precision_of
from backlit.check.report import CheckReport, Verdict
from backlit.check.turned import Elsewhere
from backlit.check.verdicts import verdict
from backlit.check.whole_claims import is_nearly_right
from backlit.check.wrong_claim import Wrong
from backlit.errors import BacklitError

__all__ = ["RIGHT", "Derivative", "claimed_slopes", "elementwise"]

RIGHT = FLOAT64._replace(relative=1e-6, floor=1e-8)
"""Differences are good to about ten digits; CS231n's rules call a relative error below 1e-7 good, with leeway here."""
FLAT = 1e-3
"""Where differences are nothing but rounding below this, a claim of zeros is right."""
COARSE = "The function computes in float32: it was judged at the precision that this leaves (about {share:.1g})."

NEARLY = (
    "The {name} is right to a relative error of {share:.1g}: a constant written with few digits, or a small number "
    "added below a line in one of the two alone, leaves that much."
)


class Derivative(NamedTuple):
    """A claimed derivative at ``point`` beside the differences.

    ``claimed`` has a first axis of draws; ``weights``, with the same, are the output gradients drawn, None where the
    plain derivative was asked for; then ``found`` is of shape draws + the point's. ``function`` is that of the point;
    ``elsewhere`` is what was measured as ``found``, with another parameter turned.
    """

    claimed: np.ndarray
    found: Slopes
    point: np.ndarray
    function: Callable[[np.ndarray], Any]
    weights: np.ndarray | None = None
    elsewhere: Elsewhere = ()

    @property
    def expected(self) -> np.ndarray:
        """The right values, with the first axis."""
        central = self.found.central
        expected: np.ndarray = central if self.weights is not None else central.reshape(1, *central.shape)
        return expected

    @property
    def slack(self) -> np.ndarray:
        """What kinks and rounding may move each value by."""
        room = self.found.apart / 2 + self.found.noise
        slack: np.ndarray = room if self.weights is not None else room.reshape(1, *room.shape)
        return slack


def elementwise(found: Slopes) -> Slopes:
    """The diagonal of the Jacobian of a function whose outputs depend on their own input alone, else all of it."""
    size = found.value.size
    square = found.central.reshape(size, size)
    off = np.abs(square - np.diag(np.diag(square)))
    if (off > np.maximum(found.noise.reshape(size, size), 1e-9 * np.abs(square).max(initial=0.0))).any():
        return found
    central, apart, noise = (
        np.diag(a.reshape(size, size)).reshape(found.value.shape) for a in (found.central, found.apart, found.noise)
    )
    return Slopes(found.value, central, apart, noise, found.epsilon)


def claimed_slopes(title: str, claims: Mapping[str, Derivative], *, n: int) -> CheckReport:
    """Report claimed derivatives, by name, against differences; ``n`` is the number of samples in them."""
    verdicts: list[Verdict] = []
    wrong: dict[str, Wrong] = {}
    nearly: list[str] = []
    for name, derivative in claims.items():
        _tellable(name, derivative)
        result, claim = _judged(name, derivative)
        share = (
            None if result.ok or claim.precision.name != FLOAT64.name else is_nearly_right(claim, derivative.expected)
        )
        if share is not None:
            nearly.append(NEARLY.format(name=name, share=share))
            result = result.accepted()
        verdicts.append(result)
        if not result.ok:
            wrong[name] = Wrong(claim, derivative.expected, result, derivative)
    right = {name: derivative.expected for name, derivative in claims.items()}
    findings = named(wrong, n=n, right=right)
    return CheckReport(title, tuple(verdicts), tuple(findings), (*_remarks(claims), *nearly))


def _judged(name: str, derivative: Derivative) -> tuple[Verdict, Claimed]:
    """Return the verdict on all draws, and the claim; the verdict shows the draw that is worst."""
    claim = Claimed(derivative.claimed, _precision(derivative), derivative.slack)
    expected = derivative.expected
    if claim.values.shape != expected.shape:
        return verdict(0, name, claim._replace(values=claim.values[0], slack=0.0), expected[0]), claim
    draws = [
        verdict(0, name, claim._replace(values=values, slack=slack), right)
        for values, slack, right in zip(claim.values, derivative.slack, expected, strict=True)
    ]
    return next((result for result in draws if not result.ok), draws[0]), claim


def _precision(derivative: Derivative) -> Precision:
    """The precision of the function, or of the claim where that is coarser: a gradient computed in float32, say."""
    claimed = precision_of([derivative.claimed]).name
    epsilon = max(derivative.found.epsilon, float(np.finfo(claimed).eps))
    if epsilon <= EPSILON:
        return RIGHT
    return RIGHT._replace(relative=max(1e-4, 100 * epsilon), floor=10 * epsilon, near=1e-2)


def _tellable(name: str, derivative: Derivative) -> None:
    """Raise BacklitError where rounding in the function's values hides its slope."""
    found, claimed = derivative.found, derivative.claimed
    noise = float(np.max(found.noise, initial=0.0))
    largest = max(float(np.max(np.abs(a), initial=0.0)) for a in (found.central, np.nan_to_num(claimed)))
    flat = largest <= noise < FLAT and not claimed.any()
    if noise > OPEN * largest and not flat:
        type_name = "float32" if found.is_coarse else "float64"
        raise BacklitError(
            f"cannot tell the {name}: the function's values, in {type_name}, are too coarse beside its slope "
            f"({largest:.2g}, with {noise:.1g} left open by rounding); compute in float64, without what is constant"
        )


def _remarks(claims: Mapping[str, Derivative]) -> list[str]:
    remarks = [
        f"There is a kink within the step at the {name}; every slope between its two sides is right there."
        for name, derivative in claims.items()
        if derivative.found.has_kink
    ]
    coarse = [derivative.found for derivative in claims.values() if derivative.found.is_coarse]
    if coarse:
        shares = [float(f.noise.max(initial=0.0)) / (float(np.abs(f.central).max(initial=0.0)) or 1.0) for f in coarse]
        remarks.append(COARSE.format(share=max([1e-4, *shares])))
    return remarks
