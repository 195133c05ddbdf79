import numpy as np


class AdamOptimizer:
    def __init__(self, shapes, lr=5e-3, b1=0.9, b2=0.999, eps=1e-8):
        self.lr, self.b1, self.b2, self.eps = lr, b1, b2, eps
        self.m = [np.zeros(s) for s in shapes]
        self.v = [np.zeros(s) for s in shapes]
        self.t = 0

    def step(self, params, grads):
        t = self.t + 1
        for i, (p, g) in enumerate(zip(params, grads)):
            self.m[i] = self.b1 * self.m[i] + (1 - self.b1) * g
            self.v[i] = self.b2 * self.v[i] + (1 - self.b2) * g * g
            m_hat = self.m[i] / (1 - self.b1 ** t)
            v_hat = self.v[i] / (1 - self.b2 ** t)
            p -= self.lr * m_hat / (np.sqrt(v_hat) + self.eps)


def forward(X, W1, b1, W2, b2):
    H = np.maximum(X @ W1 + b1, 0)
    return H, H @ W2 + b2


rng = np.random.default_rng(84)
X = rng.normal(size=(50, 4))
y = (X ** 2).sum(1, keepdims=True) / 4
W1 = rng.normal(size=(4, 12)) / 2
b1 = np.zeros(12)
W2 = rng.normal(size=(12, 1)) / 4
b2 = np.zeros(1)
opt = AdamOptimizer([W1.shape, b1.shape, W2.shape, b2.shape])
for epoch in range(60):
    H, pred = forward(X, W1, b1, W2, b2)
    loss = ((pred - y) ** 2).mean()
    dpred = 2 * (pred - y) / len(X)
    dW2 = H.T @ dpred
    db2 = dpred.sum(0)
    dH = dpred @ W2.T
    dH = dH * (H > 0)
    dW1 = X.T @ dH
    db1 = dH.sum(0)
    opt.step([W1, b1, W2, b2], [dW1, db1, dW2, db2])
    if epoch % 20 == 0:
        print(f"epoch {epoch} loss {loss:.4f}")
