"""What is measured on a set-up: before training, in its first steps, and on the course of its training."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from backlit.diagnosis.checks import FewSamples, FirstLoss, first_loss
from backlit.diagnosis.lab import Course, stepped_networks
from backlit.diagnosis.looking import MOSTLY, slope_shares
from backlit.diagnosis.parts import first_looks
from backlit.diagnosis.seen import Look, RangeTest
from backlit.diagnosis.setup import Setup, network_for_seed
from backlit.equations.initializers import default_initializer, find_initializer
from backlit.network.network import Layer, Network
from backlit.network.sweeps import LayerForward, backward, forward

__all__ = ["LayerFacts", "Measures", "measured"]

SAMPLES = 1000
"""Rows that sweeps measure on, drawn at random: units that none of them moves are dead for all that can be seen."""

PROBE_STEPS = 20


@dataclass(frozen=True)
class LayerFacts:
    """One layer at a point of training.

    ``weight_ratio``: the weights' deviation over that of the initializer that fits the activation. ``dead``: the share
    of units whose slope is 0 on all samples. ``saturated``: the share whose slope is below 5 % of its bound on 90 % of
    samples. ``alike``: whether all units (two at least) have the same weights. ``error_term``: its RMS. ``name``: of a
    module's part.
    """

    weight_ratio: float
    dead: float
    saturated: float
    alike: bool
    error_term: float
    first_dead: int | None = None
    name: str = ""


@dataclass(frozen=True)
class Measures:
    """All measures of a set-up; ``after`` is None where nothing was trained.

    ``update_ratios``: the median over the first steps of log10(mean |step| / mean |weight|), a layer. ``moved``:
    whether any of those steps moved a weight. ``few``, ``rates`` and ``first``: what was tried out; None where it was
    not.
    """

    start: tuple[LayerFacts, ...]
    after: tuple[LayerFacts, ...] | None
    update_ratios: tuple[float, ...]
    course: Course | None
    moved: bool = True
    few: FewSamples | None = None
    rates: RangeTest | None = None
    first: FirstLoss | None = None


def measured(
    setup: Setup, course: Course | None, *, few: FewSamples | None = None, rates: RangeTest | None = None
) -> Measures:
    """Measure a set-up, and the course of its training where there is one; with what was tried out before."""
    if setup.part is not None:
        return replace(_module_measured(setup, course), few=few)
    rows = np.random.default_rng(3).permutation(len(setup.X))[:SAMPLES]
    sample = replace(setup, X=setup.X[rows], Y=setup.Y[rows])
    after = None
    if course is not None and course.network is not None and not course.diverged_at:
        after = _layers(sample, course.network)
    ratios = _update_ratios(setup)
    return Measures(
        _layers(sample, network_for_seed(setup, 0)),
        after,
        _medians(ratios),
        course,
        moved=_moved(ratios),
        few=few,
        rates=rates,
        first=first_loss(setup),
    )


def _module_measured(setup: Setup, course: Course | None) -> Measures:
    looks = first_looks(setup)
    seen = None if course is None or course.seen is None or course.diverged_at else course.seen.looks[-1]
    ratios = [[np.nan if one.update_ratio is None else one.update_ratio for one in look.layers] for look in looks[1:]]
    with warnings.catch_warnings():
        # a layer of zeros has no ratio
        warnings.simplefilter("ignore", RuntimeWarning)
        medians = _medians(ratios, np.nanmedian)
    after = None if seen is None else _of_look(seen)
    return Measures(_of_look(looks[0]), after, medians, course, moved=_moved(ratios))


def _of_look(look: Look) -> tuple[LayerFacts, ...]:
    """What hooks see; of weights nothing is known, since a layer may be anything."""
    return tuple(LayerFacts(1.0, one.dead, one.saturated, False, one.error_term, name=one.name) for one in look.layers)


def _layers(setup: Setup, net: Network) -> tuple[LayerFacts, ...]:
    net = replace(
        net,
        layers=tuple(
            replace(
                layer,
                weights=np.asarray(layer.weights, np.float64),
                biases=None if layer.biases is None else np.asarray(layer.biases, np.float64),
            )
            for layer in net.layers
        ),
    )
    with np.errstate(all="ignore"):
        sweep = forward(net, setup.X)
        back = backward(net, sweep, setup.Y)
        return tuple(
            _facts(layer, up, down.error_term, normalised=bool(setup.norms))
            for layer, up, down in zip(net.layers, sweep, back, strict=True)
        )


def _facts(layer: Layer, up: LayerForward, error_term: np.ndarray, *, normalised: bool) -> LayerFacts:
    row, W = layer.row, np.asarray(layer.weights)
    usual = find_initializer(default_initializer(row.name)).variance(layer.n_in, layer.n_out, row.name)
    active, shares = slope_shares(row, up.pre_activation)
    dead, low = active == 0, shares >= MOSTLY
    if normalised:
        # what stands before a layer decides its slopes, and no sweep here knows it
        dead, low, error_term = np.zeros(1, bool), np.zeros(1, bool), np.full(1, np.nan)
    return LayerFacts(
        weight_ratio=float(np.sqrt(np.mean(np.square(W)) / usual)),
        dead=float(dead.mean()),
        saturated=float(low.mean()),
        alike=layer.n_out > 1 and bool((W[:, :1] == W).all()),
        error_term=float(np.sqrt(np.mean(np.square(error_term)))),
        first_dead=int(np.argmax(dead)) + 1 if dead.any() else None,
    )


def _update_ratios(setup: Setup) -> list[list[float]]:
    """Take the first steps of training one at a time, and set each step beside the weights; a row a step."""
    nets = stepped_networks(setup, PROBE_STEPS)
    ratios = []
    with np.errstate(all="ignore"):
        for before, after in pairwise(nets):
            pairs = zip(before.weights, after.weights, strict=True)
            ratios.append([np.log10(np.mean(np.abs(b - a)) / np.mean(np.abs(a))) for a, b in pairs])
    return ratios


def _medians(ratios: Sequence[Sequence[float]], median: Callable[..., np.ndarray] = np.median) -> tuple[float, ...]:
    return tuple(float(value) for value in median(np.asarray(ratios), axis=0)) if ratios else ()


def _moved(ratios: Sequence[Sequence[float]]) -> bool:
    return any(ratio > -np.inf for step in ratios for ratio in step)
