"""What MLPClassifier and MLPRegressor share: the constructor and the course of a fit; `looks.py` has the rest."""

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils.validation import validate_data

from backlit.equations.activation_table import Activation, find_activation
from backlit.equations.loss_table import Loss, loss_fits
from backlit.errors import BacklitError
from backlit.estimators.callbacks import CallbackSupportMixin, FitHooks, as_callback
from backlit.estimators.first_parameters import first_parameters
from backlit.estimators.held_out import training_and_held_out
from backlit.estimators.lbfgs import fit_lbfgs
from backlit.estimators.looks import DTYPES, Looks
from backlit.estimators.one_fit import as_it_was_where_refused, one_fit_at_a_time
from backlit.estimators.parameters import Choices, choices_checked
from backlit.estimators.samples import Samples, sample_weight_checked, sparse_checked
from backlit.estimators.stochastic import NOT_FINITE, fit_stochastic, start_curves
from backlit.network.network import Network
from backlit.network.targets import as_targets

__all__ = ["MLP"]

Begun = tuple[Choices, Network, Samples, Samples | None, np.random.RandomState, FitHooks]
# scikit-learn's words for rows of the table, in out_activation_
OUTPUT_WORDS = {"sigmoid": "logistic"}


class MLP(Looks, CallbackSupportMixin, BaseEstimator):  # type: ignore[misc]
    """A multilayer perceptron as scikit-learn has them; use MLPClassifier or MLPRegressor."""

    def __init__(
        self,
        *,
        hidden_layer_sizes: Any,
        activation: Any,
        loss: Any,
        solver: str = "adam",
        alpha: float = 0.0001,
        batch_size: Any = "auto",
        learning_rate: Any = "constant",
        learning_rate_init: float = 0.001,
        power_t: float = 0.5,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: Any = None,
        tol: float = 1e-4,
        verbose: Any = False,
        warm_start: bool = False,
        momentum: float = 0.9,
        nesterovs_momentum: bool = True,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        n_iter_no_change: float = 10,
        max_fun: int = 15000,
        dropout: Any = 0.0,
        weight_decay: float = 0.0,
        clip_norm: float | None = None,
        dtype: Any = None,
        n_threads: int | None = None,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.loss = loss
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.learning_rate_init = learning_rate_init
        self.power_t = power_t
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.verbose = verbose
        self.warm_start = warm_start
        self.momentum = momentum
        self.nesterovs_momentum = nesterovs_momentum
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.n_iter_no_change = n_iter_no_change
        self.max_fun = max_fun
        self.dropout = dropout
        self.weight_decay = weight_decay
        self.clip_norm = clip_norm
        self.dtype = dtype
        self.n_threads = n_threads

    def set_callbacks(self, *callbacks: Any) -> Any:
        """Return the estimator, with callbacks for its fits in place of those before; none takes them away.

        A plain function is called after each epoch, or iteration of L-BFGS, with a ``bl.EpochReport`` (losses,
        scores, rate, network); where it returns True the fit ends. Others keep to scikit-learn's protocol.
        Raises BacklitError where scikit-learn is older than 1.9, TypeError for what is neither.

        >>> losses = []
        >>> from backlit import MLPRegressor
        >>> model = MLPRegressor(hidden_layer_sizes=(4,), solver="lbfgs", random_state=0)
        >>> model = model.set_callbacks(lambda report: losses.append(report.loss)).fit([[0], [1], [2]], [0, 1, 4])
        >>> losses == model.loss_curve_
        True
        """
        return super().set_callbacks(*map(as_callback, callbacks))

    # What the classifier and the regressor tell of themselves.

    _y_numeric = False

    def _check_goes_on(self, y: Any) -> None:
        """Refuse a y that a fit with ``warm_start`` cannot go on with."""

    def _look_at_targets(self, choices: Choices, net: Network, X: Any, targets: np.ndarray) -> None:
        """Warn, before the first step, of targets (n, n_out) that are far from what the network predicts."""

    def _labels_to_stratify(self, targets: np.ndarray) -> np.ndarray | None:
        """Return a label a sample where held-out samples are to hold them in proportion, or None."""
        return None

    def _output_candidates(self) -> tuple[str, ...]:
        """Return the output activations that may be, the first one that the loss can take."""
        raise NotImplementedError

    def _loss_row(self) -> Loss:
        raise NotImplementedError

    def _score_of(self, output: np.ndarray, held_out: Samples) -> float:
        raise NotImplementedError

    def _class_weighted(
        self, weight: np.ndarray | None, y: Any, n: int, dtype: Any, *, incremental: bool
    ) -> np.ndarray | None:
        return weight

    def _loss_scale(self) -> float:
        return 1.0

    def _probability_floor(self) -> float | None:
        return None

    # The course of a fit.

    def _fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        X_val: Any = None,
        y_val: Any = None,
        *,
        incremental: bool = False,
    ) -> None:
        with one_fit_at_a_time(self):
            self._fit_alone(X, y, sample_weight, X_val, y_val, incremental=incremental)

    def _fit_alone(self, X: Any, y: Any, sample_weight: Any, X_val: Any, y_val: Any, *, incremental: bool) -> None:
        with as_it_was_where_refused(self):
            begun = self._begun(X, y, sample_weight, X_val, y_val, incremental=incremental)
        choices, net, samples, held_out, rng, hooks = begun
        if choices.solver == "lbfgs":
            fit_lbfgs(self, choices, net, samples, held_out, hooks)
        else:
            fit_stochastic(self, choices, net, samples, held_out, rng, hooks, incremental=incremental)
        self._check_finite()
        hooks.end_fit()

    def _begun(self, X: Any, y: Any, sample_weight: Any, X_val: Any, y_val: Any, *, incremental: bool) -> Begun:
        """Check what was given and draw the first parameters: all that comes before the first step."""
        choices = self._choices(incremental)
        first = not hasattr(self, "coefs_") or not (choices.warm_start or incremental)
        dtype = choices.dtype if choices.dtype is not None else DTYPES if first else self.coefs_[0].dtype
        given = X, y
        X = sparse_checked(X)
        X, y = validate_data(
            self, X, y, accept_sparse="csr", multi_output=True, dtype=dtype, reset=first, y_numeric=self._y_numeric
        )
        if not (first or incremental):
            self._check_goes_on(y)
        targets = self._encode(y, learn=first and not incremental)
        weight = sample_weight_checked(sample_weight, X.shape[0], X.dtype)
        weight = self._class_weighted(weight, y, X.shape[0], X.dtype, incremental=incremental)
        rng = check_random_state(self.random_state)
        if first:
            self._start(choices, X.shape[1], targets.shape[1], X.dtype, rng)
        net = self._net(choices)
        self._check_sizes(choices, net, X.shape[1], targets.shape[1])
        if first:
            self._look_at_targets(choices, net, X, targets)
        samples = Samples(X, as_targets(net, targets, X.shape[0], one_sample=False), weight)
        samples, held_out = training_and_held_out(self, choices, net, samples, X_val, y_val, rng)
        hooks = FitHooks(self, choices.max_iter, *given, sample_weight, self._parameters_now)
        return choices, net, samples, held_out, rng, hooks

    def _choices(self, incremental: bool) -> Choices:
        choices = choices_checked(self.get_params(deep=False))
        if incremental and choices.early_stopping:
            raise BacklitError(
                "partial_fit does not support early_stopping=True: it makes one epoch, and has none to stop; "
                "set early_stopping=False"
            )
        return choices

    def _start(self, choices: Choices, n_in: int, n_out: int, dtype: Any, rng: np.random.RandomState) -> None:
        """Draw the first parameters, as scikit-learn draws them, and forget what was measured."""
        loss = self._loss_row()
        fitting = [name for name in self._output_candidates() if loss_fits(loss, find_activation(name))]
        if not fitting:
            raise BacklitError(f"loss '{loss.name}' cannot take the predictions of {type(self).__name__}")
        self._functions = (choices.activations, fitting[0], loss.name if isinstance(self.loss, str) else loss)
        self.out_activation_ = OUTPUT_WORDS.get(fitting[0], fitting[0])
        self.n_outputs_ = n_out
        self.n_layers_ = len(choices.hidden) + 2
        self.n_iter_ = self.t_ = 0
        sizes = [n_in, *choices.hidden, n_out]
        names = choices.activations or (_first_activation(self.activation),)
        self.coefs_, self.intercepts_ = first_parameters(sizes, names, dtype, rng)
        self._memory = None
        start_curves(self, choices)

    def _check_sizes(self, choices: Choices, net: Network, n_in: int, n_out: int) -> None:
        sizes = (n_in, *choices.hidden, n_out)
        if net.sizes != sizes:
            raise BacklitError(
                f"a fit that goes on from the last one must keep its layers {list(net.sizes)}, got {list(sizes)}"
            )

    def _keep(self, net: Network) -> None:
        dtype = self.coefs_[0].dtype
        self.coefs_ = [np.asarray(W, dtype) for W in net.weights]
        self.intercepts_ = [np.asarray(b, dtype) for b in net.biases]

    def _parameters_now(self) -> dict[str, Any]:
        """The attributes that make a fitted copy of an estimator in the middle of its fit."""
        runner = getattr(self, "_runner", None)
        net = self._net() if runner is None else runner.network()
        return {"coefs_": [W.copy() for W in net.weights], "intercepts_": [np.array(b) for b in net.biases]}

    def _check_finite(self) -> None:
        if not all(np.isfinite(array).all() for array in (*self.coefs_, *self.intercepts_)):
            raise BacklitError(f"{NOT_FINITE} Scaled inputs, as by StandardScaler, keep them finite")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


def _first_activation(given: str | Activation | Any) -> str:
    """The name that decides the first weights of a network without hidden layers."""
    return find_activation(given).name if isinstance(given, str | Activation) else "identity"
