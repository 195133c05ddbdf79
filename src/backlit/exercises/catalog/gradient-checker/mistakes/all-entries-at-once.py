"""all-entries-at-once: All entries of W were moved together, so every entry of the gradient is the same.

change W[index] alone, and change it back
"""

import numpy as np


def numeric_gradient(loss, W, h=1e-5):
    """Return the gradient of loss(W), an array of W's shape. loss takes an array and returns a number."""
    # For each entry of W: let it be h more, then h less, and see how much the loss differs.
    # np.zeros(W.shape) holds a number for each, np.ndindex(W.shape) goes through all indices. Leave W as it was.
    gradient = np.zeros(W.shape)
    for index in np.ndindex(W.shape):
        gradient[index] = (loss(W + h) - loss(W - h)) / (2 * h)
    return gradient


def relative_errors(a, b):
    """Return, entry by entry, how far a and b are apart beside the larger of their sizes; 0 where both are 0."""
    # The size of the difference, |a - b|, divided by the larger of |a| and |b|
    size = np.maximum(np.abs(a), np.abs(b))
    return np.abs(a - b) / np.where(size == 0, 1, size)


def is_right(loss, gradient, W):
    """Return whether a gradient is right at W: whether no entry is off by more than 1e-5, relatively."""
    # Compare it with the numeric gradient
    return relative_errors(gradient, numeric_gradient(loss, W)).max() < 1e-5


# Given: a loss, the gradient that somebody derived for it, and one with a mistake in it.
def example_loss(W):
    return np.sum(np.tanh(W) ** 2) / 2


def example_gradient(W):
    return np.tanh(W) * (1 - np.tanh(W) ** 2)


def example_mistake(W):
    return np.tanh(W)


W = np.array([[0.5, -1.2, 0.3], [0.9, 0.1, -0.4]])
print("Numeric gradient:")
print(numeric_gradient(example_loss, W))
print("Is the gradient right? And the one with the mistake?")
print(is_right(example_loss, example_gradient(W), W), is_right(example_loss, example_mistake(W), W))
