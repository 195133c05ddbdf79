"""Fits by L-BFGS: the whole sample's loss and its true gradient, given to SciPy."""

from typing import Any

import numpy as np
import scipy
import scipy.optimize
from sklearn.exceptions import ConvergenceWarning

from backlit.estimators.callbacks import FitHooks
from backlit.estimators.held_out import keep_measured, start_measuring
from backlit.estimators.lbfgs_by_engine import objective_of
from backlit.estimators.lbfgs_objective import packed, unpacked
from backlit.estimators.parameters import Choices
from backlit.estimators.samples import Samples
from backlit.network.network import Network
from backlit.runners.objective import measured
from backlit.warned import warn_user

__all__ = ["fit_lbfgs"]


def fit_lbfgs(
    mlp: Any, choices: Choices, net: Network, samples: Samples, held_out: Samples | None, hooks: FitHooks
) -> None:
    """Minimise an estimator's loss, alpha's penalty included; its learned attributes are set."""
    if held_out is not None:
        start_measuring(mlp)
    computed = objective_of(net, samples, choices.alpha, mlp._loss_scale(), mlp._probability_floor(), choices.n_threads)
    watched = bool(hooks) or held_out is not None

    def objective(flat: np.ndarray) -> tuple[float, np.ndarray]:
        # an iteration begins with its first look at the loss
        hooks.begin_epoch()
        return computed(flat)

    def after_iteration(intermediate_result: Any) -> None:  # by this name SciPy knows that the loss is wanted too
        mlp.loss_curve_.append(float(intermediate_result.fun))
        if not watched:
            return
        flat = intermediate_result.x.copy()
        mlp._keep(unpacked(net, flat))
        if held_out is not None:
            floor, now = mlp._probability_floor(), unpacked(net, flat)
            keep_measured(mlp, held_out, *measured(now, held_out.X, held_out.y, probability_floor=floor))
        if hooks.end_epoch():
            raise StopIteration

    with np.errstate(all="ignore"):
        result = scipy.optimize.minimize(
            objective,
            packed(net.weights, net.biases),
            method="L-BFGS-B",
            jac=True,
            options=_options(choices),
            callback=after_iteration,
        )
    mlp.n_iter_ = min(int(result.nit), choices.max_iter)
    mlp.loss_ = float(result.fun)
    mlp._keep(unpacked(net, result.x))
    _warn_unless_converged(mlp, choices, result)


def _warn_unless_converged(mlp: Any, choices: Choices, result: Any) -> None:
    if result.status not in (0, 99):
        # scikit-learn's words first
        warn_user(
            f"lbfgs failed to converge after {mlp.n_iter_} iteration(s) (status={result.status}):\n{result.message}\n"
            f"Scaled inputs, or a larger max_iter than {choices.max_iter}, help.",
            ConvergenceWarning,
        )


def _options(choices: Choices) -> dict[str, Any]:
    options: dict[str, Any] = {"maxfun": choices.max_fun, "maxiter": choices.max_iter, "gtol": choices.tol}
    if tuple(int(part) for part in scipy.__version__.split(".")[:2]) < (1, 15):
        options["iprint"] = 1 if choices.verbose else -1
    return options
