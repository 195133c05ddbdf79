"""Whether a module's outputs are probabilities already, where its loss makes probabilities of them by itself.

What is asked is what the module does and says: which function PyTorch recorded last on the way to the outputs, and
the outputs on several batches, with its own weights and with others.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from backlit.diagnosis.parts import Once
from backlit.diagnosis.probabilities import activation_by_values, other_weights
from backlit.diagnosis.torch_looks import without_training

__all__ = ["once_of", "once_of_nll"]

SHAPES_ONLY = ("View", "Reshape", "UnsafeView", "Squeeze", "Unsqueeze", "Clone", "Alias", "ToCopy", "Flatten")
"""Functions that leave values as they are."""


def once_of(module: Any, loss: Callable[[Any, Any], Any], row: str, X: Any, n_out: int) -> tuple[str, Once] | None:
    """Return the outputs' activation, and the loss of outputs as they are; None where the loss fits.

    ``loss``: the user's, of scores, which has the name ``row`` here. ``X``: samples as a tensor. The loss of outputs as
    they are is the user's own, of scores that say the same: of log p by a softmax, of log p / (1 - p) by a sigmoid.
    """
    activation, sure = _activation_of(module, X)
    if activation is None or (row == "cross_entropy_from_logits" and n_out == 1):
        return None
    by_log = activation == "softmax" and row == "cross_entropy_from_logits"
    name = "cross_entropy" if row == "cross_entropy_from_logits" else "log_loss"
    return activation, Once(name, _loss_of(loss, by_log=by_log), sure)


def once_of_nll(module: Any, loss: Callable[[Any, Any], Any], X: Any) -> Once | None:
    """Return the loss as it should be for ``nn.NLLLoss`` of outputs that are no log-probabilities, or None."""
    if type(loss).__name__ != "NLLLoss" and getattr(loss, "__name__", "") != "nll_loss":
        return None
    own = next(_outputs_with_other_weights(module, X))
    with np.errstate(over="ignore"):
        if own.shape[1] < 2 or np.allclose(np.exp(own).sum(axis=1), 1, atol=1e-3):
            return None
    begin = "the loss, nn.NLLLoss, takes log-probabilities, but the outputs are"
    if activation_by_values(_outputs_with_other_weights(module, X)) == "softmax":
        happened = f"{begin} probabilities: it pulls least on what is answered most wrongly"
        words = "log_softmax instead of softmax at the output"
        return Once("cross_entropy", lambda p, y: loss(p.clamp_min(1e-38).log(), y), True, happened, words)
    happened = (
        f"{begin} scores, of which no class takes from the others: the loss falls without end as all of them grow"
    )
    words = "log_softmax at the output (or nn.CrossEntropyLoss instead of nn.NLLLoss)"
    return Once("cross_entropy", lambda z, y: loss(z.log_softmax(1), y), True, happened, words)


def _loss_of(loss: Callable[[Any, Any], Any], *, by_log: bool) -> Callable[[Any, Any], Any]:
    """The loss of probabilities: of the scores from which the loss makes the same probabilities."""

    def of_probabilities(outputs: Any, y: Any) -> Any:
        # single precision ends there
        scores = outputs.clamp_min(1e-38).log() if by_log else outputs.logit(eps=1e-7)
        return loss(scores, y)

    return of_probabilities


def _activation_of(module: Any, X: Any) -> tuple[str | None, bool]:
    """The softmax or sigmoid that the outputs come from, and whether more than their range says so."""
    recorded, found = _recorded(module, X), activation_by_values(_outputs_with_other_weights(module, X))
    if found is None or found == "softmax":
        return found, True
    return "sigmoid", recorded == "Sigmoid"


def _recorded(module: Any, X: Any) -> str:
    """The name of the last function on the way to the outputs that is no matter of shapes; "" where none is known."""
    import torch

    with without_training(module), torch.enable_grad():
        function = module(X[:2]).grad_fn
    while function is not None:
        name = type(function).__name__.partition("Backward")[0].lstrip("_")
        if name not in SHAPES_ONLY:
            return name
        function = function.next_functions[0][0] if function.next_functions else None
    return ""


def _outputs_with_other_weights(module: Any, X: Any) -> Iterator[np.ndarray]:
    """What the module says of two batches, with its own weights, and copies of it with others."""
    import torch

    batches = [X[: len(X) // 2], X[len(X) // 2 :]]
    changed = copy.deepcopy(module)
    start = [parameter.detach().cpu().numpy().copy() for parameter in changed.parameters()]
    for weights in other_weights(start):
        with torch.no_grad(), without_training(changed):
            for parameter, values in zip(changed.parameters(), weights, strict=True):
                parameter.copy_(torch.as_tensor(values))
            for batch in batches:
                outputs: np.ndarray = changed(batch).reshape(len(batch), -1).cpu().double().numpy()
                yield outputs
