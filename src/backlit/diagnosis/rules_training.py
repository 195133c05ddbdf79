"""The rules on how a set-up is trained: dropout, penalties, the learning rate, the number of steps, narrow layers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from backlit.diagnosis.clue import Clue
from backlit.diagnosis.findings import Finding
from backlit.diagnosis.from_history import swings
from backlit.diagnosis.measures import Measures
from backlit.diagnosis.rules_tried import too_small
from backlit.diagnosis.setup import Setup
from backlit.diagnosis.stopping import Stopping

__all__ = ["dropout", "narrow", "penalty", "rate", "steps"]


def dropout(setup: Setup, measures: Measures) -> Iterator[Clue]:
    """Dropout that leaves too little of a layer."""
    for i, layer in enumerate(setup.hidden, 1):
        left = layer.n_out * (1 - layer.dropout)
        if layer.dropout >= 0.7 or (layer.dropout >= 0.3 and left < 4):
            happened = f"dropout of {layer.dropout:g} leaves {left:.3g} of L{i}'s {layer.n_out} units in a step"
            finding = Finding(
                "dropout", ("layers",), f"L{i}", happened, "use less dropout, or none", layer.dropout, 0.7
            )
            yield Clue(finding, ("dropout",), 2.4 if layer.dropout >= 0.7 else 1.5)
            return


def penalty(setup: Setup, measures: Measures) -> Iterator[Clue]:
    """A penalty that pulls weights to 0."""
    pull = setup.weight_decay * setup.learning_rate * setup.steps
    strength = max(setup.weight_decay, setup.l2)
    shown = strength if setup.given_decay is None else setup.given_decay
    if pull > 2 or setup.weight_decay >= 0.5 or setup.l2 >= 1:
        happened = f"the penalty on weights is strong: {shown:g}"
        finding = Finding("weight-decay", ("opt",), "weights", happened, "use a weaker penalty", strength, 0.5)
        yield Clue(finding, ("weight-decay",), 2.4)


STILL, STILL_OF_ITSELF = 0.1, 0.2
"""Shares of the whole fall of a loss, and of what was left of it, that went in the last fifth of training."""

FLAT = 0.05
"""A loss that fell by a smaller share of its first value in the whole training stands still."""

RATE_SOURCE = "healthy layers lie within -4.5 and -1.3, mostly near -3; the median of 20 steps"


def rate(setup: Setup, measures: Measures) -> Iterator[Clue]:
    """Training that diverges, and steps too small or too large beside the weights."""
    course = measures.course
    if course is not None and course.diverged_at:
        happened = f"training diverged: in epoch {course.diverged_at} a number was no longer finite"
        finding = Finding("diverged", ("lr",), "loss", happened, "use a smaller learning rate", source="exact")
        yield Clue(finding, ("learning-rate-lower",), 2.4)
        return
    if course is not None and len(course.losses) > 1 and _rose(course.losses):
        happened = f"the loss went up, from {course.losses[0]:.3g} to {course.losses[-1]:.3g}"
        finding = Finding("loss-rises", ("lr",), "loss", happened, "use a smaller learning rate")
        yield Clue(finding, ("learning-rate-lower",), 2.0)
    elif course is not None:
        # losses of a training that learned go up and down near 0
        yield from (Clue(found, ("learning-rate-lower", "batch-size"), 2.0) for found in swings(course.losses))
    ratios = [value for value in measures.update_ratios if np.isfinite(value)]
    if not ratios:
        yield from _no_step(measures)
        return
    if max(ratios) < -4.5:
        happened = f"steps are small beside the weights: log10 of their ratio is at most {max(ratios):.2g}"
        advice = "use a larger learning rate"
        finding = Finding("small-steps", ("lr",), "net", happened, advice, max(ratios), -4.5, RATE_SOURCE)
        yield Clue(finding, ("learning-rate-higher",), 1.7)
    elif min(ratios) > -1.3:
        happened = f"steps are large beside the weights: log10 of their ratio is at least {min(ratios):.2g}"
        advice = "use a smaller learning rate"
        finding = Finding("large-steps", ("lr",), "net", happened, advice, min(ratios), -1.3, RATE_SOURCE)
        yield Clue(finding, ("learning-rate-lower",), 1.7)


def _rose(losses: Sequence[float]) -> bool:
    """Whether the last loss is above the first by half of its size; some losses are below 0."""
    return losses[-1] > losses[0] + 0.5 * abs(losses[0])


def _no_step(measures: Measures) -> Iterator[Clue]:
    """Error terms come back to the first layer, and yet no step moves a weight."""
    if measures.moved or -np.inf not in measures.update_ratios:
        return
    # behind dead units weights rest at any rate
    if measures.start[0].error_term > 0 and all(layer.dead < 0.5 for layer in measures.start[:-1]):
        happened = "no step moves a weight, though error terms come back: the learning rate is 0, or next to it"
        advice = "use a larger learning rate, and see that the optimizer holds the network's own parameters"
        finding = Finding("small-steps", ("lr",), "net", happened, advice, source="exact")
        yield Clue(finding, ("learning-rate-higher",), 2.4)


def steps(setup: Setup, measures: Measures) -> Iterator[Clue]:
    """Too few steps, by their number and by the curve."""
    course = measures.course
    rule = setup.stopping
    if course is not None and rule is not None and course.epochs < setup.epochs and not course.diverged_at:
        yield _stopped(setup, rule, course.epochs)
    elif setup.steps < 200:
        happened = f"{setup.epochs} epochs are {setup.steps} steps in all"
        finding = Finding("few-steps", ("epoch",), "training", happened, "train longer", setup.steps, 200)
        yield Clue(finding, ("epochs",), 1.2)
    elif course is not None and not course.diverged_at and len(course.losses) >= 5:
        fall, late = course.losses[0] - min(course.losses), course.losses[-max(2, len(course.losses) // 5)]
        still = (late - course.losses[-1]) / fall if fall > 0 else 0.0
        least = STILL
        happened = f"the loss still falls: {still:.0%} of its fall came in the last fifth of training"
        if still <= least and late > 0:
            # after a steep beginning, what is left may fall fast and yet be little of the fall
            still, least = (late - course.losses[-1]) / late, STILL_OF_ITSELF
            happened = f"the loss still falls: it lost {still:.0%} of itself in the last fifth of training"
        if still > least:
            advice = "train longer, or with a larger learning rate"
            finding = Finding("still-falling", ("epoch",), "training", happened, advice, still, least)
            yield Clue(finding, ("epochs", "learning-rate-higher"), 1.0)
        elif len(course.losses) >= 10 and 0 <= fall < FLAT * course.losses[0]:
            yield _flat(course.losses, fall / course.losses[0], course.epochs)
    batches = setup.steps // setup.epochs
    if batches == 1 and len(setup.X) > 64 and setup.epochs < 200:
        happened = f"each epoch is one step: all {len(setup.X)} samples in a batch, for {setup.epochs} epochs"
        finding = Finding("full-batch", ("batch_size",), "training", happened, "use batches of 32", len(setup.X), 64)
        yield Clue(finding, ("batch-size",), 1.3)


def _stopped(setup: Setup, rule: Stopping, epochs: int) -> Clue:
    """Training that ended by itself before it had learned."""
    what = f"the score on the {rule.share:.0%} held out did not rise" if rule.share else "the loss did not fall"
    happened = (
        f"training ended by itself after {epochs} of {setup.epochs} epochs, {epochs * (setup.steps // setup.epochs)} "
        f"steps: in {rule.patience:g} epochs running {what} by tol={rule.tol:g}"
    )
    advice = "a smaller tol or a larger n_iter_no_change"
    finding = Finding("stopped-early", ("epoch",), "training", happened, advice, epochs, setup.epochs, "exact")
    return Clue(finding, ("stopping",), 1.6)


def _flat(losses: Sequence[float], fall: float, epochs: int) -> Clue:
    """A loss that stands still: a plateau, from which larger or more steps lead."""
    happened = f"the loss stands still: in {epochs} epochs it fell by {fall:.2%} of {losses[0]:.3g}"
    advice = "use a larger learning rate, or train longer; look at output, loss and activations first"
    finding = Finding("loss-flat", ("lr", "epoch"), "loss", happened, advice, fall, FLAT, "a choice")
    return Clue(finding, ("learning-rate-higher", "epochs"), 1.0)


def narrow(setup: Setup, measures: Measures) -> Iterator[Clue]:
    """A hidden layer through which too little passes."""
    for i, layer in enumerate(setup.hidden, 1):
        if layer.n_out < 3:
            happened = f"L{i} has {layer.n_out} unit{'s' if layer.n_out > 1 else ''}: all must pass through it"
            finding = Finding(
                "narrow-layer", ("layer_properties",), f"L{i}", happened, "use wider hidden layers", layer.n_out, 3
            )
            # where not even a few samples are learned, it is more than a hint
            yield Clue(finding, ("units",), 2.0 if too_small(setup, measures) else 0.9)
            return
