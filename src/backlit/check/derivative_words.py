"""The words for mistakes in a derivative of any function or layer; the identifiers' table is in ``mistakes``."""

from __future__ import annotations

from backlit.check.mistakes import find_mistake

__all__ = ["differs_for_parameters", "happened", "instead", "matters"]


def differs_for_parameters(identifier: str) -> bool:
    """Say whether a mistake has other words where it is in the gradient at a parameter."""
    return identifier in _OF_PARAMETERS


def happened(identifier: str, subject: str, fact: str, *, parameter: bool = False) -> str:
    """Return what happened to ``subject``, such as "gradient at X is"; ``fact`` is what the numbers show.

    ``parameter`` says, here and below, that it is the gradient at a parameter, not at the input.
    """
    if identifier == "whole-numbers":
        return f"With the whole numbers of the point as they were given, the {subject}."
    own = _OF_PARAMETERS.get(identifier) if parameter else None
    told = fact or (own and own[0]) or _TOLD.get(identifier) or find_mistake(identifier).told_by
    return f"The {subject} wrong in a known way: {told}."


def matters(identifier: str, *, parameter: bool = False) -> str:
    """Return why it matters."""
    own = _OF_PARAMETERS.get(identifier) if parameter else None
    return own[1] if own else _REASONS.get(identifier) or _of_table(identifier)[0]


def instead(identifier: str, *, parameter: bool = False) -> str:
    """Return what to write instead."""
    own = _OF_PARAMETERS.get(identifier) if parameter else None
    return own[2] if own else _INSTEAD.get(identifier) or _of_table(identifier)[1]


def _of_table(identifier: str) -> tuple[str, str]:
    """Return the table's own words, why and what instead, where they are not those of a network's layer."""
    row = find_mistake(identifier)
    return ("", "") if "{" in row.matters + row.instead else (row.matters, row.instead)


_TOLD = {
    "gradient-missing": "all zeros, though the output depends on it: it has no gradient",
    "straight-through": "the function does not move here at all, so its derivative is 0",
    "output-not-activated": "the scores stand where what was made of them belongs",
    "bias-not-summed": "it still has the axis that the forward pass spread it over",
    "missing-hidden-derivative": "it is the gradient at the output (dY) as it came, without the slope f′",
    "upstream-left-out": "it is the slope alone, or times another value than the gradient at the output (grad_output)",
    "derivative-of-error-term": "the function, or its slope, was taken at the gradient that came back (dY)",
    "derivative-of-activation": "the slope was taken at the function's value, f′(f(x)), not at its input",
    "derivative-of-pre-activation": "the short form, such as a (1 − a), was given the input x where f(x) belongs",
    "softmax-diagonal-only": "softmax's Jacobian is more than its diagonal p (1 − p)",
    "transposed-weights": "the Jacobian was applied the wrong way round (W where W.T belongs)",
    "wrong-sign": "a constant ratio −1",
    "sum-instead-of-mean": "a constant ratio n, the number of samples",
}
_REASONS = {
    "gradient-missing": "It would never move.",
    "wrong-sign": "A step against it leads uphill.",
    "factor-two": "A square's derivative is twice its base, and a ½ in front takes the 2 away; a value that is used "
    "twice and keeps its last share alone is half as well (= where += belongs).",
    "sum-instead-of-mean": "It grows with the number of samples.",
    "mean-twice": "It shrinks with the number of samples.",
    "swapped-outer-product": "Its entry [i, j] belongs at [j, i].",
    "bias-not-summed": "What serves all of an axis, as one bias all samples, has the sum of their gradients.",
    "missing-hidden-derivative": "A unit passes on only as much as it moves with its input.",
    "upstream-left-out": "What comes back from the output says how much each output matters.",
    "derivative-of-error-term": "The slope belongs to the point that the forward pass saw.",
    "derivative-of-activation": "The slope belongs to the point where the function was taken.",
    "derivative-of-pre-activation": "The short form is written with the value a = f(x).",
    "value-as-slope": "A function and its slope are two functions.",
    "input-as-slope": "The input says where the slope is taken, not how large it is.",
    "slope-cut-short": "The rest of the formula falls out in no place.",
    "slope-of-another-activation": "Each activation has a slope of its own.",
    "slope-twice": "The chain rule goes through each function once.",
    "softmax-diagonal-only": "Each output depends on every input; off the diagonal there is −pᵢ pⱼ.",
    "diagonal-only": "Each output depends on several inputs, through a sum, a mean or a maximum.",
    "statistics-as-constants": "What is normalised by moves with every input that it is taken of.",
    "nothing-passed-between-rows": "A later row depends on earlier ones, so its error goes back to them.",
    "overwritten": "Where an input is met more than once, the gradients of all its uses add up.",
    "mask-left-out": "What the forward pass set to 0 has no part in the loss.",
    "wrong-axis": "What is shared along an axis is summed along that axis, and no other.",
    "transposed-weights": "With square weights no shape complains.",
    "kernel-turned": "What went forward by kernel[i] comes back by kernel[i], to where it came from.",
    "whole-numbers": "An array of whole numbers cuts off what follows the point, and some operations refuse it.",
}
_INSTEAD = {
    "gradient-missing": "return its gradient, not None or zeros (and do not detach it on the way)",
    "extra-output-derivative": "leave p * (1 - p) out",
    "missing-output-derivative": "multiply by the slope of what was made of the scores; with softmax or sigmoid: ŷ − y",
    "output-not-activated": "softmax(scores) − y, or σ(scores) − y, divided as the loss is",
    "prediction-as-error": "ŷ − y, divided as the loss is",
    "target-as-error": "ŷ − y, divided as the loss is",
    "half-of-log-loss": "ŷ − y, divided as the loss is",
    "shares-of-columns": "np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)",
    "shares-of-all-rows": "np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)",
    "wrong-sign": "reverse the sign",
    "factor-two": "compare with the factor in the function: ½ (y − ŷ)² has the derivative −(y − ŷ)",
    "sum-instead-of-mean": "sum where the loss sums, average where it averages",
    "mean-twice": "sum where the loss sums, average where it averages",
    "swapped-outer-product": "transpose it",
    "bias-not-summed": "sum over the axes that it was spread over, such as the samples: d.sum(axis=0)",
    "missing-hidden-derivative": "dX = dY * f′(X)",
    "upstream-left-out": "multiply by the output gradient: dX = grad_output * f′(X)",
    "derivative-of-error-term": "dX = dY * f′(X): the slope where the function was taken",
    "derivative-of-activation": "dX = dY * f′(X): the slope where the function was taken",
    "derivative-of-pre-activation": "put f(x) into the short form, or x into f′",
    "value-as-slope": "write the derivative, f′(x)",
    "input-as-slope": "write the derivative, f′(x)",
    "slope-cut-short": "sigmoid: dY * a * (1 - a); tanh: dY * (1 - a**2); softmax: p * (dY - (dY * p).sum(axis=-1, "
    "keepdims=True)); log softmax: dY - p * dY.sum(axis=-1, keepdims=True)",
    "slope-of-another-activation": "sigmoid: a * (1 - a); tanh: 1 - a**2; relu: x > 0",
    "slope-twice": "multiply by f′(X) once",
    "softmax-diagonal-only": "dX = p * (dY - (dY * p).sum(axis=-1, keepdims=True))",
    "diagonal-only": "add up what comes back from every output that an input has a part in",
    "statistics-as-constants": "go back through the mean and the variance, or the size, too",
    "nothing-passed-between-rows": "carry the error of each row back to the rows before it",
    "overwritten": "add, do not assign: +=, or np.add.at(dX, rows, dY) where rows occur several times",
    "mask-left-out": "multiply by the forward pass's mask: dX = dY * mask",
    "wrong-axis": "sum along the axis that the forward pass shares it along",
    "stray-factor": "look for that factor in the line that computes it",
    "transposed-weights": "dX = dY @ W.T where Y = X @ W",
    "kernel-turned": "add to each window what it gave: dx[i : i + m] += dy[i] * k; dk += dy[i] * x[i : i + m]",
    "whole-numbers": "np.asarray(x, float) first, or np.zeros(x.shape), which is float, for np.zeros_like(x)",
}

