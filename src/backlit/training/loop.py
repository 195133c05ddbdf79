"""The training loop: epochs of mini-batches, each one step of an optimizer, until something says stop."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from backlit.engine.threads import threads_wanted
from backlit.equations.optimizers import Optimizer
from backlit.equations.schedules import Schedule
from backlit.errors import BacklitError
from backlit.network.network import Network
from backlit.runners.protocol import EpochResult, LookUp, Runner
from backlit.runners.step import start_states
from backlit.runners.table import chosen_runner, start_runner
from backlit.training.checkpoint import identity_of, load_checkpoint, save_checkpoint
from backlit.training.data import Data, data_checked
from backlit.training.errors import TrainingError, training_error
from backlit.training.history import EpochReport, History
from backlit.training.interrupt import interrupt_watched
from backlit.training.progress import SilentProgress, progress_shown
from backlit.training.reach import far_targets, nearer_targets
from backlit.training.record import Record, learning_rate_of_epoch, validation_measured
from backlit.training.same_answer import same_answer
from backlit.training.settings import Settings, callbacks_checked, engine_checked, settings_checked
from backlit.validation import generator, yes_or_no
from backlit.warned import warn_user

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
    adam or adamw, or one of your own. ``learning_rate``: by default 0.1 for sgd, 0.01 for momentum and nesterov,
    0.001 for the others. ``batch_size``: samples a step; more than n is n. ``epochs``: times through the samples.
    ``momentum`` (0.9; momentum, nesterov), ``beta_1`` (0.9; adam, adamw), ``beta_2`` (0.999; adam, adamw; 0.9 for
    rmsprop), ``epsilon`` (1e-8): an optimizer reads those it has. ``weight_decay``: decoupled, of weights alone; 0,
    for adamw 0.01. ``schedule``: constant, step, cosine, one_cycle or plateau, or one of your own; read at each
    epoch's middle. ``clip_norm``: the most that the norm of all gradients together may be. ``validation``: a pair
    (X, y), or the share of samples to hold out. ``early_stopping``: epochs to wait for a lower validation loss
    (training loss without validation); the network of the best epoch is returned. ``shuffle``: a new order of
    samples each epoch. ``seed``: of order, held-out samples and dropout. ``callbacks``: functions called with an
    ``EpochReport`` after each epoch; one that returns True ends training. A callback may have attributes, read in each
    epoch: where all have a false ``wants_network``, reports have no network, which saves a copy; where it has a true
    ``wants_last_step``, its ``before_last_step(network)`` is called before the epoch's last step. ``progress``: show a
    bar on stderr.
    ``checkpoint``: a file to save the run's state to after each epoch; where it is there, the run goes on from it, to
    the same network, bit for bit, as if it had not been interrupted (with the same settings, data and seed).
    ``engine``: "compiled", "equations" (the same numbers to rounding, but for dropout's draws, more slowly), or
    "auto": compiled, unless the network has a function, or the optimizer is one, of your own; a warning says so.
    ``n_threads``: of the compiled engine, by default what pays; the result does not depend on it.

    Where y's mean or spread is over 100 times what the first predictions reach, the History's ``note`` says so; and
    else where the trained network gives nearly the same answer for every sample.

    Ctrl-C ends training after the batch at hand and returns what was learned; a second one raises KeyboardInterrupt.
    Raises BacklitError for what cannot be used, and TrainingError, which carries the last network with a finite loss
    as ``.network`` and the ``.history``, where a number becomes NaN or infinite; one with what was learned in the same
    places where the checkpoint cannot be written.

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
        name = _runner_name(net, settings, engine)
        run = _Run(net, data, settings, rng, hooks, interrupted, display, checkpoint, name)
        trained, history = _trained(run, n_threads)
    return trained, replace(history, note=_note(net, trained, data) if history.losses else "")


def _note(start: Network, trained: Network, data: Data) -> str:
    """What to look at: targets that are far from where training began, or else that nothing was learned."""
    far = far_targets(start, data.X, data.y)
    return f"{far}; {nearer_targets(start)}" if far else same_answer(trained, data.X, data.y)


@dataclass(frozen=True, eq=False)
class _Run:
    """What stays the same from the first epoch of a run to its last."""

    start: Network
    data: Data
    settings: Settings
    rng: np.random.Generator
    callbacks: list[Callable[[EpochReport], Any]]
    interrupted: Callable[[], bool]
    display: SilentProgress
    checkpoint: str | Path | None
    engine: str


def _trained(run: _Run, n_threads: int | None) -> tuple[Network, History]:
    """Go through the epochs; the network given back has checked, read-only parameters."""
    start, settings = run.start, run.settings
    identity = "" if run.checkpoint is None else identity_of(start, run.data, settings, engine=run.engine)
    record, runner = _beginning(run, identity, n_threads)
    stopped_by: str | None = _patience_ended(record, settings)
    for epoch in range(len(record.reports) + 1, settings.epochs + 1):
        if stopped_by:
            break
        rate = learning_rate_of_epoch(epoch, settings, record.monitored_losses)
        try:
            measured = _epoch(run, runner, epoch, rate)
        except TrainingError as error:
            error.history = record.history("not_finite")
            error.network = _kept(start, error.network or start, record, settings)
            raise
        if measured is None:
            stopped_by = "interrupt"
            break
        # checked copies are for those who look at them
        wanted = any(getattr(callback, "wants_network", True) for callback in run.callbacks)
        looked_at = wanted or settings.patience is not None or run.checkpoint is not None
        report = EpochReport(epoch, *measured, rate, _checked(start, runner.network()) if looked_at else None)
        record.add(report)
        run.display.after_epoch(report)
        if run.checkpoint is not None:
            _save(run.checkpoint, run, identity, runner, record)
        stopped_by = _reason_to_stop(report, record, run)
    return _kept(start, runner.network(), record, settings), record.history(stopped_by or "epochs")


def _save(path: str | Path, run: _Run, identity: str, runner: Runner, record: Record) -> None:
    """Write a checkpoint; where the system refuses, the error carries what was learned."""
    try:
        save_checkpoint(path, identity, runner.network(), runner.states(), record, run.rng)
    except BacklitError as refused:
        error = TrainingError(f"{refused}; training ended after epoch {len(record.reports)}")
        error.epoch, error.history = len(record.reports), record.history("checkpoint")
        error.network = _kept(run.start, runner.network(), record, run.settings)
        raise error from None


def _beginning(run: _Run, identity: str, n_threads: int | None) -> tuple[Record, Runner]:
    """Begin at the start, or where the run's checkpoint stands."""
    start, settings = run.start, run.settings
    # the engine's seed is drawn before a checkpoint sets the generator, so that a run that goes on has the same one;
    # without dropout it draws nothing, and samples come in the same order as by the equations
    seed: int | np.random.Generator = run.rng
    if run.engine != "equations":
        seed = int(run.rng.integers(2**63)) if any(layer.dropout for layer in start.layers) else 0
    states = start_states(start)
    before = None
    n_batches = -(-len(run.data.X) // settings.batch_size)
    if run.checkpoint is not None:
        before = load_checkpoint(run.checkpoint, identity, start, settings, n_batches, run.rng)
    record = Record() if before is None else before.record
    for report in record.reports[-1:]:
        run.display.after_epoch(report)
    runner = start_runner(
        start if before is None else before.network,
        settings.rule,
        runner=run.engine,
        states=states if before is None else before.states,
        steps=len(record.reports) * n_batches,
        seed=seed,
        n_threads=n_threads,
    )
    return record, runner


def _epoch(run: _Run, runner: Runner, epoch: int, rate: float) -> tuple[float, float | None, float | None] | None:
    """Go once through the samples; return the loss, and the validation loss and score, or None after Ctrl-C."""
    data, n, shown = run.data, len(run.data.X), 0

    def look_up(done: int, *, searching: bool = False) -> bool:
        nonlocal shown
        if searching:
            run.display.searching()
        else:
            run.display.after_batches(done - shown)
            shown = done
        return run.interrupted()

    order = run.rng.permutation(n) if run.settings.shuffle else np.arange(n)
    if run.interrupted():
        return None
    result = _gone_through(run, runner, order, rate, look_up)
    if result.first_bad_batch is not None:
        raise training_error(result.found, epoch, result.first_bad_batch, rate, runner.last_good())
    if result.n_batches < -(-n // run.settings.batch_size):
        return None
    return result.loss_sum / n, *validation_measured(runner, run.start, data, epoch, rate, look_up)


def _gone_through(run: _Run, runner: Runner, order: np.ndarray, rate: float, look_up: LookUp) -> EpochResult:
    """Go through an epoch; callbacks that ask for it are told the network before its last step as well."""
    data, size = run.data, run.settings.batch_size
    asking = [callback for callback in run.callbacks if getattr(callback, "wants_last_step", False)]
    last = (len(order) - 1) // size * size
    if not asking:
        return runner.epoch(data.X, data.y, order, size, rate, look_up=look_up)
    first = EpochResult(0.0, 0)
    if last:
        first = runner.epoch(data.X, data.y, order[:last], size, rate, look_up=look_up)
        if first.first_bad_batch is not None or first.n_batches < last // size:
            return first
    for callback in asking:
        callback.before_last_step(runner.network())  # type: ignore[attr-defined]
    rest = runner.epoch(data.X, data.y, order[last:], size, rate, look_up=look_up)
    bad = None if rest.first_bad_batch is None else first.n_batches + rest.first_bad_batch
    return EpochResult(first.loss_sum + rest.loss_sum, first.n_batches + rest.n_batches, bad, rest.found)


def _runner_name(net: Network, settings: Settings, engine: str) -> str:
    """The name of the runner that trains; a warning says why not the first one, where it was not asked for by name."""
    row, reason = chosen_runner(net, settings.optimizer, engine)
    if reason is not None:
        warn_user(
            f"training by the equations, not by the compiled engine, because {reason}; "
            "engine='equations' asks for them and says nothing",
        )
    return row.name


def _reason_to_stop(
    report: EpochReport, record: Record, run: _Run
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
