"""Network: layers, loss and parameters as immutable data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from backlit.equations.activation_table import Activation, find_activation
from backlit.equations.arrays import Array
from backlit.equations.initializers import default_initializer, find_initializer, initial_parameters
from backlit.equations.loss_table import Loss, find_loss
from backlit.network import rules as checks
from backlit.validation import finite_array, float_type, generator, yes_or_no

if TYPE_CHECKING:
    from backlit.network.trace import Trace
    from backlit.playground.page import Page

__all__ = ["Layer", "Network"]


@dataclass(frozen=True, eq=False)
class Layer:
    """One dense layer: ``weights (n_in, n_out)``, ``biases (n_out,)`` or None, and its activation.

    ``activation`` is the name of a row of the table of activations, or a row of a user's own. ``dropout`` is the
    share of this layer's activations that training drops.
    """

    weights: Array
    biases: Array | None
    activation: str | Activation
    dropout: float = 0.0

    @property
    def n_in(self) -> int:
        """Number of inputs."""
        return int(self.weights.shape[0])

    @property
    def n_out(self) -> int:
        """Number of units."""
        return int(self.weights.shape[1])

    @property
    def row(self) -> Activation:
        """The activation's row: value, derivative, formula, range, bound."""
        return find_activation(self.activation)


@dataclass(frozen=True, eq=False)
class Network:
    """A multilayer network: a tuple of layers and a loss. Nothing in it changes; methods return new networks.

    Make one with ``Network.random`` or ``Network.from_weights``.
    """

    layers: tuple[Layer, ...]
    loss_function: str | Loss = "squared_error"

    @classmethod
    def random(
        cls,
        sizes: Sequence[int],
        *,
        activation: str | Activation | Sequence[str | Activation] = "sigmoid",
        output: str | Activation = "sigmoid",
        loss: str | Loss | None = None,
        initializer: str | Sequence[str] | None = None,
        biases: bool = True,
        dropout: float | Sequence[float] = 0.0,
        seed: int | np.random.Generator | None = None,
        dtype: Any = np.float64,
    ) -> Network:
        """Make a network with random weights.

        Parameters: ``sizes``: units from the input to the output, such as [784, 128, 10]. ``activation``: of the
        hidden layers, one name or one a layer. ``output``: activation of the output layer. ``loss``: by default
        cross_entropy after softmax, poisson after exp, else squared_error. ``initializer``: a name, or one a layer;
        by default He under the rectifiers, LeCun under selu, Glorot under the rest. ``biases``: whether layers have
        them (they start at 0). ``dropout``: share of hidden activations dropped in training, one number or one a
        hidden layer. ``seed``: a whole number or a numpy Generator. ``dtype``: float64 or float32.

        Raises BacklitError for sizes that are not positive, unknown names, and a loss that cannot take the output.

        >>> import backlit as bl
        >>> bl.Network.random([3, 4, 2], activation="tanh", output="softmax", seed=0)
        Network 3-4-2: tanh, softmax; loss cross_entropy; 26 parameters
        """
        sizes = checks.sizes_checked(sizes)
        checks.check_memory(sizes)
        names = [*checks.hidden_activations(activation, len(sizes) - 2), output]
        rates = [*checks.per_layer(dropout, len(sizes) - 2, "dropout"), 0.0]
        starts = checks.per_layer(initializer, len(sizes) - 1, "initializer")
        rng, dtype, with_biases = generator(seed), float_type(dtype), yes_or_no(biases, "biases")
        layers = []
        for n_in, n_out, name, start, rate in zip(sizes, sizes[1:], names, starts, rates, strict=False):
            row = find_activation(name)
            chosen = find_initializer(default_initializer(row.name) if start is None else start)
            W, b = initial_parameters(chosen, n_in, n_out, row.name, rng)
            layers.append((W, b if with_biases else None, name, rate))
        return cls._build(layers, loss, dtype)

    @classmethod
    def from_weights(
        cls,
        weights: Sequence[Any],
        biases: Sequence[Any] | None = None,
        *,
        activation: str | Activation | Sequence[str | Activation] = "sigmoid",
        output: str | Activation = "sigmoid",
        loss: str | Loss | None = None,
        dropout: float | Sequence[float] = 0.0,
        dtype: Any = np.float64,
        layout: str | None = None,
    ) -> Network:
        """Make a network from given weights, copied.

        Parameters: ``weights``: one array (n_in, n_out) a layer; a flat list of n_in numbers is a layer of one unit.
        ``biases``: one array (n_out,), (n_out, 1) or (1, n_out) a layer, or None where a layer, or the network, has
        none. ``layout``: "rows" for weights as above, "columns" for (n_out, n_in); by default whichever chains, and
        rows where both do. The others as in ``Network.random``.

        Raises BacklitError for shapes that do not chain, ragged lists and values that are not finite numbers.

        >>> import backlit as bl
        >>> net = bl.Network.from_weights([[[0.4], [-0.2]], [[0.1]]])
        >>> round(float(net.predict([0.1, 0.3])[0]), 6)
        0.512372
        """
        parameters = checks.check_parameters(weights, biases, float_type(dtype), layout)
        names = [*checks.hidden_activations(activation, len(parameters) - 1), output]
        rates = [*checks.per_layer(dropout, len(parameters) - 1, "dropout"), 0.0]
        parts = [(W, b, name, rate) for (W, b), name, rate in zip(parameters, names, rates, strict=True)]
        return cls._build(parts, loss, dtype)

    @classmethod
    def _build(
        cls,
        parts: Sequence[tuple[Array, Array | None, str | Activation, float]],
        loss: str | Loss | None,
        dtype: Any,
    ) -> Network:
        layers = tuple(
            Layer(
                _frozen(W, dtype),
                None if b is None else _frozen(b, dtype),
                _plain_name(name, find_activation),
                rate,
            )
            for W, b, name, rate in parts
        )
        chosen = checks.check_structure([(layer.row, layer.dropout) for layer in layers], layers[-1].n_out, loss)
        return cls(layers, chosen.name if loss is None else _plain_name(loss, find_loss))

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units from the input to the output, such as (784, 128, 10)."""
        return (self.layers[0].n_in, *(layer.n_out for layer in self.layers))

    @property
    def n_parameters(self) -> int:
        """Number of weights and biases."""
        return sum(layer.weights.size + (0 if layer.biases is None else layer.n_out) for layer in self.layers)

    @property
    def loss_row(self) -> Loss:
        """The loss's row: value, gradient, formula, ranges."""
        return find_loss(self.loss_function)

    @property
    def weights(self) -> list[Array]:
        """The weights of each layer, (n_in, n_out) each."""
        return [layer.weights for layer in self.layers]

    @property
    def biases(self) -> list[Array | None]:
        """The biases of each layer, (n_out,) each, or None."""
        return [layer.biases for layer in self.layers]

    def __repr__(self) -> str:
        runs = [(name, len(list(run))) for name, run in groupby(layer.row.name for layer in self.layers)]
        names = ", ".join(f"{count} × {name}" if count > 2 else ", ".join([name] * count) for name, count in runs)
        shape = "-".join(str(size) for size in self.sizes)
        biases = "" if any(b is not None for b in self.biases) else "; no biases"
        return f"Network {shape}: {names}; loss {self.loss_row.name}{biases}; {self.n_parameters} parameters"

    def with_parameters(self, weights: Sequence[Array], biases: Sequence[Array | None]) -> Network:
        """Return this network with other weights and biases of the same shapes (read-only copies).

        Raises BacklitError for other shapes and for values that are not finite numbers.
        """
        old = [(layer.weights, layer.biases) for layer in self.layers]
        layers = tuple(
            replace(layer, weights=_frozen(W, W.dtype), biases=None if b is None else _frozen(b, W.dtype))
            for layer, (W, b) in zip(self.layers, checks.check_replacements(old, weights, biases), strict=True)
        )
        return replace(self, layers=layers)

    def with_activation(self, activation: str | Activation | Sequence[str | Activation]) -> Network:
        """Return this network, same weights, with other activations in its hidden layers.

        >>> import backlit as bl
        >>> bl.Network.random([2, 3, 1], seed=0).with_activation("tanh").layers[0].activation
        'tanh'
        """
        return Network.from_weights(
            self.weights,
            self.biases,
            activation=activation,
            output=self.layers[-1].activation,
            loss=self.loss_function,
            dropout=[layer.dropout for layer in self.layers[:-1]],
            dtype=self.layers[0].weights.dtype,
        )

    # The methods below are doors to modules above this one; each imports what it opens.

    def predict(self, X: Any) -> np.ndarray:
        """Return the output activations: (n, n_out) for X (n, n_in), (n_out,) for one sample (n_in,)."""
        from backlit.network.sweeps import predict

        return predict(self, X)

    def loss(self, X: Any, y: Any) -> float:
        """Return the mean over samples of the loss for X (n, n_in) and targets y (n, n_out) or labels (n,).

        Raises BacklitError as ``trace`` does; so do ``predict`` and ``gradients``.
        """
        from backlit.network.sweeps import mean_loss

        return mean_loss(self, X, y)

    def gradients(self, X: Any, y: Any) -> tuple[list[np.ndarray], list[np.ndarray | None]]:
        """Return the gradients of the mean loss: one (n_in, n_out) array and one (n_out,) array or None a layer."""
        from backlit.network.sweeps import gradients

        return gradients(self, X, y)

    def trace(
        self,
        X: Any,
        y: Any,
        *,
        learning_rate: float = 0.1,
        dropout_seed: int | np.random.Generator | None = None,
    ) -> Trace:
        """Return every quantity of one forward sweep, backward sweep and step of gradient descent.

        Parameters: ``X (n, n_in)`` or one sample ``(n_in,)``. ``y``: targets (n, n_out), or labels from 0 (n,) after
        softmax. ``learning_rate``: above 0. ``dropout_seed``: draws dropout masks as training would; by default no
        unit is dropped.

        Raises BacklitError for wrong shapes, values that are not finite, targets that the loss or the output cannot
        take, and a sweep that overflows, naming the layer.

        >>> import backlit as bl
        >>> net = bl.Network.from_weights([[[0.4], [-0.2]], [[0.1]]])
        >>> trace = net.trace([0.1, 0.3], 1, learning_rate=0.5)
        >>> trace.layers[1].error_term.round(6).tolist()
        [0.121832]
        """
        from backlit.network.trace import trace

        return trace(self, X, y, learning_rate=learning_rate, dropout_seed=dropout_seed)

    def page(self, X: Any, y: Any, *, learning_rate: float = 0.1, image: tuple[int, int] | None = None) -> Page:
        """Return the page of ``trace(X, y, learning_rate=learning_rate)``; see ``Trace.page``."""
        return self.trace(X, y, learning_rate=learning_rate).page(image=image)

    def save(self, path: str | Path) -> None:
        """Write the network to a safetensors file; a crash on the way leaves an older file as it was.

        Raises BacklitError for a network with an activation or loss of a user's own, OSError from the system.
        """
        from backlit.files.networks import save

        save(self, path)


def _frozen(array: Any, dtype: Any) -> np.ndarray:
    copy = finite_array(array, "weights and biases", dtype)
    copy.setflags(write=False)
    return copy


def _plain_name(given: Any, find: Any) -> Any:
    """The table's own spelling of a name; a row of a user's own stays as it is."""
    return find(given).name if isinstance(given, str) else given
