"""Biases: in the forward pass, and their steps."""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


# Given: five samples of three inputs, two targets for each; weights and biases of a 3-4-2 network.
X = np.array([[0.5, -1.0, 0.2], [1.1, 0.4, -0.7], [-0.3, 0.9, 0.6], [0.8, -0.2, 1.3], [-1.2, 0.1, -0.5]])
y = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [0.0, 0.0], [0.5, 1.0]])
W1 = np.array([[0.3, -0.6, 0.1, 0.8], [0.5, 0.2, -0.4, -0.1], [-0.7, 0.4, 0.9, 0.2]])
b1 = np.array([0.1, -0.3, 0.4, 0.2])
W2 = np.array([[0.6, -0.2], [-0.5, 0.7], [0.3, 0.4], [-0.1, 0.8]])
b2 = np.array([-0.2, 0.3])
learnrate = 0.4

# TODO: forward: each unit adds its bias to its weighted inputs; shapes (5, 4) and (5, 2)
hidden = None
output = None

# TODO: the error terms, a row for each sample, shapes (5, 2) and (5, 4)
error_terms_2 = None
error_terms_1 = None

# TODO: the steps of the biases, means over the samples, shapes (2,) and (4,)
bias_step_2 = None
bias_step_1 = None

print("Step of the output units' biases:")
print(bias_step_2)
print("Step of the hidden units' biases:")
print(bias_step_1)
