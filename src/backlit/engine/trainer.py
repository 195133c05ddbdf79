"""A network in training by the compiled engine: what goes in is looked at here, and what comes out is plain arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, NamedTuple, TypeVar, cast

import numpy as np

from backlit.engine.arrays import Inputs, inputs_of, order_of, rates_of, targets_of, weights_of
from backlit.engine.known import activation_known, loss_known, optimizer_known, why_not
from backlit.engine.levels import chosen_level, opened
from backlit.engine.shapes import NetworkLike
from backlit.engine.threads import threads_wanted
from backlit.equations.arrays import Array
from backlit.equations.optimizers import OPTIMIZERS, Optimizer, State
from backlit.errors import BacklitError

__all__ = ["EngineSums", "Snapshot", "Trainer"]

Net = TypeVar("Net", bound=NetworkLike)

PAUSE_SECONDS = 0.02
"""How long the engine runs before Python may look up: at a Ctrl-C, at the progress bar."""

FAULTS = (None, "sweep", "index", "parameters")


class EngineSums(NamedTuple):
    """What an epoch gives back.

    ``loss_sum``: sum over batches of (mean loss, weighted, with penalties) x (number of samples). ``n_batches``: how
    many batches of the order are behind, the bad one among them. ``first_bad_batch``: the batch, from 1, in which a
    pre-activation, an activation or the loss was NaN or infinite, so that it moved nothing, or after which a
    parameter was; the epoch ends there. ``moved`` says which.
    """

    loss_sum: float
    n_batches: int
    first_bad_batch: int | None = None
    moved: bool = True


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Everything that changes in a trainer: parameters, the optimizer's memory, and the number of steps taken."""

    parameters: np.ndarray
    memory: dict[str, np.ndarray]
    steps: int


