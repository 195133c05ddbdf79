"""Weight steps from gradients. A step is what is *added* to the parameter.

An optimizer is a pure function ``(gradient, state, hyper-parameters) -> (step, new state)``, elementwise, of any
shape. The state of a parameter's first step is an empty dict; what a function finds missing there is 0. In the
formulas ``g`` is the gradient and ``η`` the learning rate.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from backlit.equations.arrays import Array, namespace
from backlit.equations.names import find_row

__all__ = [
    "OPTIMIZERS",
    "Optimizer",
    "State",
    "adam",
    "clipped",
    "find_optimizer",
    "global_norm",
    "gradient_descent_step",
    "momentum",
    "nesterov",
    "rmsprop",
    "sgd",
    "weight_decay_step",
]

State: TypeAlias = Mapping[str, Any]
"""What an optimizer remembers of one parameter: named arrays of the parameter's shape, and a count of steps."""


def gradient_descent_step(gradient: Array, learning_rate: float) -> Array:
    """Step of plain gradient descent: -learning_rate * gradient, any shape.

    For a weight this is the lesson's learning rate x error term x input, averaged over samples.

    >>> import numpy as np
    >>> gradient_descent_step(np.asarray([2.0, -1.0]), 0.5).tolist()
    [-1.0, 0.5]
    """
    return -learning_rate * gradient


def sgd(gradient: Array, state: State, *, learning_rate: float) -> tuple[Array, State]:
    """Plain gradient descent; it remembers nothing.

    >>> import numpy as np
    >>> step, state = sgd(np.asarray([2.0, -1.0]), {}, learning_rate=0.5)
    >>> step.tolist(), state
    ([-1.0, 0.5], {})
    """
    return gradient_descent_step(gradient, learning_rate), state


def momentum(gradient: Array, state: State, *, learning_rate: float, momentum: float) -> tuple[Array, State]:
    """Heavy ball: the last step, times ``momentum``, goes on.

    >>> import numpy as np
    >>> step, state = momentum(np.asarray([1.0]), {}, learning_rate=0.5, momentum=0.5)
    >>> momentum(np.asarray([1.0]), state, learning_rate=0.5, momentum=0.5)[0].tolist()
    [-0.75]
    """
    velocity = momentum * state.get("velocity", 0.0) - learning_rate * gradient
    return velocity, {"velocity": velocity}


def nesterov(gradient: Array, state: State, *, learning_rate: float, momentum: float) -> tuple[Array, State]:
    """Momentum that looks one step ahead, in the form that needs the gradient here and not there.

    >>> import numpy as np
    >>> nesterov(np.asarray([1.0]), {}, learning_rate=0.5, momentum=0.5)[0].tolist()
    [-0.75]
    """
    velocity = momentum * state.get("velocity", 0.0) - learning_rate * gradient
    return momentum * velocity - learning_rate * gradient, {"velocity": velocity}


def rmsprop(
    gradient: Array, state: State, *, learning_rate: float, beta_2: float, epsilon: float
) -> tuple[Array, State]:
    """The gradient over the root of its running mean square: every parameter moves at about one pace.

    >>> import numpy as np
    >>> step, _ = rmsprop(np.asarray([3.0, -300.0]), {}, learning_rate=0.1, beta_2=0.75, epsilon=1e-9)
    >>> step.round(6).tolist()
    [-0.2, 0.2]
    """
    square = beta_2 * state.get("square", 0.0) + (1 - beta_2) * gradient * gradient
    return -learning_rate * gradient / (namespace(gradient).sqrt(square) + epsilon), {"square": square}


def adam(
    gradient: Array, state: State, *, learning_rate: float, beta_1: float, beta_2: float, epsilon: float
) -> tuple[Array, State]:
    """Running mean of the gradient over the root of its running mean square, both freed of their start at 0.

    The correction for that start is in the learning rate, and ``epsilon`` stands outside the root, as in the
    efficient form at the end of the paper's section 2.

    >>> import numpy as np
    >>> step, _ = adam(np.asarray([3.0, -300.0]), {}, learning_rate=0.1, beta_1=0.9, beta_2=0.999, epsilon=1e-9)
    >>> step.round(6).tolist()
    [-0.1, 0.1]
    """
    t = state.get("t", 0) + 1
    mean = beta_1 * state.get("mean", 0.0) + (1 - beta_1) * gradient
    square = beta_2 * state.get("square", 0.0) + (1 - beta_2) * gradient * gradient
    rate = learning_rate * math.sqrt(1 - beta_2**t) / (1 - beta_1**t)
    return -rate * mean / (namespace(gradient).sqrt(square) + epsilon), {"t": t, "mean": mean, "square": square}


