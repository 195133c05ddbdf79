"""Mixture density network for an inverse problem (arm angle from tip height): three Gaussians."""
import numpy as np

rng = np.random.default_rng(94)
N, M, H = 250, 3, 15
angle = rng.uniform(-1, 1, size=(N, 1))
height = angle + 0.35 * np.sin(2 * np.pi * angle) + 0.05 * rng.normal(size=(N, 1))
x, t = height, angle

W = rng.normal(size=(1, H))
b = rng.normal(size=H) * 0.5
heads = {name: [rng.normal(size=(H, M)) * 0.3, np.zeros(M)] for name in ("pi", "mu", "ls")}
heads["mu"][1] += np.array([-0.6, 0.0, 0.6])


def network(x):
    h = np.tanh(x @ W + b)
    a = {name: h @ w + c for name, (w, c) in heads.items()}
    pi = np.exp(a["pi"] - a["pi"].max(axis=1, keepdims=True))
    pi /= pi.sum(axis=1, keepdims=True)
    return h, pi, a["mu"], np.exp(a["ls"])


def density(pi, mu, sigma, t):
    return pi * np.exp(-0.5 * ((t - mu) / sigma) ** 2) / (np.sqrt(2 * np.pi) * sigma)


def nll(x, t):
    _, pi, mu, sigma = network(x)
    return -np.log(density(pi, mu, sigma, t).sum(axis=1)).mean()


def gradients(x, t):
    h, pi, mu, sigma = network(x)
    joint = density(pi, mu, sigma, t)
    resp = joint / joint.sum(axis=1, keepdims=True)
    n = len(x)
    d = {"pi": (pi - resp) / n,
         "mu": resp * (mu - t) / sigma / n,
         "ls": resp * (1 - ((t - mu) / sigma) ** 2) / n}
    g_heads = {name: (h.T @ d[name], d[name].sum(axis=0)) for name in heads}
    dh = sum(d[name] @ heads[name][0].T for name in heads) * (1 - h ** 2)
    return x.T @ dh, dh.sum(axis=0), g_heads


lr = 0.05
for epoch in range(400):
    gW, gb, g_heads = gradients(x, t)
    W -= lr * gW
    b -= lr * gb
    for name, (gw, gc) in g_heads.items():
        heads[name][0] -= lr * gw
        heads[name][1] -= lr * gc
    if epoch % 80 == 0:
        print(f"epoch {epoch:4d}  nll {nll(x, t):.4f}")
print("final nll", nll(x, t))
