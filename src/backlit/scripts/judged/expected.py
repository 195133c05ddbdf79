"""The right gradients of what was understood, and what the file's arrays are times them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import numpy as np

from backlit.check.conventions import REDUCTIONS, scale_of
from backlit.equations.loss_table import Loss
from backlit.errors import BacklitError
from backlit.network.network import Network
from backlit.network.sweeps import gradients
from backlit.scripts.found.claimed import Claim, is_one_number, proportion
from backlit.scripts.found.passes import without_ones
from backlit.scripts.found.subject import Subject
from backlit.scripts.judged.fitted_losses import fitted_losses

__all__ = [
    "Fact",
    "Option",
    "as_rows",
    "base_of",
    "facts_of",
    "fitted_options",
    "network_options",
    "network_under",
    "scales",
    "step_ratio",
]

MEASURE = "absolute_error"
SEEN = 100
"""Times its rounding that a step is at least, to be told from another one."""
SQUARES = ("squared_error", "mse", "sum_squared_error", "half_mean_squared_error")


class Option(NamedTuple):
    """A network under one loss; ``told``: (loss, reduction) of the file's own loss, None where none was seen."""

    net: Network
    told: tuple[str, str] | None


class Fact(NamedTuple):
    """One claimed array, beside the right one; ``ratio`` is their one factor, if it is one."""

    layer: int
    quantity: str
    claim: Claim
    values: np.ndarray | None
    right: np.ndarray
    ratio: float | None

    @property
    def silent(self) -> bool:
        """Whether the right one is 0 everywhere, and the claimed one too."""
        return self.values is not None and not self.right.any() and not self.values.any()


def network_options(subject: Subject) -> Iterator[Option]:
    """Yield the networks to judge by: under the file's losses, or under each that its output may have.

    Raises BacklitError where the file's own loss cannot take its output or targets.
    """
    output = subject.found.links[-1].activation
    if subject.told.loss is not None:
        yield Option(network_under(subject, subject.told.loss), (subject.told.loss, "mean"))
        return
    # the mean absolute error is printed by many that descend on another loss: it is one option among others
    known = {base_of(one.loss): (one.loss, one.reduction) for one in reversed(subject.losses)}
    bases = {"softmax": ("cross_entropy", "squared_error"), "sigmoid": ("squared_error", "log_loss")}
    usual = bases.get(output, ("squared_error",)) if set(known) <= {MEASURE} else ()
    if not known:
        # what is computed of other data alone, and called so
        usual = (*usual, *subject.measures)
    own = [base_of(one.loss) for one in subject.losses]
    error: BacklitError | None = None
    made = 0
    for base in dict.fromkeys([*usual, *own]):
        try:
            option = Option(network_under(subject, base), known.get(base))
        except BacklitError as caught:
            if own and not usual:
                raise
            error = caught
            continue
        made += 1
        yield option
    if not made and error is not None:
        raise error


def base_of(loss: str) -> str:
    """Return the loss that a network has for one of a file: all squares are one, but for a factor."""
    return "squared_error" if loss in SQUARES else loss


def fitted_options(subject: Subject) -> list[Option]:
    """Return the networks under losses that the error at the output shows, where the file computes none of its own."""
    if subject.told.loss is not None or not {base_of(one.loss) for one in subject.losses} <= {MEASURE}:
        return []
    return [Option(network_under(subject, loss), None) for loss in fitted_losses(subject)]


def network_under(subject: Subject, loss: str | Loss) -> Network:
    """Return the network that was found, under a loss; raises BacklitError where that suits it not."""
    found = subject.found
    depth = range(len(found.links))
    names = [link.activation for link in found.links]
    net = Network.from_weights(
        [found.weights(i) for i in depth],
        [found.bias(i) for i in depth],
        activation=names[:-1],
        output=names[-1],
        loss=base_of(loss) if isinstance(loss, str) else loss,
        layout="rows",
    )
    gradients(net, found.samples, subject.target.rows, masks=found.masks)
    return net


