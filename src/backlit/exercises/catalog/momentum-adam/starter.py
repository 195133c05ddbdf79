"""Momentum and Adam: two optimizers that remember."""

import numpy as np


class Momentum:
    """The last step, times a factor, goes on; gradient descent comes on top."""

    def __init__(self, learnrate, momentum=0.9):
        self.learnrate = learnrate
        self.momentum = momentum
        # TODO: what does it have to remember? Nothing has moved yet.

    def step(self, weights, gradient):
        """Return the weights after one step."""
        # TODO: velocity = momentum * velocity before - learnrate * gradient; add it to the weights
        return weights


class Adam:
    """The running mean of the gradient, over the root of the running mean of its square."""

    def __init__(self, learnrate, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self.learnrate = learnrate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        # TODO: a running mean of the gradient, one of its square, and a count of steps

    def step(self, weights, gradient):
        """Return the weights after one step."""
        # TODO: count the step; mean = beta1 * mean before + (1 - beta1) * gradient; the same for the square, with beta2

        # TODO: both began at 0 and are too small at first: divide them by 1 - beta1**t and 1 - beta2**t

        # TODO: the step: minus learnrate times mean, over the root of the square plus epsilon
        return weights


# Given: a valley, steep across and flat along. Its loss is (20 * w[0]**2 + w[1]**2) / 2.
def valley_gradient(weights):
    return np.array([20.0, 1.0]) * weights


for optimizer in (Momentum(learnrate=0.02), Adam(learnrate=0.1)):
    weights = np.array([1.0, 1.0])
    for _ in range(50):
        weights = optimizer.step(weights, valley_gradient(weights))
    print(f"{type(optimizer).__name__} after 50 steps: {weights}")
