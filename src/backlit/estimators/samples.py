"""Samples and their weights on their way into a fit."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.model_selection import train_test_split
from sklearn.utils import check_array
from sklearn.utils.validation import validate_data

from backlit.errors import BacklitError
from backlit.sparse_inputs import csr_checked, is_sparse

__all__ = ["Samples", "held_out_split", "inputs_checked", "sample_weight_checked", "sparse_checked"]


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


def sparse_checked(X: Any, name: str = "X") -> Any:
    """Return X, where it is sparse as a CSR matrix that is well formed; nothing may look at it before."""
    return csr_checked(X, name) if is_sparse(X) else X


def inputs_checked(mlp: Any, X: Any) -> Any:
    """Return the inputs (n, n_in) of a prediction, dense or CSR in the type of ``coefs_``, as validate_data has them.

    An array that is as it should be is not handed to it: for one row it takes longer than the prediction.
    """
    dtype = mlp.coefs_[0].dtype
    plain = type(X) is np.ndarray and X.dtype == dtype and X.ndim == 2 and len(X) > 0
    if plain and X.shape[1] == mlp.n_features_in_ and not hasattr(mlp, "feature_names_in_"):
        with np.errstate(all="ignore"):
            finite = np.isfinite(X.sum())
        if finite:
            return X
    return validate_data(mlp, sparse_checked(X), accept_sparse="csr", dtype=dtype, reset=False)


def sample_weight_checked(value: Any, n: int, dtype: Any) -> np.ndarray | None:
    """Return one weight of at least 0 a sample, (n,); a single number is every sample's; None stays None."""
    if value is None:
        return None
    if isinstance(value, int | float | np.number):
        value = np.full(n, value)
    weights: np.ndarray = check_array(value, ensure_2d=False, dtype=dtype, input_name="sample_weight")
    if weights.shape != (n,):
        raise BacklitError(
            f"sample_weight.shape == {weights.shape}, expected {(n,)}! It must hold one weight for each of {n} samples"
        )
    if (weights < 0).any():
        first = int(np.argmax(weights < 0))
        raise BacklitError(f"sample_weight must be at least 0, got {weights[first]:g} for sample {first + 1}")
    if not weights.any():
        raise BacklitError("Sample weights must contain at least one non-zero number. Got zero for every sample")
    return weights


def held_out_split(
    samples: Samples, share: float, rng: np.random.RandomState, labels: np.ndarray | None
) -> list[Samples]:
    """Return samples to train on and samples held out, drawn as scikit-learn draws them.

    ``labels (n,)``: both are to hold each label in proportion; None where they need not. Raises BacklitError where
    there are too few samples.
    """
    try:
        kept, held_out = train_test_split(np.arange(samples.n), random_state=rng, test_size=share, stratify=labels)
    except ValueError as error:
        raise BacklitError(
            f"{str(error).rstrip('.')}. This was to hold out {share:g} of {samples.n} samples for early stopping; more "
            "samples (of each class), another validation_fraction, or X_val and y_val of your own, make it possible"
        ) from None
    if len(held_out) < 2:
        raise BacklitError(
            "The validation set is too small. Increase 'validation_fraction' or the size of your dataset. "
            f"At least 2 samples must be held out, got {share:g} of {samples.n} samples, which is {len(held_out)}"
        )
    return [samples.taken(kept), samples.taken(held_out)]
