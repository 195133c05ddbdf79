"""The part of a step that draws weights towards 0, beside that of the loss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from backlit.scripts.own_loss.agreement import SAME, Agreement
from backlit.scripts.own_loss.candidates import Candidate
from backlit.scripts.own_loss.multiples import along
from backlit.scripts.own_loss.windows import Window

__all__ = ["in_the_loss", "in_the_step", "named", "room_for"]

ABOUT, UNSEEN = 0.02, 4e-3


def in_the_step(window: Window, found: Agreement) -> dict[int, float]:
    """Return, by weight, how much of the weight itself stands beside its gradient in the step.

    The gradient must be there as much as in the steps that go along it alone: else anything like the weights, such as
    what they were moved along before, would be taken for them.
    """
    shares = {}
    common = float(np.median([found.steps[index] for index in found.even])) if found.even else 0.0
    for index in found.weights:
        step = along(window.values[index].step, window.nudges[index])
        share = _share(window, index, step, found.candidate)
        if share is not None and abs(share[0] / common - 1 if common else 0.0) <= ABOUT:
            shares[index] = share[1] / share[0]
    return shares


def in_the_loss(
    window: Window, found: Agreement, others: Sequence[Candidate]
) -> tuple[Candidate, Mapping[int, float]] | None:
    """Return a number of the file's own that is this loss and a penalty on squares, with its share of each weight."""
    for other in others:
        if not other.own:
            continue
        shares: dict[int, float] = {}
        factors = []
        for index in found.weights:
            share = _share(window, index, other.slopes[index], found.candidate)
            if share is None:
                break
            factors.append(share[0])
            shares[index] = share[1] / share[0]
        else:
            even = np.ptp(factors) <= 2 * SAME * abs(factors[0])
            seen = any(abs(share) > room_for(window, index, found.candidate) for index, share in shares.items())
            less = any(share < -room_for(window, index, found.candidate) for index, share in shares.items())
            if even and seen and not less:
                return other, shares
    return None


def _share(window: Window, index: int, slopes: np.ndarray, loss: Candidate) -> tuple[float, float] | None:
    """Return a and b where slopes are a times the loss's and b times the weight's own; None where they are not."""
    own = along(window.values[index].before, window.nudges[index])
    wanted = loss.slopes[index]
    if not own.any():
        own = np.zeros_like(wanted)
    if len(wanted) < 3:
        factor = float(slopes @ wanted / (wanted @ wanted)) if wanted.any() else 0.0
        fits = np.abs(slopes - factor * wanted).max() <= SAME * np.abs(slopes).max(initial=0)
        return (factor, 0.0) if factor and fits else None
    made, *_ = np.linalg.lstsq(np.stack([wanted, own], axis=1), slopes, rcond=None)
    off = np.abs(made[0] * wanted + made[1] * own - slopes).max()
    if made[0] == 0 or off > SAME / 2 * np.abs(slopes).max(initial=0):
        return None
    return float(made[0]), float(made[1])


def room_for(window: Window, index: int, loss: Candidate) -> float:
    """Return below which share a penalty of a weight is not seen beside its gradient."""
    own = np.abs(along(window.values[index].before, window.nudges[index])).max(initial=0)
    return float(UNSEEN * np.abs(loss.slopes[index]).max(initial=0) / own) if own > 0 else np.inf


def named(made: float, wanted: float, room: float) -> str:
    """Return the name of a penalty's share that is not the loss's; "" where it is, or is not to be seen."""
    if abs(made - wanted) <= max(ABOUT * max(abs(made), abs(wanted)), room):
        return ""
    if abs(wanted) <= room:
        return "biases-penalised"
    ratio = made / wanted
    for name, known in (
        ("regularizer-not-in-gradient", 0.0),
        ("penalty-wrong-sign", -1.0),
        ("penalty-halved", 0.5),
        ("penalty-doubled", 2.0),
    ):
        if abs(ratio - known) <= ABOUT:
            return name
    return "penalty-other"
