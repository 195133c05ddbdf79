"""The sick zoo: faulty set-ups with their healthy twins.

    python benchmarks/diagnosis_sick.py [first|second|all] [FROM]

FROM: the place, even, from which on; those of diagnosis_sick_more.py begin at 88. A fault is planted by code that
shares nothing with the rules. ``true``: the labels that name it, any of which is right.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from arguments import given
from diagnosis_sets import sound
from diagnosis_sick_more import more_sick

from backlit.diagnosis.diagnose import diagnosed
from backlit.diagnosis.lab import trained
from backlit.diagnosis.scoring import error_of
from backlit.diagnosis.setup import Setup
from backlit.equations.framework_losses import FRAMEWORK_LOSSES
from backlit.network.network import Layer

__all__ = ["Sick", "sick_zoo"]


@dataclass(frozen=True)
class Sick:
    """A faulty set-up: the labels that are true of it, and its healthy twin."""

    name: str
    true: tuple[str, ...]
    twin: Callable[[], Setup]
    faulty: Callable[[Setup], Setup]


def with_layers(setup: Setup, change: Callable[[int, Layer], Layer]) -> Setup:
    layers = tuple(change(i, layer) for i, layer in enumerate(setup.network.layers))
    return replace(setup, network=replace(setup.network, layers=layers))


def output(setup: Setup, name: str, loss: str | None = None) -> Setup:
    last = len(setup.network.layers) - 1
    new = with_layers(setup, lambda i, layer: replace(layer, activation=name) if i == last else layer)
    if loss is None:
        return new
    return replace(new, network=replace(new.network, loss_function=FRAMEWORK_LOSSES.get(loss, loss)))


def hidden(setup: Setup, name: str) -> Setup:
    last = len(setup.network.layers) - 1
    return with_layers(setup, lambda i, layer: layer if i == last else replace(layer, activation=name))


def weights(setup: Setup, make: Callable[[np.random.Generator, Any], Any]) -> Setup:
    rng = np.random.default_rng(12)
    return with_layers(setup, lambda i, layer: replace(layer, weights=make(rng, layer.weights)))


def dead_biases(setup: Setup) -> Setup:
    last = len(setup.network.layers) - 1
    return with_layers(
        setup, lambda i, layer: layer if i == last else replace(layer, biases=np.full(layer.n_out, -40.0))
    )


def one_unit_softmax(setup: Setup) -> Setup:
    return output(setup, "softmax", "clipped_log_loss")


def plus_minus(setup: Setup) -> Setup:
    new = replace(setup, Y=2 * setup.Y - 1, cut=0.0)
    return output(new, "sigmoid", "squared_error")


def labels_divided(setup: Setup) -> Setup:
    """Class numbers divided by 255 before they are made columns: all become class 0."""
    return replace(setup, Y=np.eye(setup.Y.shape[1])[np.zeros(len(setup.Y), int)])


def targets(setup: Setup, scale: float, offset: float = 0.0) -> Setup:
    return replace(setup, Y=setup.Y * scale + offset)


def inputs(setup: Setup, scale: float, offset: float = 0.0) -> Setup:
    return replace(setup, X=setup.X * scale + offset)


def sgd(setup: Setup, rate: float) -> Setup:
    return replace(setup, optimizer="sgd", hyper={}, learning_rate=rate)


def one_wide(setup: Setup) -> Setup:
    """Hidden layers of one unit, weights drawn as the network's."""
    first, last = setup.network.layers[0], setup.network.layers[-1]
    narrow = replace(first, weights=first.weights[:, :1], biases=np.zeros(1))
    output = replace(last, weights=last.weights[:1])
    return replace(setup, network=replace(setup.network, layers=(narrow, output)))