class Trainer(Generic[Net]):
    """One network, moved in place by each epoch.

    Parameters: ``optimizer`` and ``hyper``: a row of the table, and its hyper-parameters where they are not its
    defaults. ``l1``, ``l2``: strengths of the penalties; their gradient, and their part of the loss, is divided by the
    batch's sum of sample weights, which is scikit-learn's convention. ``weight_decay``: decoupled. ``clip_norm``: limit
    of the norm of all gradients together, penalties included. ``loss_scale``: the reported loss of the samples is
    multiplied by it. ``probability_floor``: the reported loss sees predictions this far from 0 and 1.
    ``slopes_from_values``: hidden sigmoid and tanh layers take their slope from the activation, as ``equations.slopes``
    has it. ``seed``: of the dropout masks. ``n_threads``: by default what pays for the size. ``level``: of the
    instruction set.

    Results are the same bit for bit at any number of threads. Raises BacklitError for what the engine does not know.

    >>> from backlit import Network
    >>> from backlit.equations.optimizers import find_optimizer
    >>> trainer = Trainer(Network.from_weights([[[0.0]]], output="identity"), find_optimizer("sgd"))
    >>> trainer.epoch(np.asarray([[1.0], [2.0]]), np.asarray([[1.0], [2.0]]), np.arange(2), 1, 0.5).loss_sum
    1.0
    >>> trainer.network().weights[0].tolist()
    [[1.5]]
    """

    def __init__(
        self,
        net: Net,
        optimizer: Optimizer = OPTIMIZERS["sgd"],
        hyper: Mapping[str, float] | None = None,
        *,
        l1: float = 0.0,
        l2: float = 0.0,
        weight_decay: float = 0.0,
        clip_norm: float | None = None,
        loss_scale: float = 1.0,
        probability_floor: float | None = None,
        slopes_from_values: bool = False,
        seed: int = 0,
        n_threads: int | None = None,
        level: str | None = None,
    ) -> None:
        reason = why_not(net, optimizer)
        if reason is not None:
            raise BacklitError(f"the compiled engine cannot train this network, because {reason}")
        self._net = net
        self._optimizer = optimizer_known(optimizer)
        values = {"momentum": 0.0, "beta_1": 0.0, "beta_2": 0.0, "epsilon": 0.0, **optimizer.defaults, **(hyper or {})}
        values.pop("learning_rate", None)
        loss, loss_parameter = loss_known(net.loss_row) or ("", 0.0)
        module = opened(level or chosen_level())
        kind = module.TrainerFloat32 if self.dtype == np.float32 else module.TrainerFloat64
        self._core = kind(
            layers=[_layer_arguments(layer) for layer in net.layers],
            loss=loss,
            loss_parameter=loss_parameter,
            optimizer=self._optimizer,
            l1=l1,
            l2=l2,
            weight_decay=weight_decay,
            clip_norm=clip_norm or 0.0,
            loss_scale=loss_scale,
            probability_floor=probability_floor or 0.0,
            slopes_from_values=slopes_from_values,
            seed=seed,
            threads=threads_wanted(n_threads),
            **values,
        )
        self.set_parameters(net)

    @property
    def dtype(self) -> np.dtype[Any]:
        """float32 or float64."""
        dtype: np.dtype[Any] = self._net.layers[0].weights.dtype
        return dtype

    @property
    def steps(self) -> int:
        """Number of steps taken."""
        return int(self._core.steps)

    def epoch(
        self,
        X: Any,
        y: Any,
        order: np.ndarray,
        batch_size: int,
        learning_rate: float | np.ndarray,
        sample_weight: Any = None,
        *,
        first_batch: int = 0,
        look_up: Callable[[int], bool] | None = None,
    ) -> EngineSums:
        """Go through the samples ``order (n_order,)`` of ``X (n, n_in)``, dense or CSR, batch by batch.

        ``y``: targets (n, n_out), or labels from 0 (n,) after softmax with cross entropy. ``learning_rate``: one,
        or one a batch, (n_batches,). ``first_batch``: batches to leave out at the start, from 0. ``look_up(batches
        done)`` is called every few milliseconds; the epoch ends where it returns True. Raises BacklitError for shapes
        and indices that do not fit; a number that is not finite is no error but a ``first_bad_batch``.
        """
        samples, targets, weights = self._checked(X, y, sample_weight)
        rows = order_of(order)
        size = min(int(batch_size), max(1, len(rows)))
        n_batches, done, total = -(-len(rows) // size), first_batch, 0.0
        rates = rates_of(learning_rate, n_batches)
        while done < n_batches:
            try:
                total, count, fault = self._core.epoch(
                    samples.core, targets, weights, rows, size, done, total, rates, PAUSE_SECONDS
                )
            except IndexError as error:
                last = samples.n - 1
                raise BacklitError(
                    f"order must hold indices from 0 to {last}, got {rows.min()} to {rows.max()}"
                ) from error
            done += count
            if FAULTS[fault] is not None:
                return EngineSums(total, done, done, FAULTS[fault] == "parameters")
            if look_up is not None and look_up(done):
                break
        return EngineSums(total, done)

    def loss_and_gradients(
        self, X: Any, y: Any, sample_weight: Any = None
    ) -> tuple[float, list[np.ndarray], list[np.ndarray | None]]:
        """Return the mean loss with penalties and its gradients, without dropout, weights (n_in, n_out) and biases.

        The loss is NaN, and the gradients mean nothing, where a number of the sweeps is not finite.
        """
        samples, targets, weights = self._checked(X, y, sample_weight)
        total, _, fault = self._core.evaluate(samples.core, targets, weights)
        loss = total / samples.n if FAULTS[fault] is None else float("nan")
        return loss, *self._split(self._read("gradients"))

    def measure(self, X: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
        """Return the output activations (n, n_out) and the losses (n,), without dropout, weights and penalties.

        ``X (n, n_in)`` and ``y`` as in ``epoch``. Raises BacklitError for shapes that do not fit.
        """
        samples = inputs_of(X, self._net)
        out = np.empty((samples.n, self._net.layers[-1].n_out), self.dtype)
        losses = np.empty(samples.n)
        self._core.measure(samples.core, targets_of(y, self._net, samples.n), out, losses)
        return out, losses

    def masks(self, step: int, n: int) -> list[np.ndarray | None]:
        """Return the dropout masks (n, n_out) of a step, from 1, and a batch of n: one or None a layer."""
        result: list[np.ndarray | None] = []
        for i, layer in enumerate(self._net.layers):
            mask = np.empty((n, layer.n_out), self.dtype) if layer.dropout else None
            if mask is not None:
                self._core.masks(step, i, mask)
            result.append(mask)
        return result

    def network(self, snapshot: Snapshot | None = None) -> Net:
        """Return the network as it is now, or was in a snapshot, in arrays of its own; they are unchecked."""
        weights, biases = self._split(self._read("parameters") if snapshot is None else snapshot.parameters)
        now: Any = self._net
        layers = [replace(layer, weights=W, biases=b) for layer, W, b in zip(now.layers, weights, biases, strict=True)]
        return cast(Net, replace(now, layers=tuple(layers)))

    def set_parameters(self, net: NetworkLike) -> None:
        """Take over the weights and biases of a network of the same shapes; the optimizer's memory stays."""
        self._write("parameters", [array for layer in net.layers for array in (layer.weights, layer.biases)])

    def states(self) -> list[State]:
        """Return the optimizer's memory of weights and biases, layer by layer, under the names of the equations."""
        names = _MEMORY[self._optimizer]
        if self.steps == 0 or not names:
            return [{} for _ in range(2 * len(self._net.layers))]
        arrays = {name: _flat(*self._split(self._read(place))) for name, place in names.items()}
        count = {"t": self.steps} if self._optimizer == "adam" else {}
        return [
            {} if self._parameters()[i] is None else {**count, **{name: arrays[name][i] for name in names}}
            for i in range(2 * len(self._net.layers))
        ]

    def set_states(self, states: Sequence[State], steps: int | None = None) -> None:
        """Take over an optimizer's memory, as ``states`` gives it; ``steps`` taken so far, where it does not say."""
        counts = [int(state["t"]) for state in states if "t" in state]
        self._core.steps = steps if steps is not None else max(counts, default=0)
        for name, place in _MEMORY[self._optimizer].items():
            self._write(place, [state.get(name) for state in states])

    def snapshot(self) -> Snapshot:
        """Return a copy of everything that changes."""
        memory = {place: self._read(place) for place in _MEMORY[self._optimizer].values()}
        return Snapshot(self._read("parameters"), memory, self.steps)

    def restore(self, snapshot: Snapshot) -> None:
        """Go back to a snapshot."""
        self._core.write("parameters", snapshot.parameters)
        for place, array in snapshot.memory.items():
            self._core.write(place, array)
        self._core.steps = snapshot.steps

    def _checked(self, X: Any, y: Any, sample_weight: Any) -> tuple[Inputs, np.ndarray, np.ndarray | None]:
        samples = inputs_of(X, self._net)
        return samples, targets_of(y, self._net, samples.n), weights_of(sample_weight, self.dtype, samples.n)

    def _parameters(self) -> list[Array | None]:
        return [array for layer in self._net.layers for array in (layer.weights, layer.biases)]

    def _read(self, place: str) -> np.ndarray:
        flat = np.empty(self._core.size, self.dtype)
        self._core.read(place, flat)
        return flat

    def _write(self, place: str, arrays: Sequence[Array | None]) -> None:
        flat = np.zeros(self._core.size, self.dtype)
        for part, array in zip(_flat(*self._split(flat)), arrays, strict=True):
            if part is not None and array is not None:
                part[...] = array
        self._core.write(place, flat)

    def _split(self, flat: np.ndarray) -> tuple[list[np.ndarray], list[np.ndarray | None]]:
        """The weights and biases of each layer, as views of a stretch of memory as the engine lays it out."""
        weights: list[np.ndarray] = []
        biases: list[np.ndarray | None] = []
        for layer, (weights_at, biases_at) in zip(self._net.layers, self._core.places, strict=True):
            weights.append(flat[weights_at : weights_at + layer.n_in * layer.n_out].reshape(layer.n_in, layer.n_out))
            biases.append(None if layer.biases is None else flat[biases_at : biases_at + layer.n_out])
        return weights, biases


_MEMORY: dict[str | None, dict[str, str]] = {
    "sgd": {},
    "momentum": {"velocity": "first"},
    "nesterov": {"velocity": "first"},
    "rmsprop": {"square": "second"},
    "adam": {"mean": "first", "square": "second"},
}
"""Where the engine keeps what the equations' optimizers remember."""


def _layer_arguments(layer: Any) -> tuple[int, int, bool, str, float, float]:
    name, parameter = activation_known(layer.row) or ("", 0.0)
    return layer.n_in, layer.n_out, layer.biases is not None, name, parameter, float(layer.dropout)


def _flat(weights: Sequence[Any], biases: Sequence[Any]) -> list[Any]:
    return [array for pair in zip(weights, biases, strict=True) for array in pair]
