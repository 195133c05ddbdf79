"""signs-for-weights: The gradient has the signs of the weights: that is the penalty on their sizes (L1), not on their squares (L2).

dW1 + l2 * W1
"""

import numpy as np

# Given: four samples of three inputs; weights and biases of two tanh units and of an output that is a plain sum.
X = np.array([[0.5, -1.0, 0.2], [1.1, 0.4, -0.7], [-0.3, 0.9, 0.6], [0.8, -0.2, 1.3]])
y = np.array([0.9, -0.4, 0.2, 0.5])
W1 = np.array([[0.7, -1.2], [0.4, 0.9], [-1.5, 0.3]])
b1 = np.array([0.2, -0.6])
W2 = np.array([1.4, -0.8])
b2 = 0.3
l2 = 0.1
learnrate = 0.5

# Given: the mean loss of the samples, and its gradients, without any penalty.
hidden = np.tanh(X @ W1 + b1)
output = hidden @ W2 + b2
data_loss = np.mean((output - y) ** 2) / 2
dz2 = output - y
dz1 = dz2[:, None] * W2 * (1 - hidden**2)
dW2, db2 = hidden.T @ dz2 / len(X), dz2.mean()
dW1, db1 = X.T @ dz1 / len(X), dz1.mean(axis=0)

# The penalty: l2 / 2 times the sum of the squares of all weights. Biases are not penalised.
penalty = l2 / 2 * (np.sum(W1**2) + np.sum(W2**2))

# The loss with the penalty
loss = data_loss + penalty

# The gradients of that loss with respect to W2, W1 and b1
gradient_W2 = dW2 + l2 * np.sign(W2)
gradient_W1 = dW1 + l2 * np.sign(W1)
gradient_b1 = db1

# W1 and b1 after one step of gradient descent
new_W1 = W1 - learnrate * gradient_W1
new_b1 = b1 - learnrate * gradient_b1

print("Loss without the penalty, and with it:")
print(data_loss, loss)
print("The first layer's weights after the step:")
print(new_W1)
