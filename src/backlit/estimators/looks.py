"""Looks into a fitted network: its outputs, its hidden activations, its trace and its gradients."""

from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted, validate_data

from backlit.errors import BacklitError
from backlit.estimators.parameters import Choices
from backlit.estimators.samples import inputs_checked, sparse_checked
from backlit.explain.contributions import Contributions
from backlit.explain.rows import network_row
from backlit.network.network import Layer, Network
from backlit.network.sweeps import forward, outputs
from backlit.network.trace import Trace
from backlit.sparse_inputs import is_sparse

__all__ = ["DTYPES", "Looks"]

DTYPES = (np.float64, np.float32)


class Looks:
    """The part of an estimator that reads its parameters, ``coefs_`` and ``intercepts_``, and changes none."""

    coefs_: list[np.ndarray]
    intercepts_: list[np.ndarray]
    n_threads: int | None
    _functions: tuple[Any, Any, Any]
    _y_numeric: bool

    def _encode(self, y: Any, *, learn: bool) -> np.ndarray:
        """Return targets (n, n_out) of a user's y, and where it is to learn them, learn the classes."""
        raise NotImplementedError

    def _net(self, choices: Choices | None = None) -> Network:
        """Return the network of the parameters as they are, unchecked and not copied."""
        activations, output, loss = self._functions
        rates = (*choices.dropout, 0.0) if choices else [0.0] * len(self.coefs_)
        names = (*activations, output)
        layers = zip(self.coefs_, self.intercepts_, names, rates, strict=True)
        return Network(tuple(Layer(*parts) for parts in layers), loss)

    def _in_own_units(self, net: Network) -> Network:
        """Return a network of the fit as one that predicts in y's own units."""
        return net

    def _output(self, X: Any) -> np.ndarray:
        """Return the output activations (n, n_out)."""
        check_is_fitted(self)
        return outputs(self._net(), inputs_checked(self, X), n_threads=self.n_threads)

    @property
    def network_(self) -> Network:
        """The fitted network as a ``bl.Network``, a copy: predict, trace, explain, diagnose or save it."""
        check_is_fitted(self)
        activations, output, loss = self._functions
        return Network.from_weights(
            self.coefs_,
            self.intercepts_,
            activation=list(activations),
            output=output,
            loss=loss,
            dtype=self.coefs_[0].dtype,
        )

    def save(self, path: Any) -> None:
        """Write the fitted network to a safetensors file, as ``network_.save`` does; ``bl.load`` reads the network.

        It has neither the classes' names nor the parameters of the fit: joblib or pickle keeps the estimator whole.
        Raises BacklitError as ``Network.save`` does.
        """
        self.network_.save(path)

    def hidden_activations(self, X: Any) -> list[np.ndarray]:
        """Return the activations of each hidden layer for X (n, n_in): one array (n, n_units) a layer."""
        check_is_fitted(self)
        with np.errstate(all="ignore"):
            return [step.activation for step in forward(self._net(), inputs_checked(self, X))[:-1]]

    def explain_row(self, row: Any, *, background: Any = None, label: Any = None) -> Contributions:
        """Return what each input contributed to the prediction for one row (n_in,), or a frame of one row.

        ``background (n, n_in)``: samples such as those of training, at whose mean the parts begin; without it at inputs
        of 0. ``label``: the class whose probability is told, by default the likeliest; of several numbers the output's
        index. See ``bl.explain_row``.
        """
        check_is_fitted(self)
        if hasattr(row, "to_frame"):
            row = row.to_frame().T
        X = inputs_checked(self, row if hasattr(row, "columns") or is_sparse(row) else np.atleast_2d(row))
        if background is not None:
            background = inputs_checked(self, background)
        X, background = (given.toarray() if is_sparse(given) else given for given in (X, background))
        if X.shape[0] != 1:
            raise BacklitError(f"explain_row takes one row, got {X.shape[0]:,}")
        names, labels = getattr(self, "feature_names_in_", None), list(getattr(self, "classes_", ()))
        return network_row(
            self.network_,
            X[0],
            background,
            names=None if names is None else [str(name) for name in names],
            labels=labels,
            label=label,
        )

    def trace(self, X: Any, y: Any, *, learning_rate: float = 0.1) -> Trace:
        """Return the ``bl.Trace`` of one step of gradient descent on X (n, n_in) and y, labels as in ``fit``.

        ``learning_rate``: above 0. Raises BacklitError as ``Network.trace`` does.
        """
        X, targets = self._dense_and_encoded(X, y)
        return self.network_.trace(X, targets, learning_rate=learning_rate)

    def gradients(self, X: Any, y: Any) -> tuple[list[np.ndarray], list[np.ndarray | None]]:
        """Return the gradients of the mean loss on X (n, n_in) and y, as ``coefs_`` and ``intercepts_`` are.

        The loss is that of ``network_``, summed over outputs; alpha's penalty is not in it: its gradient is
        ``alpha * coefs_[i] / n``.
        """
        X, targets = self._dense_and_encoded(X, y)
        return self.network_.gradients(X, targets)

    def _dense_and_encoded(self, X: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
        check_is_fitted(self)
        X, y = validate_data(
            self,
            sparse_checked(X),
            y,
            accept_sparse="csr",
            multi_output=True,
            dtype=DTYPES,
            reset=False,
            y_numeric=self._y_numeric,
        )
        return X.toarray() if hasattr(X, "toarray") else X, self._encode(y, learn=False)
