"""Small MLP for the spirals, written for a reading group. No framework."""
import numpy as np


class Linear:
    def __init__(self, n_in, n_out, rng):
        self.weight = rng.standard_normal((n_in, n_out)) * np.sqrt(2.0 / n_in)
        self.bias = np.zeros(n_out)

    def __call__(self, x):
        self.x = x
        return x @ self.weight + self.bias

    def backward(self, grad):
        self.weight_grad = self.x.T @ grad
        self.bias_grad = grad.sum(0)
        return grad @ self.weight.T


class LeakyReLU:
    slope = 0.01

    def __call__(self, x):
        self.x = x
        return np.where(x > 0, x, self.slope * x)

    def backward(self, grad):
        return grad * np.where(self.x > 0, 1.0, self.slope)


def spirals(n, rng):
    t = rng.uniform(0.5, 3.0, n)
    label = rng.integers(0, 2, n)
    angle = t * 2 + label * np.pi
    return np.stack([t * np.cos(angle), t * np.sin(angle)], 1) + rng.normal(0, 0.05, (n, 2)), label


rng = np.random.default_rng(31)
points, labels = spirals(96, rng)
first, act, second = Linear(2, 14, rng), LeakyReLU(), Linear(14, 2, rng)
for epoch in range(20):
    order = rng.permutation(len(points))
    for start in range(0, len(points), 32):
        idx = order[start:start + 32]
        xb, yb = points[idx], labels[idx]
        logits = second(act(first(xb)))
        shifted = logits - logits.max(1, keepdims=True)
        probs = np.exp(shifted) / np.exp(shifted).sum(1, keepdims=True)
        loss = -np.log(probs[np.arange(len(yb)), yb]).mean()
        grad = probs.copy()
        grad[np.arange(len(yb)), yb] -= 1
        grad /= len(yb)
        first.backward(act.backward(second.backward(grad)))
        for layer in (first, second):
            layer.weight -= 0.1 * layer.weight_grad
            layer.bias -= 0.1 * layer.bias_grad
    if epoch % 5 == 0:
        print(epoch, loss)
