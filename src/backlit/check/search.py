"""Which mistakes explain a claimed backward pass: a walk from the output to the first layer.

At each layer every mistake, and every pair of them, is tried in place of the right equation, and what does not give
the claimed values is dropped. What is left carries its own error terms down, so a mistake is not blamed again for
what follows from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from backlit.check.matching import MISTAKES_AT_MOST, Claims, agrees, bias_options, weight_options
from backlit.check.place import Arriving, Place, arriving, pre_activation_gradient
from backlit.check.progress import looking_at
from backlit.check.wrong_errors import wrong_errors
from backlit.check.wrong_slopes import slopes_at_kinks, wrong_slopes
from backlit.check.wrong_steps import bias_gradient, weight_gradient

__all__ = ["UNKNOWN", "ZEROS", "Found", "State", "may_begin", "search"]

STATES_KEPT = 48
LARGEST = 30_000
"""Weights up to which a second, thorough walk is made."""
NOTHING: frozenset[str] = frozenset()
UNKNOWN = "unknown"
SCALES = ("wrong-sign", "factor-two", "mean-twice", "averaged-over-outputs")
"""Mistakes that multiply, and can be made before the error terms or after them: both at once are no explanation."""
ZEROS = frozenset(("gradient-missing", "bias-missing"))
"""What all of an array's zeros are called."""


class Found(NamedTuple):
    """A mistake and the layer (from 1) and quantity it was made in: error, slope, weight_gradient, bias_gradient."""

    identifier: str
    layer: int
    part: str


class State(NamedTuple):
    """One way to explain the layers so far: the mistakes, and what they leave for the layer below."""

    found: tuple[Found, ...] = ()
    dz: np.ndarray | None = None
    gradient: np.ndarray | None = None

    @property
    def names(self) -> frozenset[str]:
        """The different mistakes."""
        return frozenset(f.identifier for f in self.found)

    @property
    def repeats(self) -> int:
        """How often a layer is scaled by one mistake twice, on the way to its error terms and again after them."""
        on_the_way = {(f.identifier, f.layer) for f in self.found if f.part in ("error", "slope")}
        after = {(f.identifier, f.layer) for f in self.found if f.part.endswith("gradient")}
        return sum(identifier in SCALES for identifier, _ in on_the_way & after)

    @property
    def cost(self) -> tuple[int, int]:
        """Fewer different mistakes first, then in fewer places."""
        return len(self.names), len(self.found)


def search(start: Place, claims: Sequence[Claims]) -> list[State]:
    """Return the explanations of all layers that need the fewest mistakes, best first; [State()] where all is right.

    ``start`` stands at any layer. A layer that nothing explains is ``unknown``; the walk goes on below it from the
    claimed values where they tell the error terms, else from the right ones.
    """
    states = _walk(start, claims, lean=True)
    if any(UNKNOWN in state.names for state in states) and _may_hide(start, claims):
        thorough = _walk(start, claims, lean=False)
        states = min(states, thorough, key=lambda found: UNKNOWN in found[0].names)
    return states


def may_begin(start: Place, claims: Sequence[Claims]) -> bool:
    """Say whether anything known explains the output layer: else nothing explains all layers."""
    return bool(_after(start, claims, len(claims) - 1, [State()], lean=True))


def _may_hide(start: Place, claims: Sequence[Claims]) -> bool:
    """Say whether a mistake may leave no mark in its own layer and only show below it.

    That is where a layer has no claims, or inputs that are all 0 for some sample.
    """
    small = sum(layer.weights.size for layer in start.net.layers) <= LARGEST
    return small and any(
        not layer or not values.input.any(axis=1).all() for layer, values in zip(claims, start.sweep, strict=True)
    )


