from functools import partial
import numpy as np

def affine(x, w, b):
    return x @ w + b, (x, w)

def affine_vjp(cache, g):
    x, w = cache
    return g @ w.T, x.T @ g, g.sum(axis=0)

def softplus(z):
    return np.log1p(np.exp(z)), z

def softplus_vjp(z, g):
    return g / (1 + np.exp(-z))

def mse(p, t):
    return np.mean((p - t) ** 2), 2 * (p - t) / p.size

def loss_and_grads(params, x, t):
    w1, b1, w2, b2 = params
    z1, c1 = affine(x, w1, b1)
    h, c2 = softplus(z1)
    out, c3 = affine(h, w2, b2)
    loss, g = mse(out, t)
    g, gw2, gb2 = affine_vjp(c3, g)
    g = softplus_vjp(c2, g)
    _, gw1, gb1 = affine_vjp(c1, g)
    return loss, (gw1, gb1, gw2, gb2)

rng = np.random.default_rng(0)
x = rng.normal(size=(33, 2)); t = np.prod(x, axis=1, keepdims=True)
params = (rng.normal(size=(2, 6)), np.zeros(6), rng.normal(size=(6, 1)) * .4, np.zeros(1))
for step in range(100):
    loss, grads = loss_and_grads(params, x, t)
    params = tuple(p - 0.05 * g for p, g in zip(params, grads))
    if step % 25 == 0:
        print(step, loss)
