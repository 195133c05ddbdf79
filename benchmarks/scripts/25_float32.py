import numpy as np
rs = np.random.RandomState(17)
f = np.float32
X = rs.randn(50, 8).astype(f)
Y = np.eye(4, dtype=f)[rs.randint(0, 4, 50)]
W1 = (rs.randn(8, 12) * 0.2).astype(f); b1 = np.zeros(12, f)
W2 = (rs.randn(12, 4) * 0.2).astype(f); b2 = np.zeros(4, f)
lr = f(0.1)
for i in range(100):
    Z1 = X @ W1 + b1
    A1 = np.where(Z1 > 0, Z1, f(0.01) * Z1)
    Z2 = A1 @ W2 + b2
    E = np.exp(Z2 - Z2.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    loss = -(Y * np.log(P)).sum() / len(X)
    G2 = (P - Y) / f(len(X))
    dW2, db2 = A1.T @ G2, G2.sum(0)
    G1 = (G2 @ W2.T) * np.where(Z1 > 0, f(1), f(0.01))
    dW1, db1 = X.T @ G1, G1.sum(0)
    for p, g in ((W1, dW1), (b1, db1), (W2, dW2), (b2, db2)):
        p -= lr * g
    if i % 20 == 0: print(i, float(loss))
