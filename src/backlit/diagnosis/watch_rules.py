"""What the looks at a running training say: facts that hold in several looks running, so that a passing one is none."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from backlit.diagnosis.draw_text import BAND
from backlit.diagnosis.findings import Finding
from backlit.diagnosis.seen import Look

__all__ = ["findings_of"]

RUNNING = 3
"""A fact must hold in so many looks one after the other."""

MEDIAN_OF, LEAST = 20, 5
"""The update ratio is the median of the last 20 looks, of 5 at least."""

RATIO = 1e4
FEW_SAMPLES = 256
FLOOR = 0.1
"""Below this share of the first loss, error terms and steps are small because there is little left to learn."""


def findings_of(looks: Sequence[Look], samples: int, unit: str = "step") -> list[Finding]:
    """Return what the last looks show; ``samples``: how many were looked at; ``unit``: what looks are counted in."""
    if not looks:
        return []
    found = [*_not_finite(looks, unit), *_rises(looks)]
    if not found and looks[-1].loss > FLOOR * looks[0].loss:
        found = [*_flow(looks), *_units(looks, samples), *_steps(looks)]
    return found


def _not_finite(looks: Sequence[Look], unit: str) -> Iterator[Finding]:
    if not math.isfinite(looks[-1].loss):
        happened = f"the loss is {looks[-1].loss} after {unit} {looks[-1].step}"
        yield Finding("diverged", ("lr",), "loss", happened, "use a smaller learning rate", source="exact")


def _rises(looks: Sequence[Look]) -> Iterator[Finding]:
    recent = [look.loss for look in looks[-RUNNING:]]
    if len(recent) == RUNNING and min(recent) > 1.5 * looks[0].loss > 0:
        happened = f"the loss went up, from {looks[0].loss:.3g} to {recent[-1]:.3g}"
        times = recent[-1] / looks[0].loss
        yield Finding("loss-rises", ("lr",), "loss", happened, "use a smaller learning rate", times, 1.5)


def _flow(looks: Sequence[Look]) -> Iterator[Finding]:
    recent = looks[-RUNNING:]
    if len(recent) < RUNNING or len(recent[0].layers) < 3:
        return
    ends = [(look.layers[0].error_term, look.layers[-1].error_term) for look in recent]
    if not all(math.isfinite(first) and first > 0 and last > 0 for first, last in ends):
        return
    ratios = [first / last for first, last in ends]
    first, last = recent[0].layers[0].name, recent[0].layers[-1].name
    source = "beyond 1e4 either way, in three looks running"
    if max(ratios) < 1 / RATIO:
        happened = f"error terms vanish: {first}'s RMS is {ratios[-1]:.2g} of {last}'s"
        advice = "use relu with He's initializer, or fewer layers"
        yield Finding("vanishing", ("act",), first, happened, advice, ratios[-1], 1 / RATIO, source)
    elif min(ratios) > RATIO:
        happened = f"error terms explode: {first}'s RMS is {ratios[-1]:.2g} times {last}'s"
        yield Finding(
            "exploding", ("init",), first, happened, "use the activation's initializer", ratios[-1], RATIO, source
        )


def _units(looks: Sequence[Look], samples: int) -> Iterator[Finding]:
    recent = looks[-RUNNING:]
    if len(recent) < RUNNING or samples < FEW_SAMPLES:
        return
    for i, layer in enumerate(recent[-1].layers[:-1]):
        dead = min(look.layers[i].dead for look in recent)
        low = min(look.layers[i].saturated for look in recent)
        if dead >= 0.5:
            happened = f"{layer.dead:.0%} of the units of {layer.name} are dead: 0 on each of {samples} samples"
            advice = "use a smaller learning rate, other starting weights, or an activation that never is flat"
            source = "half of a layer, in three looks running"
            yield Finding("dead-units", ("init", "act", "lr"), layer.name, happened, advice, layer.dead, 0.5, source)
            return
        if low >= 0.5 and dead == 0:
            happened = f"{layer.saturated:.0%} of the units of {layer.name} are saturated"
            advice = "use smaller starting weights, scale the inputs, or a smaller learning rate"
            source = "half the units; slope below 5 % of its bound on 90 % of samples; in three looks running"
            innocent = "it can recover by itself (Glorot and Bengio 2010)"
            yield Finding(
                "saturation", ("init", "act"), layer.name, happened, advice, layer.saturated, 0.5, source, innocent
            )
            return


def _steps(looks: Sequence[Look]) -> Iterator[Finding]:
    recent = [look for look in looks[-MEDIAN_OF:] if all(layer.update_ratio is not None for layer in look.layers)]
    if len(recent) < LEAST:
        return
    if all(layer.update_ratio == -math.inf for look in recent for layer in look.layers):
        # behind dead units, as too large a rate leaves them, weights rest at any rate
        layers = recent[-1].layers
        if layers[0].error_term > 0 and all(layer.dead < 0.5 for layer in layers[:-1]):
            happened = f"no step moved a weight in {len(recent)} looks: the learning rate is 0, or next to it"
            advice = "use a larger learning rate, and see that the optimizer holds the network's own parameters"
            yield Finding("small-steps", ("lr",), "net", happened, advice, source="exact")
        return
    ratios = np.median([[layer.update_ratio for layer in look.layers] for look in recent], axis=0)
    source = f"the median of {len(recent)} looks; healthy layers lie within -4.5 and -1.3"
    # steps that are small once much has been learned are a schedule's, or the end's
    if ratios.max() < BAND[0] and looks[-1].loss > 0.5 * looks[0].loss:
        happened = f"steps are small beside the weights: log10 of their ratio is at most {ratios.max():.2g}"
        advice = "use a larger learning rate"
        yield Finding("small-steps", ("lr",), "net", happened, advice, float(ratios.max()), BAND[0], source)
    elif ratios.min() > BAND[1]:
        happened = f"steps are large beside the weights: log10 of their ratio is at least {ratios.min():.2g}"
        advice = "use a smaller learning rate"
        yield Finding("large-steps", ("lr",), "net", happened, advice, float(ratios.min()), BAND[1], source)
