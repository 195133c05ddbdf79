"""one-step-an-epoch: The steps of an epoch were collected and added once, at its end; here each sample's are added at once.

W2 += learnrate * output_error_term * hidden, inside the inner loop
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


# Given: eight pots on a windowsill: light (hours a day, divided by 10), water (litres a week), and whether it flowered.
X = np.array([[0.9, 0.6], [0.2, 0.5], [0.8, 0.2], [0.7, 0.7], [0.1, 0.9], [0.6, 0.4], [0.3, 0.1], [0.4, 0.8]])
y = np.array([1, 0, 0, 1, 0, 1, 0, 1])

# Given: the weights before training, for three hidden units and one output.
W1 = np.array([[0.4, -0.7, 0.2], [-0.3, 0.5, 0.9]])
W2 = np.array([0.6, -0.2, -0.5])


def train(X, y, W1, W2, learnrate, epochs):
    """Return both arrays of weights after training, and a list with the mean loss of each epoch."""
    W1, W2 = W1.copy(), W2.copy()
    losses = []
    for epoch in range(epochs):
        loss = 0
        steps_1, steps_2 = np.zeros_like(W1), np.zeros_like(W2)
        for x, target in zip(X, y):
            # Forward: what the hidden units and the output say of this sample
            hidden = sigmoid(x @ W1)
            output = sigmoid(hidden @ W2)

            # Add half the squared error of this sample to the loss
            loss += (target - output) ** 2 / 2

            # Backward: the error terms of the output and of the hidden units
            output_error_term = (target - output) * output * (1 - output)
            hidden_error_term = W2 * output_error_term * hidden * (1 - hidden)

            # Update: add this sample's steps to W2 and W1
            steps_2 += learnrate * output_error_term * hidden
            steps_1 += learnrate * x[:, None] * hidden_error_term
        W2 += steps_2
        W1 += steps_1
        losses.append(loss / len(X))
    return W1, W2, losses


trained_W1, trained_W2, losses = train(X, y, W1, W2, learnrate=5.0, epochs=100)
print("Loss of the first epoch and of the last:")
print(losses[0], losses[-1])
