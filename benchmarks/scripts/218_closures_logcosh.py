# No classes, no dicts: a layer is a function that gives back its output and "how to go back".
# (I come from Clojure.)  State lives in closures only.
from functools import reduce

import numpy as np

rng = np.random.default_rng(31337)


def rmsprop(lr, decay=0.9):
    def for_param(shape):
        s = np.zeros(shape)

        def delta(g):
            nonlocal s
            s = decay * s + (1 - decay) * g * g
            return -lr * g / (np.sqrt(s) + 1e-6)
        return delta
    return for_param


def dense(n_in, n_out, opt):
    w = rng.normal(0, n_in ** -0.5, (n_out, n_in))
    b = np.zeros(n_out)
    step_w, step_b = opt(w.shape), opt(b.shape)

    def apply(x):
        def back(dy):
            dx = dy @ w                      # before anything moves
            w[...] += step_w(dy.T @ x)
            b[...] += step_b(dy.sum(axis=0))
            return dx
        return x @ w.T + b, back
    return apply


def softsign():
    def apply(x):
        return x / (1 + np.abs(x)), lambda dy: dy / (1 + np.abs(x)) ** 2
    return apply


def chain(*layers):
    def apply(x):
        backs = []
        for layer in layers:
            x, back = layer(x)
            backs.append(back)
        return x, lambda dy: reduce(lambda d, back: back(d), reversed(backs), dy)
    return apply


def log_cosh(pred, target):
    r = pred - target
    # log cosh r = |r| + log(1 + e^(-2|r|)) - log 2
    value = np.mean(np.abs(r) + np.log1p(np.exp(-2 * np.abs(r))) - np.log(2))
    return value, np.tanh(r) / r.size


def lissajous(n):
    t = rng.uniform(0, 2 * np.pi, n)
    x = np.stack([np.cos(t), np.sin(t)], axis=1)
    y = np.stack([np.sin(3 * t), np.sin(2 * t + 0.5), np.cos(t) ** 3], axis=1)
    return x, y + rng.standard_t(3, y.shape) * 0.03


opt = rmsprop(0.006)
net = chain(dense(2, 24, opt), softsign(), dense(24, 16, opt), softsign(), dense(16, 3, opt))
x, y = lissajous(192)

for epoch in range(61):
    values = []
    for rows in rng.permutation(192).reshape(-1, 32):
        pred, back = net(x[rows])
        value, dpred = log_cosh(pred, y[rows])
        back(dpred)
        values.append(value)
    if epoch % 15 == 0:
        print(f"{epoch:02d}: {np.mean(values):.5f}")

pred, _ = net(x)
print("largest miss per output:", np.abs(pred - y).max(axis=0).round(2))
