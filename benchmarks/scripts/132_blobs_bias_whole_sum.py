import numpy as np
from typing import NamedTuple


class Params(NamedTuple):
    w1: np.ndarray
    b1: np.ndarray
    w2: np.ndarray
    b2: np.ndarray


def make_flowers(n, rng):
    # something like iris: 4 measurements, 3 kinds
    centres = np.array([[5.0, 3.4, 1.5, 0.2], [5.9, 2.8, 4.3, 1.3], [6.6, 3.0, 5.6, 2.0]])
    kinds = rng.integers(0, 3, n)
    x = centres[kinds] + 0.35 * rng.standard_normal((n, 4))
    return (x - x.mean(0)) / x.std(0), np.eye(3)[kinds]


def softmax(z):
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def run(p, x):
    hidden = np.tanh(x @ p.w1 + p.b1)
    return hidden, softmax(hidden @ p.w2 + p.b2)


def layer_gradients(below, delta):
    n = len(delta)
    return below.T @ delta / n, np.sum(delta) / n


def gradients(p, x, t):
    hidden, out = run(p, x)
    d2 = out - t
    d1 = d2 @ p.w2.T * (1 - hidden**2)
    return Params(*layer_gradients(x, d1), *layer_gradients(hidden, d2))


def cross_entropy(p, x, t):
    return -np.mean(np.sum(t * np.log(run(p, x)[1] + 1e-12), axis=1))


def accuracy(p, x, t):
    return np.mean(run(p, x)[1].argmax(1) == t.argmax(1))


def main():
    rng = np.random.default_rng(99)
    x, t = make_flowers(150, rng)
    train, test = slice(0, 120), slice(120, None)
    p = Params(
        rng.standard_normal((4, 6)) * 0.5,
        rng.standard_normal(6) * 0.1,
        rng.standard_normal((6, 3)) * 0.5,
        rng.standard_normal(3) * 0.1,
    )
    for epoch in range(400):
        g = gradients(p, x[train], t[train])
        p = Params(*(value - 0.2 * slope for value, slope in zip(p, g)))
        if epoch % 80 == 0:
            print(epoch, cross_entropy(p, x[train], t[train]))
    print("test accuracy", accuracy(p, x[test], t[test]))


main()
