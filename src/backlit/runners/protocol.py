"""The one way to go through an epoch, apart from its bookkeeping.

A runner goes through the batches that it is told, and gives back sums. Orders of samples, learning rates, validation,
stopping and callbacks are the caller's, who need not know who does the sums.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import numpy as np

from backlit.equations.arrays import Array
from backlit.equations.optimizers import State
from backlit.network.network import Network
from backlit.runners.not_finite import NotFinite

__all__ = ["EpochResult", "LookUp", "Runner"]


class EpochResult(NamedTuple):
    """What came of an epoch.

    ``loss_sum``: sum over batches of (mean loss, weighted, with penalties) x (number of samples). ``n_batches``: how
    many batches of the order are behind, the bad one among them; fewer than there are where ``look_up`` ended it.
    ``first_bad_batch``: the batch, from 1, in which a number was NaN or infinite first; the epoch ends there, and the
    runner is as it was before that batch. ``found``: that number; None where the search for it was ended.
    """

    loss_sum: float
    n_batches: int
    first_bad_batch: int | None = None
    found: NotFinite | None = None


class LookUp(Protocol):
    """Called every few milliseconds, or after each batch, with the number of batches done; True ends the epoch.

    ``searching``: whether the runner goes back to find where a number that is not finite began; True ends the search.
    """

    def __call__(self, done: int, *, searching: bool = False) -> bool:
        """Say whether to end."""


class Runner(Protocol):
    """One network in training: its parameters and its optimizer's memory, moved by each epoch."""

    @property
    def steps(self) -> int:
        """Number of steps taken."""

    def epoch(
        self,
        X: Array,
        y: Array,
        order: np.ndarray,
        batch_size: int,
        learning_rate: float | np.ndarray,
        sample_weight: np.ndarray | None = None,
        *,
        look_up: LookUp | None = None,
    ) -> EpochResult:
        """Go once through the samples ``order`` of ``X (n, n_in)``, dense or CSR, and ``y (n, n_out)``.

        ``learning_rate``: one, or one a batch, (n_batches,). ``sample_weight (n,)``: a batch without weight moves
        nothing. No array may change until the next epoch has begun: a search may read it again.
        """

    def measure(self, X: Array, y: Array) -> tuple[Array, Array]:
        """Return the outputs (n, n_out) and their losses (n,), without dropout, weights and penalties."""

    def network(self) -> Network:
        """Return the network as it is now, in arrays that no later step changes; they are unchecked."""

    def last_good(self, look_up: LookUp | None = None) -> Network:
        """Return the last network whose loss on a batch was seen to be finite; it may take as long as an epoch."""

    def states(self) -> list[State]:
        """Return the optimizer's memory of weights and biases, layer by layer."""

    def snapshot(self) -> Any:
        """Return a copy of everything that changes, for ``restore`` of this runner alone."""

    def restore(self, snapshot: Any) -> None:
        """Go back to a snapshot: what follows is the same, bit for bit."""