def step_ratio(claims: list[Claim]) -> float | None:
    """Return what the steps are times the gradients that the file names, where it is one number."""
    moved = [claim for claim in claims if claim.along is not None and claim.step is not None]
    # a single number is a multiple of any other: it tells nothing where there are more
    moved = [claim for claim in moved if claim.step is not None and not is_one_number(claim.step)] or moved
    ratios = [
        ratio
        for claim in moved
        if claim.along is not None and claim.step is not None
        if (ratio := proportion(claim.step.reshape(-1), claim.along.value.reshape(-1))) is not None
    ]
    if not ratios:
        return None
    middle = float(np.median(ratios))
    return min(ratios, key=lambda r: abs(r - middle))


def facts_of(subject: Subject, net: Network) -> list[Fact]:
    """Return every claimed array beside the right one, from the output back; steps where no gradient is named."""
    ratio = step_ratio(subject.claims)
    with np.errstate(all="ignore"):
        found = subject.found
        dW, db = gradients(net, found.samples, subject.target.rows, masks=found.masks)
    facts = []
    for index in range(len(dW) - 1, -1, -1):
        pairs = [
            ("weight_gradient", subject.weights[index], dW[index]),
            ("bias_gradient", subject.biases[index], db[index]),
        ]
        for quantity, claim, right in pairs:
            if claim is None or right is None:
                continue
            values = as_rows(subject, claim, index, quantity, ratio)
            factor = None
            if values is not None and values.shape == right.shape:
                factor = proportion(values, right) or _but_for_rounding(claim, values, right, ratio)
            facts.append(Fact(index + 1, quantity, claim, values, right, factor))
    return facts


def _but_for_rounding(claim: Claim, values: np.ndarray, right: np.ndarray, ratio: float | None) -> float | None:
    """Return the one factor of a step in single precision: it is a difference of weights, with their rounding."""
    size = float((right * right).sum())
    if claim.gradient is not None or claim.step is None or claim.variable.dtype != "float32" or not size:
        return None
    error = 2 * float(np.finfo(np.float32).eps * np.abs(claim.variable.value).max()) / abs(ratio or 1.0)
    factor = float((values * right).sum()) / size
    seen = float(np.abs(values).max()) > SEEN * error
    return factor if seen and np.abs(values - factor * right).max() <= error else None


def as_rows(subject: Subject, claim: Claim, index: int, quantity: str, ratio: float | None) -> np.ndarray | None:
    """Return a claimed array in the equations' layout, in the unit of the named gradients where there are any."""
    if claim.gradient is not None:
        value = claim.gradient.value
    elif claim.step is not None:
        value = claim.step if ratio is None else claim.step / ratio
    else:
        return None
    link, shape = subject.found.links[index], subject.found.whole_weights(index).shape
    if link.ones or quantity == "weight_gradient":
        turned = value.T if value.ndim == 2 and link.turned else value
        if turned.size == np.prod(shape) and (turned.ndim == 1 or 1 in shape):
            turned = turned.reshape(shape)
        if quantity == "weight_gradient":
            return without_ones(turned, link.ones) if turned.shape == shape else turned
        return (turned[0] if link.ones == "first" else turned[-1]) if turned.shape == shape else turned
    return value.reshape(-1) if value.size == shape[1] else value


def scales(net: Network, n: int) -> list[tuple[str | None, str, float]]:
    """Return (loss, reduction, factor) of each convention of the network's loss, the plain one first."""
    losses: list[str | None] = [None]
    if net.loss_row.name in ("squared_error", "mean_squared_error"):
        losses += [name for name in SQUARES if name != "squared_error"]
    options = [(loss, reduction, scale_of(net, n, loss, reduction)) for loss, reduction in product(losses, REDUCTIONS)]
    return sorted(options, key=lambda o: (o[0] is not None) + 2 * (o[1] != "mean"))
