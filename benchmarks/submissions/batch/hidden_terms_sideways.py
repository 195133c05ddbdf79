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

y = y[:, np.newaxis]
error_terms_2 = (y - output) * output * (1 - output)
# W2 is (3, 1), error_terms_2.T is (1, 4)
error_terms_1 = (W2 @ error_terms_2.T) * (hidden * (1 - hidden)).T
step_2 = learnrate * hidden.T @ error_terms_2 / len(X)
step_1 = learnrate * (error_terms_1 @ X).T / len(X)
