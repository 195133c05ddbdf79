"""One entry of a module's own output: the slope that PyTorch is told for it, beside its central difference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from backlit.check.derivatives import Derivative

__all__ = ["entry_words"]

MOST = 400
"""Entries of the output that are looked at: where there are more, those that move most."""
APART = 1e-6


def entry_words(
    torch: Any, run: Callable[[], Any], tensor: Any, name: str, claim: Derivative, step: float
) -> str | None:
    """Say how one entry of the output moves with the worst entry of a wrong gradient, and what came for it.

    Parameters: ``run`` gives the module's output with its graph; ``tensor``: where the gradient was asked for, called
    ``name``; ``claim``: the gradients of the drawn sums, the worst entry of which is taken; ``step``: of the central
    difference. Returns None where no single entry of the output shows the mistake.
    """
    apart = np.nan_to_num(np.abs(claim.claimed[0] - claim.expected[0]), nan=np.inf, posinf=np.inf)
    at = tuple(int(i) for i in np.unravel_index(int(apart.argmax()), apart.shape))
    right = _differences(claim.function, claim.point, at, step)
    # after the differences, which move parameters that a graph still needs
    output = run()
    flat = output.reshape(-1)
    entries = np.argsort(-np.abs(right), kind="stable")[:MOST]
    came = np.array([_sent_back(torch, flat[int(entry)], tensor, at) for entry in entries])
    off = np.nan_to_num(np.abs(came - right[entries]), nan=np.inf, posinf=np.inf)
    worst = int(off.argmax())
    if off[worst] <= APART * max(1.0, float(np.abs(right).max())):
        return None
    entry = np.unravel_index(int(entries[worst]), tuple(output.shape))
    where = f"output{_index(entry)}" if output.ndim else "the output"
    return (
        f"Of the output's own entries: the slope of {where} along {name}{_index(at)} came as {came[worst]:.6g}, and is "
        f"{right[entries[worst]]:.6g}. These places are Python's, from 0; entries above are counted from 1."
    )


def _differences(function: Callable[[np.ndarray], Any], point: np.ndarray, at: tuple[int, ...], step: float) -> Any:
    """Return the slope of each entry of the output along one entry of a point, flat."""
    values = []
    for sign in (1, -1):
        moved = point.copy()
        moved[at] += sign * step
        values.append(np.asarray(function(moved), np.float64).reshape(-1))
    return (values[0] - values[1]) / (2 * step)


def _sent_back(torch: Any, entry: Any, tensor: Any, at: tuple[int, ...]) -> float:
    (gradient,) = torch.autograd.grad(entry, [tensor], allow_unused=True, retain_graph=True)
    return 0.0 if gradient is None else float(gradient[at])


def _index(at: Any) -> str:
    return f"[{', '.join(str(int(i)) for i in at)}]" if len(at) else ""
