"""The rules: from a set-up and its measures to facts, each with its threshold, and the changes that it points at.

``strength`` orders them: 3 is exact and before training, 2 a measured fact with a wide margin, 1 a hint.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from backlit.diagnosis import rules_graph, rules_output, rules_training, rules_tried
from backlit.diagnosis.clue import Clue
from backlit.diagnosis.findings import Finding
from backlit.diagnosis.measures import Measures
from backlit.diagnosis.setup import Setup, activation_names

__all__ = ["clues_of"]

MOST_SCALE, LEAST_SCALE = 20.0, 0.02
"""RMS of a column of inputs or targets; no set-up of the healthy zoo lies beyond."""

HEALTHY = "of 103 networks that learn well, none lies beyond"
"""Those of benchmarks/diagnosis_healthy.py."""


def clues_of(setup: Setup, measures: Measures) -> list[Clue]:
    """Return all clues, the strongest first."""
    rules = RULES if setup.part is None else RULES_OF_MODULES
    found = [clue for rule in rules for clue in rule(setup, measures)]
    if setup.part is not None:
        found = [_named(clue, [layer.name for layer in measures.start]) for clue in found]
        if setup.part.more:
            found += _of_output(setup, measures)
    return sorted(found, key=lambda clue: -clue.strength)


def _of_output(setup: Setup, measures: Measures) -> list[Clue]:
    """What the output, the loss and the coding of targets say of a model of which no more is known."""
    last = f"L{len(measures.start)} ({measures.start[-1].name})"
    clues = [*rules_output.structure(setup, measures), *rules_output.coding(setup, measures)]
    return [
        replace(
            clue,
            finding=replace(clue.finding, address=clue.finding.address.replace(rules_output.last_layer(setup), last)),
        )
        for clue in clues
    ]


def _named(clue: Clue, names: Sequence[str]) -> Clue:
    """With the name of the module's part beside the layer's number."""
    found = re.match(r"L(\d+)", clue.finding.address)
    if found is None:
        return clue
    address = f"{found[0]} ({names[int(found[1]) - 1]})"
    return replace(clue, finding=replace(clue.finding, address=address))


def _linear(setup: Setup, measures: Measures) -> Iterator[Clue]:
    names = activation_names(setup)
    if names and set(names) == {"identity"}:
        happened = "all hidden layers are linear, so the network is one linear layer whatever its depth"
        innocent = "where the targets are linear in the inputs, nothing is lost"
        advice = "give hidden layers an activation such as relu or tanh"
        yield Clue(
            Finding("linear-layers", ("act",), "L1", happened, advice, source="exact", innocent=innocent),
            ("hidden-activation",),
            2.8,
        )


def _symmetry(setup: Setup, measures: Measures) -> Iterator[Clue]:
    for i, layer in enumerate(measures.start[:-1], 1):
        if layer.alike:
            happened = f"all units of L{i} start with the same weights, so they get the same gradients and stay alike"
            advice = "draw starting weights at random"
            yield Clue(Finding("symmetry", ("init",), f"L{i}", happened, advice, source="exact"), ("initializer",), 3)
            return


def _scale(a: np.ndarray) -> tuple[float, float, int]:
    """The largest RMS of a column, the largest |mean| over deviation, and the column of the first."""
    rms, deviation = np.sqrt(np.mean(np.square(a), axis=0)), a.std(axis=0)
    moving = deviation > 1e-9 * np.maximum(rms, 1e-300)
    offset = np.abs(a.mean(axis=0)) / np.where(moving, deviation, np.inf)
    return float(rms.max()), float(offset.max()), int(rms.argmax()) + 1


def _input_scale(setup: Setup, measures: Measures) -> Iterator[Clue]:
    if setup.part is not None and setup.part.whole:
        return
    rms, offset, column = _scale(setup.X)
    standard = "each column with mean 0 and deviation 1, by the training rows' numbers"
    source = "inputs near mean 0, deviation 1: LeCun et al. 1998; how far off: " + HEALTHY
    large = f"inputs are large: column {column} has an RMS of {rms:.4g}"
    tiny = f"inputs are tiny: no column has an RMS above {rms:.3g}"
    clue = _too_large_or_tiny("input-scale", f"X[{column}]", rms, (large, tiny), standard, source)
    if clue is not None:
        yield Clue(clue, ("scale-inputs", "scale-both"), 2.6 if rms > 100 else 2.2)
    elif offset > 5:
        happened = f"inputs hardly vary beside their mean: |mean| / deviation is {offset:.3g}"
        finding = Finding("input-offset", ("missing_prep",), "X", happened, standard, offset, 5, source)
        yield Clue(finding, ("scale-inputs", "scale-both"), 1.8)


def _target_scale(setup: Setup, measures: Measures) -> Iterator[Clue]:
    if setup.is_classification:
        return
    rms, _, column = _scale(setup.Y)
    advice = "standardise the targets, and undo it after predicting"
    large = f"targets are large: output {column} has an RMS of {rms:.4g}, but networks start with outputs near 1"
    tiny = f"targets are tiny: no output has an RMS above {rms:.3g}"
    clue = _too_large_or_tiny("target-scale", f"y[{column}]", rms, (large, tiny), advice, HEALTHY)
    if clue is not None:
        strength = 2.0 if rms < LEAST_SCALE else 2.5 if rms > 100 else 1.5
        yield Clue(clue, ("scale-targets", "scale-both"), strength)


def _too_large_or_tiny(
    identifier: str, address: str, rms: float, words: tuple[str, str], advice: str, source: str
) -> Finding | None:
    """A finding where an RMS is beyond the usual scales; ``words`` where it is large, and where it is tiny."""
    labels = ("missing_prep",)
    if rms > MOST_SCALE:
        return Finding(identifier, labels, address, words[0], advice, rms, MOST_SCALE, source)
    if rms < LEAST_SCALE:
        return Finding(identifier, labels, address.partition("[")[0], words[1], advice, rms, LEAST_SCALE, source)
    return None


def _start_weights(setup: Setup, measures: Measures) -> Iterator[Clue]:
    ratios = [layer.weight_ratio for layer in measures.start]
    worst = max(range(len(ratios)), key=lambda i: abs(np.log(max(ratios[i], 1e-12))))
    ratio = ratios[worst]
    n = setup.network.layers[worst].weights.size
    if n < 8 or 0.2 <= ratio <= 3:
        return
    kind = "large" if ratio > 1 else "small"
    happened = f"starting weights of L{worst + 1} are {kind}: {ratio:.3g} times what its activation asks for"
    finding = Finding(
        "start-weights",
        ("init",),
        f"L{worst + 1}",
        happened,
        "draw them by the activation's initializer (He under relu, Glorot under tanh and sigmoid)",
        ratio,
        3 if ratio > 1 else 0.2,
        f"He et al. 2015, Glorot and Bengio 2010; {HEALTHY}",
        "a network that has been trained already has weights of any size",
    )
    yield Clue(finding, ("initializer",), 2.5 if ratio > 3 else 1.5)


def _units(setup: Setup, measures: Measures) -> Iterator[Clue]:
    for when, layers in (("start", measures.start), ("end", measures.after or ())):
        for i, layer in enumerate(layers[:-1], 1):
            if layer.dead >= 0.5:
                happened = f"{layer.dead:.0%} of the units of L{i} are dead at the {when}: 0 on every sample"
                finding = Finding(
                    "dead-units",
                    ("init", "act", "lr"),
                    f"L{i}" if layer.first_dead is None else f"L{i}.u{layer.first_dead}",
                    happened,
                    "start with other weights and biases, a smaller learning rate, or an activation that never is flat",
                    layer.dead,
                    0.5,
                    "from 10 % of a layer it is worth a look, from half of it a fault",
                )
                changes: tuple[str, ...] = ("initializer", "hidden-activation")
                if when == "end":
                    # they were alive at the start: the steps killed them
                    changes = ("learning-rate-lower", *changes)
                yield Clue(finding, changes, 2.0 if when == "start" else 1.6)
                return
            if layer.saturated >= 0.5 and layer.dead == 0:
                happened = f"{layer.saturated:.0%} of the units of L{i} are saturated at the {when}"
                finding = Finding(
                    "saturation",
                    ("init", "act"),
                    f"L{i}",
                    happened,
                    "use smaller starting weights, or scale the inputs",
                    layer.saturated,
                    0.5,
                    "half the units; one is saturated where its slope is below 5 % of its bound on 90 % of samples",
                    "it can recover by itself (Glorot and Bengio 2010)",
                )
                first = "initializer" if when == "start" else "learning-rate-lower"
                yield Clue(finding, (first,), 1.9 if when == "start" else 0.8)
                return


def _flow(setup: Setup, measures: Measures) -> Iterator[Clue]:
    terms = [layer.error_term for layer in measures.start]
    if len(terms) < 3 or not np.isfinite(terms).all() or terms[-1] == 0:
        return
    ratio, last = terms[0] / terms[-1], f"L{len(terms)}"
    source = f"beyond 1e4 in training; at its start 1e3 already: {HEALTHY}"
    if ratio < 1e-3:
        happened = f"error terms vanish: L1's RMS is {ratio:.2g} of {last}'s"
        advice = "use relu with He's initializer, or fewer layers"
        finding = Finding("vanishing", ("act",), "L1", happened, advice, ratio, 1e-3, source)
        yield Clue(finding, ("hidden-activation", "initializer", "depth"), 2.1)
    elif ratio > 1e3:
        happened = f"error terms explode: L1's RMS is {ratio:.2g} times {last}'s"
        advice = "use the activation's initializer"
        finding = Finding("exploding", ("init",), "L1", happened, advice, ratio, 1e3, source)
        yield Clue(finding, ("initializer", "hidden-activation"), 2.1)


Rule = Callable[[Setup, Measures], Iterator[Clue]]
RULES: tuple[Rule, ...] = (
    rules_output.structure,
    rules_output.loss_for_classes,
    rules_output.coding,
    rules_output.numbers_of_classes,
    _linear,
    _symmetry,
    _input_scale,
    _target_scale,
    _start_weights,
    _units,
    _flow,
    rules_training.dropout,
    rules_training.penalty,
    rules_training.rate,
    rules_training.steps,
    rules_training.narrow,
    rules_tried.by_heart,
    rules_tried.no_hidden_layer,
    rules_tried.first_loss,
    rules_tried.range_of_rates,
    rules_tried.class_weights,
    rules_tried.ignores_inputs,
)
RULES_OF_MODULES: tuple[Rule, ...] = (
    rules_output.numbers_of_classes,
    _input_scale,
    _target_scale,
    _units,
    _flow,
    rules_training.penalty,
    rules_training.rate,
    rules_training.steps,
    rules_tried.by_heart,
    rules_tried.mixed,
    rules_tried.spread,
    rules_tried.resting,
    rules_graph.differing,
    rules_graph.loose,
    rules_graph.unreached,
)
"""Those that know no more of a module than what hooks see."""