def sick_zoo() -> list[Sick]:
    """Return the zoo; of each fault, the set-ups at even places are the first half."""
    zoo: list[Sick] = []

    def add(name: str, true: str, likes: str, faulty: Callable[[Setup], Setup], **twin: Any) -> None:
        for like in likes.split():
            zoo.append(Sick(f"{name}: {like}", tuple(true.split()), partial(sound, like, **twin), faulty))

    add("softmax over one unit", "act", "tumours moons circles imbalanced", one_unit_softmax)
    add("sigmoid output, targets to 100", "act", "sine friedman", lambda s: output(targets(s, 20, 50), "sigmoid"))
    add("sigmoid output", "act", "two_targets diabetes", lambda s: output(targets(s, 3), "sigmoid"))
    add("relu output, targets below 0", "act", "sine two_targets", lambda s: output(targets(s, 1, -4), "relu"))
    add("linear layers", "act", "circles one_hot_inputs", lambda s: hidden(s, "identity"))
    add("linear layers", "act", "tiny sine", lambda s: hidden(s, "identity"))
    add("labels divided by 255", "wrong_prep", "digits wine", labels_divided)
    add("classes as -1 and 1", "wrong_prep", "moons tumours", plus_minus)
    deep = {"hidden": [24] * 8}
    add(
        "N(0, 1) weights in deep relu",
        "init",
        "tumours digits",
        lambda s: sgd(weights(s, lambda r, W: r.normal(size=W.shape)), 0.05),
        **deep,
    )
    add(
        "tiny weights in deep relu",
        "init",
        "tumours wine",
        lambda s: sgd(weights(s, lambda r, W: r.normal(0, 0.01, W.shape)), 0.1),
        **deep,
    )
    add(
        "deep tanh, weights of 5",
        "init",
        "tumours wine",
        lambda s: sgd(hidden(weights(s, lambda r, W: r.normal(0, 5, W.shape)), "tanh"), 0.05),
        **deep,
    )
    add("inputs of 1e4", "missing_prep", "digits tumours friedman moons", lambda s: sgd(inputs(s, 1e4), 0.05))
    add("inputs of 3,000 with an offset", "missing_prep", "moons iris", lambda s: inputs(s, 100, 3000))
    add("inputs of 1e-4", "missing_prep", "iris friedman", lambda s: sgd(inputs(s, 1e-4), 0.05))
    add("targets of 1e5", "missing_prep", "friedman sine", lambda s: targets(s, 1e5))
    add("targets of 1e5", "missing_prep", "diabetes two_targets", lambda s: sgd(targets(s, 1e5), 0.01))
    add("targets of 3,000 with an offset", "missing_prep", "sine friedman", lambda s: targets(s, 500, 3000))
    add("rate 1e-7", "lr", "digits tumours", lambda s: sgd(s, 1e-7))
    add("rate 1e-6", "lr", "friedman wine", lambda s: replace(s, learning_rate=1e-6))
    add("rate 10", "lr", "digits friedman", lambda s: sgd(s, 10.0))
    add("rate 3 of adam", "lr", "digits sine", lambda s: replace(s, learning_rate=3.0))
    add("constant weights", "init", "digits circles", lambda s: weights(s, lambda r, W: np.full(W.shape, 0.3)))
    add("zero weights", "init", "iris friedman", lambda s: weights(s, lambda r, W: np.zeros(W.shape)))
    add(
        "ten sigmoid layers",
        "act layers",
        "tumours digits",
        lambda s: sgd(hidden(weights(s, lambda r, W: r.normal(0, (1 / W.shape[0]) ** 0.5, W.shape)), "sigmoid"), 0.1),
        hidden=[16] * 10,
    )
    add("dead relu by bias", "init", "digits friedman", dead_biases)
    add(
        "dropout 0.95",
        "layers",
        "tumours digits",
        lambda s: with_layers(
            s, lambda i, layer: replace(layer, dropout=0.95 if i < len(s.network.layers) - 1 else 0.0)
        ),
    )
    add("decay 5", "opt", "digits friedman", lambda s: replace(s, optimizer="adamw", weight_decay=5.0))
    add("penalty of 3", "opt", "wine tumours", lambda s: replace(s, l2=3.0 * s.batch_size))
    add("one epoch", "epoch", "iris friedman", lambda s: replace(s, epochs=1))
    add("two epochs of slow sgd", "epoch lr", "wine moons", lambda s: replace(sgd(s, 0.01), epochs=2))
    add(
        "a batch of all, five epochs",
        "batch_size epoch",
        "digits tumours",
        lambda s: replace(s, batch_size=len(s.X), epochs=5),
    )
    add(
        "softmax taken twice",
        "act loss",
        "digits wine",
        lambda s: sgd(output(s, "softmax", "cross_entropy_from_logits"), 0.1),
        epochs=15,
    )
    add("log loss of relu outputs", "act loss", "moons tumours", lambda s: output(s, "relu", "clipped_log_loss"))
    add("log loss of a quantity", "act loss", "sine friedman", lambda s: output(s, "sigmoid", "clipped_log_loss"))
    add(
        "poisson of targets below 0",
        "act loss",
        "friedman two_targets",
        lambda s: output(s, "sigmoid", "shifted_poisson"),
    )
    add(
        "classes over one output",
        "act loss",
        "moons circles",
        lambda s: output(s, "softmax", "normalised_cross_entropy"),
    )
    add("one unit wide", "layer_properties act", "circles one_hot_inputs", one_wide)
    add(
        "two faults: softmax over one unit, rate 1e-7",
        "act lr opt",
        "tumours moons",
        lambda s: one_unit_softmax(sgd(s, 1e-7)),
    )
    add(
        "two faults: linear layers, inputs of 1e4",
        "act missing_prep",
        "circles moons",
        lambda s: hidden(sgd(inputs(s, 1e4), 0.05), "identity"),
    )
    add(
        "two faults: sigmoid output, one epoch",
        "act epoch lr",
        "sine friedman",
        lambda s: output(replace(targets(s, 5), epochs=1), "sigmoid"),
    )
    add(
        "two faults: targets of 1e5, zero weights",
        "missing_prep init",
        "friedman sine",
        lambda s: targets(weights(s, lambda r, W: np.zeros(W.shape)), 1e5),
    )
    add(
        "two faults: -1 and 1, dropout 0.9",
        "wrong_prep layers",
        "moons tumours",
        lambda s: plus_minus(
            with_layers(s, lambda i, layer: replace(layer, dropout=0.0 if i == len(s.network.layers) - 1 else 0.9))
        ),
    )
    zoo += [
        Sick(name, tuple(true.split()), twin, lambda setup, faulty=faulty: faulty())  # type: ignore[misc]
        for name, true, twin, faulty in more_sick()
    ]
    return zoo


