"""Faulty set-ups of classes: several as numbers of one output, and the absolute error of classes, with their twins.

    python benchmarks/diagnosis_classes.py

Written for the two rules of the fourth freeze, before one of them was diagnosed; those whose fault does not show are
left out by the measure of diagnosis_sick.py.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
from arguments import given
from diagnosis_fresh_data import bands
from diagnosis_sets import sound
from diagnosis_sick import Sick, output, score
from diagnosis_sick_more import made

from backlit.diagnosis.fitting import with_class_numbers
from backlit.diagnosis.setup import Setup
from backlit.equations.framework_losses import FRAMEWORK_LOSSES
from backlit.network.network import Layer

__all__ = ["class_zoo"]


def one_number(setup: Setup, activation: str, loss: str) -> Setup:
    """The class numbers fed to one output, as a loss of probabilities takes them."""
    assert setup.labels is not None
    last = setup.network.layers[-1]
    rng = np.random.default_rng(4)
    single = Layer(rng.normal(0, last.n_in**-0.5, (last.n_in, 1)), np.zeros(1), activation, 0.0)
    net = replace(setup.network, layers=(*setup.network.layers[:-1], single), loss_function=FRAMEWORK_LOSSES[loss])
    return with_class_numbers(replace(setup, network=net, Y=setup.labels[:, None].astype(float), labels=None))


def absolute(setup: Setup) -> Setup:
    return output(setup, setup.network.layers[-1].row.name, "absolute_error")


def class_zoo() -> list[Sick]:
    """Return the set-ups."""
    zoo: list[Sick] = []
    forms = [("sigmoid", "clipped_log_loss"), ("softmax", "normalised_cross_entropy"), ("relu", "clipped_log_loss")]
    true = ("layer_properties", "act", "loss")
    for like in ("iris", "wine", "digits"):
        for activation, loss in forms:
            faulty = partial(one_number, activation=activation, loss=loss)
            zoo.append(Sick(f"class numbers, {activation}, {loss}: {like}", true, partial(sound, like), faulty))
    X, y = bands()
    for like in ("moons", "circles", "digits", "wine"):
        twin = partial(sound, like, optimizer="sgd", learning_rate=0.05)
        zoo.append(Sick(f"absolute error, sgd: {like}", ("loss", "lr", "opt", "epoch"), twin, absolute))
    twin = partial(made, (X, y.ravel()), [12], activation="sigmoid", output="softmax", learning_rate=0.003, epochs=60)
    zoo.append(Sick("absolute error, adam: bands", ("loss", "lr", "epoch"), twin, absolute))
    return zoo


def main() -> None:
    given(__doc__)
    score(class_zoo())


if __name__ == "__main__":
    main()
