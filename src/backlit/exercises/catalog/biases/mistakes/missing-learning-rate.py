"""missing-learning-rate: The steps of the biases leave out the learning rate.

learnrate * error_terms_2.mean(axis=0)
"""

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

# Forward: each unit adds its bias to its weighted inputs; shapes (5, 4) and (5, 2)
hidden = sigmoid(X @ W1 + b1)
output = sigmoid(hidden @ W2 + b2)

# The error terms, a row for each sample, shapes (5, 2) and (5, 4)
error_terms_2 = (y - output) * output * (1 - output)
error_terms_1 = error_terms_2 @ W2.T * hidden * (1 - hidden)

# The steps of the biases, means over the samples, shapes (2,) and (4,)
bias_step_2 = error_terms_2.mean(axis=0)
bias_step_1 = error_terms_1.mean(axis=0)

print("Step of the output units' biases:")
print(bias_step_2)
print("Step of the hidden units' biases:")
print(bias_step_1)
