"""A model that no Network is, as part of a set-up: its own framework trains copies of it, the loop is here."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from backlit.diagnosis.recording import LOOKS, PROBE, probe_rows
from backlit.diagnosis.seen import Look, Seen
from backlit.errors import BacklitError

if TYPE_CHECKING:
    from backlit.diagnosis.setup import Setup

__all__ = [
    "Bare",
    "Graph",
    "Once",
    "Part",
    "Ran",
    "Trainee",
    "alike_for_seed",
    "first_looks",
    "mixes_samples",
    "ran",
    "spreads_targets",
]

FEW_WEIGHTS = 16
"""A parameter of more numbers is shuffled for another seed; of fewer, drawn from their deviation."""

AT_ONCE = 500
"""Samples whose outputs are computed at once."""


class Trainee(Protocol):
    """A copy of a model in training. ``rows``: the numbers of samples, from 0; losses are means over them."""

    def step(self, rows: np.ndarray) -> float:
        """Make a step of training on some samples; return their loss before it."""

    def outputs(self, rows: np.ndarray) -> np.ndarray:
        """Return what the copy says of some samples in evaluation mode, given together; in double precision."""

    def loss(self, rows: np.ndarray, *, in_column: bool = False) -> float:
        """Return the loss in evaluation mode; ``in_column``: with targets (n,) given as (n, 1)."""

    def look(self, rows: np.ndarray, step: int, before: dict[str, np.ndarray] | None = None) -> Look:
        """Look at the layers on some samples; ``before``: the weights before the step just made."""

    def weights(self) -> dict[str, np.ndarray]:
        """Return a copy of each layer's weights, by its name."""


@dataclass(frozen=True, eq=False)
class Once:
    """The loss of outputs as they are, for a model whose loss takes them for something else.

    ``loss``: its name here. ``given``: the same loss, of outputs and targets. ``sure``:
    whether it is known by more than the range of the outputs. ``happened``, ``words``: what is wrong and what to
    change, where it is another misfit than a function taken twice.
    """

    loss: str
    given: Callable[[Any, Any], Any]
    sure: bool = True
    happened: str = ""
    words: str = ""


@dataclass(frozen=True)
class Graph:
    """The way from a model's weights to its outputs, in evaluation mode.

    ``joined``: whether any parameter is on it. ``repeats``: whether the same samples get the same outputs again.
    ``loose``: how many weights are on it that are none of the parameters. ``unreached``: the parameters that ask for
    a gradient and are not on it, by name. ``drops``: whether dropout is called as a function.
    """

    joined: bool = True
    repeats: bool = True
    loose: int = 0
    unreached: tuple[str, ...] = ()
    drops: bool = False


@dataclass(frozen=True)
class Bare:
    """The activation that a model's outputs go through last: its name here, and the place of its call from 1 on."""

    activation: str
    call: int


@dataclass(frozen=True, eq=False)
class Part:
    """What a framework alone knows of a set-up.

    ``begin``: gives a copy as it starts for one seed, as long as it is trained. ``named``: the weights given, by name.
    ``shape``: of a sample as the model takes it. ``whole``: inputs stay as they are, such as tokens. ``targets``: as
    they are fed, in their own type and shape. ``has_dropout``: whether there is any. ``more``: changes of output, loss
    or targets' coding that can be made to it, beyond those of any model. ``once``: where the loss makes probabilities
    of what are probabilities already. ``bare``: an activation that can be left out at the output. ``graph``: the way
    from weights to outputs. ``resting``: the parameters that are not trained, by name.
    """

    begin: Callable[[Setup, int], AbstractContextManager[Trainee]]
    named: Mapping[str, np.ndarray]
    shape: tuple[int, ...]
    whole: bool
    targets: np.ndarray
    has_dropout: bool = False
    more: tuple[str, ...] = ()
    once: Once | None = None
    bare: Bare | None = None
    graph: Graph = Graph()
    resting: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Ran:
    """One run: losses by epoch, the outputs (n, n_out) at the end, where it diverged, what was seen."""

    losses: list[float]
    outputs: np.ndarray
    diverged_at: int | None
    seen: Seen | None


