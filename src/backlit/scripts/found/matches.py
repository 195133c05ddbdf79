"""What products of samples and weights lead to: each activation is tried on the first numbers of all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set

import numpy as np

from backlit.equations.activation_table import ACTIVATIONS, find_activation
from backlit.scripts.found.leaky import LEAKY, leaky_name, maybe_leaky
from backlit.scripts.found.shelves import PROBED, Shelf, close, proves

__all__ = ["FLAWED", "Match", "matches"]

Match = tuple[int | None, int, str]
"""Bias, result, activation."""
Options = Sequence[tuple[int | None, np.ndarray]]


def _shares(z: np.ndarray, axis: int | None) -> np.ndarray:
    e = np.exp(z - z.max())
    shares: np.ndarray = e / e.sum(axis=axis)
    return shares


FLAWED: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "shares-of-columns": lambda z: _shares(z, 0),
    "shares-of-all-rows": lambda z: _shares(z, None),
    "shares-not-divided": np.exp,
}
"""Softmax gone wrong, by the mistake's name."""
NEAR_ONE = 1e-4
"""Numbers that are close to shares add up to 1 to within this."""


def matches(
    shelf: Shelf,
    options: Options,
    inputs: Sequence[np.ndarray],
    W: np.ndarray,
    activations: Sequence[str],
    named: Set[int],
) -> list[list[Match]]:
    """Return, for each of the inputs (n, n_in), what its product with the weights leads to.

    ``options`` are the biases to try. Those that are ``named`` as such are believed to be some where they are 0 too.
    """
    found: list[list[Match]] = [[] for _ in inputs]
    done: list[set[tuple[int | None, int]]] = [set() for _ in inputs]
    whole: dict[int, np.ndarray] = {}
    few, width = -(-PROBED // W.shape[1]), W.shape[1]
    with np.errstate(all="ignore"):
        biases = np.stack([bias for _, bias in options])
        probed = (np.stack([P[:few] for P in inputs]) @ W)[:, None] + biases[None, :, None]
        for name in activations:
            if (name == "softmax" or name in FLAWED) and width == 1:
                continue
            if name in FLAWED:
                candidates = [at for at, array in enumerate(shelf.whole) if _may_be(name, array)]
                for i, P in enumerate(inputs if len(inputs[0]) > 1 and candidates else ()):
                    found[i] += _flawed(shelf, candidates, options, P @ W, name, done[i])
                continue
            for row, at in _alike(shelf, probed, name):
                i, option = divmod(row, len(options))
                place, bias = options[option]
                if (place, at) in done[i] or (place is not None and place not in named and (None, at) in done[i]):
                    # a bias that changes nothing is one by its name alone
                    continue
                if i not in whole:
                    whole[i] = inputs[i] @ W
                made = name if name != LEAKY else leaky_name(whole[i] + bias, shelf.whole[at], shelf.exact[at])
                proof = made is not None and _leads_to(shelf, at, whole[i], bias, made)
                if made is not None and proof and not (place is None and _is_a_row(shelf.whole[at], W)):
                    done[i].add((place, at))
                    found[i].append((place, shelf.places[at], made))
    return found


def _alike(shelf: Shelf, probed: np.ndarray, name: str) -> list[tuple[int, int]]:
    """Return (input and option, place on the shelf) where first numbers are the same; probed (k, n_options, f, m)."""
    k, n_options, _, width = probed.shape
    if name == LEAKY:
        return maybe_leaky(shelf, probed.reshape(k * n_options, -1))
    row = ACTIVATIONS[name]
    if row.derivative is None:
        values = row.value(probed.reshape(-1, width)).reshape(k * n_options, -1)[:, :PROBED]
    else:
        values = row.value(np.ascontiguousarray(probed.reshape(k * n_options, -1)[:, :PROBED]))
    tolerance = 5e-6 * np.abs(values) + 1e-6 * np.max(np.abs(values), axis=1, keepdims=True) + 1e-300
    # the first number alone leaves few
    rows, places = np.nonzero(np.abs(values[:, :1] - shelf.probes[:, 0]) <= tolerance[:, :1])
    same = (np.abs(values[rows] - shelf.probes[places]) <= tolerance[rows]).all(axis=1)
    return list(zip(rows[same].tolist(), places[same].tolist(), strict=True))


def _leads_to(shelf: Shelf, at: int, Z: np.ndarray, bias: np.ndarray, name: str) -> bool:
    """Say whether all numbers are the same, and are so by the product: what it moves nothing of is no proof."""
    row = find_activation(name)
    if not proves(row.value(Z + bias), shelf.whole[at], shelf.exact[at]):
        return False
    return not close(row.value(np.zeros_like(Z) + bias), shelf.whole[at])


def _is_a_row(array: np.ndarray, W: np.ndarray) -> bool:
    """Say whether one sample's result is a row of the weights as it stands: an input of 0 and 1 only picked it out."""
    return len(array) == 1 and bool((array == W).all(axis=1).any())


def _may_be(name: str, array: np.ndarray) -> bool:
    """Say whether an array may be what a softmax that went wrong leads to: its numbers say so, whatever went in."""
    if not (array >= 0).all():
        return False
    if name == "shares-not-divided":
        return True
    total = array.sum(axis=0 if name == "shares-of-columns" else None)
    return bool((np.abs(total - 1) <= NEAR_ONE).all())


def _flawed(
    shelf: Shelf,
    candidates: Sequence[int],
    options: Options,
    Z: np.ndarray,
    name: str,
    done: set[tuple[int | None, int]],
) -> Iterator[Match]:
    """Yield what a softmax that went wrong leads to; it needs all samples."""
    firsts = shelf.probes[candidates, 0]
    near = 5e-6 * np.abs(firsts) + 5e-7 * shelf.largest[candidates] + 1e-300
    for place, bias in options:
        if name == "shares-not-divided" and not (np.abs(np.exp(Z[0, 0] + bias[0]) - firsts) <= near).any():
            continue
        result = FLAWED[name](Z + bias)
        for number in np.flatnonzero(np.abs(result[0, 0] - firsts) <= near).tolist():
            at = candidates[number]
            if (place, at) not in done and close(result, shelf.whole[at]):
                done.add((place, at))
                yield place, shelf.places[at], name
