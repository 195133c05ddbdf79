"""The compiled engine as a Runner, where it knows what it is given."""

from collections.abc import Sequence

from backlit.engine.known import why_not
from backlit.engine.trainer import Trainer
from backlit.equations.optimizers import State
from backlit.network.network import Network
from backlit.training.step_rule import StepRule

__all__ = ["compiled_runner"]


def compiled_runner(
    net: Network, rule: StepRule, *, states: Sequence[State] | None, seed: int | None, n_threads: int | None
) -> Trainer | None:
    """Return the engine's Trainer, which has the methods of a Runner, or None where the equations must do it.

    That is where the engine was not built, or does not know a row of a user's own.
    """
    if why_not(net, rule.optimizer) is not None:
        return None
    trainer = Trainer(
        net,
        rule.optimizer,
        rule.hyper,
        l1=rule.l1,
        l2=rule.l2,
        weight_decay=rule.weight_decay,
        clip_norm=rule.clip_norm,
        loss_scale=rule.loss_scale,
        probability_floor=rule.probability_floor,
        slopes_from_values=rule.slopes_from_values,
        seed=seed or 0,
        n_threads=n_threads,
    )
    if states is not None:
        trainer.set_states(states)
    return trainer
