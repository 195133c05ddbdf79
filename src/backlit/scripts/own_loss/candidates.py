"""What may be the loss of a round: a number that the file has, or one that predictions and targets of it give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import NamedTuple

import numpy as np

from backlit.equations.further_losses import HINGE, LOGISTIC
from backlit.equations.loss_table import LOSSES
from backlit.equations.losses import sigmoid_log_loss_gradient, softmax_cross_entropy_gradient
from backlit.scripts.own_loss.multiples import along, factor_of
from backlit.scripts.own_loss.windows import Told, Window

__all__ = ["Candidate", "candidates", "followers_of", "is_of_one_number", "made_losses"]

MOST_PAIRS, MOST_OUTPUTS, MOST_ERRORS = 400, 24, 24
NOISE = 1e-9
"""Of a slope by central differences, beside a value of 1: what rounding alone makes."""


class Candidate(NamedTuple):
    """What may be the loss: ``slopes`` has, by the place of a value, its derivative along each of the value's nudges.

    ``own`` says that it is a number that the file itself has, as ``name`` in ``line``. ``noise`` is what a slope may be
    off by rounding; ``value`` is the number itself, 0 where the file has none; ``part``: it was added to
    another one. ``given``: no loss is known, and an array of the file's is taken for its gradient at the output.
    """

    name: str
    line: int
    own: bool
    slopes: Mapping[int, np.ndarray]
    noise: float
    value: float = 0.0
    part: bool = False
    given: bool = False


def candidates(window: Window, *, made: bool = True) -> Iterator[Candidate]:
    """Yield what may be the loss, the file's own numbers first; each set of slopes once. ``made``: others too."""
    seen: set[bytes] = set()
    for candidate in chain(_own(window), made_losses(window) if made else (), _given(window) if made else ()):
        slopes = np.concatenate([np.zeros(0), *candidate.slopes.values()])
        size = np.abs(slopes).max(initial=0)
        if not np.isfinite(size):
            continue
        key = np.round(slopes / size, 7).tobytes() if size > 0 else b""
        if key and key not in seen and not _is_a_penalty(window, candidate):
            seen.add(key)
            yield candidate


def is_of_one_number(window: Window, candidate: Candidate) -> bool:
    """Say whether a loss is made of a single number that the weights give, such as the prediction of one sample.

    Then all losses of that number have the same slopes but for a factor, and so has a pass that leaves out the
    output's.
    """
    weights = [index for index in window.nudges if window.values[index].moved]
    slopes = np.concatenate([np.zeros(0), *(candidate.slopes[index] for index in weights)])
    added_up = {told.name for told in window.told if told.kind == "increment"}
    units = []
    for other in _own(window, parts=True):
        own = np.concatenate([np.zeros(0), *(other.slopes[index] for index in weights)])
        factor = float(own @ slopes / (slopes @ slopes))
        alike = factor != 0 and np.abs(own - factor * slopes).max() <= 1e-5 * np.abs(own).max(initial=0)
        if alike and (other.name not in added_up or other.part):
            units.append(other.value / factor)
    return bool(units) and float(np.ptp(units)) > 1e-6 * max(np.abs(units).max(), 1e-3)


def _is_a_penalty(window: Window, candidate: Candidate) -> bool:
    """Say whether a number follows each weight by the weight itself alone: the part of a loss that is no error."""
    told = [index for index, slopes in candidate.slopes.items() if len(slopes) > 2 and slopes.any()]
    return bool(told) and all(
        any(
            factor_of(along(own, window.nudges[index]), candidate.slopes[index], candidate.noise) is not None
            for own in (window.values[index].before, np.sign(window.values[index].before))
        )
        for index in told
    )


def _own(window: Window, *, parts: bool = False) -> Iterator[Candidate]:
    for place, told in enumerate(window.told):
        # of what is added up the sum is looked at, and none of the parts
        part = told.times > 1 and told.kind in ("increment", "operand", "argument")
        if told.array.size != 1 or (part and not parts) or not np.isfinite(told.array).all():
            continue
        slopes = {}
        for index, nudges in window.nudges.items():
            changes = [n.changes[place] for n in nudges]
            slopes[index] = np.array([0.0 if c is None else float(c.ravel()[0]) for c in changes])
        value = float(told.array.ravel()[0])
        yield Candidate(told.name, told.line, True, slopes, NOISE * (1 + abs(value)), value, told.kind == "increment")


def made_losses(window: Window) -> Iterator[Candidate]:
    """Yield the losses of each array that moves as a prediction, with each array of its shape that does not."""
    moving = [_follows(window, place) for place in range(len(window.told))]
    targets = _targets(window, moving)
    pairs = 0
    looked_at = _weights(window)
    for place, told in enumerate(window.told):
        key = told.array.tobytes()
        if not moving[place] or told.array.ndim > 2 or key in looked_at:
            continue
        looked_at.add(key)
        for name, target in targets:
            for y in _as_targets(target, told.array):
                pairs += 1
                if pairs > MOST_PAIRS:
                    return
                yield from _losses(window, place, told, name, y)


