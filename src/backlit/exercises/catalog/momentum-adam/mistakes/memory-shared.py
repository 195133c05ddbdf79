"""memory-shared: The memory belongs to the class, so all optimizers share it: one goes on where another stopped.

self.velocity = 0 in __init__, and the same for the mean, the square and the count
"""

import numpy as np


class Momentum:
    """The last step, times a factor, goes on; gradient descent comes on top."""

    velocity = 0

    def __init__(self, learnrate, momentum=0.9):
        self.learnrate = learnrate
        self.momentum = momentum
        # What does it have to remember? Nothing has moved yet.

    def step(self, weights, gradient):
        """Return the weights after one step."""
        # Velocity = momentum * velocity before - learnrate * gradient; add it to the weights
        Momentum.velocity = self.momentum * self.velocity - self.learnrate * gradient
        return weights + self.velocity


class Adam:
    """The running mean of the gradient, over the root of the running mean of its square."""

    mean, square, t = 0, 0, 0

    def __init__(self, learnrate, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self.learnrate = learnrate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        # A running mean of the gradient, one of its square, and a count of steps

    def step(self, weights, gradient):
        """Return the weights after one step."""
        # Count the step; mean = beta1 * mean before + (1 - beta1) * gradient; the same for the square, with beta2
        Adam.t += 1
        Adam.mean = self.beta1 * self.mean + (1 - self.beta1) * gradient
        Adam.square = self.beta2 * self.square + (1 - self.beta2) * gradient**2

        # Both began at 0 and are too small at first: divide them by 1 - beta1**t and 1 - beta2**t
        mean = self.mean / (1 - self.beta1**self.t)
        square = self.square / (1 - self.beta2**self.t)

        # The step: minus learnrate times mean, over the root of the square plus epsilon
        return weights - self.learnrate * mean / (np.sqrt(square) + self.epsilon)


# Given: a valley, steep across and flat along. Its loss is (20 * w[0]**2 + w[1]**2) / 2.
def valley_gradient(weights):
    return np.array([20.0, 1.0]) * weights


for optimizer in (Momentum(learnrate=0.02), Adam(learnrate=0.1)):
    weights = np.array([1.0, 1.0])
    for _ in range(50):
        weights = optimizer.step(weights, valley_gradient(weights))
    print(f"{type(optimizer).__name__} after 50 steps: {weights}")
