"""The rules on what the output, the loss and the coding of targets can say: exact, and known before training."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from backlit.diagnosis.clue import Clue
from backlit.diagnosis.findings import Finding
from backlit.diagnosis.fitting import (
    OUT_OF_REACH,
    are_class_numbers,
    beyond_output,
    has_class_numbers,
    is_distribution,
    loss_misfit,
    loss_once,
    taken_twice,
    without_the_second,
)
from backlit.diagnosis.measures import Measures
from backlit.diagnosis.setup import Setup, output_name

__all__ = ["coding", "last_layer", "loss_for_classes", "numbers_of_classes", "output_findings", "structure"]

EXACT = 2.9
"""Findings of this strength are exact, and known before training."""

MOST_CLASSES = 20
"""Of more whole numbers, a regression is not taken for classes."""


def last_layer(setup: Setup) -> str:
    """Return the address of the output layer."""
    return f"L{len(setup.network.layers)}"


def structure(setup: Setup, measures: Measures) -> Iterator[Clue]:
    """An output that cannot reach the targets, and a loss that does not fit the output or the targets."""
    yield from _structure(setup)


def _structure(setup: Setup) -> Iterator[Clue]:
    name, beyond = output_name(setup), beyond_output(setup)
    if has_class_numbers(setup):
        yield _class_numbers(setup)
        return
    if name == "softmax" and setup.network.layers[-1].n_out == 1:
        happened = "softmax over one unit is 1 whatever the network does, so no weight ever gets a gradient"
        finding = Finding("softmax-one-unit", ("act",), last_layer(setup), happened, "use sigmoid, or one unit a class")
        yield Clue(finding, ("output-activation",), 3)
    elif beyond > OUT_OF_REACH and not (setup.is_classification and setup.Y.shape[1] == 1):
        low, high = setup.network.layers[-1].row.range
        happened = (
            f"{beyond:.0%} of the targets (from {setup.Y.min():.4g} to {setup.Y.max():.4g}) lie where the {name} "
            f"output, which reaches {low:g} to {high:g}{' and sums to 1' if name == 'softmax' else ''}, cannot go"
        )
        advice = "let the output be the identity, or scale the targets into its range"
        finding = Finding("output-range", ("act",), last_layer(setup), happened, advice, beyond, OUT_OF_REACH, "exact")
        yield Clue(finding, ("output-activation",), 3)
    elif is_distribution(setup.Y) and name != "softmax" and not setup.is_classification:
        happened = f"targets are shares that sum to 1, which {name} outputs do not"
        finding = Finding("output-shares", ("act",), last_layer(setup), happened, "use softmax", source="exact")
        yield Clue(finding, ("output-activation",), 1.8)
    once = None if setup.part is None else setup.part.once
    misfit = loss_misfit(setup) if once is None or not once.happened else once.happened
    if misfit is not None:
        advice = "use the loss that fits the output and the task"
        if once is not None and not once.sure:
            yield _range_alone(advice)
            return
        innocent = "the order of the classes stays, so accuracy may be good all the same, and training slow"
        finding = Finding(
            "loss-misfit",
            ("loss", "act"),
            "loss",
            misfit,
            advice if loss_once(setup) is None else without_the_second(setup),
            source="exact",
            innocent=innocent if taken_twice(setup) else "",
        )
        yield Clue(finding, ("output-activation", "loss"), 2.9)


def output_findings(setup: Setup) -> tuple[Finding, ...]:
    """Return what is exact of output and loss, and needs no measures."""
    known = setup.part is None or bool(setup.part.more)
    return tuple(clue.finding for clue in _structure(setup) if clue.strength >= EXACT) if known else ()


def _range_alone(advice: str) -> Clue:
    """Probabilities, as far as the outputs' range says."""
    happened = (
        "the loss takes pre-activations and applies its own function, but all outputs lie from 0 to 1, with other "
        "weights too, as if they were probabilities already"
    )
    innocent = "an output that is kept in that range on purpose"
    finding = Finding(
        "loss-misfit", ("loss", "act"), "loss", happened, advice, source="a sign, no proof", innocent=innocent
    )
    return Clue(finding, ("loss",), 1.6)


def _class_numbers(setup: Setup) -> Clue:
    values = np.unique(setup.Y)
    step = "" if values[1] - values[0] == 1 else f" in steps of {values[1] - values[0]:g}"
    happened = (
        f"{len(values)} classes are fed as the numbers {values[0]:g} to {values[-1]:g}{step} to one "
        f"{output_name(setup)} output, with a loss of probabilities: one output can say one probability, which is "
        "enough for two classes"
    )
    advice = "one output a class, softmax, with cross entropy"
    finding = Finding("class-numbers", ("layer_properties",), last_layer(setup), happened, advice, source="exact")
    return Clue(finding, ("output-units",), 3.2)


def numbers_of_classes(setup: Setup, measures: Measures) -> Iterator[Clue]:
    """A regression of a few whole numbers from 0 or 1, which may be classes: a hint, and no change is tried."""
    values = np.unique(setup.Y)
    if setup.labels is not None or setup.Y.shape[1] > 1 or not 3 <= len(values) <= MOST_CLASSES:
        return
    if are_class_numbers(values, len(setup.Y)) and values[0] in (0, 1) and values[1] - values[0] == 1:
        happened = (
            f"the targets are the {len(values)} whole numbers from {values[0]:g} to {values[-1]:g}, as classes are "
            "numbered, and one output learns them as quantities"
        )
        advice = "if they are classes, one output a class, softmax, with cross entropy (classes from 0)"
        innocent = "counts, grades and other numbers whose order and distances mean something"
        finding = Finding(
            "class-numbers", ("layer_properties",), "y", happened, advice, source="a hint", innocent=innocent
        )
        yield Clue(finding, (), 1.0)


def loss_for_classes(setup: Setup, measures: Measures) -> Iterator[Clue]:
    """The absolute error of classes, whose gradient at the pre-activations is least where the answer is most wrong."""
    if setup.is_classification and setup.network.loss_row.name == "absolute_error" and beyond_output(setup) == 0:
        happened = (
            "the absolute error of classes pulls least on what is answered most wrongly, where log loss pulls most, so "
            "that training is slow, or ends at the commonest class"
        )
        source = "slow on hard samples: Zhang and Sabuncu 2018"
        innocent = "labels of which many are wrong, which it follows less"
        advice = "use log loss or cross entropy"
        finding = Finding("loss-misfit", ("loss",), "loss", happened, advice, source=source, innocent=innocent)
        yield Clue(finding, ("loss",), 1.6)


def coding(setup: Setup, measures: Measures) -> Iterator[Clue]:
    """Classes coded where the output does not go, fed as the same, or as numbers to one unit."""
    if setup.labels is None or has_class_numbers(setup):
        return
    Y, n_out = setup.Y, setup.Y.shape[1]
    low, high = setup.network.layers[-1].row.range
    if n_out == 1 and beyond_output(setup) > 0:
        happened = (
            f"classes are coded as {Y.min():g} and {Y.max():g}, but the {output_name(setup)} output goes from "
            f"{low:g} to {high:g}"
        )
    elif n_out > 1 and not np.array_equal(Y.argmax(axis=1), setup.labels):
        happened = "as whole numbers, the labels are not one class each: classes that differ are fed as the same"
    else:
        return
    advice = "code classes as the output says them: 0 and 1, or whole numbers from 0"
    yield Clue(Finding("label-coding", ("wrong_prep",), "y", happened, advice, source="exact"), ("target-coding",), 3.1)
