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

error_terms_2 = np.zeros((4, 1))
error_terms_1 = np.zeros((4, 3))
step_2 = np.zeros((3, 1))
step_1 = np.zeros((2, 3))
for k in range(4):
    o = output[k, 0]
    d = (y[k] - o) * o * (1 - o)
    error_terms_2[k, 0] = d
    for j in range(3):
        error_terms_1[k, j] = d * W2[j, 0] * hidden[k, j] * (1 - hidden[k, j])
        step_2[j, 0] += learnrate * d * hidden[k, j]
        for i in range(2):
            step_1[i, j] += learnrate * error_terms_1[k, j] * X[k, i]
print(step_2, step_1)
