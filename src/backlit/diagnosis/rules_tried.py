"""The rules on what was tried out: a few samples, the first loss, growing learning rates, samples that meet."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from backlit.diagnosis.checks import BY_HEART, STEPS, permuted_loss
from backlit.diagnosis.clue import Clue
from backlit.diagnosis.findings import Finding
from backlit.diagnosis.fitting import OUT_OF_REACH, beyond_output, loss_misfit
from backlit.diagnosis.measures import Measures
from backlit.diagnosis.parts import mixes_samples, spreads_targets
from backlit.diagnosis.setup import Setup

__all__ = [
    "by_heart",
    "class_weights",
    "first_loss",
    "ignores_inputs",
    "mixed",
    "no_hidden_layer",
    "range_of_rates",
    "resting",
    "spread",
    "too_small",
]

FIRST_LOSS, LOGITS = 0.5, 3.0
BEYOND, BELOW = -0.8, -4.5
"""log10 of the learning rate over the one at which the loss leaps: healthy set-ups lie from -3.5 to -1."""


def by_heart(setup: Setup, measures: Measures) -> Iterator[Clue]:
    """A few samples that are not learned alone."""
    few = measures.few
    if few is not None and not few.learned:
        happened = (
            f"{few.n} samples alone are not learned by heart: of {STEPS} steps of adam at each of three learning "
            f"rates, without dropout and penalties, the best leave {few.error:.0%} of the trivial answer's error"
        )
        advice = "look at scales, output, loss, activations and layers, before the number of steps"
        labels, source = ("missing_prep", "act", "loss", "layers"), "a choice; networks that learn leave none"
        finding = Finding("few-samples", labels, "net", happened, advice, few.error, BY_HEART, source)
        # what keeps it from that, other facts tell
        yield Clue(finding, (), 1.6)


def too_small(setup: Setup, measures: Measures) -> bool:
    """Whether a few samples are not learned, though the output and the loss could say them: layers are too few, then.

    Where they could not, that explains it, and nothing is said of layers.
    """
    able = loss_misfit(setup) is None and beyond_output(setup) <= OUT_OF_REACH
    single = setup.network.layers[-1].row.name == "softmax" and setup.network.layers[-1].n_out == 1
    return measures.few is not None and not measures.few.learned and able and not single


def no_hidden_layer(setup: Setup, measures: Measures) -> Iterator[Clue]:
    """Inputs straight to the output, where not even a few samples are learned so."""
    few = measures.few
    if not setup.hidden and few is not None and too_small(setup, measures):
        happened = "there is no hidden layer, so only what is linear in the inputs can be learned"
        innocent = "where the targets are linear in the inputs, nothing is lost"
        advice = "add a hidden layer with an activation such as relu"
        finding = Finding(
            "no-hidden-layer", ("layers",), "net", happened, advice, few.error, BY_HEART, "of a few samples", innocent
        )
        yield Clue(finding, ("hidden-layer",), 2.1)


def first_loss(setup: Setup, measures: Measures) -> Iterator[Clue]:
    """A first loss far above that of knowing nothing."""
    first = measures.first
    if first is None or (first.excess <= FIRST_LOSS and first.logits <= LOGITS):
        return
    happened = (
        f"before training the loss is {first.loss:.3g}, {first.even:.3g} would be that of knowing nothing, and the "
        f"output's pre-activations have a deviation of {first.logits:.3g}: it begins by being sure of what is wrong"
    )
    advice = "use smaller starting weights, or scale the inputs"
    source = "half above what its spread brings, or a deviation of 3"
    measured = max(first.excess / FIRST_LOSS, first.logits / LOGITS)
    finding = Finding("first-loss", ("init", "missing_prep"), "loss", happened, advice, measured, 1, source)
    yield Clue(finding, ("initializer", "scale-inputs"), 1.55)


def range_of_rates(setup: Setup, measures: Measures) -> Iterator[Clue]:
    """A learning rate beside the one at which the loss leaps while rates grow from step to step."""
    test = measures.rates
    if test is None or not test.leapt or setup.learning_rate <= 0:
        return
    leap = test.rates[-1]
    place = float(np.log10(setup.learning_rate / leap))
    source = "log10 of the rate over that of the leap; of 103 networks that learn well, from -3.5 to -1"
    if place > BEYOND:
        happened = f"the learning rate {setup.learning_rate:.3g} is where the loss leaps while rates grow, {leap:.2g}"
        finding = Finding("high-rate", ("lr",), "net", happened, "use a smaller learning rate", place, BEYOND, source)
        yield Clue(finding, ("learning-rate-lower",), 2.05)
    elif place < BELOW:
        happened = f"the learning rate {setup.learning_rate:.3g} is far below {leap:.2g}, at which the loss leaps"
        finding = Finding("low-rate", ("lr",), "net", happened, "use a larger learning rate", place, BELOW, source)
        yield Clue(finding, ("learning-rate-higher",), 1.6)


def class_weights(setup: Setup, measures: Measures) -> Iterator[Clue]:
    """Class weights by which a rarer class counts less."""
    if setup.weights is None or setup.labels is None:
        return
    counts = np.bincount(setup.labels)
    there = np.flatnonzero(counts)
    weights = np.array([setup.weights[setup.labels == label].mean() for label in there])
    common, rare = int(np.argmax(counts[there])), int(np.argmin(counts[there]))
    if counts[there][common] >= 2 * counts[there][rare] and weights[rare] < 0.5 * weights[common]:
        share = weights[rare] * counts[there][rare] / float((weights * counts[there]).sum())
        happened = (
            f"class weights are the wrong way round: the rarest class, {counts[there][rare]} samples, has "
            f"{weights[rare]:.3g}, the commonest {weights[common]:.3g}, so that the rare one is {share:.2%} of the loss"
        )
        advice = "weigh rare classes more (class_weight='balanced'), or none"
        finding = Finding("class-weights", ("loss",), "y", happened, advice, share, source="exact")
        yield Clue(finding, ("class-weights",), 3.05)


def mixed(setup: Setup, measures: Measures) -> Iterator[Clue]:
    """A module by which the answer for one sample depends on the others of its batch."""
    if setup.part is not None and mixes_samples(setup):
        happened = "samples are mixed: the output for one changes with the others of its batch, in evaluation mode too"
        advice = "look for a reshape, a softmax or a mean over the samples' axis"
        yield Clue(Finding("samples-mixed", ("layers",), "net", happened, advice, source="exact"), (), 3.0)


def ignores_inputs(setup: Setup, measures: Measures) -> Iterator[Clue]:
    """A network to which its inputs are of no use, at the end of a training that taught it nothing."""
    course = measures.course
    if course is None or course.network is None or course.diverged_at or course.error <= 0.9:
        return
    own, others = permuted_loss(setup, course.network)
    if np.isfinite([own, others]).all() and others - own < 0.01 * abs(others):
        happened = (
            f"its inputs are of no use to it: the loss is {own:.4g}, and {others:.4g} where each sample gets the "
            "inputs of another"
        )
        advice = "look first at what keeps it from learning; and whether rows and targets belong together"
        source = "a gain of 1 %; a choice"
        gain = (others - own) / max(abs(others), 1e-300)
        yield Clue(Finding("input-independent", ("wrong_prep",), "net", happened, advice, gain, 0.01, source), (), 1.05)


def resting(setup: Setup, measures: Measures) -> Iterator[Clue]:
    """Parameters of a module that no step moves: frozen, or not the optimizer's."""
    names = () if setup.part is None else setup.part.resting
    if setup.part is not None and names:
        n = len(setup.part.named)
        listed = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
        happened = f"{len(names)} of the {n} parameters are not trained, frozen or not the optimizer's: {listed}"
        advice = "let them ask for a gradient (requires_grad), and give the optimizer all of module.parameters()"
        innocent = "layers that were trained before and are kept as they are"
        finding = Finding(
            "partly-trained", ("layer_properties",), "optimizer", happened, advice, source="exact", innocent=innocent
        )
        yield Clue(finding, ("all-trained",), 1.6)


def spread(setup: Setup, measures: Measures) -> Iterator[Clue]:
    """Targets of another shape than the outputs, which the loss spreads over each other."""
    if setup.part is not None and spreads_targets(setup):
        n = len(setup.X)
        happened = (
            f"targets have shape ({n},) and outputs ({n}, 1), so the loss compares each output with every target of "
            "its batch, and the mean of the targets is the best answer"
        )
        finding = Finding(
            "target-shape", ("wrong_prep",), "y", happened, "give targets as a column (n, 1)", source="exact"
        )
        yield Clue(finding, ("target-shape",), 3.1)
