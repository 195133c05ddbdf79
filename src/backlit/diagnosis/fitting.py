"""Which output and which loss fit a set-up's targets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from backlit.diagnosis.setup import Setup, output_name
from backlit.equations.loss_table import Loss

__all__ = [
    "FITS",
    "OUT_OF_REACH",
    "are_class_numbers",
    "as_networks_have_it",
    "beyond_output",
    "fitting_loss",
    "fitting_output",
    "gives_no_gradient",
    "has_class_numbers",
    "is_cut_off",
    "is_distribution",
    "loss_kind",
    "loss_misfit",
    "loss_once",
    "scores_cut",
    "taken_twice",
    "with_class_numbers",
    "without_the_second",
]

OUT_OF_REACH = 0.02
"""Share of the targets beyond an output's range from which it is told."""

CROSS_ENTROPY = ("cross_entropy", "normalised_cross_entropy", "cross_entropy_from_logits")
LOG_LOSS = ("log_loss", "clipped_log_loss", "log_loss_from_logits")

FITS = {
    ("softmax", "normalised_cross_entropy"): ("softmax", "cross_entropy"),
    ("identity", "cross_entropy_from_logits"): ("softmax", "cross_entropy"),
    ("sigmoid", "clipped_log_loss"): ("sigmoid", "log_loss"),
    ("identity", "log_loss_from_logits"): ("sigmoid", "log_loss"),
}
"""Output and loss as a framework has them, and the same as a Network has them, where they fit."""


def as_networks_have_it(setup: Setup) -> Setup:
    """Return the set-up with a framework's loss that fits its output as a Network has it: the same loss, no other."""
    fitting = FITS.get((output_name(setup), setup.network.loss_row.name))
    if fitting is None or fitting[0] != output_name(setup):
        return setup
    return replace(setup, network=replace(setup.network, loss_function=fitting[1]))


def is_distribution(Y: np.ndarray) -> bool:
    """Say whether each row is a probability of each of several outputs.

    >>> is_distribution(np.array([[0.25, 0.75], [0, 1]])), is_distribution(np.array([[1.0], [1.0]]))
    (True, False)
    """
    return Y.shape[1] > 1 and bool((Y >= 0).all() and np.allclose(Y.sum(axis=1), 1, atol=1e-4))


def with_class_numbers(setup: Setup) -> Setup:
    """Return the set-up, with classes where three or more are fed as whole numbers to one output.

    A loss of probabilities says that they are classes and no counts; each number must be there, in even steps: 0 to 4,
    1 to 5, 10, 20, 30.
    """
    kind, Y = loss_kind(setup.network.loss_row), setup.Y
    if (
        setup.labels is not None
        or setup.part is not None
        or Y.shape[1] > 1
        or kind not in ("cross_entropy", "log_loss")
    ):
        return setup
    values, labels = np.unique(Y, return_inverse=True)
    if not are_class_numbers(values, len(Y)):
        return setup
    return replace(setup, labels=labels.reshape(-1).astype(int))


def are_class_numbers(values: np.ndarray, n: int) -> bool:
    """Say whether the values that ``n`` targets take, sorted, may number classes: whole, in even steps, often taken.

    >>> [are_class_numbers(np.array(values), 12) for values in ([1, 2, 3], [1, 2, 4], [1, 2], [0.5, 1, 1.5])]
    [True, False, False, False]
    """
    if len(values) < 3 or n < 3 * len(values):
        return False
    return bool((values == np.floor(values)).all() and np.ptp(np.diff(values)) == 0)


def has_class_numbers(setup: Setup) -> bool:
    """Say whether three or more classes are fed as numbers to one output."""
    return setup.labels is not None and setup.Y.shape[1] == 1 and int(setup.labels.max()) > 1


def fitting_output(setup: Setup) -> str:
    """Return the output activation for the targets: softmax, sigmoid or identity."""
    if is_distribution(setup.Y):
        return "softmax"
    return "sigmoid" if setup.is_classification else "identity"


def fitting_loss(setup: Setup) -> str:
    """Return the loss for the targets and the output as it stands."""
    output, Y = output_name(setup), setup.Y
    if output == "softmax" and is_distribution(Y):
        return "cross_entropy"
    if output == "sigmoid" and setup.is_classification and Y.min() >= 0 and Y.max() <= 1:
        return "log_loss"
    return "squared_error"


def loss_kind(loss: Loss) -> str:
    """Return cross_entropy or log_loss for all their forms, else the loss's own name."""
    if loss.name in CROSS_ENTROPY:
        return "cross_entropy"
    return "log_loss" if loss.name in LOG_LOSS else loss.name


def beyond_output(setup: Setup) -> float:
    """Return the share of targets that the output activation cannot reach, by more than 2 % of their span.

    >>> from backlit.network.network import Network
    >>> net = Network.random([1, 1], seed=0)
    >>> beyond_output(Setup(net, np.zeros((4, 1)), np.array([[0.5], [1], [1], [7]]), None, "sgd", 0.1, 2, 1))
    0.25
    """
    low, high = setup.network.layers[-1].row.range
    if output_name(setup) == "softmax" and not is_distribution(setup.Y) and setup.Y.shape[1] > 1:
        return float(np.mean(~np.isclose(setup.Y.sum(axis=1), 1, atol=0.02)))
    room = 0.02 * max(float(np.ptp(setup.Y)), 1e-12)
    return float(np.mean((low - room > setup.Y) | (high + room < setup.Y)))


