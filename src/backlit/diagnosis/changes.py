"""The changes that experiments try, one a row: what is changed, and the published sets' word for the fault it mends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from backlit.diagnosis import changes_output
from backlit.diagnosis.change import Change, Variant
from backlit.diagnosis.lab import is_fast
from backlit.diagnosis.setup import Setup, activation_names, fresh_layer, layers_rebuilt
from backlit.equations.optimizers import OPTIMIZERS
from backlit.network.network import Layer

__all__ = ["CHANGES", "Change", "Variant", "variants_of"]

MOST_STEPS = 10_000
"""No experiment makes a run longer than so many steps, unless it is longer already."""

LARGE_RATES = ("sgd", "momentum", "nesterov", "adagrad", "adadelta", "ftrl")
"""Optimizers whose steps are not of the learning rate's size."""

SLOW_STEPS = 2_500
"""The same where the compiled engine cannot train it."""


def _hidden(setup: Setup) -> list[Variant]:
    now = activation_names(setup)
    found = []
    for name in ("relu", "tanh"):
        new = [name] * len(now)
        if now and new != now:
            words = f"hidden activation {name} instead of {', '.join(dict.fromkeys(now))}"
            found.append(Variant(layers_rebuilt(setup, hidden=new), words))
    return found


def _initializer(setup: Setup) -> list[Variant]:
    if setup.initializer == "default":
        return []
    return [Variant(replace(setup, initializer="default"), "starting weights by the initializer of each activation")]


def _standardised(a: np.ndarray) -> np.ndarray:
    deviation = a.std(axis=0)
    steady = deviation <= 1e-9 * np.maximum(np.abs(a).max(axis=0), 1e-300)
    result: np.ndarray = (a - a.mean(axis=0)) / np.where(steady, 1.0, deviation)
    return result


def _already(a: np.ndarray) -> bool:
    return bool(np.allclose(a, _standardised(a), atol=0.02))


def _inputs(setup: Setup) -> list[Variant]:
    if _already(setup.X) or (setup.part is not None and setup.part.whole):
        return []
    return [Variant(replace(setup, X=_standardised(setup.X)), "each input column standardised (mean 0, deviation 1)")]


def _targets(setup: Setup) -> list[Variant]:
    if setup.is_classification or _already(setup.Y):
        return []
    return [Variant(replace(setup, Y=_standardised(setup.Y)), "targets standardised (mean 0, deviation 1)")]


def _both_scales(setup: Setup) -> list[Variant]:
    inputs, targets = _inputs(setup), _targets(setup)
    if not inputs or not targets:
        return []
    return [Variant(replace(targets[0].setup, X=inputs[0].setup.X), "inputs and targets standardised")]


def _rates(setup: Setup, factors: Sequence[float]) -> list[Variant]:
    """Learning rates that are so many times as large, and the optimizer's usual ones where they lie that way."""
    now, row = setup.learning_rate, OPTIMIZERS.get(setup.optimizer)
    up = factors[0] > 1
    rates = [now * factor for factor in factors]
    # a framework has optimizers that have no row here
    usual = [] if row is None else [factor * row.defaults["learning_rate"] for factor in (1, 5, 0.1)]
    rates += [rate for rate in usual if (rate > 3 * now if up else rate < now / 3)]
    highest = 10.0 if setup.optimizer in LARGE_RATES else 0.2
    return [
        Variant(replace(setup, learning_rate=rate), f"learning rate {rate:.3g} instead of {now:.3g}")
        for rate in sorted(rates, reverse=not up)
        if 1e-9 < rate <= highest
    ]


