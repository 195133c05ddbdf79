"""Looks at any Keras model, on JAX or PyTorch: each layer with weights; the model is as it was afterwards.

An error term is the gradient with respect to zeros added to what a layer computes, before its activation where it has
one of its own. Keras has no hooks, so for the length of a look a layer's activation, or its call, is one that adds.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from backlit.diagnosis.keras_settings import as_float, keras_module
from backlit.diagnosis.looking import MOSTLY, slope_shares, step_ratio
from backlit.diagnosis.seen import LayerLook, Look
from backlit.equations.activation_table import find_activation
from backlit.errors import BacklitError

__all__ = ["activation_name", "evaluated", "keras_looker", "keras_weights", "watched_keras_layers"]

SATURATING = ("sigmoid", "tanh", "hard_sigmoid")


def watched_keras_layers(model: Any) -> Iterator[tuple[str, Any]]:
    """Yield the layers that have weights to be trained, those of models within it too, with their names."""
    for layer in model.layers:
        if hasattr(layer, "layers") and hasattr(layer, "compile"):
            yield from watched_keras_layers(layer)
        elif layer.trainable_weights:
            yield layer.name, layer


def keras_weights(model: Any) -> dict[str, np.ndarray]:
    """Return a copy of each layer's first weights to be trained, by its name."""
    return {name: as_float(layer.trainable_weights[0]) for name, layer in watched_keras_layers(model)}


def evaluated(model: Any, X: Any) -> Any:
    """Return the model's outputs in evaluation mode, a tensor of its backend."""
    # as Keras's own loop does: a call of one's own may not take it
    mode = {"training": False} if getattr(model, "_call_has_training_arg", True) else {}
    with warnings.catch_warnings():
        # what it has to say of the model, it says in the user's own training
        warnings.simplefilter("ignore")
        return model(X, **mode)


def keras_looker(model: Any) -> Callable[..., Look]:
    """Return ``look(X, y, step, before=None)`` at a compiled model on some samples, ``X`` and ``y`` as they are fed.

    Error terms are minus the gradient of the model's loss times the samples; ``before``: ``keras_weights`` before the
    last step. It raises BacklitError where outputs or loss cannot be computed. On JAX the first look at samples of
    one shape compiles a sweep, which all others use.
    """
    layers, names = dict(watched_keras_layers(model)), list[str]()
    sweep = _sweep(model, layers, names)

    def look(X: np.ndarray, y: np.ndarray, step: int, before: Mapping[str, np.ndarray] | None = None) -> Look:
        try:
            total, *found = sweep(X, y)
        except Exception as error:
            # whatever a model of the user's own raises
            raise BacklitError(
                f"the Keras model or its loss could not be computed on {len(X)} samples: {_in_a_line(error)}"
            ) from None
        looks = []
        for name, z, activation, gradient in zip(names, *found, strict=True):
            was, layer = (before or {}).get(name), layers[name]
            error_term, now = -as_float(gradient), as_float(layer.trainable_weights[0])
            looks.append(
                LayerLook(
                    name=name,
                    activation=float(np.std(as_float(activation))),
                    dead=_dead(_by_unit(error_term, layer)),
                    saturated=_saturated(_by_unit(as_float(z), layer), layer),
                    error_term=float(np.sqrt(np.mean(np.square(error_term)))),
                    update_ratio=None if was is None else step_ratio(was, now),
                )
            )
        return Look(step, float(as_float(total)) / len(X), tuple(looks))

    return look


def _in_a_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


Sweep = Callable[[Any, Any], tuple[Any, list[Any], list[Any], list[Any]]]
"""Of samples: the loss times their number; of each layer what it computes, what it gives on, and the gradients."""


def _sweep(model: Any, layers: Mapping[str, Any], names: list[str]) -> Sweep:
    """Return the sweep through a model; ``names`` gets the layers in the order of their calls."""
    keras = keras_module()

    def parts(X: Any, y: Any, gradients_of: Callable[[Any, list[Any]], tuple[Any, list[Any]]]) -> Any:
        sums, activations = _summed(model, layers, X)
        names[:] = sums
        total, gradients = gradients_of(
            lambda added: _loss_with(model, layers, names, added, X, y), list(sums.values())
        )
        return total, list(sums.values()), list(activations.values()), gradients

    if keras.config.backend() != "jax":
        return lambda X, y: parts(X, y, _gradients_by_torch)
    import jax

    def stateless(values: list[Any], X: Any, y: Any) -> Any:
        # the values are arguments, so that a sweep compiled once serves after other steps
        with keras.StatelessScope(state_mapping=list(zip(model.variables, values, strict=True))):
            return parts(X, y, _gradients_by_jax)

    compiled = jax.jit(stateless)
    return lambda X, y: compiled([variable.value for variable in model.variables], X, y)


