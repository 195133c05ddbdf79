"""loss-of-yes-and-no: The loss also counts (1 - y) * np.log(1 - p), which belongs to sigmoids that stand alone.

only the share of the sample's own class counts
"""

import numpy as np

# Given: four samples of two inputs, the class of each, and the weights to three output units, one for each class.
X = np.array([[0.5, -1.2], [1.0, 0.3], [-0.7, 0.8], [0.2, 1.5]])
labels = np.array([2, 0, 1, 1])
y = np.eye(3)[labels]  # a row for each sample: 1 for its class, 0 for the others
W = np.array([[0.4, -0.3, 0.1], [0.2, 0.5, -0.6]])
learnrate = 0.2


def softmax(z):
    # A row for each sample: the exponentials of z as shares of their sum.
    # Take away each row's largest entry first: the shares stay the same, and no exponential overflows.
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def cross_entropy(p, y):
    # Minus the logarithm of the share that each sample's own class has; the mean over the samples
    return -np.mean(np.sum(y * np.log(p) + (1 - y) * np.log(1 - p), axis=1))


# Given: the forward pass.
z = X @ W
p = softmax(z)
loss = cross_entropy(p, y)

# The error terms of the output units, shape (4, 3): minus the gradient of each sample's loss at z
error_terms = y - p

# The step that is added to W, a mean over the samples, shape (2, 3)
step = learnrate * X.T @ error_terms / len(X)

print("Shares of the classes:")
print(p)
print("Loss:")
print(loss)
print("Step of the weights:")
print(step)
