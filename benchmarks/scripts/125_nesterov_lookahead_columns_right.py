"""
Homework 4, part (b): Nesterov's accelerated gradient.

Task: fit y = x1 * x2 with one hidden layer of tanh units.
Examples are COLUMNS as in the lecture, E = 1/(2N) sum (y - t)^2
"""
import numpy as np

rng = np.random.default_rng(4)

N = 150
X = rng.uniform(-1.5, 1.5, size=(2, N))
T = (X[0] * X[1]).reshape(1, N)

H = 12
p = {
    "V": rng.normal(0, 0.7, (H, 2)),
    "c": np.zeros((H, 1)),
    "w": rng.normal(0, 0.3, (1, H)),
    "d": np.zeros((1, 1)),
}
v = {name: np.zeros_like(value) for name, value in p.items()}

eta, mu = 0.05, 0.9


def network(p, X):
    h = np.tanh(p["V"] @ X + p["c"])
    return h, p["w"] @ h + p["d"]


def error(p, X, T):
    _, y = network(p, X)
    return 0.5 * np.sum((y - T) ** 2) / X.shape[1]


def grad(p, X, T):
    h, y = network(p, X)
    n = X.shape[1]
    e_out = (y - T) / n
    e_hid = (1 - h * h) * (p["w"].T @ e_out)
    return {
        "w": e_out @ h.T,
        "d": e_out.sum(axis=1, keepdims=True),
        "V": e_hid @ X.T,
        "c": e_hid.sum(axis=1, keepdims=True),
    }


for it in range(800):
    # gradient is taken at the look-ahead point, not at p!
    ahead = {k: p[k] + mu * v[k] for k in p}
    g = grad(ahead, X, T)
    for k in p:
        v[k] = mu * v[k] - eta * g[k]
        p[k] = p[k] + v[k]
    if it % 100 == 0:
        print("iteration %4d   E = %.5f" % (it, error(p, X, T)))

Xtest = rng.uniform(-1.5, 1.5, size=(2, 50))
_, ytest = network(p, Xtest)
print("test rms:", np.sqrt(np.mean((ytest - Xtest[0] * Xtest[1]) ** 2)))
