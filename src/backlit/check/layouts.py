"""How a person lays out samples and weights: the readings of what was handed over, and each one's arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from backlit.errors import BacklitError
from backlit.network.network import Network

__all__ = ["LAYOUTS", "Layout", "readings", "with_biases"]

LAYOUTS = ("rows", "columns", "torch")


class Layout(NamedTuple):
    """Whether samples are ``columns``, weights ``turned`` to (n_out, n_in), and the network's own weights too."""

    columns: bool = False
    turned: bool = False
    net_turned: bool = False

    @property
    def words(self) -> str:
        """What it means, in words."""
        samples = "samples as columns" if self.columns else "samples as rows"
        return f"{samples}, weights ({'n_out, n_in' if self.turned else 'n_in, n_out'})"

    def network(self, net: Network) -> Network:
        """Return the network with weights (n_in, n_out)."""
        if not self.net_turned:
            return net
        hidden = [layer.activation for layer in net.layers[:-1]]
        weights = [W.T for W in net.weights]
        output = net.layers[-1].activation
        return Network.from_weights(weights, net.biases, activation=hidden, output=output, loss=net.loss_function)

    def samples(self, value: Any) -> Any:
        """Return an array of samples (n, ...) as rows; one without two axes as it is."""
        if not self.columns or value is None or len(_shape(value)) != 2:
            return value
        return np.asarray(value).T

    def targets(self, value: Any, n_out: int) -> Any:
        """Return targets as rows; a row (1, n) of class numbers, where there are several outputs, as (n,)."""
        if self.columns and len(_shape(value)) == 2 and _shape(value)[0] == 1 < n_out:
            return np.asarray(value)[0]
        return self.samples(value)

    def weights(self, value: Any) -> Any:
        """Return an array of a layer's weights as (n_in, n_out)."""
        if not self.turned or value is None or len(_shape(value)) != 2:
            return value
        return np.asarray(value).T


def readings(net: Network, X: Any, y: Any, gradients: Sequence[Any], layout: str | None) -> list[Layout]:
    """Return the readings that the sizes allow, the likeliest first.

    Samples as rows and weights (n_in, n_out) come first where they are possible. Raises BacklitError for a layout that
    is none.
    """
    if layout is not None and not (isinstance(layout, str) and layout in LAYOUTS):
        raise BacklitError(f"layout must be 'rows', 'columns', 'torch' or None, got {layout!r:.40}")
    if layout is not None:
        told = Layout(columns=layout == "columns", turned=layout != "rows")
        return [told, *([told._replace(net_turned=True)] if told.turned and _square(net) else [])]
    found = [
        *_rows(net, X),
        *_turned_rows(net, X, gradients),
        *(_columns(net, gradients) if _may_be_columns(net, X, y) else []),
    ]
    return found or [Layout()]


def _rows(net: Network, X: Any) -> Iterator[Layout]:
    if len(_shape(X)) != 2 or _shape(X)[1] == net.sizes[0]:
        yield Layout()
        if len(_shape(X)) == 2 and _square(net):
            yield Layout(turned=True, net_turned=True)


def _turned_rows(net: Network, X: Any, gradients: Sequence[Any]) -> Iterator[Layout]:
    """Samples as rows, or one sample, with weights (n_out, n_in + 1) that have the biases in them."""
    shapes = [_shape(g) for g in gradients] if isinstance(gradients, list | tuple) else []
    with_bias = [(W.shape[1], W.shape[0] + 1) for W in net.weights]
    rows = len(_shape(X)) < 2 or _shape(X)[1] == net.sizes[0]
    if rows and shapes == with_bias != [W.shape for W in net.weights]:
        yield Layout(turned=True)


def _columns(net: Network, gradients: Sequence[Any]) -> Iterator[Layout]:
    shapes = [_shape(g) for g in gradients] if isinstance(gradients, list | tuple) else []
    as_they_are = shapes == [W.shape for W in net.weights]
    square = _square(net)
    if square or not as_they_are:
        yield Layout(columns=True, turned=True)
    if square:
        yield Layout(columns=True, turned=True, net_turned=True)
    if square or as_they_are:
        yield Layout(columns=True)


def with_biases(net: Network, layout: Layout, weights: Any, biases: Any) -> list[tuple[Any, Any]]:
    """Return the gradients of weights (n_in, n_out) and biases; from weights that hold the biases, both ways to do so.

    A bias may be a first or a last row of the weights, of an input that is always 1.
    """
    if not isinstance(weights, list | tuple):
        return [(weights, biases)]
    arrays = [layout.weights(array) for array in weights]
    rows = [(W.shape[0] + 1, W.shape[1]) for W in net.weights]
    if biases is not None or any(b is None for b in net.biases) or [_shape(a) for a in arrays] != rows:
        return [(arrays, biases)]
    both = [np.asarray(array) for array in arrays]
    return [([a[1:] for a in both], [a[0] for a in both]), ([a[:-1] for a in both], [a[-1] for a in both])]


def _shape(value: Any) -> tuple[int, ...]:
    """Return an array's shape; () for ragged lists, which are refused in words where they are read."""
    try:
        return np.shape(value)
    except ValueError:
        return ()


def _square(net: Network) -> bool:
    return all(W.shape[0] == W.shape[1] for W in net.weights)


def _may_be_columns(net: Network, X: Any, y: Any) -> bool:
    if len(_shape(X)) != 2 or _shape(X)[0] != net.sizes[0]:
        return False
    n = _shape(X)[1]
    return _shape(y) in ((net.sizes[-1], n), (n,), (1, n)) or (n == 1 and _shape(y) in ((), (net.sizes[-1],)))
