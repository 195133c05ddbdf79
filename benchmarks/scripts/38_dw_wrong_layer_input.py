import numpy as np

np.random.seed(1)
X = np.random.randn(36, 4)
Y = (np.random.rand(36, 2) > 0.5) * 1.0
W = [np.random.randn(4, 5) * .4, np.random.randn(5, 5) * .4, np.random.randn(5, 2) * .4]
B = [np.zeros(5), np.zeros(5), np.zeros(2)]
f = lambda z: 1 / (1 + np.exp(-z))
lr = 0.3
for it in range(90):
    Z1 = X @ W[0] + B[0]; A1 = f(Z1)
    Z2 = A1 @ W[1] + B[1]; A2 = f(Z2)
    Z3 = A2 @ W[2] + B[2]; A3 = f(Z3)
    L = -np.mean(np.sum(Y * np.log(A3) + (1 - Y) * np.log(1 - A3), axis=1))
    D3 = (A3 - Y) / len(X)
    D2 = D3 @ W[2].T * A2 * (1 - A2)
    D1 = D2 @ W[1].T * A1 * (1 - A1)
    G3 = Z2.T @ D3
    G2 = Z1.T @ D2
    G1 = X.T @ D1
    W[2] -= lr * G3; B[2] -= lr * D3.sum(0)
    W[1] -= lr * G2; B[1] -= lr * D2.sum(0)
    W[0] -= lr * G1; B[0] -= lr * D1.sum(0)
    if it % 30 == 0: print(it, L)
