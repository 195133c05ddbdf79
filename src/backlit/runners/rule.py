"""What decides a step of a Runner besides the batch and the learning rate."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from backlit.equations.optimizers import Optimizer

__all__ = ["StepRule"]


@dataclass(frozen=True)
class StepRule:
    """What decides a step besides the batch and the learning rate.

    ``hyper`` goes to the optimizer as it is. ``l1``, ``l2``: strengths of the penalties; their gradient, and their
    part of the loss, is divided by the batch's sum of sample weights (its size without them), which is
    scikit-learn's convention. ``weight_decay``: decoupled. ``clip_norm``: limit of the norm of all gradients
    together, penalties included. ``loss_scale``: the reported loss of the samples is multiplied by it.
    ``probability_floor``: see ``reported_losses``. ``slopes_from_values``: slopes of sigmoid and tanh layers are
    computed from their activations, as scikit-learn does; see ``equations.slopes``.
    """

    optimizer: Optimizer
    hyper: Mapping[str, float] = field(default_factory=dict)
    l1: float = 0.0
    l2: float = 0.0
    weight_decay: float = 0.0
    clip_norm: float | None = None
    loss_scale: float = 1.0
    probability_floor: float | None = None
    slopes_from_values: bool = False
