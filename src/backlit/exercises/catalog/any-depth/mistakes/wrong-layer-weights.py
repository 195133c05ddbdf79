"""wrong-layer-weights: The error was carried back through a layer's own weights, not through those of the layer above.

error terms of layer l: those of layer l + 1, @ weights[l + 1].T
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward(X, weights):
    """Return a list of what every layer gives out: X first, the output last. weights: one array a layer."""
    activations = [X]
    # One layer after the other: append what it makes of the activations before it
    for W in weights:
        activations.append(sigmoid(activations[-1] @ W))
    return activations


def backward(activations, weights, y):
    """Return a list of the error terms of every layer, in the order of the weights."""
    # Begin at the output, and carry the error terms back layer by layer
    output = activations[-1]
    error_terms = [(y - output) * output * (1 - output)]
    for W, a in zip(weights[-2::-1], activations[-2::-1]):
        error_terms.append(error_terms[-1] @ W.T * a * (1 - a))
    error_terms.reverse()
    return error_terms


def steps(activations, error_terms, learnrate):
    """Return a list of the steps of every layer's weights, means over the samples."""
    # Learning rate times input times error term for every layer
    return [learnrate * a.T @ d / len(a) for a, d in zip(activations, error_terms)]


# Given: two samples, and a network of three layers, 3-4-1-2; any other list of weights should do as well.
X = np.array([[0.5, -1.0, 0.2], [1.1, 0.4, -0.7]])
y = np.array([[1.0, 0.0], [0.0, 1.0]])
W1 = np.array([[0.3, -0.6, 0.1, 0.8], [0.5, 0.2, -0.4, -0.1], [-0.7, 0.4, 0.9, 0.2]])
W2 = np.array([[0.6], [-0.5], [0.3], [-0.1]])
W3 = np.array([[0.9, -0.4]])
weights = [W1, W2, W3]

activations = forward(X, weights)
error_terms = backward(activations, weights, y)
print("Steps of the weights, layer by layer:")
for step in steps(activations, error_terms, learnrate=0.5):
    print(step)