def _summed(model: Any, layers: Mapping[str, Any], X: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """What each layer computes, and what it gives on, in the order of the calls: tensors."""
    sums: dict[str, Any] = {}
    activations: dict[str, Any] = {}

    def keep(name: str, own: Callable[[Any], Any], z: Any) -> Any:
        given = own(z)
        # of a layer that is called more than once, the first call
        if name not in sums and _is_tensor(z) and _is_tensor(given):
            sums[name], activations[name] = z, given
        return given

    with _through(layers, keep):
        evaluated(model, X)
    return sums, activations


def _loss_with(model: Any, layers: Mapping[str, Any], names: list[str], added: list[Any], X: Any, y: Any) -> Any:
    """The loss times the samples, where something is added to what each layer computes."""
    left = dict(zip(names, added, strict=True))

    def add(name: str, own: Callable[[Any], Any], z: Any) -> Any:
        return own(z + left.pop(name)) if name in left else own(z)

    with _through(layers, add):
        # times the samples before the backward sweep: in half precision a mean's gradients would be 0
        return model.compute_loss(X, y, evaluated(model, X), None) * len(X)


def _gradients_by_jax(loss: Any, like: list[Any]) -> tuple[Any, list[Any]]:
    import jax

    total, gradients = jax.value_and_grad(loss)([jax.numpy.zeros_like(z) for z in like])
    return total, list(gradients)


def _gradients_by_torch(loss: Any, like: list[Any]) -> tuple[Any, list[Any]]:
    import torch

    with torch.enable_grad():
        zeros = [torch.zeros_like(z, requires_grad=True) for z in like]
        total = loss(zeros)
        found = torch.autograd.grad(total, zeros, allow_unused=True) if zeros else ()
    return total, [torch.zeros_like(z) if one is None else one for z, one in zip(like, found, strict=True)]


@contextmanager
def _through(layers: Mapping[str, Any], see: Callable[[str, Callable[[Any], Any], Any], Any]) -> Iterator[None]:
    """Within, what each layer computes goes through ``see(name, activation, z)``, which gives the layer's output."""

    def around(name: str, layer: Any, own: str) -> Callable[..., Any]:
        inner = getattr(layer, own)
        if own == "activation":
            return lambda z: see(name, inner, z)
        return lambda *args, **options: see(name, lambda output: output, inner(*args, **options))

    held = []
    try:
        for name, layer in layers.items():
            own = "activation" if activation_name(layer) else "call"
            held.append((layer, own, vars(layer).get(own)))
            # past the layer's own way to set attributes, which keeps books of them
            vars(layer)[own] = around(name, layer, own)
        yield
    finally:
        for layer, own, was in held:
            vars(layer).pop(own)
            if was is not None:
                vars(layer)[own] = was


def activation_name(layer: Any) -> str:
    """Return the name of a layer's own activation, or "" where it has none that is a function of its output alone."""
    own = vars(layer).get("activation")
    return str(getattr(own, "__name__", "")) if callable(own) and not hasattr(own, "trainable_weights") else ""


def _is_tensor(value: Any) -> bool:
    return bool(keras_module().ops.is_tensor(value)) and "float" in str(value.dtype)


def _by_unit(values: np.ndarray, layer: Any) -> np.ndarray:
    """Samples and places in rows, a column a unit."""
    axis = 1 if getattr(layer, "data_format", "") == "channels_first" else -1
    moved = np.moveaxis(values, axis, -1)
    return moved.reshape(-1, moved.shape[-1])


def _saturated(z: np.ndarray, layer: Any) -> float:
    name = activation_name(layer)
    if name not in SATURATING:
        return 0.0
    _, low = slope_shares(find_activation(name), z)
    return float(np.mean(low >= MOSTLY))


def _dead(error: np.ndarray) -> float:
    """The share of units whose error term is exactly 0 on all samples; where all are, nothing comes back at all."""
    silent = (error == 0).all(axis=0)
    return 0.0 if silent.all() else float(silent.mean())
