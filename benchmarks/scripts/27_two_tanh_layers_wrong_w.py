import numpy as np

np.random.seed(31)
X = np.random.randn(3, 28)
Y = np.random.rand(2, 28)
m = X.shape[1]
W1 = np.random.randn(5, 3) * 0.5; b1 = np.zeros((5, 1))
W2 = np.random.randn(5, 5) * 0.5; b2 = np.zeros((5, 1))
W3 = np.random.randn(2, 5) * 0.5; b3 = np.zeros((2, 1))
learning_rate = 0.1

for i in range(100):
    Z1 = np.dot(W1, X) + b1
    A1 = np.tanh(Z1)
    Z2 = np.dot(W2, A1) + b2
    A2 = np.tanh(Z2)
    Z3 = np.dot(W3, A2) + b3
    A3 = Z3
    cost = np.sum((A3 - Y) ** 2) / (2 * m)

    dZ3 = A3 - Y
    dW3 = np.dot(dZ3, A2.T) / m
    db3 = np.sum(dZ3, axis=1, keepdims=True) / m
    dZ2 = np.dot(W3.T, dZ3) * (1 - A2 ** 2)
    dW2 = np.dot(dZ2, A1.T) / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dZ1 = np.dot(W2, dZ2) * (1 - A1 ** 2)
    dW1 = np.dot(dZ1, X.T) / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m

    W1 = W1 - learning_rate * dW1
    b1 = b1 - learning_rate * db1
    W2 = W2 - learning_rate * dW2
    b2 = b2 - learning_rate * db2
    W3 = W3 - learning_rate * dW3
    b3 = b3 - learning_rate * db3
    if i % 20 == 0:
        print("Cost after iteration %i: %f" % (i, cost))
