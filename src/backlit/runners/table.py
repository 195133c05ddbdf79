"""The table of runners: a row gets its tests by standing here, and is found by its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from backlit.engine.known import why_not
from backlit.equations.optimizers import Optimizer, State
from backlit.errors import BacklitError, unknown_name
from backlit.network.network import Network
from backlit.runners.compiled import CompiledRunner
from backlit.runners.equations import EquationsRunner
from backlit.runners.protocol import Runner
from backlit.runners.rule import StepRule

__all__ = ["RUNNERS", "RunnerRow", "chosen_runner", "start_runner"]


@dataclass(frozen=True)
class RunnerRow:
    """A way to go through an epoch: ``start`` makes a Runner; ``why_not`` gives the reason it cannot, or None."""

    name: str
    start: Callable[..., Runner]
    why_not: Callable[[Network, Optimizer], str | None]


def _equations(net: Network, rule: StepRule, *, n_threads: int | None, **options: object) -> Runner:
    return EquationsRunner(net, rule, **options)  # type: ignore[arg-type]


RUNNERS = {
    row.name: row
    for row in (
        RunnerRow("compiled", CompiledRunner, why_not),
        RunnerRow("equations", _equations, lambda net, optimizer: None),
    )
}
"""In the order in which they are preferred; the last one can do everything."""


def chosen_runner(net: Network, optimizer: Optimizer, wanted: str = "auto") -> tuple[RunnerRow, str | None]:
    """Return the first row that can train a network, and why the first of all cannot, or None.

    ``wanted``: the name of a row, or "auto". Raises BacklitError where a wanted row cannot, saying why.

    >>> from backlit.equations.optimizers import find_optimizer
    >>> chosen_runner(Network.random([3, 2], seed=0), find_optimizer("sgd"), "equations")[0].name
    'equations'
    """
    if wanted != "auto":
        row = RUNNERS.get(wanted)
        if row is None:
            raise unknown_name("runner", wanted, ["auto", *RUNNERS])
        reason = row.why_not(net, optimizer)
        if reason is not None:
            raise BacklitError(
                f"engine='{wanted}' cannot train this network, because {reason}; "
                "engine='auto' trains it by the equations"
            )
        return row, None
    reasons = {row.name: row.why_not(net, optimizer) for row in RUNNERS.values()}
    able = next(name for name, reason in reasons.items() if reason is None)
    return RUNNERS[able], next(iter(reasons.values()))


def start_runner(
    net: Network,
    rule: StepRule,
    *,
    runner: str = "auto",
    states: Sequence[State] | None = None,
    steps: int | None = None,
    seed: int | np.random.Generator | None = None,
    n_threads: int | None = None,
) -> Runner:
    """Return what will train ``net``: the first runner of the table that can, or the one that is named.

    ``states``: the optimizer's memory of an earlier run, to go on from; ``steps`` taken in it, where that does not
    say. ``seed``: of the dropout masks. ``n_threads``: for runners that can use threads of their own; None is
    what pays for the size.

    >>> from backlit.equations.optimizers import find_optimizer
    >>> net = Network.from_weights([[[0.0]]], output="identity")
    >>> runner = start_runner(net, StepRule(find_optimizer("sgd"), l2=0.0))
    >>> sums = runner.epoch(np.asarray([[1.0], [2.0]]), np.asarray([[1.0], [2.0]]), np.arange(2), 1, 0.5)
    >>> sums.loss_sum, runner.network().weights[0].tolist()
    (1.0, [[1.5]])
    """
    row, _ = chosen_runner(net, rule.optimizer, runner)
    return row.start(net, rule, states=states, steps=steps, seed=seed, n_threads=n_threads)
