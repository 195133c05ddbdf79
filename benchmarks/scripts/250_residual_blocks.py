"""Two-block residual MLP on a toy damped-oscillator map: (x, v, k, c) -> state after dt."""
import numpy as np


class Affine:
    def __init__(self, rng, fan_in, fan_out, gain=1.0):
        self.W = rng.normal(scale=gain / np.sqrt(fan_in), size=(fan_in, fan_out))
        self.b = np.zeros(fan_out)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, g):
        self.dW = self.x.T @ g
        self.db = g.sum(axis=0)
        return g @ self.W.T

    def step(self, lr):
        self.W -= lr * self.dW
        self.b -= lr * self.db


class Block:
    """y = x + B tanh(A x)"""

    def __init__(self, rng, width, inner):
        self.A = Affine(rng, width, inner)
        self.B = Affine(rng, inner, width, gain=0.5)

    def forward(self, x):
        self.h = np.tanh(self.A.forward(x))
        return x + self.B.forward(self.h)

    def backward(self, g):
        gh = self.B.backward(g)
        return self.A.backward(gh * (1.0 - self.h ** 2))

    def step(self, lr):
        self.A.step(lr)
        self.B.step(lr)


class Net:
    def __init__(self, rng):
        self.parts = [Affine(rng, 4, 8), Block(rng, 8, 12), Block(rng, 8, 12), Affine(rng, 8, 2)]

    def forward(self, x):
        for p in self.parts:
            x = p.forward(x)
        return x

    def backward(self, g):
        for p in reversed(self.parts):
            g = p.backward(g)

    def step(self, lr):
        for p in self.parts:
            p.step(lr)


def mse(pred, target):
    diff = pred - target
    return np.mean(diff ** 2), 2 * diff / diff.size


rng = np.random.default_rng(8)
X = rng.uniform(-1, 1, size=(300, 4))
dt = 0.5
acc = -(1 + X[:, 2]) * X[:, 0] - 0.5 * (1 + X[:, 3]) * X[:, 1]
Y = np.stack([X[:, 0] + dt * X[:, 1] + 0.5 * dt * dt * acc, X[:, 1] + dt * acc], axis=1)

net = Net(rng)
for epoch in range(200):
    for batch in np.array_split(rng.permutation(len(X)), 6):
        loss, grad = mse(net.forward(X[batch]), Y[batch])
        net.backward(grad)
        net.step(0.1)
    if epoch % 40 == 0:
        print(f"epoch {epoch:3d}  loss {mse(net.forward(X), Y)[0]:.6f}")