def _walk(start: Place, claims: Sequence[Claims], *, lean: bool) -> list[State]:
    before, states = [State()], [State()]
    for index in range(len(claims) - 1, -1, -1):
        after = _after(start, claims, index, states, lean=lean)
        if not after and _all_right(claims[index]):
            # what was named above does not lead here: there it is unknown, and what goes back is right
            states = [_unexplained(_at(start, index + 1, before[0]), claims[index + 1], before[0], trust=False)]
            after = _after(start, claims, index, states, lean=lean)
        if not after:
            after = [_unexplained(_at(start, index, states[0]), claims[index], states[0])]
        before, states = states, _best(after)
    return _cheapest(states)


def _at(start: Place, index: int, state: State) -> Place:
    return start._replace(layer_index=index, dz_above=state.dz, gradient_above=state.gradient)


def _after(start: Place, claims: Sequence[Claims], index: int, states: list[State], *, lean: bool) -> list[State]:
    """Return the ways to explain one more layer."""
    after: list[State] = []
    for number, state in enumerate(states, 1):
        if not _all_right(claims[index]):
            looking_at(f"L{index + 1}, way {number} of {len(states)}")
        after += _explained(_at(start, index, state), claims[index], state, lean=lean)
    return after


def _all_right(claims: Claims) -> bool:
    """Say whether something was claimed of a layer, and all of it is right."""
    return bool(claims) and all(claim.right for claim in claims.values())


def _explained(place: Place, claims: Claims, state: State, *, lean: bool) -> list[State]:
    """Return the ways to explain this layer; a lean walk takes the right ones alone where they fit.

    Where all that was claimed of a layer is right, no mistake was made in it.
    """
    right = _right(place, claims, state)
    if (right and lean) or _all_right(claims):
        return right
    return [*right, *_wrong(place, claims, state)]


def _right(place: Place, claims: Claims, state: State) -> list[State]:
    """Return the right ways: one, or at kinks several, as an input of 0 may hide which slope was taken."""
    error = arriving(place)
    if not agrees(claims, "error", -error.da):
        return []
    fitting: list[State] = []
    for dz in (pre_activation_gradient(place, error), *slopes_at_kinks(place, error)):
        dW = weight_gradient(place, dz)
        fits = agrees(claims, "error_term", -dz) and agrees(claims, "weight_gradient", dW)
        if fits and agrees(claims, "bias_gradient", bias_gradient(dz)):
            fitting.append(State(state.found, dz, dW))
    return fitting


def _wrong(place: Place, claims: Claims, state: State) -> Iterator[State]:
    number = place.layer_index + 1
    for names, dz in _error_terms(place, claims, state):
        before = (*state.found, *(Found(name, number, part) for name, part in names))
        for made, dW in _matching(place, claims, dz, frozenset(found.identifier for found in before)):
            after = State((*before, *(Found(name, number, part) for name, part in made)), dz, dW)
            if len(after.names) > MISTAKES_AT_MOST or after.repeats or _hidden(names, made, claims):
                continue
            yield after
            if place.layer_index > 0 and any(part == "slope" for _, part in names):
                # made in this layer's own step alone: what is carried back is right
                yield after._replace(dz=pre_activation_gradient(place, arriving(place)))


Names = tuple[tuple[str, str], ...]


def _hidden(on_the_way: Names, made: Names, claims: Claims) -> bool:
    """Say whether a factor on the way to a layer's error terms shows in none of its arrays, as all are missing."""
    arrays = {name for name in claims if name.endswith("gradient")}
    missing = {part for name, part in made if name in ZEROS}
    return bool(arrays) and arrays == missing == set(claims) and any(name in SCALES for name, _ in on_the_way)


def _error_terms(place: Place, claims: Claims, state: State) -> Iterator[tuple[Names, np.ndarray]]:
    """Yield dz with the mistakes on the way to it, where claimed errors and error terms allow them."""
    errors: list[tuple[Names, Arriving]] = [((), arriving(place))]
    errors += [(((name, "error"),), error) for name, error in wrong_errors(place)]
    for names, error in errors:
        if not agrees(claims, "error", -error.da):
            continue
        slopes: list[tuple[Names, np.ndarray]] = [((), pre_activation_gradient(place, error))]
        slopes += [(((name, "slope"),), dz) for name, dz in wrong_slopes(place, error)]
        for more, dz in slopes:
            allowed = len({*state.names, *(n for n, _ in (*names, *more))}) <= MISTAKES_AT_MOST
            if allowed and agrees(claims, "error_term", -dz):
                yield (*names, *more), dz


