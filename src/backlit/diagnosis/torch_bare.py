"""An activation at a module's output, wherever forward calls it, and the module without it."""

from __future__ import annotations

import copy
from typing import Any

from backlit.diagnosis.parts import Bare
from backlit.diagnosis.torch_calls import counting, leave_out
from backlit.diagnosis.torch_looks import without_training

__all__ = ["bare_of", "without"]

ACTIVATIONS = {
    "relu": ("relu", "relu_"),
    "tanh": ("tanh", "tanh_"),
    "softplus": ("softplus",),
}
"""Those that keep outputs in a range, by their names here and as PyTorch's functions and tensors have them."""


def bare_of(module: Any, X: Any) -> Bare | None:
    """Return the activation that a module's outputs go through last, or None.

    It is known by leaving the last call of it out of a copy: applied to what that says, it gives the outputs.
    ``X``: samples as a tensor.
    """
    import torch

    functions = {"relu": torch.relu, "tanh": torch.tanh, "softplus": torch.nn.functional.softplus}
    for name, called in ACTIVATIONS.items():
        try:
            with torch.no_grad(), without_training(module):
                with counting(called) as calls:
                    outputs = module(X)
                if not calls.number:
                    continue
                found = Bare(name, calls.number)
                scores = without(copy.deepcopy(module), found)(X)
        except Exception:
            # whatever a module of the user's own raises; elsewhere it is told
            return None
        if scores.shape == outputs.shape and torch.allclose(functions[name](scores), outputs, atol=1e-6):
            return found if bool((scores != outputs).any()) else None
    return None


def without(module: Any, bare: Bare) -> Any:
    """Return a module without the activation at its output; it is changed."""
    return leave_out(module, ACTIVATIONS[bare.activation], bare.call)