def alike_for_seed(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return weights spread as these: shuffled where there are many, drawn where there are few.

    >>> alike_for_seed(np.zeros(3), np.random.default_rng(0)).tolist()
    [0.0, 0.0, 0.0]
    """
    if values.size >= FEW_WEIGHTS or values.size < 2 or np.ptp(values) == 0:
        return rng.permutation(values.ravel()).reshape(values.shape)
    return rng.normal(0, np.sqrt(np.mean(np.square(values))), values.shape).astype(values.dtype)


def _batches(setup: Setup, rng: np.random.Generator) -> Iterator[tuple[int, np.ndarray]]:
    """The epoch, from 1, and the rows of each batch."""
    for epoch in range(1, setup.epochs + 1):
        order = rng.permutation(len(setup.X))
        for first in range(0, len(order), setup.batch_size):
            rows = order[first : first + setup.batch_size]
            # batch normalisation has no variance of one sample
            if len(rows) > 1 or setup.batch_size == 1:
                yield epoch, rows


def ran(
    setup: Setup, seed: int, stop: Callable[[], bool], *, recorded: bool = False, most_steps: int | None = None
) -> Ran:
    """Train a copy from the start of one seed; the user's model, and the framework's generator, stay as they are."""
    assert setup.part is not None
    try:
        with setup.part.begin(setup, seed) as trainee:
            return _trained(setup, trainee, seed, stop, recorded, most_steps)
    except BacklitError:
        raise
    except Exception as error:
        # whatever a model of the user's own raises
        more = "; batch normalisation needs two samples or more: batch_size=32" if "1 value per" in str(error) else ""
        raise BacklitError(
            f"a copy of the model could not be trained on batches of {setup.batch_size} samples: {error!s:.200}{more}"
        ) from None


def _trained(
    setup: Setup, trainee: Trainee, seed: int, stop: Callable[[], bool], recorded: bool, most_steps: int | None
) -> Ran:
    n, probe = len(setup.X), probe_rows(len(setup.X), PROBE)
    due = _due(most_steps or setup.steps, every_step=most_steps is not None) if recorded else set()
    looks = [trainee.look(probe, 0)] if recorded else []
    sums: dict[int, float] = {}
    diverged = None
    for step, (epoch, rows) in enumerate(_batches(setup, np.random.default_rng([5, seed])), 1):
        if stop() or (most_steps is not None and step > most_steps):
            break
        before = trainee.weights() if step in due else None
        value = trainee.step(rows)
        if not np.isfinite(value):
            diverged = epoch
            break
        sums[epoch] = sums.get(epoch, 0.0) + value * len(rows) / n
        if before is not None:
            looks.append(trainee.look(probe, step, before))
    parts = [trainee.outputs(np.arange(i, min(i + AT_ONCE, n))) for i in range(0, n, AT_ONCE)]
    outputs = np.concatenate([part.reshape(len(part), -1) for part in parts])
    return Ran(list(sums.values()), outputs, diverged, _seen(looks, len(probe)))


def _due(steps: int, *, every_step: bool) -> set[int]:
    count = steps if every_step else min(LOOKS, steps)
    return {int(step) for step in np.linspace(1, steps, count).round()}


def _seen(looks: list[Look], samples: int) -> Seen | None:
    return Seen(tuple(looks), (), None, samples) if looks else None


def first_looks(setup: Setup, n_steps: int = 20) -> tuple[Look, ...]:
    """Return looks at the model before training and after each of its first steps."""
    found = ran(setup, 0, lambda: False, recorded=True, most_steps=n_steps).seen
    return found.looks if found is not None else ()


def mixes_samples(setup: Setup) -> bool:
    """Say whether the output for one sample changes with the others of its batch, in evaluation mode."""
    assert setup.part is not None
    n = min(4, len(setup.X) // 2)
    with setup.part.begin(setup, 0) as trainee:
        one, other = (trainee.outputs(np.r_[0, i : i + n])[0] for i in (1, len(setup.X) - n))
    size = float(np.abs(one).max()) + 1e-6
    return bool(np.isfinite(one - other).all()) and float(np.abs(one - other).max()) > 1e-3 * size


def spreads_targets(setup: Setup) -> bool:
    """Say whether targets (n,) meet outputs (n, 1) in a loss that spreads them over each other, to (n, n)."""
    assert setup.part is not None
    part, rows = setup.part, np.arange(min(8, len(setup.X)))
    if part.targets.ndim != 1 or setup.Y.shape[1] != 1:
        return False
    # outputs that are all alike, as of zero weights, show no difference
    return any(_spread_from(start, rows) for start in (setup, replace(setup, initializer="default")))


def _spread_from(setup: Setup, rows: np.ndarray) -> bool:
    assert setup.part is not None
    with setup.part.begin(setup, 0) as trainee, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        outputs = trainee.outputs(rows)
        try:
            as_fed, in_column = trainee.loss(rows), trainee.loss(rows, in_column=True)
        except Exception:
            # a loss that does not take both is not one that spreads
            return False
    return outputs.shape == (len(rows), 1) and abs(as_fed - in_column) > 1e-5 * (abs(in_column) + 1e-6)
