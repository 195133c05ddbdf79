"""The words of a finding: a mistake's sentences, filled for a layer, in the notation of what was claimed."""

from __future__ import annotations

from collections.abc import Sequence

from backlit.check.mistakes import find_mistake
from backlit.check.place import Place
from backlit.check.report import Verdict
from backlit.network.sweeps import fused_pair

__all__ = ["SCALES", "array_words", "factor_words", "filled", "ratio_words"]

SCALES = ("factor-two", "stray-factor", "accumulated")
"""Mistakes that are a factor and no more, where one array has them alone."""
TIMES = ("wrong-sign", "sum-instead-of-mean", "mean-twice", "averaged-over-outputs", "learning-rate-twice")
HALVED = ("squared_error", "huber")
"""Losses with a half in front of a square."""

_SHORT = {"sigmoid": "a (1 − a)", "tanh": "1 − a²"}
_SLOPES = {"sigmoid": "a{0} * (1 - a{0})", "tanh": "(1 - a{0}**2)", "relu": "(z{0} > 0)", "identity": "1"}


def filled(identifier: str, place: Place, **facts: str) -> tuple[str, str, str]:
    """Return what happened, why it matters and what to write instead, for the layer where ``place`` stands."""
    row = find_mistake(identifier)
    known = {**_names(place), **_equations(place), **facts}
    if "right" in facts:
        known["right"] = known["bias_line"]
    known["half_said"] = known["half_said"].replace("{half}", known.get("half", "forgotten"))
    happened, matters, instead = (text.format_map(_Known(known)) for text in row[2:5])
    return happened, matters, instead


def array_words(
    identifier: str, place: Place, words: tuple[str, str, str], verdict: Verdict, *, others: bool
) -> tuple[str, str, str]:
    """Return the words of a mistake that is in one array; ``others`` says that its layer has more, which are right."""
    happened, matters, instead = words
    array = verdict.quantity.replace("_", " ")
    equations = _equations(place)
    line = equations["bias_line"] if verdict.quantity.startswith("bias") else equations["weight_line"]
    ratio = ratio_words(verdict)
    if identifier in SCALES and ratio:
        alone = f", and it alone in L{verdict.layer}" if others else ""
        happened = f"The {array} of L{verdict.layer} is {ratio} times the right value in every entry{alone}."
        return happened, f"Look for a stray factor {ratio} in the line that computes it.", line
    only = f" In L{verdict.layer} it is the {array} alone." if others else ""
    return happened + only, matters, line if identifier in TIMES else instead


def ratio_words(verdict: Verdict) -> str:
    """Return how many times the right value a claimed one is, "" where that cannot be told."""
    known = verdict.claimed is not None and verdict.expected
    return f"{verdict.claimed / verdict.expected:.6g}" if known else ""  # type: ignore[operator]


def factor_words(place: Place, arrays: Sequence[Verdict], verdicts: Sequence[Verdict]) -> tuple[str, str, str]:
    """Return the words of a stray factor that several arrays have; ``verdicts`` are those of all arrays."""
    ratio = ratio_words(arrays[0])
    if len({f"{float(ratio_words(v)):.4g}" for v in arrays}) > 1:
        return _several_factors(place, arrays)
    gradients = [v for v in verdicts if v.quantity.startswith(("weight", "bias"))]
    if len(arrays) == len(gradients):
        happened = f"All arrays are {ratio} times the right ones, in every entry."
        return happened, "What they share is the error at the output.", f"look for a stray factor {ratio} in it"
    named = [f"the {v.quantity.replace('_', ' ')} of L{v.layer}" for v in arrays]
    words = f"{', '.join(named[:-1])} and {named[-1]} are {ratio} times the right ones, in every entry."
    look = f"Look for a stray factor {ratio} in the lines that compute them."
    return words[:1].upper() + words[1:], look, _lines(place, arrays)


def _several_factors(place: Place, arrays: Sequence[Verdict]) -> tuple[str, str, str]:
    named = [f"the {v.quantity.replace('_', ' ')} of L{v.layer} is {ratio_words(v)} times" for v in arrays]
    words = f"{', '.join(named[:-1])} and {named[-1]} the right one, in every entry."
    look = "The factors are not the same: look in the lines that compute them."
    return words[:1].upper() + words[1:], look, _lines(place, arrays)


