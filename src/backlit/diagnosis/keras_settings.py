"""What a Keras model was compiled with, by the names that losses, activations and optimizers have here."""

from __future__ import annotations

from typing import Any

import numpy as np

from backlit.errors import BacklitError

__all__ = [
    "ACTIVATIONS",
    "LOSS_NAMES",
    "NotAStackError",
    "as_float",
    "check_ready",
    "is_keras_model",
    "keras_module",
    "loss_name",
    "optimizer_fields",
    "user_optimizer",
]

ACTIVATIONS = {
    "linear": "identity",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "relu": "relu",
    "elu": "elu",
    "selu": "selu",
    "gelu": "gelu",
    "silu": "silu",
    "swish": "silu",
    "mish": "mish",
    "softplus": "softplus",
    "softmax": "softmax",
    "leaky_relu": "leaky_relu(0.2)",
    "hard_sigmoid": "hard_sigmoid",
}
"""Keras's names; its leaky relu falls by 0.2."""

LOSS_NAMES = {
    "mean_squared_error": ("squared_error", "squared_error"),
    "mean_absolute_error": ("absolute_error", "absolute_error"),
    "huber": ("huber", "huber"),
    "binary_crossentropy": ("clipped_log_loss", "log_loss_from_logits"),
    "categorical_crossentropy": ("normalised_cross_entropy", "cross_entropy_from_logits"),
    "sparse_categorical_crossentropy": ("normalised_cross_entropy", "cross_entropy_from_logits"),
    "poisson": ("shifted_poisson", "shifted_poisson"),
}
"""Keras's loss, and the row here: of probabilities, and of scores (from_logits=True)."""

SHORT = {"mse": "mean_squared_error", "mae": "mean_absolute_error", "huber_loss": "huber"}

USUAL = {"from_logits": (True, False), "label_smoothing": (0, None), "axis": (-1, None), "delta": (1, None)}
"""Settings of a loss, and what they are where it is the one of its name here; of all others, None or False."""

KNOWN = ("SGD", "Adam", "AdamW", "RMSprop")
NOT_FOLLOWED = (
    "clipnorm",
    "clipvalue",
    "global_clipnorm",
    "use_ema",
    "loss_scale_factor",
    "gradient_accumulation_steps",
    "amsgrad",
    "centered",
)


class NotAStackError(BacklitError):
    """A Keras model that no Network is: its layers, or what it was compiled with; Keras can still train it."""


def is_keras_model(what: Any) -> bool:
    """Say whether something is a Keras model, without importing Keras.

    >>> is_keras_model(3)
    False
    """
    return any(kind.__module__.startswith("keras.") and kind.__name__ == "Model" for kind in type(what).__mro__)


def keras_module() -> Any:
    """Return Keras, or raise BacklitError where it, or its backend, is not installed."""
    try:
        import keras
    except ImportError as error:
        raise BacklitError(
            f"Keras or its backend is not installed ({error!s:.80}): pip install keras, and jax or torch; the "
            "environment variable KERAS_BACKEND says which"
        ) from None
    return keras


def as_float(value: Any) -> np.ndarray:
    """Return a tensor or variable of Keras as a copy in double precision."""
    return np.array(keras_module().ops.convert_to_numpy(value), np.float64)


def check_ready(model: Any) -> None:
    """Raise BacklitError for a model that is not compiled or not built, or of several inputs or outputs."""
    if not getattr(model, "built", False) or not hasattr(model, "layers"):
        raise BacklitError("the Keras model is not built yet: give it an Input, or call it on samples once")
    if getattr(model, "loss", None) is None or getattr(model, "optimizer", None) is None:
        raise BacklitError("the Keras model has no loss or optimizer yet: call model.compile(optimizer=, loss=)")
    for kind in ("inputs", "outputs"):
        count = len(getattr(model, kind, None) or [None])
        if count > 1:
            raise BacklitError(
                f"the Keras model has {count} {kind}; diagnose takes one of one input and one output: join the inputs "
                "in one array that the model splits, or diagnose a model of one of the outputs"
            )


def loss_name(model: Any) -> str:
    """Return the name of one of Keras's own losses, with its usual settings; raises NotAStackError for others."""
    loss = model.loss
    name = loss if isinstance(loss, str) else str(getattr(loss, "name", None) or getattr(loss, "__name__", ""))
    name = SHORT.get(name.lower(), name)
    own = loss.__module__ if hasattr(loss, "__name__") else type(loss).__module__
    if name not in LOSS_NAMES or not (isinstance(loss, str) or own.startswith("keras.")):
        raise NotAStackError(f"the loss '{name}' is none of {', '.join(LOSS_NAMES)}")
    settings = getattr(loss, "_fn_kwargs", {})
    odd = [key for key, value in settings.items() if value not in USUAL.get(key, (None, False))]
    if odd or getattr(loss, "reduction", "sum_over_batch_size") not in ("sum_over_batch_size", "mean"):
        raise NotAStackError(f"the loss '{name}' has settings of its own")
    return str(name)


def user_optimizer(model: Any) -> Any:
    """Return the optimizer that was given, without what Keras puts around it for half precision."""
    return getattr(model.optimizer, "inner_optimizer", model.optimizer)


def optimizer_fields(optimizer: Any) -> dict[str, Any]:
    """Return the fields of a set-up that SGD, RMSprop, Adam or AdamW decides; raises NotAStackError for others."""
    kind, config = type(optimizer).__name__, optimizer.get_config()
    followed = kind in KNOWN and type(optimizer).__module__.startswith("keras.")
    odd = [name for name in NOT_FOLLOWED if config.get(name)]
    odd += ["learning_rate"] if isinstance(config.get("learning_rate"), dict) else []
    odd += ["weight_decay"] if config.get("weight_decay") and kind != "AdamW" else []
    odd += ["momentum"] if kind == "RMSprop" and config["momentum"] else []
    if not followed or odd:
        raise NotAStackError(f"the optimizer {kind} is not followed{': ' + odd[0] if odd else ''}")
    fields: dict[str, Any] = {"learning_rate": float(as_float(optimizer.learning_rate))}
    if kind == "SGD":
        momentum = float(optimizer.momentum)
        name = "sgd" if not momentum else "nesterov" if optimizer.nesterov else "momentum"
        return {**fields, "optimizer": name, "hyper": {"momentum": momentum} if momentum else {}}
    if kind == "RMSprop":
        hyper = {"beta_2": float(optimizer.rho), "epsilon": float(optimizer.epsilon)}
        return {**fields, "optimizer": "rmsprop", "hyper": hyper}
    hyper = {"beta_1": float(optimizer.beta_1), "beta_2": float(optimizer.beta_2), "epsilon": optimizer.epsilon}
    decay = float(optimizer.weight_decay or 0.0) if kind == "AdamW" else 0.0
    return {**fields, "optimizer": "adam", "hyper": hyper, "weight_decay": decay}
