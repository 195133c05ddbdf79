"""How a person lays out samples and weights: the readings of what was handed over, and each one's arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from backlit.errors import BacklitError
from backlit.network.network import Network

__all__ = ["LAYOUTS", "Layout", "readings"]

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
        if not self.columns or value is None or np.ndim(value) != 2:
            return value
        return np.asarray(value).T

    def weights(self, value: Any) -> Any:
        """Return an array of a layer's weights as (n_in, n_out)."""
        if not self.turned or value is None or np.ndim(value) != 2:
            return value
        return np.asarray(value).T


def readings(net: Network, X: Any, y: Any, gradients: Sequence[Any], layout: str | None) -> list[Layout]:
    """Return the readings that the sizes allow, the likeliest first.

    Samples as rows and weights (n_in, n_out) come first where they are possible. Raises BacklitError for a layout that
    is none.
    """
    if layout is not None and layout not in LAYOUTS:
        raise BacklitError(f"layout must be 'rows', 'columns', 'torch' or None, got {layout!r:.40}")
    if layout is not None:
        told = Layout(columns=layout == "columns", turned=layout != "rows")
        return [told, *([told._replace(net_turned=True)] if told.turned and _square(net) else [])]
    found = [*_rows(net, X), *(_columns(net, gradients) if _may_be_columns(net, X, y) else [])]
    return found or [Layout()]


def _rows(net: Network, X: Any) -> Iterator[Layout]:
    if np.ndim(X) != 2 or np.shape(X)[1] == net.sizes[0]:
        yield Layout()
        if np.ndim(X) == 2 and _square(net):
            yield Layout(turned=True, net_turned=True)


def _columns(net: Network, gradients: Sequence[Any]) -> Iterator[Layout]:
    shapes = [np.shape(g) for g in gradients] if isinstance(gradients, list | tuple) else []
    as_they_are = shapes == [W.shape for W in net.weights]
    square = _square(net)
    if square or not as_they_are:
        yield Layout(columns=True, turned=True)
    if square:
        yield Layout(columns=True, turned=True, net_turned=True)
    if square or as_they_are:
        yield Layout(columns=True)


def _square(net: Network) -> bool:
    return all(W.shape[0] == W.shape[1] for W in net.weights)


def _may_be_columns(net: Network, X: Any, y: Any) -> bool:
    if np.ndim(X) != 2 or np.shape(X)[0] != net.sizes[0]:
        return False
    n = np.shape(X)[1]
    return np.shape(y) in ((net.sizes[-1], n), (n,), (1, n)) or (n == 1 and np.shape(y) in ((), (net.sizes[-1],)))