def is_sick(item: Sick) -> bool:
    """Whether the twin is clearly better: a third less error, 0.05 less, and less for every seed."""
    twin, faulty = ([trained(s, seed).error for seed in (0, 1, 2)] for s in (item.twin(), item.faulty(item.twin())))
    much = np.median(twin) <= 2 / 3 * np.median(faulty) and np.median(faulty) - np.median(twin) >= 0.05
    return bool(much and (np.array(twin) < np.array(faulty)).all())


def twin_error(item: Sick) -> float:
    setup = item.twin()
    return float(np.median([trained(setup, seed).error for seed in (0, 1, 2)]))


def half_of(zoo: list[Sick], which: str) -> list[Sick]:
    """Return the "first" half (even places), the "second", or "all"."""
    return [item for i, item in enumerate(zoo) if which == "all" or (i % 2 == 0) == (which == "first")]


def score(chosen: list[Sick]) -> None:
    """Diagnose each set-up, print a line for it, and what all come to."""
    first = among = mended = named = named_true = sick = 0
    began = time.perf_counter()
    for item in chosen:
        setup = item.faulty(item.twin())
        if not is_sick(item):
            print(f"left out, the twin is not clearly better: {item.name}", flush=True)
            continue
        found = diagnosed(setup)
        right = [bool(set(finding.labels) & set(item.true)) for finding in found.causes]
        first += bool(right[:1] == [True])
        among += any(right[:3])
        named, named_true = named + len(right), named_true + sum(right)
        after = 1.0 if found.mended_score is None else error_of(setup, found.mended_score)
        good = after <= twin_error(item) + 0.1
        mended += good
        sick += 1
        mark = "ok " if right[:1] == [True] else ("in3" if any(right[:3]) else "NO ")
        score = "none" if found.score is None else f"{found.score:.3g}"
        to = "none" if found.mended_score is None else f"{found.mended_score:.3g}"
        print(
            f"{mark} {'mends' if good else '     '} {item.name:50} {score:>9} -> {to:6} {'/'.join(item.true)}: "
            f"{', '.join(f.identifier + ':' + '/'.join(f.labels) for f in found.causes)} ({found.seconds:.0f} s)",
            flush=True,
        )
    print(
        f"\n{sick} sick set-ups: a true cause first in {first}, among three in {among}, the advice mends {mended}; "
        f"{named_true} of {named} causes named are true; {time.perf_counter() - began:.0f} s"
    )


def main() -> None:
    words = given(
        __doc__,
        which={"nargs": "?", "choices": ("first", "second", "all"), "default": "all"},
        start={"nargs": "?", "type": int, "default": 0, "metavar": "FROM"},
    )
    score(half_of(sick_zoo()[words.start :], words.which))


if __name__ == "__main__":
    main()
