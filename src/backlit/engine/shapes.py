"""What the engine must know of a network: it stands below `network/`, and takes whatever has this shape."""

from collections.abc import Sequence
from typing import Protocol

from backlit.equations.activation_table import Activation
from backlit.equations.arrays import Array
from backlit.equations.loss_table import Loss

__all__ = ["LayerLike", "NetworkLike"]


class LayerLike(Protocol):
    """A dense layer: ``weights (n_in, n_out)``, ``biases (n_out,)`` or None, its activation's row, and dropout."""

    @property
    def weights(self) -> Array: ...  # noqa: D102
    @property
    def biases(self) -> Array | None: ...  # noqa: D102
    @property
    def row(self) -> Activation: ...  # noqa: D102
    @property
    def dropout(self) -> float: ...  # noqa: D102
    @property
    def n_in(self) -> int: ...  # noqa: D102
    @property
    def n_out(self) -> int: ...  # noqa: D102


class NetworkLike(Protocol):
    """Layers from the first to the output, and a loss; a dataclass, so that it can be made anew with other layers."""

    @property
    def layers(self) -> Sequence[LayerLike]: ...  # noqa: D102
    @property
    def loss_row(self) -> Loss: ...  # noqa: D102