def _given(window: Window) -> Iterator[Candidate]:
    """Yield what an array of the file's gives as the error at what follows the most weights, the output."""
    followers = [followers_of(window, place) for place in range(len(window.told))]
    most = max(map(len, followers), default=0)
    shapes = {window.values[index].before.shape for index in window.nudges if window.values[index].moved}
    outputs = [
        place
        for place, own in enumerate(followers)
        if len(own) == most > 1 and window.told[place].array.size > 1 and window.told[place].array.shape not in shapes
    ]
    for place in _different(window, outputs)[:MOST_OUTPUTS]:
        output = window.told[place]
        alike = [k for k, told in enumerate(window.told) if told.array.shape == output.array.shape and told.array.any()]
        for other in _different(window, alike)[:MOST_ERRORS]:
            error = window.told[other]
            slopes = {
                index: np.array([float((error.array * n.changes[place]).sum()) for n in nudges])
                for index, nudges in window.nudges.items()
            }
            noise = NOISE * float((np.abs(error.array) * (1 + np.abs(output.array))).sum())
            yield Candidate(f"{error.name} as the error at {output.name}", error.line, False, slopes, noise, given=True)


def followers_of(window: Window, place: int) -> set[int]:
    """Return the weights that something that was told follows; none where that was too large to be kept."""
    found = set()
    for index, nudges in window.nudges.items():
        changes = [n.changes[place] for n in nudges]
        if any(c is None for c in changes):
            return set()
        if window.values[index].moved and any(c.any() for c in changes if c is not None):
            found.add(index)
    return found


def _different(window: Window, places: list[int]) -> list[int]:
    """Return places of arrays that are not equal, the latest lines first."""
    found: dict[bytes, int] = {}
    for place in sorted(places, key=lambda place: -window.told[place].line):
        found.setdefault(window.told[place].array.tobytes(), place)
    return list(found.values())


def _weights(window: Window) -> set[bytes]:
    """Return the weights that moved, before and after: no prediction."""
    moved = [window.values[index] for index in window.nudges if window.values[index].moved]
    return {array.tobytes() for v in moved for array in (v.before, v.after) if array is not None}


def _follows(window: Window, place: int) -> bool:
    changes = [n.changes[place] for nudges in window.nudges.values() for n in nudges]
    return all(c is not None for c in changes) and any(c.any() for c in changes if c is not None)


def _targets(window: Window, moving: list[bool]) -> list[tuple[str, np.ndarray]]:
    """Return what may be targets: arrays that follow no weight, each once."""
    still = [(told.name, told.array) for told, moves in zip(window.told, moving, strict=True) if not moves]
    still += [(v.path, v.before) for v in window.values if not v.moved]
    found: dict[bytes, tuple[str, np.ndarray]] = {}
    for name, array in still:
        if array.size > 0 and array.ndim <= 2 and np.isfinite(array).all():
            found.setdefault(repr(array.shape).encode() + array.tobytes(), (name, array))
    return list(found.values())


def _as_targets(target: np.ndarray, p: np.ndarray) -> Iterator[np.ndarray]:
    """Yield targets in the shape of predictions: as they are, or of class numbers, with a 1 at each one's class."""
    if target.size == p.size and _plain(target) == _plain(p):
        yield target.reshape(p.shape)
    n = target.size
    if p.size <= n or p.size % n or (target != np.round(target)).any() or target.min() < 0:
        return
    for axis in range(p.ndim):
        classes = p.size // n
        if p.shape[axis] == classes and target.max() < classes and (p.ndim == 2 or n == 1):
            rows = np.eye(classes)[target.astype(int).ravel()]
            yield (rows if axis == p.ndim - 1 else rows.T).reshape(p.shape)


def _plain(array: np.ndarray) -> tuple[int, ...]:
    return tuple(n for n in array.shape if n > 1)


def _losses(window: Window, place: int, told: Told, name: str, y: np.ndarray) -> Iterator[Candidate]:
    p = told.array
    with np.errstate(all="ignore"):
        for words, gradient in _gradients(p, y):
            if gradient.shape != p.shape or not np.isfinite(gradient).all():
                continue
            slopes = {
                index: np.array([float((gradient * n.changes[place]).sum()) for n in nudges])
                for index, nudges in window.nudges.items()
            }
            noise = NOISE * float((np.abs(gradient) * (1 + np.abs(p))).sum())
            yield Candidate(f"{words} of {told.name} and {name}", told.line, False, slopes, noise)


def _gradients(p: np.ndarray, y: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the losses that an array of predictions may have, with their gradients at it."""
    yield "squared error", LOSSES["squared_error"].gradient(p, y)
    yield "absolute error", LOSSES["absolute_error"].gradient(p, y)
    if y.min() >= 0 and y.max() <= 1:
        if p.min() > 0 and p.max() < 1:
            yield "log loss", LOSSES["log_loss"].gradient(p, y)
            yield "cross entropy", LOSSES["cross_entropy"].gradient(p, y)
        yield "log loss of the sigmoid", sigmoid_log_loss_gradient(p, y)
        if p.size > 1:
            yield "cross entropy of the softmax", softmax_cross_entropy_gradient(p, y)
        if p.ndim == 2 and p.shape[0] > 1:
            yield "cross entropy of the softmax", softmax_cross_entropy_gradient(p.T, y.T).T
    if set(np.unique(y)) <= {-1.0, 1.0}:
        yield "hinge loss", HINGE.gradient(p, y)
        yield "logistic loss", LOGISTIC.gradient(p, y)
