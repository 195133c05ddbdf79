import numpy as np
from collections import namedtuple

Cache = namedtuple("Cache", "x pre hid out")
rng = np.random.default_rng(99)
x_train = rng.normal(size=(26, 3))
t_train = rng.normal(size=(26, 2)) * 0.3 + x_train[:, :2]

theta1 = rng.normal(size=(3, 8)) * 0.4
theta2 = rng.normal(size=(8, 2)) * 0.4
beta1 = np.zeros(8)
beta2 = np.zeros(2)

def forward(x):
    pre = x @ theta1 + beta1
    hid = np.tanh(pre)
    return Cache(x, pre, hid, hid @ theta2 + beta2)

def backward(cache, t):
    d_out = (cache.out - t) / len(t)
    d_theta2 = cache.pre.T @ d_out
    d_beta2 = d_out.sum(axis=0)
    d_pre = (d_out @ theta2.T) * (1 - cache.hid ** 2)
    d_theta1 = cache.x.T @ d_pre
    d_beta1 = d_pre.sum(axis=0)
    return d_theta1, d_beta1, d_theta2, d_beta2

for i in range(100):
    cache = forward(x_train)
    objective = 0.5 * ((cache.out - t_train) ** 2).sum(axis=1).mean()
    g1, h1, g2, h2 = backward(cache, t_train)
    theta1 -= 0.1 * g1
    beta1 -= 0.1 * h1
    theta2 -= 0.1 * g2
    beta2 -= 0.1 * h2
    if i % 20 == 0:
        print(objective)