def _no_stopping(setup: Setup) -> list[Variant]:
    if setup.stopping is None:
        return []
    batches = setup.steps // setup.epochs
    epochs = min(setup.epochs, max(MOST_STEPS // batches, 200))
    words = f"training for {epochs} epochs, whether or not the loss falls"
    return [Variant(replace(setup, stopping=None, epochs=epochs), words)]


def _epochs(setup: Setup) -> list[Variant]:
    batches = setup.steps // setup.epochs
    most = (MOST_STEPS if is_fast(setup) else SLOW_STEPS) // max(batches, 1)
    wanted = dict.fromkeys(min(setup.epochs * factor, most) for factor in (5, 20, 200))
    return [
        Variant(replace(setup, epochs=epochs), f"{epochs} epochs instead of {setup.epochs}")
        for epochs in wanted
        if epochs >= 2 * setup.epochs
    ]


def _optimizer(setup: Setup) -> list[Variant]:
    if setup.optimizer in ("adam", "adamw"):
        return []
    changed = replace(setup, optimizer="adam", hyper={}, learning_rate=0.001)
    return [Variant(changed, f"adam at 0.001 instead of {setup.optimizer} at {setup.learning_rate:.3g}")]


def _batch(setup: Setup) -> list[Variant]:
    n, size = len(setup.X), setup.batch_size
    if min(n, size) <= 32:
        return []
    return [Variant(replace(setup, batch_size=32), f"batches of 32 instead of {min(n, size)}")]


def _dropout(setup: Setup) -> list[Variant]:
    if setup.part is not None:
        there = setup.part.has_dropout and not setup.no_dropout
        return [Variant(replace(setup, no_dropout=True), "no dropout")] if there else []
    rates = [layer.dropout for layer in setup.hidden]
    return [Variant(layers_rebuilt(setup, dropout=0.0), f"no dropout instead of {max(rates):g}")] if any(rates) else []


def _penalty(setup: Setup) -> list[Variant]:
    if not setup.weight_decay and not setup.l2:
        return []
    words = f"no weight decay instead of {setup.given_decay or setup.weight_decay or setup.l2:g}"
    return [Variant(replace(setup, weight_decay=0.0, l2=0.0), words)]


def _units(setup: Setup) -> list[Variant]:
    units = [layer.n_out for layer in setup.hidden]
    if not units or min(units) >= 20:
        return []
    more = [max(20, size) for size in units]
    return [Variant(layers_rebuilt(setup, units=more), f"hidden layers of {more} units instead of {units}")]


def _hidden_layer(setup: Setup) -> list[Variant]:
    """One hidden layer more, before the output, where there is none or one; norms stand before layers by number."""
    if len(setup.hidden) > 1 or setup.norms:
        return []
    last, rng = setup.network.layers[-1], np.random.default_rng(0)
    sizes = (last.n_in, max(16, 2 * last.n_out), last.n_out)
    name = setup.hidden[0].activation if setup.hidden else "relu"
    name = "relu" if name == "identity" else name
    kind = last.weights.dtype
    new = Layer(np.zeros(sizes[:2], kind), np.zeros(sizes[1], kind), name, 0.0)
    output = replace(last, weights=np.zeros(sizes[1:], kind))
    layers = [fresh_layer(layer, rng) for layer in (new, output)]
    changed = replace(setup.network, layers=(*setup.network.layers[:-1], *layers))
    return [Variant(replace(setup, network=changed), f"one hidden layer more, of {sizes[1]} units")]


def _target_shape(setup: Setup) -> list[Variant]:
    if setup.part is None or setup.part.targets.ndim != 1 or setup.Y.shape[1] != 1:
        return []
    part = replace(setup.part, targets=setup.part.targets[:, None])
    return [Variant(replace(setup, part=part), "targets as a column (n, 1) instead of (n,)")]


def _class_weights(setup: Setup) -> list[Variant]:
    if setup.weights is None:
        return []
    return [Variant(replace(setup, weights=np.ones_like(setup.weights)), "each sample weighed alike")]


def _all_trained(setup: Setup) -> list[Variant]:
    if setup.part is None or setup.all_trained or not (setup.part.resting or setup.part.graph.loose):
        return []
    words = "all weights that take part trained" if setup.part.graph.loose else "all parameters trained"
    return [Variant(replace(setup, all_trained=True), words)]


def _depth(setup: Setup) -> list[Variant]:
    units = [layer.n_out for layer in setup.hidden]
    if len(units) < 4:
        return []
    words = f"2 hidden layers instead of {len(units)}"
    names = activation_names(setup)[:2]
    return [Variant(layers_rebuilt(setup, units=units[:2], hidden=names), words)]


CHANGES: dict[str, Change] = {
    row.identifier: row
    for row in (
        Change("output-activation", ("act",), "structure", changes_output.output),
        Change("loss", ("loss",), "structure", changes_output.loss),
        Change("output-units", ("layer_properties",), "structure", changes_output.output_units),
        Change("target-coding", ("wrong_prep",), "data", changes_output.coding),
        Change("hidden-activation", ("act",), "structure", _hidden),
        Change("initializer", ("init",), "structure", _initializer),
        Change("scale-inputs", ("missing_prep",), "data", _inputs),
        Change("scale-targets", ("missing_prep",), "data", _targets),
        Change("scale-both", ("missing_prep",), "data", _both_scales),
        Change("dropout", ("layers",), "structure", _dropout),
        Change("weight-decay", ("opt",), "training", _penalty),
        Change("learning-rate-lower", ("lr",), "training", lambda s: _rates(s, (0.1, 0.01, 0.001))),
        Change("learning-rate-higher", ("lr",), "training", lambda s: _rates(s, (10, 100, 1000))),
        Change("optimizer", ("opt",), "training", _optimizer),
        Change("stopping", ("epoch",), "training", _no_stopping),
        Change("epochs", ("epoch",), "training", _epochs),
        Change("batch-size", ("batch_size",), "training", _batch),
        Change("units", ("layer_properties",), "structure", _units),
        Change("depth", ("layers",), "structure", _depth),
        Change("hidden-layer", ("layers",), "structure", _hidden_layer),
        Change("target-shape", ("wrong_prep",), "data", _target_shape),
        Change("class-weights", ("loss",), "data", _class_weights),
        Change("all-trained", ("layer_properties",), "structure", _all_trained),
    )
}


OF_ANY_MODULE = (
    "initializer",
    "scale-inputs",
    "scale-targets",
    "scale-both",
    "dropout",
    "weight-decay",
    "learning-rate-lower",
    "learning-rate-higher",
    "optimizer",
    "epochs",
    "batch-size",
    "target-shape",
    "all-trained",
)
"""Changes that need not know what a module is made of."""


def variants_of(identifier: str, setup: Setup) -> Sequence[Variant]:
    """Return the ways to carry out a change on a set-up.

    >>> from backlit.network.network import Network
    >>> net = Network.random([3, 30, 2], activation="tanh", output="softmax", seed=0)
    >>> setup = Setup(net, np.zeros((4, 3)), np.eye(2)[[0, 1, 0, 1]], np.array([0, 1, 0, 1]), "sgd", 0.1, 2, 1)
    >>> [variant.words for variant in variants_of("hidden-activation", setup)]
    ['hidden activation relu instead of tanh']
    """
    if setup.part is not None and identifier not in (*OF_ANY_MODULE, *setup.part.more):
        return []
    return CHANGES[identifier].variants(setup)
