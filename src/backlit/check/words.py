"""The words of a finding: a mistake's sentences, filled for a layer, in the notation of what was claimed."""

from __future__ import annotations

from backlit.check.mistakes import find_mistake
from backlit.check.place import Place
from backlit.network.sweeps import fused_pair

__all__ = ["filled"]

_SHORT = {"sigmoid": "a (1 − a)", "tanh": "1 − a²"}
_SLOPES = {"sigmoid": "a{0} * (1 - a{0})", "tanh": "(1 - a{0}**2)", "relu": "(z{0} > 0)", "identity": "1"}


def filled(identifier: str, place: Place, **facts: str) -> tuple[str, str, str]:
    """Return what happened, why it matters and what to write instead, for the layer where ``place`` stands."""
    row = find_mistake(identifier)
    known = {**_names(place), **_equations(place), **facts}
    happened, matters, instead = (text.format_map(_Known(known)) for text in row[2:5])
    return happened, matters, instead


class _Known(dict[str, str]):
    """Names with a stand-in for what is not known, so that words never fail where a number can be told."""

    def __missing__(self, key: str) -> str:
        return f"({key.replace('_', ' ')})"


def _names(place: Place) -> dict[str, str]:
    number, layer = place.layer_index + 1, place.layer
    return {
        "layer": f"L{number}",
        "above": f"L{number + 1}",
        "below": f"L{number - 1}",
        "activation": layer.row.name,
        "short_form": _SHORT.get(layer.row.name, "f′ written with a"),
        "loss": place.net.loss_row.name,
        "n": str(place.n),
        "n_out": str(place.net.sizes[-1]),
        "n_in": str(layer.n_in),
        "n_units": str(layer.n_out),
        "rate": "the learning rate" if place.rate is None else f"{place.rate:g}",
        "penalty": " + ".join(_penalties(place)) or "the penalty's gradient",
    }


def _penalties(place: Place) -> list[str]:
    return [text for factor, text in ((place.l2, f"{place.l2:g} × W"), (place.l1, f"{place.l1:g} × sign(W)")) if factor]


def _equations(place: Place) -> dict[str, str]:
    number, steps = place.layer_index + 1, place.as_steps
    delta = f"delta_{number}" if steps else f"dz{number}"
    source = "x" if number == 1 else f"a{number - 1}"
    mean = "" if place.n == 1 else f" / {place.n}"
    slope = _SLOPES.get(place.layer.row.name, "f′(z{0})").format(number)
    residual = "y − ŷ" if steps else "ŷ − y"
    pair = fused_pair(place.net) is not None
    return {
        "delta": delta,
        "slope": slope,
        "error": "error" if steps else f"da{number}",
        "back": f"{delta.replace(str(number), str(number + 1))} @ W{number + 1}.T",
        "outer": f"{source}.T @ {delta}{mean} (one sample: {source}[:, None] * {delta})",
        "outer_mean": f"{source}.T @ {delta}{mean}",
        "bias": f"{delta}.mean(axis=0)" if place.n > 1 else delta,
        "step": f"step = learning rate × {source}.T @ {delta}{mean}" if steps else f"dW = {source}.T @ {delta}{mean}",
        "sign": "error = y − ŷ, and steps are added" if steps else "dz = ŷ − y at the output, and W − rate × dW",
        "softmax": residual if pair else "a * (error - (a * error).sum(axis=1, keepdims=True))",
        "residual": f"{delta} = {residual}",
        "right": f"{delta}, then {source}.T @ {delta}{mean}",
        "rate_twice": "twice" if steps else "already: it is a step, not a gradient",
    }
