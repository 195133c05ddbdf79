# Made up "wines": 6 measurements, 3 growers.  Softmax + L2.
# Question: with lambd = 0 the cost goes down to 0.3, with lambd = 0.1 it stops at 0.63. Is L2 that strong?
import numpy as np


def softmax(Z):
    Z = Z - np.max(Z, axis=0, keepdims=True)
    return np.exp(Z) / np.sum(np.exp(Z), axis=0, keepdims=True)


def initialize(n_x, n_h, n_y):
    W1 = np.random.randn(n_h, n_x) * 0.3
    b1 = np.zeros((n_h, 1))
    W2 = np.random.randn(n_y, n_h) * 0.3
    b2 = np.zeros((n_y, 1))
    return W1, b1, W2, b2


def propagate(X, W1, b1, W2, b2):
    Z1 = W1 @ X + b1
    A1 = np.tanh(Z1)
    A2 = softmax(W2 @ A1 + b2)
    return A1, A2


def compute_cost(A2, Y, W1, W2, lambd):
    m = Y.shape[1]
    cross_entropy = -np.sum(Y * np.log(A2 + 1e-15)) / m
    l2 = lambd / (2 * m) * (np.sum(np.square(W1)) + np.sum(np.square(W2)))
    return cross_entropy + l2


def gradients(X, Y, A1, A2, W1, W2, lambd):
    m = X.shape[1]
    dZ2 = A2 - Y
    dW2 = dZ2 @ A1.T / m + lambd * W2
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dZ1 = (W2.T @ dZ2) * (1 - np.power(A1, 2))
    dW1 = dZ1 @ X.T / m + lambd * W1
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m
    return dW1, db1, dW2, db2


def model(X, Y, n_h, num_iterations, learning_rate, lambd):
    W1, b1, W2, b2 = initialize(X.shape[0], n_h, Y.shape[0])
    for i in range(num_iterations):
        A1, A2 = propagate(X, W1, b1, W2, b2)
        if i % 100 == 0:
            print("%5d cost %.5f" % (i, compute_cost(A2, Y, W1, W2, lambd)))
        dW1, db1, dW2, db2 = gradients(X, Y, A1, A2, W1, W2, lambd)
        W1 = W1 - learning_rate * dW1
        b1 = b1 - learning_rate * db1
        W2 = W2 - learning_rate * dW2
        b2 = b2 - learning_rate * db2
    return W1, b1, W2, b2


np.random.seed(6)
grower = np.random.randint(0, 3, 150)
taste = np.random.randn(6, 3)
X = taste[:, grower] + 0.9 * np.random.randn(6, 150)
Y = np.eye(3)[grower].T
train, val = slice(0, 100), slice(100, 150)

trained = model(X[:, train], Y[:, train], n_h=5, num_iterations=600, learning_rate=0.5, lambd=0.1)
predictions = np.argmax(propagate(X[:, val], *trained)[1], axis=0)
print("validation accuracy:", np.mean(predictions == grower[val]))