def gives_no_gradient(setup: Setup) -> bool:
    """Say whether output and loss are such that no weight ever gets a gradient, whatever else is changed."""
    last = setup.network.layers[-1]
    alone = last.row.name == "softmax" or loss_kind(setup.network.loss_row) == "cross_entropy"
    return last.n_out == 1 and alone and setup.part is None


def loss_misfit(setup: Setup) -> str | None:
    """Say in what way the loss does not fit the output or the targets, or return None."""
    loss, output = setup.network.loss_row.name, output_name(setup)
    kind = loss_kind(setup.network.loss_row)
    if kind == "cross_entropy" and setup.network.layers[-1].n_out == 1:
        return "a cross entropy over classes, of one output alone, is the same whatever the network says"
    if loss in ("cross_entropy_from_logits", "log_loss_from_logits"):
        return _twice(setup) if output in ("softmax", "sigmoid") else _cut_off(setup)
    if kind == "cross_entropy" and output != "softmax":
        return f"cross entropy over classes takes probabilities that sum to 1, which {output} outputs do not"
    if kind == "log_loss" and output not in ("sigmoid", "softmax", "hard_sigmoid"):
        return f"log loss takes probabilities, but {output} outputs leave [0, 1], where its gradient is 0 or not finite"
    return _targets_misfit(kind, setup)


def taken_twice(setup: Setup) -> bool:
    """Say whether a loss that makes probabilities of pre-activations gets probabilities already."""
    return output_name(setup) in ("softmax", "sigmoid") and _takes_scores(setup)


def is_cut_off(setup: Setup) -> bool:
    """Say whether a loss that takes pre-activations of any size gets outputs that an activation keeps in a range."""
    low, high = setup.network.layers[-1].row.range
    bounded = bool(np.isfinite(low) or np.isfinite(high))
    return bounded and output_name(setup) not in ("softmax", "sigmoid") and _takes_scores(setup)


def _takes_scores(setup: Setup) -> bool:
    return setup.network.loss_row.name.endswith("_from_logits")


def scores_cut(output: str, loss: str, cut: float) -> float:
    """Return where one output is cut: scores at 0, where they are neither probabilities nor made so here.

    >>> scores_cut("relu", "log_loss_from_logits", 0.5), scores_cut("sigmoid", "log_loss", 0.5)
    (0.0, 0.5)
    """
    return 0.0 if loss == "log_loss_from_logits" and output not in ("sigmoid", "softmax") else cut


def loss_once(setup: Setup) -> str | None:
    """Return the loss of the outputs as they are, where it is taken twice by one that makes the same of them."""
    if setup.part is not None and setup.part.once is not None:
        return setup.part.once.loss
    pair = (output_name(setup), setup.network.loss_row.name)
    Y = setup.Y
    if pair == ("softmax", "cross_entropy_from_logits") and is_distribution(Y):
        return "cross_entropy"
    return "log_loss" if pair == ("sigmoid", "log_loss_from_logits") and Y.min() >= 0 and Y.max() <= 1 else None


def without_the_second(setup: Setup) -> str:
    """Say what to change where a function is taken twice."""
    once = None if setup.part is None else setup.part.once
    if once is not None and once.words:
        return once.words
    return f"the {output_name(setup)} left out of the network, since the loss applies its own"


def _twice(setup: Setup) -> str:
    """What comes of it: probabilities of numbers between 0 and 1 are far from 0 and 1."""
    output, n_out = output_name(setup), setup.network.layers[-1].n_out
    begin = f"the loss takes pre-activations and applies its own function, but the output is {output} already"
    if setup.network.loss_row.name == "log_loss_from_logits":
        most = 1 / (1 + np.exp(-1))
        return f"{begin}: the loss sees probabilities from 0.5 to {most:.2f} alone, whatever the network answers"
    best = np.e / (np.e + n_out - 1)
    return (
        f"{begin}: of {n_out} classes the loss sees none with a probability above {best:.2f}, so it cannot fall below "
        f"{-np.log(best):.2f}"
    )


def _cut_off(setup: Setup) -> str | None:
    """What comes of it: some probabilities cannot be said, and outputs that rest at the range's end learn no more."""
    if not is_cut_off(setup):
        return None
    output, n_out = output_name(setup), setup.network.layers[-1].n_out
    low, high = setup.network.layers[-1].row.range
    begin = (
        f"the loss takes pre-activations of any size and applies its own function, but {output} outputs reach from "
        f"{low:.3g} to {high:.3g} alone"
    )
    if setup.network.loss_row.name == "log_loss_from_logits":
        least, most = 1 / (1 + np.exp(-low)), 1 / (1 + np.exp(-high))
        return f"{begin}: the loss sees probabilities from {least:.2g} to {most:.2g}, whatever the network answers"
    if np.isfinite(low) and np.isfinite(high):
        best = 1 / (1 + (n_out - 1) * np.exp(low - high))
        return f"{begin}: of {n_out} classes the loss sees none with a probability above {best:.2g}"
    return f"{begin}: an output that rests at the end of it for all samples gets no gradient any more"


def _targets_misfit(kind: str, setup: Setup) -> str | None:
    Y = setup.Y
    if kind == "log_loss" and (bool(((Y == 0) | (Y == 1)).all()) or np.array_equal(setup.X, Y)):
        # several labels of one sample, or inputs that are to be given back
        return None
    if kind in ("log_loss", "cross_entropy") and not setup.is_classification and not is_distribution(Y):
        return f"{kind} compares probabilities, but the targets are quantities from {Y.min():.3g} to {Y.max():.3g}"
    if kind in ("poisson", "shifted_poisson") and Y.min() < 0:
        return f"the Poisson loss is for counts, but targets go down to {Y.min():.3g}"
    return None
