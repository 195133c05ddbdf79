import numpy as np
# one sample, network 3-3-3, weights as (out, in)
x = np.array([0.3, -0.5, 0.8])
t = np.array([0.2, 0.9, 0.4])
rng = np.random.default_rng(12)
V = rng.normal(size=(3, 3))
U = rng.normal(size=(3, 3))
lr = 0.25
for it in range(40):
    h = np.tanh(V @ x)
    o = U @ h
    E = 0.5 * np.sum((o - t) ** 2)
    do = o - t
    dU = np.outer(do, h)
    dh = (U.T @ do) * (1 - h ** 2)
    dV = np.outer(x, dh)
    U -= lr * dU
    V -= lr * dV
    if it % 10 == 0: print(it, E)
