"""The words of a mistake that was told by the file's own loss."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from backlit.scripts.own_loss.outcomes import Outcome
from backlit.scripts.own_loss.verdict import Judged
from backlit.scripts.reports.names import code_at
from backlit.scripts.reports.report import ScriptFinding

__all__ = ["finding_of"]

MOST_NAMES = 6
WORDS: dict[str, tuple[str, str, str]] = {
    "missing-hidden-derivative": (
        "The error of what comes later, `{error}`, was used as that of `{at}`, without the slope between them, in the "
        "gradient of {names}.",
        "The chain rule goes through each function on the way.",
        "the error times the slope of what is between",
    ),
    "derivative-of-activation": (
        "The slope was taken at the activation, not at what went into it, in the gradient of {names}.",
        "That is f′(f(z)): the right shape, and often the right size.",
        "the derivative at the pre-activation `{at}`, or its short form with the activation",
    ),
    "derivative-of-pre-activation": (
        "The short form of the slope was given `{at}`, from before the activation, in the gradient of {names}.",
        "Short forms such as a (1 − a) are written with the activation a.",
        "the activation in the slope",
    ),
    "slope-of-another-activation": (
        "The slope in the gradient of {names} is that of another function than the one of the pass.",
        "Forward and backward pass must be of one function.",
        "the derivative of the activation that the pass has",
    ),
    "slope-twice": (
        "The slope stands twice in the gradient of {names}.",
        "The chain rule has it once.",
        "the slope once",
    ),
    "slope-cut-short": (
        "The slope in the gradient of {names} is short of a factor.",
        "The chain rule needs all of it.",
        "the whole derivative",
    ),
    "value-as-slope": (
        "The activation's own value was used as its slope in the gradient of {names}.",
        "A function's value is not its derivative.",
        "the derivative",
    ),
    "input-as-slope": (
        "The activation's input was used as its slope in the gradient of {names}.",
        "What goes into a function is not its derivative.",
        "the derivative",
    ),
    "transposed-weights": (
        "The error `{error}` was sent back through weights the wrong way round, and so into the gradient of {names}.",
        "With square weights no shape complains, but each unit gets the blame of another.",
        "the weights transposed in that line",
    ),
    "updated-weights-used": (
        "The error `{error}` was sent back through weights that had moved already, and so into the gradient of "
        "{names}.",
        "The backward pass belongs to the weights of the forward pass.",
        "all errors first, then all updates",
    ),
    "swapped-outer-product": (
        "The gradient of {names} is transposed.",
        "With square weights no shape complains.",
        "the transposed product",
    ),
    "stray-factor": (
        "The gradient of {names} is {ratio} times what it should be beside the others.",
        "A factor in one line comes of that line.",
        "look for a stray factor {ratio} in the lines that compute it",
    ),
    "step-of-another-size": (
        "The step of {names} is {ratio} times as long, for its gradient, as the others' are.",
        "One learning rate goes with one gradient.",
        "the same rate for all, unless you mean another",
    ),
    "wrong-sign": (
        "The step of {names} goes uphill, and the others' downhill.",
        "It makes the loss grow.",
        "the other sign",
    ),
    "sum-instead-of-mean": (
        "The step of {names} is {ratio} times what it should be beside the others: some are of a sum over the samples, "
        "and some of a mean.",
        "All gradients must be of one loss.",
        "the same division by the number of samples for all",
    ),
    "gradient-of-another": (
        "{names} moved along the gradient of `{other}`.",
        "The shapes are equal, so nothing complains.",
        "its own gradient",
    ),
    "not-updated": (
        "{names} never moved, though the loss depends on it.",
        "It stays as it was begun.",
        "an update for it beside the others'",
    ),
    "accumulated": (
        "{names} moved along a sum that still has the gradients of earlier steps, `{other}`.",
        "Each step must be of its own gradient.",
        "zeros for it before each step",
    ),
    "regularizer-not-in-gradient": (
        "The loss has a penalty on {names}, and the step has not.",
        "Then the step is not downhill in the loss.",
        "the penalty's derivative in the gradient",
    ),
    "penalty-wrong-sign": (
        "The penalty's part of the step of {names} has the wrong sign: it drives the weights to grow.",
        "The penalty should draw them towards 0.",
        "the other sign for that part",
    ),
    "penalty-halved": (
        "The penalty's part of the step of {names} is half of what the loss asks for.",
        "The derivative of w² is 2 w.",
        "twice that part",
    ),
    "penalty-doubled": (
        "The penalty's part of the step of {names} is twice what the loss asks for.",
        "The derivative of w² / 2 is w.",
        "half of that part",
    ),
    "penalty-other": (
        "The penalty's part of the step of {names} is not the one of the loss.",
        "Loss and step must have the same penalty.",
        "the derivative of the penalty that the loss has",
    ),
    "biases-penalised": (
        "The step of {names} draws it towards 0, and the loss has no penalty on it.",
        "Loss and step must have the same penalty.",
        "no penalty there, or one in the loss too",
    ),
    "bias-not-summed": (
        "The gradient of {names} is one number for all its units: a sum over the units too.",
        "Each unit has a bias of its own, and a gradient of its own.",
        "the sum over the samples alone",
    ),
    "wrong-axis": (
        "The gradient of {names} is the sum of the error terms along the wrong axis.",
        "There are as many samples as units here, so no shape complains.",
        "the sum over the samples",
    ),
    "overwritten": (
        "The gradient of {names} is one sample's alone, where all samples' should be added up.",
        "What is assigned anew in each round keeps the last one.",
        "+= for = in the loop over the samples, or a sum over them",
    ),
    "unknown": (
        "The loss changes in another way than the step of {names} takes it to.",
        "No mistake that has a name explains the numbers.",
        "",
    ),
}


def finding_of(judged: Judged, identifier: str, outcomes: Sequence[Outcome], source: str) -> ScriptFinding:
    """Return the finding for a mistake and the weights that show it."""
    window = judged.window
    first = outcomes[0]
    cause = first.cause
    assert cause is not None
    paths = [f"`{window.values[o.place].path}`" for o in outcomes]
    names = ", ".join(paths[:MOST_NAMES]) + (f" and {len(paths) - MOST_NAMES} more" if len(paths) > MOST_NAMES else "")
    facts = {
        "names": names,
        "ratio": f"{cause.ratio:.4g}",
        "other": cause.other,
        "error": cause.used.error.name if cause.used else "",
        "at": cause.used.at.name if cause.used else "",
    }
    happened, matters, instead = (text.format(**facts) for text in WORDS.get(identifier, WORDS["unknown"]))
    told = cause.told or (first.claim.told if first.claim is not None else None) or first.told
    line = told.line if told is not None else _where_it_moves(judged, first)
    confidence = "none" if identifier == "unknown" else "certain"
    return ScriptFinding(identifier, 0, (), confidence, happened, matters, instead, (), line, code_at(source, line))


def _where_it_moves(judged: Judged, outcome: Outcome) -> int:
    """Return the line that gave a weight its value at the round's end, 0 where none is seen to have done."""
    after = judged.window.values[outcome.place].after
    lines = [t.line for t in judged.window.told if after is not None and np.array_equal(t.array, after)]
    return max(lines, default=0)
