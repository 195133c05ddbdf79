import numpy as np

np.random.seed(115)
n = 96
X = np.random.uniform(-2, 2, size=(2, n))
Y = np.vstack([np.sin(X[0]) * X[1], X[0] ** 2 / 4])

layer_dims = [2, 10, 6, 2]
L = len(layer_dims) - 1
W, b, vW, vb = {}, {}, {}, {}
for l in range(1, L + 1):
    W[l] = np.random.randn(layer_dims[l], layer_dims[l - 1]) * np.sqrt(1. / layer_dims[l - 1])
    b[l] = np.zeros((layer_dims[l], 1))
    vW[l] = np.zeros(W[l].shape)
    vb[l] = np.zeros(b[l].shape)

lr0, decay, mu, batch = 0.1, 0.01, 0.9, 32
for epoch in range(40):
    lr = lr0 / (1 + decay * epoch)
    perm = np.random.permutation(n)
    cost = 0
    for s in range(0, n, batch):
        idx = perm[s:s + batch]
        A = {0: X[:, idx]}
        m = A[0].shape[1]
        for l in range(1, L + 1):
            Z = W[l] @ A[l - 1] + b[l]
            A[l] = Z if l == L else np.tanh(Z)
        E = A[L] - Y[:, idx]
        cost += np.sum(E ** 2) / (2 * n)
        dZ = E / m
        dW, db = {}, {}
        for l in range(L, 0, -1):
            dW[l] = dZ @ A[l - 1].T
            db[l] = np.sum(dZ, axis=1, keepdims=True)
            if l > 1:
                dZ = (W[l].T @ dZ) * (1 - A[l - 1] ** 2)
        for l in range(1, L + 1):
            vW[l] = mu * vW[l] - lr * dW[l]
            vb[l] = mu * vb[l] - lr * db[l]
            W[l] += vW[l]
            b[l] += vb[l]
    if epoch % 10 == 0:
        print("epoch %3d  lr %.4f  cost %.5f" % (epoch, lr, cost))
