"""One step for a batch of four samples through a 2-3-1 network."""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


# Given: a row for each sample, a target for each, and the weights.
X = np.array([[0.4, -1.0], [1.2, 0.3], [-0.6, 0.8], [0.1, 0.5]])
y = np.array([1.0, 0.0, 1.0, 0.5])
W1 = np.array([[0.2, -0.5, 0.4], [0.7, 0.1, -0.3]])
W2 = np.array([[0.6], [-0.2], [0.9]])
learnrate = 0.2

# Given: the forward pass: hidden (4, 3), output (4, 1).
hidden = sigmoid(X @ W1)
output = sigmoid(hidden @ W2)

# TODO: the output's error terms, shape (4, 1)
error_terms_2 = None

# TODO: the hidden units' error terms, shape (4, 3)
error_terms_1 = None

# TODO: the steps, averaged over the samples, shapes (3, 1) and (2, 3)
step_2 = None
step_1 = None

print("Step of the weights to the output:")
print(step_2)
print("Step of the weights to the hidden layer:")
print(step_1)
