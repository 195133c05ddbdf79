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

deltas, hidden_deltas, s2, s1 = [], [], [], []
for row, t, h, o in zip(X, y, hidden, output):
    d = (t - o) * o * (1 - o)
    dh = (W2 * d).ravel() * h * (1 - h)
    deltas.append(d)
    hidden_deltas.append(dh)
    s2.append(np.outer(h, d))
    s1.append(np.outer(row, dh))
error_terms_2 = deltas
error_terms_1 = np.vstack(hidden_deltas)
step_2 = learnrate * sum(s2) / len(s2)
step_1 = np.mean(s1, axis=0) * learnrate
