import numpy as np

rng = np.random.default_rng(2024)
X = rng.normal(size=(64, 5))
t = np.tanh(X @ rng.normal(size=(5, 1)))
W1, b1 = rng.normal(size=(5, 8)) * 0.4, np.zeros(8)
W2, b2 = rng.normal(size=(8, 1)) * 0.4, np.zeros(1)
lr, beta = 0.05, 0.9
vW1 = vb1 = vW2 = vb2 = 0

for epoch in range(150):
    h = np.tanh(X @ W1 + b1)
    out = h @ W2 + b2
    err = out - t
    loss = np.mean(err**2)
    g = 2 * err / len(X)
    dW2 = h.T @ g
    db2 = g.sum(axis=0)
    gh = g @ W2.T * (1 - h**2)
    dW1 = X.T @ gh
    db1 = gh.sum(axis=0)
    vW2 = beta * vW2 + dW2
    vb2 = beta * vb2 + db2
    vW1 = beta * vW1 + dW1
    vb1 = beta * vb1 + db1
    W2 = W2 - lr * vW2
    b2 = b2 - lr * vb2
    W1 = W1 - lr * vW1
    b1 = b1 - lr * vb1
    if epoch % 50 == 0:
        print(f"{epoch}: {loss:.5f}")
