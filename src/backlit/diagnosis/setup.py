"""A training set-up as plain data: network, samples and settings, each of which an experiment may change.

Unlike a ``Network`` that a user makes, the network of a set-up may break the rules: an output that cannot reach its
targets, a loss that does not fit. That is what is diagnosed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from backlit.diagnosis.parts import Part
from backlit.diagnosis.stopping import Stopping
from backlit.equations.activation_table import Activation
from backlit.equations.initializers import default_initializer, find_initializer, initial_parameters
from backlit.network.network import Layer, Network

__all__ = ["Setup", "activation_names", "fresh_layer", "layers_rebuilt", "network_for_seed", "output_name"]

FEW_WEIGHTS = 16
"""A layer of fewer weights is drawn anew, from their deviation, for another seed; of more, its weights are shuffled."""


@dataclass(frozen=True, eq=False)
class Setup:
    """What decides a training run.

    ``network``: where it starts. ``X (n, n_in)``, ``Y (n, n_out)``: as they are fed. ``labels (n,)``: the class of each
    sample from 0, None for a regression. ``cut``: with one output unit and two classes, the output above which it says
    class 1; of more classes, it says the one whose number is nearest. ``initializer``: None draws other seeds' weights
    as the network's own are spread; "default" draws each layer by the initializer that fits its activation.
    ``gradient_scale``: the gradient of the user's loss over that of the loss here; it counts where the optimizer's step
    is proportional to the gradient.
    ``l2``: the penalty on weights, over the batch's size. ``norms``: the layers, from 0, before which batch
    normalisation stands; those set-ups are trained by PyTorch. ``part``: a module that is no plain stack; ``network``
    then only has the numbers of inputs and outputs, and ``no_dropout`` takes dropout out of the module, while
    ``all_trained`` lets its frozen parameters move.
    ``weights (n,)``: how much each sample counts in the loss, by class weights; scores then weigh each class alike.
    ``given_decay``: the penalty as the user's optimizer has it, for words. ``stopping``: where training ends by itself;
    ``epochs`` is then the most.
    """

    network: Network
    X: np.ndarray
    Y: np.ndarray
    labels: np.ndarray | None
    optimizer: str
    learning_rate: float
    batch_size: int
    epochs: int
    cut: float = 0.5
    hyper: Mapping[str, float] = field(default_factory=dict)
    weight_decay: float = 0.0
    l2: float = 0.0
    clip_norm: float | None = None
    initializer: str | None = None
    gradient_scale: float = 1.0
    norms: tuple[int, ...] = ()
    part: Part | None = None
    no_dropout: bool = False
    all_trained: bool = False
    weights: np.ndarray | None = None
    given_decay: float | None = None
    stopping: Stopping | None = None

    @property
    def by_torch(self) -> bool:
        """Whether PyTorch trains it: with batch normalisation, or a module that is no plain stack."""
        return bool(self.norms) or self.part is not None

    @property
    def is_classification(self) -> bool:
        """Whether the answer is a class."""
        return self.labels is not None

    @property
    def steps(self) -> int:
        """Steps of the whole run, if it does not end by itself."""
        return self.epochs * -(-len(self.X) // self.batch_size)

    @property
    def hidden(self) -> tuple[Layer, ...]:
        """The layers below the output."""
        return self.network.layers[:-1]


def output_name(setup: Setup) -> str:
    """Return the name of the output's activation."""
    return setup.network.layers[-1].row.name


def activation_names(setup: Setup) -> list[str]:
    """Return the names of the hidden layers' activations."""
    return [layer.row.name for layer in setup.hidden]


def layers_rebuilt(
    setup: Setup,
    *,
    hidden: str | Sequence[str | Activation] | None = None,
    output: str | None = None,
    units: Sequence[int] | None = None,
    dropout: float | None = None,
) -> Setup:
    """Return the set-up with other activations, hidden sizes or dropout; weights whose shape changes are drawn anew.

    New weights are spread as the old ones of that layer, by the root of the number of inputs.
    """
    layers, rng = setup.network.layers, np.random.default_rng(0)
    sizes = [layers[0].n_in, *(units or [layer.n_out for layer in layers[:-1]]), layers[-1].n_out]
    kept = [*layers[: len(sizes) - 2], layers[-1]]
    names = [layer.activation for layer in kept]
    if hidden is not None:
        names[:-1] = [hidden] * (len(kept) - 1) if isinstance(hidden, str) else list(hidden)
    names[-1] = names[-1] if output is None else output
    new = []
    for layer, name, n_in, n_out in zip(kept, names, sizes, sizes[1:], strict=False):
        W, b = layer.weights, layer.biases
        if W.shape != (n_in, n_out):
            W = rng.normal(0, _deviation(W) * np.sqrt(layer.n_in / n_in), (n_in, n_out)).astype(W.dtype)
            b = None if b is None else np.resize(b, n_out)
        rate = layer.dropout if dropout is None else dropout
        new.append(Layer(W, b, name, 0.0 if layer is kept[-1] else rate))
    norms = tuple(i for i in setup.norms if i < len(new))
    return replace(setup, network=replace(setup.network, layers=tuple(new)), norms=norms)


def network_for_seed(setup: Setup, seed: int) -> Network:
    """Return the network that training starts from for one seed; seed 0 has the weights that were given.

    >>> net = Network.random([3, 8, 2], seed=0)
    >>> setup = Setup(net, np.zeros((4, 3)), np.zeros((4, 2)), None, "sgd", 0.1, 2, 1)
    >>> network_for_seed(setup, 0) is net, bool(np.ptp(network_for_seed(setup, 1).weights[0]) > 0)
    (True, True)
    """
    rng = np.random.default_rng([17, seed])
    if setup.initializer == "default":
        return _with_layers(setup.network, [_fresh(layer, rng) for layer in setup.network.layers])
    if seed == 0:
        return setup.network
    return _with_layers(setup.network, [_alike(layer, rng) for layer in setup.network.layers])


def _with_layers(net: Network, parts: list[tuple[Any, Any]]) -> Network:
    layers = zip(net.layers, parts, strict=True)
    return replace(net, layers=tuple(replace(layer, weights=W, biases=b) for layer, (W, b) in layers))


def _fresh(layer: Layer, rng: np.random.Generator) -> tuple[Any, Any]:
    name = layer.row.name
    W, b = initial_parameters(find_initializer(default_initializer(name)), layer.n_in, layer.n_out, name, rng)
    kind = layer.weights.dtype
    return W.astype(kind), None if layer.biases is None else b.astype(kind)


def fresh_layer(layer: Layer, rng: np.random.Generator) -> Layer:
    """Return a layer of these sizes with weights drawn by the initializer that fits its activation."""
    W, b = _fresh(layer, rng)
    return replace(layer, weights=W, biases=b)


def _alike(layer: Layer, rng: np.random.Generator) -> tuple[Any, Any]:
    """Weights spread as the layer's own: shuffled where there are many, drawn where there are few."""
    W = np.asarray(layer.weights)
    if W.size >= FEW_WEIGHTS or (W.size > 1 and np.ptp(W) == 0):
        new = rng.permutation(W.ravel()).reshape(W.shape)
    else:
        new = rng.normal(0, _deviation(W), W.shape).astype(W.dtype)
    return new, None if layer.biases is None else rng.permutation(layer.biases)


def _deviation(W: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(W))))
