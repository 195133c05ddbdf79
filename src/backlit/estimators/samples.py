"""Samples and their weights on their way into a fit."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.model_selection import train_test_split
from sklearn.utils import check_array

from backlit.errors import BacklitError

__all__ = ["Samples", "held_out_split", "sample_weight_checked"]


@dataclass(frozen=True, eq=False)
class Samples:
    """``X (n, n_in)``, dense or CSR, targets ``y (n, n_out)`` and weights ``(n,)`` or None."""

    X: Any
    y: np.ndarray
    weight: np.ndarray | None

    @property
    def n(self) -> int:
        """Number of samples."""
        return int(self.X.shape[0])

    def taken(self, rows: np.ndarray) -> "Samples":
        """Return some of the samples."""
        return Samples(self.X[rows], self.y[rows], None if self.weight is None else self.weight[rows])


def sample_weight_checked(value: Any, n: int, dtype: Any) -> np.ndarray | None:
    """Return one weight of at least 0 a sample, (n,); a single number is every sample's; None stays None."""
    if value is None:
        return None
    if isinstance(value, int | float | np.number):
        value = np.full(n, value)
    weights: np.ndarray = check_array(value, ensure_2d=False, dtype=dtype, input_name="sample_weight")
    if weights.shape != (n,):
        raise BacklitError(f"sample_weight must hold one weight for each of {n} samples, got shape {weights.shape}")
    if (weights < 0).any():
        first = int(np.argmax(weights < 0))
        raise BacklitError(f"sample_weight must be at least 0, got {weights[first]:g} for sample {first + 1}")
    if not weights.any():
        raise BacklitError("sample_weight must have at least one weight above 0, got zero for every sample")
    return weights


def held_out_split(samples: Samples, share: float, rng: np.random.RandomState, *, stratify: bool) -> list[Samples]:
    """Return samples to train on and samples held out, drawn as scikit-learn draws them."""
    kept, held_out = train_test_split(
        np.arange(samples.n), random_state=rng, test_size=share, stratify=samples.y if stratify else None
    )
    if len(held_out) < 2:
        raise BacklitError(
            f"validation_fraction must hold out at least 2 samples, got {share:g} of {samples.n} samples, "
            f"which is {len(held_out)}"
        )
    return [samples.taken(kept), samples.taken(held_out)]
