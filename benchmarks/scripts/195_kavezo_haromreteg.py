# Kavezo: jon-e ma torzsvendeg? Haromretegu halo, ReLU, ReLU, szigmoid.
# Hazi feladat, Nemeth Anna
import numpy as np

np.random.seed(64)
m = 140
X = np.random.randn(m, 4)
y = ((X[:, 0] * X[:, 1] > 0) | (X[:, 2] > 1)).astype(float)[:, np.newaxis]

W1 = np.random.randn(4, 16) * 0.6
b1 = np.zeros(16)
W2 = np.random.randn(16, 12) * 0.35
b2 = np.zeros(12)
W3 = np.random.randn(12, 1) * 0.4
b3 = np.zeros(1)

lr = 0.15
koltsegek = []

for epoch in range(1500):
    # elore
    Z1 = X @ W1 + b1
    A1 = np.maximum(Z1, 0)
    Z2 = A1 @ W2 + b2
    A2 = np.maximum(Z2, 0)
    Z3 = A2 @ W3 + b3
    A3 = 1 / (1 + np.exp(-Z3))

    koltseg = -np.mean(y * np.log(A3 + 1e-10) + (1 - y) * np.log(1 - A3 + 1e-10))
    koltsegek.append(koltseg)

    # hatra
    dZ3 = (A3 - y) / m
    dW3 = A2.T @ dZ3
    db3 = dZ3.sum(axis=0)
    dZ2 = dZ3 @ W3.T
    dZ2[Z2 <= 0] = 0
    dW2 = Z1.T @ dZ2
    db2 = dZ2.sum(axis=0)
    dZ1 = dZ2 @ W2.T
    dZ1[Z1 <= 0] = 0
    dW1 = X.T @ dZ1
    db1 = dZ1.sum(axis=0)

    # frissites
    W1 -= lr * dW1; b1 -= lr * db1
    W2 -= lr * dW2; b2 -= lr * db2
    W3 -= lr * dW3; b3 -= lr * db3

    if epoch % 250 == 0:
        pontossag = np.mean((A3 > 0.5) == y)
        print(f"{epoch}. kor: koltseg = {koltseg:.4f}, pontossag = {pontossag:.3f}")

try:
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    plt.plot(koltsegek)
    plt.xlabel("kor")
    plt.ylabel("koltseg")
except ImportError:
    print("nincs matplotlib, nincs abra")
