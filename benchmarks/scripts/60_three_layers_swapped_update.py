import numpy as np
np.random.seed(70)
X = np.random.randn(24, 4)
Y = np.random.randn(24, 4)
W1 = np.random.randn(4, 4) * .5
W2 = np.random.randn(4, 4) * .5
W3 = np.random.randn(4, 4) * .5
rate = 0.05
for t in range(50):
    A1 = np.tanh(X @ W1)
    A2 = np.tanh(A1 @ W2)
    A3 = A2 @ W3
    loss = np.sum((A3 - Y) ** 2) / 24
    dA3 = 2 * (A3 - Y) / 24
    dW3 = A2.T @ dA3
    dZ2 = dA3 @ W3.T * (1 - A2 ** 2)
    dW2 = A1.T @ dZ2
    dZ1 = dZ2 @ W2.T * (1 - A1 ** 2)
    dW1 = X.T @ dZ1
    W1 -= rate * dW2
    W2 -= rate * dW1
    W3 -= rate * dW3
    if t % 10 == 0:
        print(t, loss)
