"""Learning-rate schedules: the factor that the learning rate is multiplied by as training goes on.

Most are functions of ``progress``, the share of the planned training that is done: an array of any shape with values
from 0 to 1; they return an array of that shape. ``plateau`` is a function of the losses so far.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from backlit.equations.arrays import Array, namespace
from backlit.equations.names import find_row

__all__ = ["SCHEDULES", "Schedule", "constant", "cosine", "find_schedule", "one_cycle", "plateau", "step"]


def constant(progress: Array) -> Array:
    """1 from start to end."""
    return namespace(progress).ones_like(progress)


def step(progress: Array, *, shrink: float = 0.1) -> Array:
    """1, from half the training on ``shrink``, from three quarters on ``shrink`` squared (He et al. 2016).

    >>> import numpy as np
    >>> step(np.asarray([0.0, 0.5, 0.75])).round(12).tolist()
    [1.0, 0.1, 0.01]
    """
    xp = namespace(progress)
    ones = xp.ones_like(progress)
    return xp.where(progress < 0.5, ones, xp.where(progress < 0.75, ones * shrink, ones * (shrink * shrink)))


def cosine(progress: Array) -> Array:
    """Half a wave from 1 down to 0: (1 + cos(pi progress)) / 2 (Loshchilov and Hutter 2017).

    >>> import numpy as np
    >>> cosine(np.asarray([0.0, 0.5, 1.0])).round(12).tolist()
    [1.0, 0.5, 0.0]
    """
    return (1 + namespace(progress).cos(math.pi * progress)) / 2


def one_cycle(progress: Array, *, warm_up: float = 0.3, first: float = 0.04, last: float = 1e-4) -> Array:
    """Up from ``first`` to 1 in the share ``warm_up`` of the training, then down to ``last``; half a wave each.

    Source: Smith and Topin 2019, with half waves for their straight lines.

    >>> import numpy as np
    >>> one_cycle(np.asarray([0.0, 0.3, 1.0])).round(12).tolist()
    [0.04, 1.0, 0.0001]
    """
    xp = namespace(progress)
    rising = first + (1 - first) * (1 - cosine(progress / warm_up))
    falling = last + (1 - last) * cosine((progress - warm_up) / (1 - warm_up))
    return xp.where(progress < warm_up, rising, falling)


def plateau(losses: Array, *, shrink: float = 0.5, patience: int = 3, least: float = 1e-4) -> float:
    """1, times ``shrink`` whenever ``patience`` epochs in a row brought no new lowest loss; never below ``least``.

    ``losses`` (n_epochs,): the monitored loss of each epoch so far, an array or a list; it may be empty.

    >>> plateau([0.9, 0.8]), plateau([0.9, 0.8, 0.85, 0.8, 0.8])
    (1.0, 0.5)
    """
    factor, lowest, waited = 1.0, math.inf, 0
    for i in range(len(losses) if isinstance(losses, list) else losses.shape[0]):
        loss = float(losses[i])
        waited = 0 if loss < lowest else waited + 1
        lowest = min(lowest, loss)
        if waited == patience:
            factor, waited = factor * shrink, 0
    return max(factor, least)


@dataclass(frozen=True)
class Schedule:
    """One schedule: ``factor(progress)``, or ``factor(losses)`` where ``reads_losses``; the rate is multiplied by it.

    ``formula`` is a pair (text, LaTeX) in which p is the progress. A row of a user's own goes wherever a name goes.
    """

    name: str
    factor: Callable[[Array], Array]
    formula: tuple[str, str]
    source: str
    reads_losses: bool = False


SCHEDULES: dict[str, Schedule] = {
    row.name: row
    for row in (
        Schedule("constant", constant, ("1", "1"), "the default"),
        Schedule(
            "step",
            step,
            (
                "1 if p < 1/2, 0.1 if p < 3/4, else 0.01",
                r"1,\; 0.1 \text{ from } \tfrac12,\; 0.01 \text{ from } \tfrac34",
            ),
            "He et al. 2016",
        ),
        Schedule(
            "cosine",
            cosine,
            ("(1 + cos(π p)) / 2", r"\tfrac12 (1 + \cos \pi p)"),
            "Loshchilov and Hutter 2017",
        ),
        Schedule(
            "one_cycle",
            one_cycle,
            ("0.04 up to 1 at p = 0.3, then down to 0.0001", r"0.04 \to 1 \text{ at } p = 0.3,\; \to 10^{-4}"),
            "Smith and Topin 2019",
        ),
        Schedule(
            "plateau",
            plateau,
            ("halved after 3 epochs without a new lowest loss", r"\times \tfrac12 \text{ after 3 epochs without gain}"),
            "in common use",
            reads_losses=True,
        ),
    )
}


def find_schedule(name: str | Schedule) -> Schedule:
    """Return the row of a schedule's name; a row is returned as it is.

    Raises BacklitError for an unknown name, with the nearest one suggested.

    >>> find_schedule("one-cycle").source
    'Smith and Topin 2019'
    """
    if isinstance(name, Schedule):
        return name
    return find_row("schedule", name, SCHEDULES, {}, {"onecycle": "one_cycle", "reduce_on_plateau": "plateau"})
