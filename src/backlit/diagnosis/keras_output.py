"""Whether a Keras model's outputs are a softmax already, where its loss takes scores, of an output that has no name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from backlit.diagnosis.keras_copies import copied
from backlit.diagnosis.keras_looks import evaluated
from backlit.diagnosis.keras_settings import as_float, keras_module
from backlit.diagnosis.parts import Once
from backlit.diagnosis.probabilities import activation_by_values, other_weights

__all__ = ["once_of_keras"]


def once_of_keras(model: Any, row: str | None, X: np.ndarray) -> Once | None:
    """Return the loss of the outputs as they are, or None where they are no softmax, or the loss takes no scores."""
    if row != "cross_entropy_from_logits":
        return None
    rows = np.linspace(0, len(X) - 1, min(len(X), 64)).astype(int)
    try:
        found = activation_by_values(_said(model, X[rows]))
    except Exception:
        # what cannot be copied is told of where copies are trained
        return None
    return Once("cross_entropy", _loss_of(model.loss)) if found == "softmax" else None


def _said(model: Any, X: np.ndarray) -> Iterator[np.ndarray]:
    """The outputs on two batches, of the model itself first: few others go on to copies with other weights."""
    batches = [X[: len(X) // 2], X[len(X) // 2 :]]
    for batch in batches:
        yield as_float(evaluated(model, batch))
    changed = copied(model)
    for weights in other_weights(model.get_weights()):
        changed.set_weights(weights)
        for batch in batches:
            yield as_float(evaluated(changed, batch))


def _loss_of(loss: Any) -> Any:
    """The user's loss of the scores from which it makes the same probabilities."""
    ops = keras_module().ops

    def of_probabilities(y: Any, outputs: Any) -> Any:
        return loss(y, ops.log(ops.maximum(outputs, 1e-38)))

    return of_probabilities
