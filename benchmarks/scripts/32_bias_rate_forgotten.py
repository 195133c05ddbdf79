import numpy as np

class MLP:
    def __init__(self, sizes, eta=0.05):
        np.random.seed(14)
        self.w = [np.random.randn(a, b) / np.sqrt(a) for a, b in zip(sizes, sizes[1:])]
        self.b = [np.zeros(b) for b in sizes[1:]]
        self.eta = eta

    def forward(self, x):
        self.a = [x]
        for i, (w, b) in enumerate(zip(self.w, self.b)):
            z = self.a[-1] @ w + b
            self.a.append(np.tanh(z) if i < len(self.w) - 1 else z)
        return self.a[-1]

    def backward(self, y):
        n = len(y)
        delta = (self.a[-1] - y) / n
        for i in reversed(range(len(self.w))):
            gw = self.a[i].T @ delta
            gb = delta.sum(axis=0)
            if i > 0:
                delta = (delta @ self.w[i].T) * (1 - self.a[i] ** 2)
            self.w[i] -= self.eta * gw
            self.b[i] -= gb

X = np.random.RandomState(0).uniform(-1, 1, (32, 3))
Y = np.c_[X[:, 0] ** 2, X[:, 1] * X[:, 2]]
net = MLP([3, 7, 4, 2])
for k in range(120):
    pred = net.forward(X)
    cost = ((pred - Y) ** 2).sum(axis=1).mean() / 2
    net.backward(Y)
    if k % 30 == 0:
        print(k, cost)
