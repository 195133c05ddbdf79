"""Copies of a Keras model by its configuration, with layers changed on the way; the model is as it was afterwards."""

from __future__ import annotations

import inspect
from typing import Any

from backlit.diagnosis.keras_settings import keras_module

__all__ = ["can_be_changed", "copied", "drops", "output_layer"]

DROPS = ("dropout", "recurrent_dropout")


def output_layer(model: Any) -> Any:
    """Return the layer that gives a model's outputs, that of a model within it where that is last; None if unknown."""
    outputs = getattr(model, "outputs", None)
    last = getattr(outputs[0], "_keras_history", [None])[0] if outputs else None
    return output_layer(last) if getattr(last, "outputs", None) and hasattr(last, "layers") else last


def can_be_changed(model: Any) -> bool:
    """Say whether Keras knows what the model is made of: a Sequential, or one of inputs and outputs."""
    keras = keras_module()
    return isinstance(model, keras.Sequential) or bool(getattr(model, "outputs", None))


def copied(model: Any, *, no_dropout: bool = False, plain: bool = False, default_start: bool = False) -> Any:
    """Return a copy of a model, not compiled, with layers whose configuration may be changed."""
    keras = keras_module()

    def changed(layer: Any) -> Any:
        config = _changed(layer.get_config(), type(layer).__name__, no_dropout, plain, default_start)
        return type(layer).from_config(config)

    compiled = model.compiled
    try:
        # a copy would be compiled too, with a loss of one's own that Keras may not find again
        vars(model)["compiled"] = False
        with keras.utils.custom_object_scope(_own_objects(model)):
            if can_be_changed(model):
                return keras.models.clone_model(model, clone_function=changed, recursive=True)
            return _like(keras.models.clone_model(model), model)
    finally:
        vars(model)["compiled"] = compiled


def _like(made: Any, model: Any) -> Any:
    """A copy of a model of one's own class, built as it is."""
    if not made.built:
        made.build_from_config(model.get_build_config())
    return made


def _own_objects(model: Any) -> dict[str, Any]:
    """Classes of layers and functions in them by name: Keras finds those of one's own by it alone."""
    found: dict[str, Any] = {}
    for layer in model._flatten_layers():
        found[type(layer).__name__] = type(layer)
        functions = (value for value in vars(layer).values() if inspect.isfunction(value))
        found.update({value.__name__: value for value in functions})
    return {name: value for name, value in found.items() if not value.__module__.startswith("keras.")}


def _changed(config: Any, kind: str, no_dropout: bool, plain: bool, default_start: bool) -> Any:
    """A layer's configuration, and those of layers within it, without dropout, penalties or ways to start."""
    if not isinstance(config, dict):
        return config
    kind = str(config.get("class_name", kind))
    new: dict[str, Any] = {}
    for name, value in config.items():
        if default_start and name.endswith("_initializer"):
            continue
        if plain and name.endswith("_regularizer"):
            new[name] = None
        elif no_dropout and (name in DROPS or (name == "rate" and "Dropout" in kind)):
            new[name] = 0.0
        else:
            new[name] = _changed(value, kind, no_dropout, plain, default_start)
    return new


def drops(layer: Any) -> bool:
    """Say whether a layer has dropout of more than 0."""
    if "Dropout" in type(layer).__name__:
        return bool(getattr(layer, "rate", 0))
    return any(isinstance(getattr(layer, name, None), float) and getattr(layer, name) > 0 for name in DROPS)
