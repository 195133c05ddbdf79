"""The compiled engine behind the calls of a Runner, where it is built and knows what it is given."""

import importlib
import inspect
from collections.abc import Sequence
from typing import Any

from backlit.equations.optimizers import State
from backlit.equations.slopes import with_slope_from_value
from backlit.errors import BacklitError
from backlit.network import Network

__all__ = ["compiled_runner"]

SLOPES = "slopes_from_values"


def compiled_runner(
    net: Network, rule: Any, *, states: Sequence[State] | None, seed: int | None, n_threads: int | None
) -> Any:
    """Return the engine's Trainer, which has the methods of a Runner, or None where the equations must do it.

    ``rule`` is a ``StepRule``. None where the engine was not built, where it does not know a row or a user's own
    optimizer, and where it computes other slopes than the rule asks for.
    """
    try:
        trainer_of = importlib.import_module("backlit.engine.trainer").Trainer
    except ImportError:
        return None
    settings = {name: getattr(rule, name) for name in ("l1", "l2", "weight_decay", "clip_norm", "loss_scale")}
    if SLOPES in inspect.signature(trainer_of).parameters:
        settings[SLOPES] = rule.slopes_from_values
    elif rule.slopes_from_values and any(
        with_slope_from_value(layer.row) is not layer.row for layer in net.layers[:-1]
    ):
        return None
    try:
        trainer = trainer_of(
            net,
            rule.optimizer,
            rule.hyper,
            probability_floor=rule.probability_floor,
            seed=seed or 0,
            n_threads=n_threads,
            **settings,
        )
    except BacklitError:
        return None
    if states is not None:
        trainer.set_states(states)
    return trainer
