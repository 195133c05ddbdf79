"""A training run with looks on its way, and the learning-rate range test; both go by a runner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from backlit.diagnosis.looking import looked_at, units_of
from backlit.diagnosis.seen import Look, RangeTest, Seen
from backlit.network.network import Network
from backlit.runners.protocol import EpochResult, Runner

__all__ = ["LOOKS", "Recorder", "probe_rows", "range_tested"]

LOOKS = 24
"""Looks on the way of a training run, evenly spaced."""

PROBE = 256
"""Samples looked at: of fewer, a unit that none of them moves may only be rare."""

RANGE_STEPS = 100
FROM, TO = 1e-6, 10.0


def probe_rows(n: int, most: int = PROBE) -> np.ndarray:
    """Return the numbers of at most so many samples, drawn once and for all, in their order."""
    return np.sort(np.random.default_rng(3).permutation(n)[:most])


class Recorder:
    """Goes through epochs as a runner does, in parts, and looks at the network between them.

    ``steps``: of the whole run. What is trained is the same, bit for bit, as without looks.
    """

    def __init__(self, X: np.ndarray, Y: np.ndarray, steps: int) -> None:
        rows = probe_rows(len(X))
        self._X, self._Y = X[rows], Y[rows]
        self._due = sorted({int(step) for step in np.linspace(1, steps, min(LOOKS, steps)).round()})
        self.looks: list[Look] = []

    def start(self, net: Network) -> None:
        """Look at the network before its first step."""
        self.looks.append(looked_at(net, self._X, self._Y, 0))

    def epoch(
        self,
        runner: Runner,
        X: Any,
        Y: Any,
        order: np.ndarray,
        size: int,
        rate: float,
        look_up: Any,
        weights: np.ndarray | None = None,
    ) -> EpochResult:
        """Go once through the samples, as ``Runner.epoch``."""
        first, total, n_batches = runner.steps, 0.0, -(-len(order) // size)
        done = 0
        while done < n_batches:
            due = next((step for step in self._due if step > first + done), None)
            # the step that is looked at is made by itself, so that it can be set beside the weights before it
            end = n_batches if due is None else min(n_batches, due - first - 1)
            watched = end == done
            before = runner.network() if watched else None
            end = done + 1 if watched else end
            result = runner.epoch(X, Y, order[done * size : end * size], size, rate, weights, look_up=look_up)
            total += result.loss_sum
            if result.first_bad_batch is not None:
                return EpochResult(total, done + result.n_batches, done + result.first_bad_batch, result.found)
            done = end
            if watched:
                self.looks.append(looked_at(runner.network(), self._X, self._Y, first + done, before))
        return EpochResult(total, done)

    def seen(self, net: Network | None) -> Seen:
        """Return what was seen; ``net``: the network at the end, whose units are looked at one by one."""
        return Seen(tuple(self.looks), () if net is None else units_of(net, self._X), None, len(self._X))


def range_tested(
    runner: Runner,
    X: np.ndarray,
    Y: np.ndarray,
    size: int,
    now: float,
    *,
    scale: float = 1.0,
    stop: Callable[[], bool] = lambda: False,
) -> RangeTest | None:
    """Let the learning rate grow from 1e-6 to 10, a step each, and note the loss; it ends where the loss leaps.

    ``scale``: of the gradient, by which the rate is multiplied. None where fewer than 5 steps came about.
    """
    order = np.random.default_rng([5, 0]).permutation(len(X))
    size, losses, rates, leapt = min(size, len(X)), [], np.geomspace(FROM, TO, RANGE_STEPS), False
    with np.errstate(all="ignore"):
        for step, rate in enumerate(rates):
            first = (step * size) % max(len(X) - size + 1, 1)
            result = runner.epoch(X, Y, order[first : first + size], size, float(rate) * scale)
            if stop() or result.first_bad_batch is not None:
                leapt = result.first_bad_batch is not None
                break
            losses.append(result.loss_sum / size)
            leapt = losses[-1] > 4 * max(losses[0], min(losses)) or not np.isfinite(losses[-1])
            if leapt:
                break
    if len(losses) < 5:
        return None
    smooth = _smoothed(np.asarray(losses))
    fall = np.diff(smooth)
    at = int(np.argmin(fall))
    # batches differ: a fall counts where it is beyond what they do while the rate is next to nothing
    noise = float(np.std(losses[: max(5, RANGE_STEPS // 4)]))
    falls = smooth[0] - smooth.min() > 2 * noise and at <= int(np.argmin(smooth))
    steepest = float(rates[at + 1]) if falls else None
    return RangeTest(tuple(float(rate) for rate in rates[: len(losses)]), tuple(losses), now, steepest, bool(leapt))


def _smoothed(values: np.ndarray, width: int = 7) -> np.ndarray:
    """The running mean: batches differ."""
    padded = np.pad(values, width // 2, mode="edge")
    result: np.ndarray = np.convolve(padded, np.full(width, 1 / width), mode="valid")
    return result
