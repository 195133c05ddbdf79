#!/usr/bin/env python3
"""Grain moisture class (dry / ok / wet) from dielectric readings.  Elevator no. 7, prairie co-op."""
import numpy as np

SEED = 1997
HIDDEN = (16, 9)
RATE = 0.02
BATCH = 32


def make_data(rng, n=320):
    x = rng.normal(size=(n, 5))
    score = x[:, 0] + 0.5 * x[:, 1] ** 2 - 0.6 * x[:, 2] * x[:, 3]
    label = np.digitize(score, [-0.2, 0.9])
    return x, np.eye(3)[label]


def init(rng):
    dims = (5,) + HIDDEN + (3,)
    return [[rng.normal(size=(i, o)) * np.sqrt(2.0 / i), np.zeros(o)] for i, o in zip(dims[:-1], dims[1:])]


def forward(net, x):
    acts = [x]
    for k, (w, b) in enumerate(net):
        z = acts[-1] @ w + b
        if k < len(net) - 1:
            acts.append(np.where(z > 0, z, 0.01 * z))
        else:
            z = np.exp(z - z.max(1, keepdims=True))
            acts.append(z / z.sum(1, keepdims=True))
    return acts


def loss(net, x, y):
    return -(y * np.log(forward(net, x)[-1] + 1e-12)).sum(1).mean()


def backward(net, acts, y):
    grads = []
    delta = acts[-1] - y
    for k in range(len(net) - 1, -1, -1):
        dw = acts[k].T @ delta / len(y)
        db = delta.sum(axis=0)
        grads.insert(0, (dw, db))
        if k > 0:
            delta = (delta @ net[k][0].T) * np.where(acts[k] > 0, 1.0, 0.01)
    return grads


def main():
    rng = np.random.default_rng(SEED)
    x, y = make_data(rng)
    net = init(rng)
    for epoch in range(80):
        order = rng.permutation(len(x))
        for s in range(0, len(x), BATCH):
            rows = order[s:s + BATCH]
            acts = forward(net, x[rows])
            for layer, (dw, db) in zip(net, backward(net, acts, y[rows])):
                layer[0] -= RATE * dw
                layer[1] -= RATE * db
        if epoch % 20 == 19:
            hit = (forward(net, x)[-1].argmax(1) == y.argmax(1)).mean()
            print("epoch %d  loss %.4f  hit rate %.3f" % (epoch + 1, loss(net, x, y), hit))


if __name__ == "__main__":
    main()
