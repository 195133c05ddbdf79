"""
Gated Linear Units from scratch
-------------------------------
Code for the post.  A GLU layer has two sets of weights: one makes the content, the other
makes a gate between 0 and 1 that decides how much of each feature goes through:

    h = (x W + b) * sigmoid(x V + c)

We fit a bumpy surface with it and do every derivative ourselves.
"""
import numpy as np


def sigmoid(t):
    return 1.0 / (1.0 + np.exp(-t))


class GLU:
    def __init__(self, n_in, n_out, rng):
        self.W = rng.normal(0, 1 / np.sqrt(n_in), (n_in, n_out))
        self.b = np.zeros(n_out)
        self.V = rng.normal(0, 1 / np.sqrt(n_in), (n_in, n_out))
        self.c = np.zeros(n_out)

    def forward(self, x):
        self.x = x
        self.content = x @ self.W + self.b
        self.gate = sigmoid(x @ self.V + self.c)
        return self.content * self.gate

    def backward(self, dh):
        # product rule: each factor gets the gradient times the other factor
        dcontent = dh * self.gate
        dgate = dh * self.content
        self.grads = dict(
            W=self.x.T @ dcontent,
            b=dcontent.sum(axis=0),
            V=self.x.T @ dgate,
            c=dgate.sum(axis=0),
        )
        return dcontent @ self.W.T + dgate @ self.V.T


class Linear:
    def __init__(self, n_in, n_out, rng):
        self.W = rng.normal(0, 1 / np.sqrt(n_in), (n_in, n_out))
        self.b = np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dy):
        self.grads = dict(W=self.x.T @ dy, b=dy.sum(axis=0))
        return dy @ self.W.T


def train(steps=1200, lr=0.1, seed=4):
    rng = np.random.default_rng(seed)
    x = rng.uniform(-2, 2, (256, 2))
    y = (np.sin(2 * x[:, :1]) * np.cos(x[:, 1:]) + 0.1 * x[:, :1] * x[:, 1:])

    layers = [GLU(2, 16, rng), Linear(16, 1, rng)]
    for step in range(steps):
        out = x
        for layer in layers:
            out = layer.forward(out)
        loss = np.mean((out - y) ** 2)

        grad = 2 * (out - y) / y.size
        for layer in reversed(layers):
            grad = layer.backward(grad)
        for layer in layers:
            for name, g in layer.grads.items():
                setattr(layer, name, getattr(layer, name) - lr * g)

        if step % 200 == 0:
            print(f"{step:5d}  {loss:.5f}")
    return layers


if __name__ == "__main__":
    train()