def weight_decay_step(weights: Array, learning_rate: float, weight_decay: float) -> Array:
    """Step of decoupled weight decay, -learning_rate * weight_decay * weights: it never passes through the gradient.

    For weights, not for biases. Source: Loshchilov and Hutter 2019.

    >>> import numpy as np
    >>> weight_decay_step(np.asarray([2.0, -4.0]), 0.5, 0.25).tolist()
    [-0.25, 0.5]
    """
    return -(learning_rate * weight_decay) * weights


def global_norm(gradients: Sequence[Array]) -> float:
    """Root of the sum of the squares of all entries of all arrays; large entries do not overflow.

    >>> import numpy as np
    >>> round(global_norm([np.asarray([3e200]), np.asarray([[4e200, 0.0]])]) / 1e200, 12)
    5.0
    """
    top = max(float(namespace(g).max(namespace(g).abs(g))) for g in gradients)
    if top == 0 or not math.isfinite(top):
        return top
    return top * math.sqrt(sum(float(namespace(g).sum((g / top) * (g / top))) for g in gradients))


def clipped(gradients: Sequence[Array], limit: float) -> list[Array]:
    """Shrink all gradients by one factor so that their global norm is at most ``limit``; direction is kept.

    Source: Pascanu et al. 2013.

    >>> import numpy as np
    >>> [g.tolist() for g in clipped([np.asarray([3.0]), np.asarray([4.0])], 1.0)]
    [[0.6000000000000001], [0.8]]
    """
    norm = global_norm(gradients)
    return list(gradients) if norm <= limit else [g * (limit / norm) for g in gradients]


@dataclass(frozen=True)
class Optimizer:
    """One optimizer and what is known about it.

    ``step(gradient, state, **hyper_parameters)`` returns (step, new state). ``defaults`` names its hyper-parameters,
    ``learning_rate`` among them. ``formula`` is a pair (text, LaTeX). ``weight_decay`` is the decoupled decay that
    goes with it by default. A row of a user's own goes wherever a name goes.
    """

    name: str
    step: Callable[..., tuple[Array, State]]
    formula: tuple[str, str]
    source: str
    defaults: Mapping[str, float]
    weight_decay: float = 0.0


_ADAM_FORMULA = (
    "m ← β₁ m + (1 − β₁) g; v ← β₂ v + (1 − β₂) g²; step = −η √(1 − β₂ᵗ) / (1 − β₁ᵗ) × m / (√v + ε)",
    r"m \leftarrow \beta_1 m + (1 - \beta_1) g,\; v \leftarrow \beta_2 v + (1 - \beta_2) g^2,\;"
    r" \Delta = -\eta \frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t} \frac{m}{\sqrt{v} + \epsilon}",
)
_ADAM_DEFAULTS = {"learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-8}

OPTIMIZERS: dict[str, Optimizer] = {
    row.name: row
    for row in (
        Optimizer("sgd", sgd, ("step = −η g", r"\Delta = -\eta g"), "Robbins and Monro 1951", {"learning_rate": 0.1}),
        Optimizer(
            "momentum",
            momentum,
            ("v ← μ v − η g; step = v", r"v \leftarrow \mu v - \eta g,\; \Delta = v"),
            "Polyak 1964",
            {"learning_rate": 0.01, "momentum": 0.9},
        ),
        Optimizer(
            "nesterov",
            nesterov,
            ("v ← μ v − η g; step = μ v − η g", r"v \leftarrow \mu v - \eta g,\; \Delta = \mu v - \eta g"),
            "Nesterov 1983, in the form of Sutskever et al. 2013",
            {"learning_rate": 0.01, "momentum": 0.9},
        ),
        Optimizer(
            "rmsprop",
            rmsprop,
            (
                "v ← β₂ v + (1 − β₂) g²; step = −η g / (√v + ε)",
                r"v \leftarrow \beta_2 v + (1 - \beta_2) g^2,\; \Delta = -\eta \frac{g}{\sqrt{v} + \epsilon}",
            ),
            "Tieleman and Hinton 2012, lecture 6.5",
            {"learning_rate": 0.001, "beta_2": 0.9, "epsilon": 1e-8},
        ),
        Optimizer("adam", adam, _ADAM_FORMULA, "Kingma and Ba 2015", _ADAM_DEFAULTS),
        Optimizer(
            "adamw",
            adam,
            (_ADAM_FORMULA[0] + " − η λ W", _ADAM_FORMULA[1] + r" - \eta \lambda W"),
            "Loshchilov and Hutter 2019",
            _ADAM_DEFAULTS,
            weight_decay=0.01,
        ),
    )
}

OPTIMIZER_ALIASES = {"gradient_descent": "sgd", "nag": "nesterov"}


def find_optimizer(name: str | Optimizer) -> Optimizer:
    """Return the row of an optimizer's name or alias; a row is returned as it is.

    Raises BacklitError for an unknown name, with the nearest one suggested.

    >>> find_optimizer("AdamW").weight_decay
    0.01
    """
    if isinstance(name, Optimizer):
        return name
    return find_row("optimizer", name, OPTIMIZERS, {}, OPTIMIZER_ALIASES)
