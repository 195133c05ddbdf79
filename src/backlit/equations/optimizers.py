"""Weight steps from gradients. A step is what is *added* to the parameter."""

from backlit.equations.arrays import Array

__all__ = ["gradient_descent_step"]


def gradient_descent_step(gradient: Array, learning_rate: float) -> Array:
    """Step of plain gradient descent: -learning_rate * gradient, any shape.

    For a weight this is the lesson's learning rate x error term x input, averaged over samples.

    >>> import numpy as np
    >>> gradient_descent_step(np.asarray([2.0, -1.0]), 0.5).tolist()
    [-1.0, 0.5]
    """
    return -learning_rate * gradient
