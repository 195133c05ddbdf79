import numpy as np
np.random.seed(8)

class Linear:
    def __init__(self, d_in, d_out):
        self.W = np.random.normal(0, 1/np.sqrt(d_in), (d_in, d_out))
        self.b = np.zeros(d_out)
    def __call__(self, x):
        self.x = x
        return x @ self.W + self.b
    def backward(self, g, lr):
        dW = self.x.T @ g
        db = g.sum(0)
        self.W = self.W - lr * dW
        self.b = self.b - lr * db
        return g @ self.W.T

class ReLU:
    def __call__(self, x):
        self.mask = x > 0
        return x * self.mask
    def backward(self, g, lr):
        return g * self.mask

class SoftmaxCE:
    def __call__(self, logits, y):
        e = np.exp(logits - logits.max(1, keepdims=True))
        self.p = e / e.sum(1, keepdims=True)
        self.y = y
        return -np.log(self.p[range(len(y)), y]).mean()
    def backward(self):
        g = self.p.copy()
        g[range(len(self.y)), self.y] -= 1
        return g / len(self.y)

X = np.random.randn(40, 5)
y = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0.5).astype(int)
layers = [Linear(5, 9), ReLU(), Linear(9, 4), ReLU(), Linear(4, 3)]
criterion = SoftmaxCE()
for it in range(100):
    h = X
    for layer in layers:
        h = layer(h)
    loss = criterion(h, y)
    g = criterion.backward()
    for layer in layers[::-1]:
        g = layer.backward(g, 0.2)
    if it % 25 == 0:
        print(it, loss)
