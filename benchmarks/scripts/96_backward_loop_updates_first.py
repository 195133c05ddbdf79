import numpy as np

class MLP:
    def __init__(self, sizes, lr):
        rng = np.random.default_rng(0)
        self.lr = lr
        self.W = [rng.normal(0, 0.6, (o, i)) for i, o in zip(sizes[:-1], sizes[1:])]
        self.b = [np.zeros((o, 1)) for o in sizes[1:]]

    @staticmethod
    def sig(z):
        return 1.0 / (1.0 + np.exp(-z))

    def predict(self, x):
        self.a = [x]
        for W, b in zip(self.W, self.b):
            self.a.append(self.sig(W @ self.a[-1] + b))
        return self.a[-1]

    def fit_batch(self, x, y):
        p = self.predict(x)
        m = x.shape[1]
        delta = (p - y) * p * (1 - p)
        for l in range(len(self.W) - 1, -1, -1):
            self.W[l] = self.W[l] - self.lr * (delta @ self.a[l].T) / m
            self.b[l] = self.b[l] - self.lr * delta.mean(axis=1, keepdims=True)
            if l > 0:
                delta = (self.W[l].T @ delta) * self.a[l] * (1 - self.a[l])
        return 0.5 * np.mean(np.sum((p - y) ** 2, axis=0))

rng = np.random.default_rng(96)
x = rng.uniform(size=(3, 28))
y = np.vstack([x[0] * x[1], 1 - x[2]])
mlp = MLP([3, 6, 2], lr=2.0)
for epoch in range(90):
    cost = mlp.fit_batch(x, y)
    if epoch % 30 == 0:
        print(epoch, cost)
