"""A run of training: what stays the same from its first epoch to its last, and where it has come to."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from backlit.equations.arrays import Array
from backlit.equations.optimizers import State
from backlit.network.network import Network
from backlit.training.data import Data
from backlit.training.history import EpochReport
from backlit.training.objective import measured
from backlit.training.progress import SilentProgress
from backlit.training.settings import Settings

__all__ = ["Epoch", "Place", "Run", "place_at"]


Measure = Callable[[Array, Array], tuple[Array, Array]]
"""Outputs (n, n_out) and losses (n,) for samples X (n, n_in) and targets y (n, n_out)."""


@dataclass(frozen=True, eq=False)
class Run:
    """What stays the same from the first epoch of a run to its last."""

    data: Data
    settings: Settings
    rng: np.random.Generator
    callbacks: list[Callable[[EpochReport], Any]]
    interrupted: Callable[[], bool]
    display: SilentProgress
    checkpoint: str | Path | None = None


@dataclass(frozen=True, eq=False)
class Place:
    """Where a run has come to: the network, what its optimizer remembers, and the last network with a finite loss.

    Each is read when it is asked for, and only before the next epoch begins. ``measure`` is of the network.
    """

    network: Callable[[], Network]
    states: Callable[[], list[State]]
    last_good: Callable[[], Network]
    measure: Measure


def place_at(network: Network, states: list[State], last_good: Network) -> Place:
    """Return the place of a network and states that are there."""
    return Place(lambda: network, lambda: states, lambda: last_good, partial(measured, network))


Epoch = Callable[[Place, int, float, np.ndarray], tuple[Place, float | None]]
"""Goes once through the samples: from a place, the epoch's number, its learning rate and the order of samples, to the
place after it and the mean loss, which is None where Ctrl-C came before the last batch. Raises TrainingError."""
