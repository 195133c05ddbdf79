"""Any Keras model as part of a set-up: copies are trained by Keras itself, on JAX or PyTorch, with the user's loss."""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from backlit.diagnosis.keras_copies import can_be_changed, copied, drops, output_layer
from backlit.diagnosis.keras_looks import evaluated, keras_looker, keras_weights
from backlit.diagnosis.keras_settings import ACTIVATIONS, as_float, keras_module
from backlit.diagnosis.parts import Once, Part, alike_for_seed
from backlit.errors import BacklitError

if TYPE_CHECKING:
    from backlit.diagnosis.seen import Look
    from backlit.diagnosis.setup import Setup

__all__ = ["KerasSource", "keras_part"]

LOSSES = {
    "squared_error": "mean_squared_error",
    "absolute_error": "mean_absolute_error",
    "huber": "huber",
    "log_loss": "binary_crossentropy",
    "clipped_log_loss": "binary_crossentropy",
    "cross_entropy": "categorical_crossentropy",
    "normalised_cross_entropy": "categorical_crossentropy",
    "shifted_poisson": "poisson",
}
"""A Network's loss by Keras's name, of the outputs that a Network has for it."""


@dataclass(frozen=True, eq=False)
class _Copy:
    """A compiled copy, how to look at it, and the values of its optimizer and generators before any step."""

    model: Any
    look: Callable[..., Look]
    first: list[np.ndarray]


@dataclass(frozen=True, eq=False)
class KerasSource:
    """What is taken from the user's model, which is read and never changed.

    ``weights``: where training starts. ``optimizer``: Keras's, and ``settings`` its name and numbers, ``rate`` its
    rate, as a set-up has them. ``penalised``: whether there is weight decay or a layer's penalty. ``output``:
    activation and loss as a Network has them; ``scores``: it applies the activation, where the model gives scores.
    ``made``: compiled copies by what is changed in them, since each compiles its training step anew.
    """

    model: Any
    weights: tuple[np.ndarray, ...]
    optimizer: Any
    settings: tuple[str, dict[str, float]]
    rate: float
    penalised: bool
    output: tuple[str, str]
    scores: bool
    made: dict[tuple[Any, ...], _Copy] = field(default_factory=dict)


def keras_part(
    source: KerasSource, X: np.ndarray, y: np.ndarray, *, whole: bool, more: tuple[str, ...], once: Once | None = None
) -> Part:
    """Return a Keras model as part of a set-up; see ``Part``."""
    model = source.model
    names = [variable.path for variable in model.weights]
    return Part(
        begin=partial(_begun, source, X.dtype),
        named={name: np.asarray(as_float(value)) for name, value in zip(names, source.weights, strict=True)},
        shape=X.shape[1:],
        whole=whole,
        targets=y,
        has_dropout=can_be_changed(model) and any(drops(layer) for layer in model._flatten_layers()),
        more=more if can_be_changed(model) or once is not None else (),
        once=once,
    )


@dataclass(eq=False)
class KerasTrainee:
    """A copy of a model in training: a ``parts.Trainee``. ``scores``: outputs are scores of which shares are made."""

    model: Any
    X: np.ndarray
    y: np.ndarray
    scores: bool
    looker: Callable[..., Look]

    def step(self, rows: np.ndarray) -> float:
        """Make one step."""
        logs = self.model.train_on_batch(self.X[rows], self.y[rows], return_dict=True)
        return float(logs["loss"]) if "loss" in logs else self.loss(rows)

    def outputs(self, rows: np.ndarray) -> np.ndarray:
        """Return the outputs in evaluation mode; of two classes as the probability of one."""
        outputs = as_float(evaluated(self.model, self.X[rows]))
        with np.errstate(over="ignore"):
            return 1 / (1 + np.exp(-outputs)) if self.scores and outputs[0].size == 1 else outputs

    def loss(self, rows: np.ndarray, *, in_column: bool = False) -> float:
        """Return the loss in evaluation mode."""
        y = self.y[rows]
        X = self.X[rows]
        return float(
            as_float(self.model.compute_loss(X, y[:, None] if in_column else y, evaluated(self.model, X), None))
        )

    def look(self, rows: np.ndarray, step: int, before: dict[str, np.ndarray] | None = None) -> Look:
        """Look at the layers."""
        return self.looker(self.X[rows], self.y[rows], step, before)

    def weights(self) -> dict[str, np.ndarray]:
        """Return each layer's first weights."""
        return keras_weights(self.model)


