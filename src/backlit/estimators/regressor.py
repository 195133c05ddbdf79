"""MLPRegressor."""

from typing import Any

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.metrics import r2_score
from sklearn.utils import column_or_1d
from sklearn.utils.metaestimators import available_if

from backlit.equations.activation_table import Activation
from backlit.equations.loss_table import Loss, find_loss
from backlit.errors import BacklitError
from backlit.estimators.base import MLP
from backlit.estimators.callbacks import with_callbacks
from backlit.estimators.parameters import Choices
from backlit.estimators.samples import Samples
from backlit.estimators.solvers import is_stochastic
from backlit.estimators.spelling import with_signature_of
from backlit.network.network import Network
from backlit.training.reach import far_targets, nearer_targets
from backlit.validation import yes_or_no
from backlit.warned import warn_user

__all__ = ["MLPRegressor"]


class MLPRegressor(RegressorMixin, MLP):  # type: ignore[misc]
    """Multilayer perceptron for numbers: scikit-learn's, with the same numbers, and what that refuses.

    At the same ``random_state`` and data it makes the draws, the learning curve and the predictions of
    ``sklearn.neural_network.MLPRegressor``, in every parameter the two have in common but one: for several outputs,
    L-BFGS follows the true gradient of the reported loss.

    Parameters that scikit-learn has not, or not so: ``loss``: a name or row of backlit's table of losses; the output
    is identity, exp, sigmoid or softmax, the first that the loss can take. ``activation``: a name or row of the table
    of activations, or one a hidden layer. ``learning_rate``: also a schedule of backlit's table (step, cosine,
    one_cycle, plateau), over ``max_iter`` epochs, with either stochastic solver. ``dropout``: share of hidden
    activations dropped in training, one number or one a hidden layer. ``weight_decay``: decoupled, a step of
    -learning rate x weight_decay x weights, apart from the L2 penalty ``alpha``. ``scale_y``: y is scaled to mean 0 and
    standard deviation 1 for training (the curves are then of scaled y), and predictions are in y's own units; for a
    loss whose output is identity. Without it, far targets are warned of. ``clip_norm``: the most that the
    norm of all gradients together may be. ``dtype``: "float32" or "float64"; by default X's. ``n_threads``: for the
    arithmetic; by default what pays for the size.

    Attributes beside scikit-learn's: ``network_``, a ``bl.Network`` in y's own units; ``y_mean_`` and ``y_scale_``,
    None without ``scale_y``; ``validation_loss_curve_``, the loss of held-out samples after each epoch.

    Raises BacklitError, a ValueError, for what cannot be used.

    >>> import numpy as np
    >>> X = np.linspace(-1, 1, 50)[:, None]
    >>> model = MLPRegressor("quantile(0.9)", (8,), "tanh", solver="lbfgs", random_state=0).fit(X, X[:, 0] ** 2)
    >>> model.network_
    Network 1-8-1: tanh, identity; loss quantile(0.9); 25 parameters
    """

    @with_signature_of(MLP.__init__)
    def __init__(
        self,
        loss: str | Loss = "squared_error",
        hidden_layer_sizes: Any = (100,),
        activation: str | Activation | Any = "relu",
        *,
        scale_y: bool = False,
        **others: Any,
    ) -> None:
        self.scale_y = scale_y
        super().__init__(loss=loss, hidden_layer_sizes=hidden_layer_sizes, activation=activation, **others)

    y_mean_: np.ndarray | None
    y_scale_: np.ndarray | None
    _y_numeric = True

    @with_callbacks  # type: ignore[untyped-decorator]
    def fit(self, X: Any, y: Any, sample_weight: Any = None, X_val: Any = None, y_val: Any = None) -> "MLPRegressor":
        """Fit to X (n, n_in), dense or sparse, and y (n,) or (n, n_out).

        ``sample_weight (n,)``: at least 0. ``X_val``, ``y_val``: samples to validate on after each epoch, in place of
        those that ``early_stopping`` would draw.
        """
        self._fit(X, y, sample_weight, X_val, y_val)
        return self

    @available_if(is_stochastic)  # type: ignore[untyped-decorator]
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> "MLPRegressor":
        """Go on for one epoch over X (n, n_in) and y (n,) or (n, n_out)."""
        self._fit(X, y, sample_weight, incremental=True)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Return predictions (n,) or (n, n_out) for X (n, n_in)."""
        output = self._output(X)
        if self._is_scaled:
            output = output * self.y_scale_ + self.y_mean_
        return output[:, 0] if output.shape[1] == 1 else output

    @property
    def network_(self) -> Network:
        """The fitted network as a ``bl.Network``, a copy, in y's own units: predict, trace, explain or save it."""
        net: Network = super().network_
        return self._in_own_units(net)

    def _in_own_units(self, net: Network) -> Network:
        if not self._is_scaled:
            return net
        *weights, last = net.weights
        *biases, last_biases = net.biases
        return net.with_parameters(
            [*weights, last * self.y_scale_], [*biases, np.asarray(last_biases) * self.y_scale_ + self.y_mean_]
        )

    @property
    def _is_scaled(self) -> bool:
        return getattr(self, "y_scale_", None) is not None

    def _encode(self, y: Any, *, learn: bool) -> np.ndarray:
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        targets = np.asarray(y.reshape(-1, 1) if y.ndim == 1 else y)
        wanted = yes_or_no(self.scale_y, "scale_y")
        if learn or not hasattr(self, "y_scale_"):
            self.y_mean_, self.y_scale_ = _mean_and_scale(targets) if wanted else (None, None)
        elif wanted != self._is_scaled:
            raise BacklitError("scale_y must stay as it was in a fit that goes on")
        return (targets - self.y_mean_) / self.y_scale_ if self._is_scaled else targets

    def _dense_and_encoded(self, X: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
        X, targets = super()._dense_and_encoded(X, y)
        return X, targets * self.y_scale_ + self.y_mean_ if self._is_scaled else targets

    def _look_at_targets(self, choices: Choices, net: Network, X: Any, targets: np.ndarray) -> None:
        if self._is_scaled and net.layers[-1].row.name != "identity":
            raise BacklitError(f"scale_y is for losses with the output identity, and {net.loss_row.name} has another")
        # L-BFGS measures its steps, and gets there
        found = "" if self._is_scaled or choices.solver == "lbfgs" else far_targets(net, X, targets)
        if found:
            scaled = net.layers[-1].row.name == "identity"
            advice = "scale_y=True trains on scaled y, and predicts in y's own units" if scaled else nearer_targets(net)
            warn_user(f"{found}; {advice}")

    def _loss_row(self) -> Loss:
        return find_loss(self.loss)

    def _output_candidates(self) -> tuple[str, ...]:
        return "identity", "exp", "sigmoid", "softmax"

    def _loss_scale(self) -> float:
        # scikit-learn reports the squared error as a mean over outputs, and any other loss as a sum
        return 1.0 / self.n_outputs_ if self._loss_row().name == "squared_error" else 1.0

    def _score_of(self, output: np.ndarray, held_out: Samples) -> float:
        if not np.isfinite(output).all():
            return float("nan")
        return float(r2_score(held_out.y, output, sample_weight=held_out.weight))


def _mean_and_scale(targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of each output; a constant one is not divided."""
    spread = targets.std(axis=0, dtype=np.float64)
    return targets.mean(axis=0, dtype=np.float64), np.where(spread > 0, spread, 1.0)
