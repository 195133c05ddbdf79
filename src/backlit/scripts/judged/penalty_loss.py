"""A penalty on the weights in a file's loss: found by its value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from backlit.network.network import Network
from backlit.scripts.found.losses import LOSS
from backlit.scripts.found.subject import Subject
from backlit.scripts.judged.expected import scales
from backlit.scripts.judged.penalties import Penalty, penalised

__all__ = ["LossPenalty", "is_in_loss", "losses_after", "penalties_in_loss", "sizes_in_loss"]

SAME = 1e-4
MOST_SUBSETS = 14


class LossPenalty(NamedTuple):
    """l2/2 Σ W² over the weights of ``layers`` in a loss that is ``scale`` times the network's own, and more."""

    l2: float
    scale: float
    layers: tuple[int, ...]


def penalties_in_loss(subject: Subject, net: Network) -> Iterator[LossPenalty]:
    """Yield the penalties l2/2 Σ W² that a loss of the file has beyond that of the samples: over all layers, or some.

    The factor, or it over 2, or either over n, must be a number that the file has.
    """
    n, depth = len(subject.target.rows), len(net.weights)
    plain = net.loss(subject.found.samples, subject.target.rows)
    squares = [float((subject.found.weights(i) ** 2).sum()) for i in range(depth)]
    known = [k for m in _factors(subject) for k in (m, 2 * m, m / n, 2 * m / n)]
    exact = subject.found.output.best.dtype == "float64" and not re.search("log|entropy", net.loss_row.name)
    for layers in _subsets(depth):
        whole = sum(squares[i - 1] for i in layers)
        # of fewer layers there are more ways to be one by chance
        near = (1e-6 if len(layers) == depth else 1e-8) * (1e-2 if exact else 1)
        for value in losses_after(subject) if whole else ():
            for scale in dict.fromkeys(scale for _, _, scale in scales(net, n)):
                l2 = 2 * (value - plain * scale) / whole
                if l2 > 1e-9 and any(abs(l2 / k - 1) < near for k in known):
                    yield LossPenalty(l2, scale, layers)


def sizes_in_loss(subject: Subject, net: Network) -> Iterator[tuple[float, float]]:
    """Yield (l1, scale) of penalties l1 Σ |W| over all layers in a loss that is ``scale`` times the network's own.

    l1, or n times it, must be a number that the file has.
    """
    plain, n = net.loss(subject.found.samples, subject.target.rows), len(subject.target.rows)
    whole = sum(float(np.abs(subject.found.weights(i)).sum()) for i in range(len(net.weights)))
    known = [k for m in _factors(subject) for k in (m, m / n)]
    for value in losses_after(subject) if whole else ():
        for scale in dict.fromkeys(scale for _, _, scale in scales(net, n)):
            l1 = (value - plain * scale) / whole
            if l1 > 1e-9 and any(abs(l1 / k - 1) < 1e-6 for k in known):
                yield l1, scale


def _factors(subject: Subject) -> list[float]:
    """Return the numbers of a file that a penalty may be times: a count, such as a loop's, is none."""
    numbers = {float(r.value.reshape(())) for r in subject.moment.records if r.value.size == 1} | set(subject.numbers)
    return [m for m in numbers if 1e-8 < m < 100 and (m <= 1 or not m.is_integer())]


def _subsets(depth: int) -> list[tuple[int, ...]]:
    layers = range(1, depth + 1)
    subsets = [part for size in range(depth, 0, -1) for part in combinations(layers, size)]
    return subsets[:MOST_SUBSETS]


def losses_after(subject: Subject) -> Sequence[float]:
    """Return the numbers after the forward pass that may be a loss: those that are called one, printed or returned."""
    after = subject.found.output.first
    numbers = {
        float(r.value.reshape(()))
        for r in subject.moment.records
        if r.value.size == 1
        and r.number >= after
        and (r.kind in ("seen", "return") or (r.kind == "value" and LOSS.search(r.name.rpartition(".")[2])))
    }
    return sorted(numbers)


def is_in_loss(subject: Subject, net: Network, penalty: Penalty) -> bool:
    """Say whether a loss of the file is that of the samples and the integral of this penalty."""
    plain = net.loss(subject.found.samples, subject.target.rows)
    part = 0.0
    for key, factor in penalty.factors.items():
        array = penalised(subject, key)
        part += factor * float(abs(array).sum() if penalty.form == "l1" else (array * array).sum() / 2)
    for _, _, scale in scales(net, len(subject.target.rows)):
        whole, allowed = scale * (plain + part), scale * (SAME * abs(part) + 1e-12 * abs(plain))
        if any(abs(value - whole) <= allowed for value in losses_after(subject)):
            return True
    return False
