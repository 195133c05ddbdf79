"""Fits by epochs of mini-batches: scikit-learn's bookkeeping around a runner's arithmetic."""

import math
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from backlit.errors import BacklitError
from backlit.estimators.callbacks import FitHooks
from backlit.estimators.held_out import keep_measured, start_measuring
from backlit.estimators.parameters import Choices
from backlit.estimators.samples import Samples
from backlit.network.network import Network
from backlit.runners.protocol import EpochResult, Runner
from backlit.runners.rule import StepRule
from backlit.runners.table import start_runner
from backlit.training.errors import TrainingError, training_error
from backlit.warned import warn_user

__all__ = ["NOT_FINITE", "fit_stochastic", "start_curves"]

LEAST_ADAPTIVE_RATE = 1e-6
ADAPTIVE_SHRINK = 5.0
# scikit-learn's words, which programs and tests look for
NOT_FINITE = (
    "Solver produced non-finite parameter weights. The input data may contain large values and need to be preprocessed."
)


def start_curves(mlp: Any, choices: Choices) -> None:
    """Set what a stochastic fit adds to, as before its first epoch."""
    mlp.loss_curve_ = []
    mlp.validation_loss_curve_ = None
    mlp.validation_scores_ = None
    mlp.best_validation_score_ = None
    mlp.best_loss_ = None if choices.early_stopping else math.inf
    mlp._best = None
    mlp._epochs_without_gain = 0


def fit_stochastic(
    mlp: Any,
    choices: Choices,
    net: Network,
    samples: Samples,
    held_out: Samples | None,
    rng: np.random.RandomState,
    hooks: FitHooks,
    *,
    incremental: bool,
) -> None:
    """Train an estimator for up to ``max_iter`` epochs, one where ``incremental``; its learned attributes are set.

    Random draws are the dropout seed, where there is dropout, and then each epoch's order.
    """
    rule, last_good = step_rule(mlp, choices), None
    runner = mlp._runner = _started_runner(mlp, choices, net, rule, rng, incremental)
    if held_out is not None:
        start_measuring(mlp)
    _start_best(mlp, choices)
    try:
        _epochs(mlp, choices, runner, samples, held_out, rng, hooks, incremental)
    except KeyboardInterrupt:
        warn_user("Training interrupted by user. What was learned is kept.")
    except TrainingError as error:
        last_good = error.network
        if not choices.early_stopping or mlp.best_validation_score_ == -math.inf:
            raise
        _end_diverged(mlp, error)
    finally:
        mlp._keep(runner.network() if last_good is None else last_good)
        # after numbers that are not finite, no next partial_fit is to go on in the direction that led there
        mlp._memory = {"optimizer": rule.optimizer.name, "states": runner.states()} if last_good is None else None
        del mlp._runner
        vars(mlp).pop("_epoch_rate", None)
    if choices.early_stopping:
        mlp.coefs_, mlp.intercepts_ = mlp._best


def _started_runner(
    mlp: Any, choices: Choices, net: Network, rule: StepRule, rng: np.random.RandomState, incremental: bool
) -> Runner:
    """Return a runner that goes on, where ``incremental``, with the optimizer's memory of the epoch before."""
    states = None
    if incremental and mlp._memory is not None and mlp._memory["optimizer"] == rule.optimizer.name:
        states = mlp._memory["states"]
    if states is None:
        mlp._learning_rate = choices.learning_rate_init
    seed = int(rng.randint(2**31 - 1)) if any(choices.dropout) else None
    return start_runner(net, rule, states=states, seed=seed, n_threads=choices.n_threads)


def _start_best(mlp: Any, choices: Choices) -> None:
    """Prepare to keep the best of weights or losses, also where the fit before this one kept the other."""
    if not choices.early_stopping:
        mlp._best = None
        mlp.best_loss_ = math.inf if mlp.best_loss_ is None else mlp.best_loss_
    elif mlp._best is None:
        mlp._best = [W.copy() for W in mlp.coefs_], [b.copy() for b in mlp.intercepts_]
        mlp.best_validation_score_ = -math.inf


def _end_diverged(mlp: Any, error: TrainingError) -> None:
    """End a fit that keeps its best weights: the epoch that was not finite is NaN in the curves."""
    mlp.n_iter_ += 1
    mlp.loss_ = math.nan
    for curve in (mlp.loss_curve_, mlp.validation_loss_curve_, mlp.validation_scores_):
        curve.append(math.nan)
    warn_user(
        f"Training diverged and ended; the weights with the best validation score, {mlp.best_validation_score_:g}, are "
        f"kept.{str(error).removeprefix(NOT_FINITE)}",
        ConvergenceWarning,
    )


def step_rule(mlp: Any, choices: Choices) -> StepRule:
    """Return the rule of a step: alpha is an L2 penalty; the rest is scikit-learn's arithmetic."""
    assert choices.optimizer is not None
    return StepRule(
        choices.optimizer,
        choices.hyper,
        l2=choices.alpha,
        weight_decay=choices.weight_decay,
        clip_norm=choices.clip_norm,
        loss_scale=mlp._loss_scale(),
        probability_floor=mlp._probability_floor(),
        slopes_from_values=True,
    )


