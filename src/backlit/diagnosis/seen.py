"""What is seen of a training run, as plain data: looks at steps, units one by one, and the learning-rate range test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["LayerLook", "Look", "RangeTest", "Seen", "UnitShares", "window_of"]

WINDOW = 0.2
"""The last share of the steps seen: the window of which pictures speak, since an axis of all steps hides the end."""


@dataclass(frozen=True)
class LayerLook:
    """One layer at one step, on the samples looked at.

    ``activation``: deviation of its activations. ``dead``: share of units whose slope is 0 on all samples.
    ``saturated``: share whose slope is below 5 % of its bound on 90 % of samples. ``error_term``: RMS.
    ``update_ratio``: log10(mean |step| / mean |weight|) of the step just made, -inf where no
    weight moved; None before the first.
    """

    name: str
    activation: float
    dead: float
    saturated: float
    error_term: float
    update_ratio: float | None = None


@dataclass(frozen=True)
class Look:
    """The network after so many steps; ``loss``: the mean on the samples looked at."""

    step: int
    loss: float
    layers: tuple[LayerLook, ...]


@dataclass(frozen=True)
class UnitShares:
    """One hidden layer unit by unit: on which share of samples its slope is not 0, and below 5 % of its bound."""

    name: str
    active: tuple[float, ...]
    saturated: tuple[float, ...]


@dataclass(frozen=True)
class RangeTest:
    """The loss while the learning rate grows from step to step; ``now``: the rate of the training that is diagnosed.

    ``steepest``: the rate at which the smoothed loss falls fastest, None where it never falls. ``leapt``: whether the
    loss leapt, or was no longer finite, at the last rate.
    """

    rates: tuple[float, ...]
    losses: tuple[float, ...]
    now: float
    steepest: float | None = None
    leapt: bool = False


@dataclass(frozen=True)
class Seen:
    """All of it. ``samples``: how many were looked at. ``unit``: what looks are counted in, steps or epochs.

    ``curves``: losses by epoch with their names, where nothing else is known of a training.
    """

    looks: tuple[Look, ...] = ()
    units: tuple[UnitShares, ...] = ()
    rates: RangeTest | None = None
    samples: int = 0
    unit: str = "step"
    curves: tuple[tuple[str, tuple[float, ...]], ...] = ()

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers' names, from the input on."""
        return tuple(layer.name for layer in self.looks[0].layers) if self.looks else ()


def window_of(steps: Sequence[int]) -> tuple[int, int]:
    """Return the first and the last step of the window that is looked at now.

    >>> window_of([0, 50, 100])
    (80, 100)
    """
    first, last = steps[0], steps[-1]
    return round(last - WINDOW * (last - first)), last