@contextmanager
def _begun(source: KerasSource, kind: Any, setup: Setup, seed: int) -> Iterator[KerasTrainee]:
    assert setup.part is not None
    with _generators_kept(seed, source), warnings.catch_warnings():
        # what Keras has to say of the model, it says in the user's own training
        warnings.simplefilter("ignore")
        made = _compiled(source, setup)
        model = made.model
        model.set_weights(_start(source, setup, seed))
        for variable, value in zip(_beside_weights(model), made.first, strict=True):
            variable.assign(value)
        if setup.learning_rate != source.rate:
            user = getattr(model.optimizer, "inner_optimizer", model.optimizer)
            user.learning_rate = setup.learning_rate
        kind = kind if setup.part.whole else np.float32
        X = setup.X.reshape(len(setup.X), *setup.part.shape).astype(kind)
        scores = source.scores and _output(setup) == source.output
        yield KerasTrainee(model, X, _fed(source, setup), scores, made.look)


def _output(setup: Setup) -> tuple[str, str]:
    return setup.network.layers[-1].row.name, setup.network.loss_row.name


def _fed(source: KerasSource, setup: Setup) -> np.ndarray:
    """The targets as they are fed; a regression's may have been scaled, and a loss of one's choice takes columns."""
    assert setup.part is not None
    fed = setup.part.targets
    if _output(setup) != source.output and setup.part.once is None:
        return setup.Y.astype(np.float32)
    return fed if setup.labels is not None else setup.Y.reshape(fed.shape).astype(np.float32)


@contextmanager
def _generators_kept(seed: int, source: KerasSource) -> Iterator[None]:
    """Within, what has no seed of its own is drawn by this one; Keras draws such seeds by Python's generator."""
    state = random.getstate()
    around: Any = nullcontext()
    if keras_module().config.backend() == "torch":
        from backlit.diagnosis.torch_looks import apart

        around = apart(seed, sum(values.size for values in source.weights))
    try:
        with around:
            random.seed(seed)
            yield
    finally:
        random.setstate(state)


def _compiled(source: KerasSource, setup: Setup) -> _Copy:
    """A compiled copy with a set-up's changes."""
    plain = source.penalised and not setup.weight_decay and not setup.l2
    own = (setup.optimizer, dict(setup.hyper)) == source.settings
    fixed = setup.learning_rate != source.rate
    key = (setup.no_dropout, plain, own, fixed, _output(setup))
    if key not in source.made:
        try:
            model = copied(source.model, no_dropout=setup.no_dropout, plain=plain)
            _compile(model, source, setup, _optimizer(source, setup, own=own, plain=plain))
        except Exception as error:
            # whatever layers of the user's own raise
            raise BacklitError(
                f"the Keras model {type(source.model).__name__} cannot be copied, and experiments run on copies: "
                f"{' '.join(str(error).split())[:200]}"
            ) from None
        first = [as_float(variable) for variable in _beside_weights(model)]
        source.made[key] = _Copy(model, keras_looker(model), first)
    return source.made[key]


def _beside_weights(model: Any) -> list[Any]:
    """The variables of the optimizer, and of the layers' generators, which are no weights."""
    weights = {id(variable) for variable in model.weights}
    return [*model.optimizer.variables, *(one for one in model.variables if id(one) not in weights)]


def _optimizer(source: KerasSource, setup: Setup, *, own: bool, plain: bool) -> Any:
    """The user's optimizer anew, or adam; a schedule gives way to a rate of the set-up's own."""
    if not own:
        return keras_module().optimizers.Adam(setup.learning_rate)
    config = source.optimizer.get_config()
    if plain and "weight_decay" in config:
        config["weight_decay"] = None
    if setup.learning_rate != source.rate:
        config["learning_rate"] = setup.learning_rate
    return type(source.optimizer).from_config(config)


def _compile(model: Any, source: KerasSource, setup: Setup, optimizer: Any) -> None:
    given, loss = source.model, source.model.loss
    once = None if setup.part is None else setup.part.once
    if once is not None and setup.network.loss_row.name == once.loss:
        loss = once.given
    elif _output(setup) != source.output:
        activation, name = _output(setup)
        last = output_layer(model)
        keras_name = next(key for key, value in ACTIVATIONS.items() if value == activation)
        last.activation = keras_module().activations.get(keras_name)
        loss = keras_module().losses.get(LOSSES[name]) if name in LOSSES else given.loss
    weights = getattr(getattr(given, "_compile_loss", None), "_user_loss_weights", None)
    model.compile(
        optimizer=optimizer,
        loss=loss,
        loss_weights=weights,
        run_eagerly=given.run_eagerly,
        jit_compile=given.jit_compile,
    )
    model.optimizer.build(model.trainable_variables)


def _start(source: KerasSource, setup: Setup, seed: int) -> list[np.ndarray]:
    """The weights for one seed; statistics, which are not trained, are as they were given."""
    if setup.initializer == "default":
        return list(copied(source.model, default_start=True).get_weights())
    rng, trained = np.random.default_rng([17, seed]), [variable.trainable for variable in source.model.weights]
    if not seed:
        return list(source.weights)
    return [
        alike_for_seed(values, rng) if moves else values for values, moves in zip(source.weights, trained, strict=True)
    ]