def _epochs(
    mlp: Any,
    choices: Choices,
    runner: Runner,
    samples: Samples,
    held_out: Samples | None,
    rng: np.random.RandomState,
    hooks: FitHooks,
    incremental: bool,
) -> None:
    batch_size = _batch_size(choices, samples.n)
    order = np.arange(samples.n)
    mlp.n_iter_ = 0
    while mlp.n_iter_ < choices.max_iter:
        hooks.begin_epoch()
        if choices.shuffle:
            order = order[rng.permutation(samples.n)]
        _learn_once(mlp, choices, runner, samples, order, batch_size)
        if held_out is not None:
            keep_measured(mlp, held_out, *runner.measure(held_out.X, held_out.y))
            if choices.verbose:
                print(f"Validation score: {mlp.validation_scores_[-1]:.6f}")
        _count_gain(mlp, choices)
        if choices.solver == "sgd" and choices.rate_rule == "invscaling":
            mlp._learning_rate = choices.learning_rate_init / (mlp.t_ + 1) ** choices.power_t
        stop = hooks.end_epoch()
        if _gives_up(mlp, choices) or stop or incremental:
            return
    if choices.schedule is not None and not choices.schedule.reads_losses:
        # the schedule was planned to end here
        return
    warn_user(
        f"Stochastic Optimizer: Maximum iterations ({choices.max_iter}) reached and the optimization hasn't converged "
        "yet. More iterations (max_iter), or a larger tol, let it.",
        ConvergenceWarning,
    )


def _learn_once(
    mlp: Any, choices: Choices, runner: Runner, samples: Samples, order: np.ndarray, batch_size: int
) -> None:
    """Go once through the samples in ``order``, and write down the epoch's loss."""
    rate = mlp._epoch_rate = _rate_of_epoch(mlp, choices)
    sums = runner.epoch(samples.X, samples.y, order, batch_size, rate, samples.weight)
    if sums.first_bad_batch is not None:
        raise _not_finite(len(mlp.loss_curve_) + 1, sums, rate, runner)
    mlp.n_iter_ += 1
    mlp.t_ += samples.n
    mlp.loss_ = sums.loss_sum / samples.n
    mlp.loss_curve_.append(mlp.loss_)
    if choices.verbose:
        print(f"Iteration {mlp.n_iter_}, loss = {mlp.loss_:.8f}")


def _batch_size(choices: Choices, n: int) -> int:
    if choices.batch_size is None:
        return min(200, n)
    if choices.batch_size > n:
        warn_user(
            "Got `batch_size` less than 1 or larger than sample size. It is going to be clipped, from "
            f"{choices.batch_size} to the {n} samples to train on.",
        )
    return min(choices.batch_size, n)


def _rate_of_epoch(mlp: Any, choices: Choices) -> float:
    """The learning rate of the next epoch; a schedule is read at the epoch's middle, and 1 is its end."""
    schedule = choices.schedule
    if schedule is None:
        return float(mlp._learning_rate)
    if schedule.reads_losses:
        factor = schedule.factor(list(mlp.validation_loss_curve_ or mlp.loss_curve_))
    else:
        factor = schedule.factor(np.asarray(min(1.0, (len(mlp.loss_curve_) + 0.5) / choices.max_iter)))
    if not 0 <= float(factor) < math.inf:
        raise BacklitError(f"the factor of schedule '{schedule.name}' must be at least 0, got {float(factor):g}")
    return choices.learning_rate_init * float(factor)


def _count_gain(mlp: Any, choices: Choices) -> None:
    """Count the epochs without a gain of at least ``tol``: of the score with early stopping, else of the loss."""
    if choices.early_stopping:
        score = mlp.validation_scores_[-1]
        # a score that is not a number is no reason to stop
        stalled = score < mlp.best_validation_score_ + choices.tol
        if score > mlp.best_validation_score_:
            mlp.best_validation_score_ = score
            net = mlp._runner.network()
            mlp._best = [W.copy() for W in net.weights], [b.copy() for b in net.biases]
    else:
        stalled = mlp.loss_ > mlp.best_loss_ - choices.tol
        mlp.best_loss_ = min(mlp.best_loss_, mlp.loss_)
        if mlp.validation_scores_:
            mlp.best_validation_score_ = max(mlp.best_validation_score_, mlp.validation_scores_[-1])
    mlp._epochs_without_gain = mlp._epochs_without_gain + 1 if stalled else 0


def _gives_up(mlp: Any, choices: Choices) -> bool:
    """Say whether too many epochs brought no gain; an adaptive rate is made smaller first, and the count restarts."""
    if mlp._epochs_without_gain <= choices.n_iter_no_change:
        return False
    what = "Validation score" if choices.early_stopping else "Training loss"
    said = f"{what} did not improve more than tol={choices.tol:f} for {choices.n_iter_no_change} consecutive epochs."
    adaptive = choices.solver == "sgd" and choices.rate_rule == "adaptive" and choices.schedule is None
    stop = not adaptive or mlp._learning_rate <= LEAST_ADAPTIVE_RATE
    if not stop:
        mlp._learning_rate /= ADAPTIVE_SHRINK
        mlp._epochs_without_gain = 0
    if choices.verbose:
        print(said, "Stopping." if stop else f"Setting learning rate to {mlp._learning_rate:f}")
    return stop


def _not_finite(epoch: int, result: EpochResult, rate: float, runner: Runner) -> TrainingError:
    batch, opening = result.first_bad_batch, f"{NOT_FINITE} In"
    return training_error(result.found, epoch, batch, rate, runner.last_good(), opening=opening)