_OWN_SLOPE = "write the derivative by the parameter itself"
_OF_PARAMETERS: dict[str, tuple[str, str, str]] = {
    "missing-hidden-derivative": (
        "it is the gradient at the output (dY) as it came, without what the parameter is multiplied by",
        "A parameter's share is in proportion to what it meets: the input, and a slope on the way.",
        "dW = X.T @ dY where Y = X @ W; dg = (dY * X).sum(axis=0) where Y = g * X",
    ),
    "upstream-left-out": (
        "it is the derivative of the output alone, without the gradient at the output (grad_output, dY)",
        "What comes back from the output says how much each output matters.",
        "multiply by the output gradient: dW = X.T @ dY where Y = X @ W",
    ),
    "missing-input": (
        "it is the gradient at the output (dY) added up, without what the parameter is multiplied by",
        "A parameter's share is in proportion to what it meets.",
        "dW = X.T @ dY where Y = X @ W; dg = (dY * X).sum(axis=0) where Y = g * X",
    ),
    "transposed-weights": (
        "the Jacobian was applied the wrong way round (X where X.T belongs)",
        "With as many samples as inputs no shape complains.",
        "dW = X.T @ dY where Y = X @ W",
    ),
    "value-as-slope": ("it is dY times the output itself", "A function and its slope are two functions.", _OWN_SLOPE),
    "input-as-slope": (
        "it is dY times the parameter itself",
        "The derivative by a parameter holds what the parameter is multiplied by, not the parameter.",
        "dg = (dY * X).sum(axis=0) where Y = g * X",
    ),
    "slope-twice": ("equals the slope times itself", "The chain rule goes through each function once.", _OWN_SLOPE),
    "derivative-of-activation": (
        "the slope was taken at the output, not at what the function was given",
        "The slope belongs to the point where the function was taken.",
        _OWN_SLOPE,
    ),
    "derivative-of-error-term": (
        "the function, or its slope, was taken at the gradient that came back (dY)",
        "The slope belongs to the point that the forward pass saw.",
        _OWN_SLOPE,
    ),
    "mask-left-out": (
        "wrong only where the output is 0: what the forward pass set to 0 was not left out",
        "What the forward pass set to 0 has no part in the loss.",
        "multiply dY by the forward pass's mask before anything else",
    ),
    "diagonal-only": (
        "each output was taken to depend on its own entry of the parameter alone",
        "An entry of a parameter has a part in several outputs.",
        "dW = X.T @ dY where Y = X @ W",
    ),
}
