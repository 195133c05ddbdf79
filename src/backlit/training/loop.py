"""The training loop: epochs of mini-batches, each one step of an optimizer, until something says stop."""

import warnings
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np

from backlit.engine.known import why_not
from backlit.engine.threads import threads_wanted
from backlit.equations.optimizers import Optimizer
from backlit.equations.schedules import Schedule
from backlit.errors import BacklitError
from backlit.network.network import Network
from backlit.network.validation import generator, yes_or_no
from backlit.training.by_equations import epoch_by_equations
from backlit.training.checkpoint import identity_of, load_checkpoint, save_checkpoint
from backlit.training.compiled import CompiledEpochs
from backlit.training.data import data_checked
from backlit.training.history import EpochReport, History
from backlit.training.interrupt import interrupt_watched
from backlit.training.progress import progress_shown
from backlit.training.record import Record, learning_rate_of_epoch, validation_measured
from backlit.training.run import Epoch, Place, Run, place_at
from backlit.training.settings import Settings, callbacks_checked, engine_checked, settings_checked
from backlit.training.step import start_states
from backlit.training.watch import TrainingError

__all__ = ["train"]


def train(
    net: Network,
    X: Any,
    y: Any,
    *,
    optimizer: str | Optimizer = "adam",
    learning_rate: float | None = None,
    batch_size: int = 32,
    epochs: int = 20,
    momentum: float | None = None,
    beta_1: float | None = None,
    beta_2: float | None = None,
    epsilon: float | None = None,
    weight_decay: float | None = None,
    schedule: str | Schedule = "constant",
    clip_norm: float | None = None,
    validation: tuple[Any, Any] | float | None = None,
    early_stopping: int | None = None,
    shuffle: bool = True,
    seed: int | np.random.Generator | None = None,
    callbacks: Sequence[Callable[[EpochReport], Any]] = (),
    progress: bool = False,
    checkpoint: str | Path | None = None,
    engine: str = "auto",
    n_threads: int | None = None,
) -> tuple[Network, History]:
    """Train a network and return the trained one with the History of it; ``net`` itself stays as it is.

    Parameters: ``X (n, n_in)`` and ``y``: as in ``Network.trace``. ``optimizer``: sgd, momentum, nesterov, rmsprop,
    adam or adamw, or a row of one's own. ``learning_rate``: by default 0.1 for sgd, 0.01 for momentum and nesterov,
    0.001 for the others. ``batch_size``: samples a step; more than n is n. ``epochs``: times through the samples.
    ``momentum`` (0.9; momentum, nesterov), ``beta_1`` (0.9; adam, adamw), ``beta_2`` (0.999; adam, adamw; 0.9 for
    rmsprop), ``epsilon`` (1e-8): an optimizer reads those it has. ``weight_decay``: decoupled, of weights alone; 0,
    for adamw 0.01. ``schedule``: constant, step, cosine, one_cycle or plateau, or a row of one's own; read at each
    epoch's middle. ``clip_norm``: the most that the norm of all gradients together may be. ``validation``: a pair
    (X, y), or the share of samples to hold out. ``early_stopping``: epochs to wait for a lower validation loss
    (training loss without validation); the network of the best epoch is returned. ``shuffle``: a new order of
    samples each epoch. ``seed``: of order, held-out samples and dropout. ``callbacks``: functions called with an
    ``EpochReport`` after each epoch; one that returns True ends training. ``progress``: show a bar on stderr.
    ``checkpoint``: a file to save the run's state to after each epoch; where it is there, the run goes on from it, to
    the same network, bit for bit, as if it had not been interrupted (with the same settings, data and seed).
    ``engine``: "compiled", "equations" (the same numbers to rounding, but for dropout's draws, more slowly), or
    "auto": compiled, unless the network or the optimizer has a row of one's own; a warning says so. ``n_threads``: of
    the compiled engine, by default what pays; the result does not depend on it.

    Ctrl-C ends training after the batch at hand and returns what was learned; a second one raises KeyboardInterrupt.
    Raises BacklitError for what cannot be used, and TrainingError, which carries the last network with a finite loss
    as ``.network`` and the ``.history``, where a number becomes NaN or infinite.

    >>> import backlit as bl
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    >>> net = bl.Network.random([2, 8, 2], activation="tanh", output="softmax", seed=0)
    >>> net, history = bl.train(net, X, y, learning_rate=0.1, epochs=50, seed=0)
    >>> net.predict(X).argmax(axis=1).tolist(), history.stopped_by
    ([0, 1, 1, 0], 'epochs')
    """
    settings = settings_checked(
        optimizer=optimizer,
        learning_rate=learning_rate,
        batch_size=batch_size,
        epochs=epochs,
        hyper={"momentum": momentum, "beta_1": beta_1, "beta_2": beta_2, "epsilon": epsilon},
        weight_decay=weight_decay,
        schedule=schedule,
        clip_norm=clip_norm,
        early_stopping=early_stopping,
        shuffle=shuffle,
    )
    engine = engine_checked(engine)
    threads_wanted(n_threads)
    hooks, shown, rng = callbacks_checked(callbacks), yes_or_no(progress, "progress"), generator(seed)
    data = data_checked(net, X, y, validation, shuffle=settings.shuffle, rng=rng)
    n_batches = -(-len(data.X) // settings.batch_size)
    with interrupt_watched() as interrupted, progress_shown(shown, settings.epochs, n_batches) as display:
        run = Run(data, settings, rng, hooks, interrupted, display, checkpoint)
        return _run(net, run, compiled=_is_compiled(net, settings, engine), n_threads=n_threads)


def _run(start: Network, run: Run, *, compiled: bool, n_threads: int | None) -> tuple[Network, History]:
    """Go through the epochs; the network given back has checked, read-only parameters."""
    n = len(run.data.X)
    # drawn before a checkpoint sets the generator, so that a run that goes on has the same seed
    seed = int(run.rng.integers(2**63)) if compiled and any(layer.dropout for layer in start.layers) else 0
    identity = "" if run.checkpoint is None else identity_of(start, run.data, run.settings, compiled=compiled)
    record, place = _beginning(start, run, identity)
    epoch_of: Epoch = partial(epoch_by_equations, run=run)
    if compiled:
        steps = len(record.reports) * -(-n // run.settings.batch_size)
        epoch_of = CompiledEpochs(place, run, seed, n_threads, steps=steps)
    stopped_by: str | None = _patience_ended(record, run.settings)
    for epoch in range(len(record.reports) + 1, run.settings.epochs + 1):
        if stopped_by:
            break
        rate = learning_rate_of_epoch(epoch, run.settings, record.monitored_losses)
        try:
            order = run.rng.permutation(n) if run.settings.shuffle else np.arange(n)
            place, loss = epoch_of(place, epoch, rate, order)
            if loss is None:
                stopped_by = "interrupt"
                break
            measured = validation_measured(place, run.data, epoch, rate)
        except TrainingError as error:
            error.history = record.history("not_finite")
            error.network = _kept(start, error.network or start, record, run.settings)
            raise
        # checked copies are for those who look at them
        looked_at = run.callbacks or run.settings.patience is not None or run.checkpoint is not None
        trained = _checked(start, place.network()) if looked_at else None
        report = EpochReport(epoch, loss, *measured, rate, trained)
        record.add(report)
        run.display.after_epoch(report)
        if run.checkpoint is not None:
            save_checkpoint(run.checkpoint, identity, place.network(), place.states(), record, run.rng)
        stopped_by = _reason_to_stop(report, record, run)
    return _kept(start, place.network(), record, run.settings), record.history(stopped_by or "epochs")


def _beginning(start: Network, run: Run, identity: str) -> tuple[Record, Place]:
    """Where the run begins: at the start, or where its checkpoint stands."""
    states = start_states(start)
    before = None if run.checkpoint is None else load_checkpoint(run.checkpoint, identity, start, states, run.rng)
    if before is None:
        return Record(), place_at(start, states, start)
    for report in before.record.reports[-1:]:
        run.display.after_epoch(report)
    return before.record, place_at(before.network, before.states, before.network)


def _is_compiled(net: Network, settings: Settings, engine: str) -> bool:
    """Whether the compiled engine trains; a warning says why not, where the equations were not asked for."""
    if engine == "equations":
        return False
    reason = why_not(net, settings.optimizer)
    if reason is not None and engine == "compiled":
        raise BacklitError(
            f"engine='compiled' cannot train this network, because {reason}; engine='auto' trains it by the equations"
        )
    if reason is not None:
        warnings.warn(
            f"training by the equations, not by the compiled engine, because {reason}; "
            "engine='equations' asks for them and says nothing",
            stacklevel=3,
        )
    return reason is None


def _reason_to_stop(
    report: EpochReport, record: Record, run: Run
) -> Literal["callback", "interrupt", "early_stopping"] | None:
    answers = [callback(report) for callback in run.callbacks]
    if run.interrupted():
        return "interrupt"
    if any(isinstance(answer, bool | np.bool_) and answer for answer in answers):
        return "callback"
    return _patience_ended(record, run.settings)


def _patience_ended(record: Record, settings: Settings) -> Literal["early_stopping"] | None:
    patience = settings.patience
    return "early_stopping" if patience is not None and record.epochs_without_gain >= patience else None


def _kept(start: Network, net: Network, record: Record, settings: Settings) -> Network:
    """The network that a run gives back: the best one where it was to stop early, else the last."""
    if settings.patience is not None and record.best is not None and record.best.network is not None:
        return record.best.network
    return _checked(start, net)


def _checked(start: Network, net: Network) -> Network:
    """A copy of a network in training, checked and read-only."""
    return start.with_parameters(net.weights, net.biases)