def _lines(place: Place, arrays: Sequence[Verdict]) -> str:
    lines = [_equations(place._replace(layer_index=v.layer - 1)) for v in arrays]
    keys = ["bias_line" if v.quantity.startswith("bias") else "weight_line" for v in arrays]
    return "; ".join(line[key] for line, key in zip(lines, keys, strict=True))


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


def _outer(place: Place, source: str, delta: str) -> str:
    """The outer product, in the person's layout."""
    if place.columns:
        return f"{delta} @ {source}.T" if place.turned else f"{source} @ {delta}.T"
    return f"{delta}.T @ {source}" if place.turned else f"{source}.T @ {delta}"


def _back(place: Place, delta: str) -> str:
    """What is carried back to a layer from the error term ``delta`` above it, in the person's layout."""
    W = f"W{place.layer_index + 2}"
    if place.columns:
        return f"{W}.T @ {delta}" if place.turned else f"{W} @ {delta}"
    return f"{delta} @ {W}" if place.turned else f"{delta} @ {W}.T"


def _samples(place: Place) -> str:
    return "axis=1, keepdims=True" if place.columns else "axis=0"


def _line(place: Place, letter: str, source: str, delta: str) -> str:
    """The line that computes a layer's gradient, or step, at its weights or biases."""
    number, mean = place.layer_index + 1, "" if place.n == 1 else f" / {place.n}"
    product = _outer(place, source, delta) if letter == "W" else f"{delta}.sum({_samples(place)})"
    left = f"step of {letter}{number} = learning rate ×" if place.as_steps else f"d{letter}{number} ="
    return f"{left} {product}{mean}"


def _half(place: Place) -> dict[str, str]:
    """Words for a factor of 2: the half in front of a square, where the loss has one."""
    if place.net.loss_row.name.split("(")[0] in HALVED:
        return {
            "half_said": ": the ½ of the squared error was {half}",
            "half_why": "½ (y − ŷ)² has the derivative −(y − ŷ), with neither a 2 nor a ½ left.",
            "half_instead": "error = y − ŷ",
        }
    return {
        "half_said": ", in every entry",
        "half_why": f"The gradient of {place.net.loss_row.name} has no such factor.",
        "half_instead": "look for a stray factor 2 or ½ in the line that computes the error",
    }


def _penalties(place: Place) -> list[str]:
    return [text for factor, text in ((place.l2, f"{place.l2:g} × W"), (place.l1, f"{place.l1:g} × sign(W)")) if factor]


def _source(place: Place) -> str:
    """What goes into a layer: what is left of the activation below it, where a mask went over that."""
    below = place.layer_index
    if below == 0:
        return "x"
    return f"a{below}" if place.sweep[below - 1].mask is None else f"(a{below} * mask{below})"


def _equations(place: Place) -> dict[str, str]:
    number, steps = place.layer_index + 1, place.as_steps
    delta = f"delta_{number}" if steps else f"dz{number}"
    source = _source(place)
    mean = "" if place.n == 1 else f" / {place.n}"
    slope = _SLOPES.get(place.layer.row.name, "f′(z{0})").format(number)
    residual = "y − ŷ" if steps else "ŷ − y"
    outer, other = _outer(place, source, delta), place.columns or place.turned
    pair = fused_pair(place.net) is not None
    back, mask = _back(place, delta.replace(str(number), str(number + 1))), f"mask{number}"
    return {
        "delta": delta,
        "slope": slope,
        "error": "error" if steps else f"da{number}",
        "back": back if place.values.mask is None else f"{back} * {mask}",
        "unmasked_back": back,
        "mask": mask,
        "source": source,
        "outer": f"{outer}{mean}" + ("" if other else f" (one sample: {source}[:, None] * {delta})"),
        "outer_mean": f"{outer}{mean}",
        "bias": f"{delta}.mean({_samples(place)})" if place.n > 1 else delta,
        "step": f"step = learning rate × {outer}{mean}" if steps else f"dW = {outer}{mean}",
        "sign": "error = y − ŷ, and steps are added" if steps else "dz = ŷ − y at the output, and W − rate × dW",
        "softmax": residual if pair else "a * (error - (a * error).sum(axis=1, keepdims=True))",
        "residual": f"{delta} = {residual}",
        "weight_line": _line(place, "W", source, delta),
        "bias_line": _line(place, "b", source, delta),
        **_half(place),
        "right": f"{delta}, then {outer}{mean}",
        "rate_twice": "twice" if steps else "already: it is a step, not a gradient",
    }