def _matching(place: Place, claims: Claims, dz: np.ndarray, before: frozenset[str]) -> list[tuple[Names, np.ndarray]]:
    """Return the mistakes that lead from dz to the claimed gradients, with the one at the weights; fewest names only.

    An array that was claimed rightly has no mistake of its own, not even one that takes back another.
    """
    biases = [(NOTHING, dz)] if "bias_gradient" not in claims else []
    if "bias_gradient" in claims:
        # the biases first: they cost less, and what does not fit them does not fit
        biases = bias_options(place, claims["bias_gradient"], dz)
        biases = [(b, db) for b, db in biases if not (b and claims["bias_gradient"].right)]
    weights = [(NOTHING, weight_gradient(place, dz))] if biases and "weight_gradient" not in claims else []
    if biases and "weight_gradient" in claims:
        weights = weight_options(place, claims["weight_gradient"], dz, before)
        weights = [(w, dW) for w, dW in weights if not (w and claims["weight_gradient"].right)]
    pairs = [(w, b, dW) for w, dW in weights for b, _ in biases]
    fewest = min((len(w | b) for w, b, _ in pairs), default=0)
    return [(_made("weight_gradient", w) + _made("bias_gradient", b), dW) for w, b, dW in pairs if len(w | b) == fewest]


def _made(part: str, names: frozenset[str]) -> Names:
    return tuple((name, part) for name in sorted(names))


def _unexplained(place: Place, claims: Claims, state: State, *, trust: bool = True) -> State:
    """Go on below a layer that nothing explains: from its claimed error terms, if they can be had and trusted."""
    found = (*state.found, Found(UNKNOWN, place.layer_index + 1, _first_wrong_part(place, claims)))
    dz = _claimed_error_terms(place, claims) if trust else None
    if dz is None:
        dz = pre_activation_gradient(place, arriving(place))
    dW = claims["weight_gradient"].values if "weight_gradient" in claims else None
    return State(found, dz, dW if dW is not None and dW.shape == place.layer.weights.shape else None)


def _first_wrong_part(place: Place, claims: Claims) -> str:
    order = ("error", "error_term", "weight_gradient", "bias_gradient")
    return next((name for name in order if name in claims), "weight_gradient")


def _claimed_error_terms(place: Place, claims: Claims) -> np.ndarray | None:
    shape = (place.n, place.layer.n_out)
    given = {name: claim.values for name, claim in claims.items()}
    if "error_term" in given and given["error_term"].shape == shape:
        return -given["error_term"]
    dW, db, x = given.get("weight_gradient"), given.get("bias_gradient"), place.values.input
    if place.n > 1 or dW is None or dW.shape != place.layer.weights.shape:
        return None
    i = int(np.argmax(np.abs(x[0])))
    dz = db if db is not None and db.shape == shape[1:] else dW[i] / x[0, i] if x[0, i] else None
    if dz is None or not np.allclose(np.outer(x[0], dz), dW, rtol=1e-6, atol=1e-12):
        return None
    return dz[None, :]


def _best(states: list[State]) -> list[State]:
    """Keep the cheapest, one for each set of mistakes and error terms."""
    kept: list[State] = []
    for state in sorted(states, key=lambda s: s.cost):
        same = (k for k in kept if k.found == state.found and np.array_equal(k.dz, state.dz))  # type: ignore[arg-type]
        if next(same, None) is None:
            kept.append(state)
        if len(kept) == STATES_KEPT:
            break
    return kept


def _cheapest(states: list[State]) -> list[State]:
    """Return the states with the fewest different mistakes, one for each set of them."""
    fewest = min(state.cost[0] for state in states)
    seen: dict[frozenset[str], State] = {}
    for state in states:
        if state.cost[0] == fewest:
            seen.setdefault(state.names, state)
    return list(seen.values())
