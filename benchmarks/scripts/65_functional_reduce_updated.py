"""A tiny functional net: pure functions, tuples of layers, no mutation."""
from functools import reduce
from typing import NamedTuple
import numpy as np

class Layer(NamedTuple):
    w: np.ndarray
    b: np.ndarray

def affine(layer, x): return x @ layer.w + layer.b
def act(s): return np.tanh(s)
def forward(net, x):
    return reduce(lambda xs, layer: xs + [act(affine(layer, xs[-1]))], net, [x])

def backward(net, xs, t):
    grads = []
    d = (xs[-1] - t) * (1 - xs[-1] ** 2) / len(t)
    for i in reversed(range(len(net))):
        grads.insert(0, Layer(xs[i].T @ d, d.sum(axis=0)))
        if i > 0:
            d = (d @ net[i].w.T) * (1 - xs[i] ** 2)
    return grads

def descend(net, grads, eta):
    return [Layer(l.w - eta * g.w, l.b + eta * g.b) for l, g in zip(net, grads)]

rng = np.random.default_rng(12)
sizes = (3, 5, 4, 2)
net = [Layer(rng.normal(0, 0.7, (m, n)), rng.normal(0, 0.1, n)) for m, n in zip(sizes, sizes[1:])]
x = rng.normal(size=(25, 3))
t = np.tanh(np.stack([x[:, 0] + x[:, 1], x[:, 1] * x[:, 2]], axis=1))
for step in range(60):
    xs = forward(net, x)
    cost = 0.5 * np.sum((xs[-1] - t) ** 2) / len(t)
    grads = backward(net, xs, t)
    net = descend(net, grads, 0.1)
    if step % 20 == 0:
        print(step, cost)
