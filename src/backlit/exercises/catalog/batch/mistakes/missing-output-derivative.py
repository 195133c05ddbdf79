"""missing-output-derivative: The output's error terms are the bare errors, without the slope.

(y[:, None] - output) * output * (1 - output)
"""

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

# The output's error terms, shape (4, 1)
error_terms_2 = y[:, None] - output

# The hidden units' error terms, shape (4, 3)
error_terms_1 = error_terms_2 @ W2.T * hidden * (1 - hidden)

# The steps, averaged over the samples, shapes (3, 1) and (2, 3)
step_2 = learnrate * hidden.T @ error_terms_2 / len(X)
step_1 = learnrate * X.T @ error_terms_1 / len(X)

print("Step of the weights to the output:")
print(step_2)
print("Step of the weights to the hidden layer:")
print(step_1)
