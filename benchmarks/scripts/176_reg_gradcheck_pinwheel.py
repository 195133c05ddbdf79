# Assignment-2 practice: two hidden layers, ReLU, softmax loss + L2.
# First the gradient check on a tiny batch (sir told never skip it), then the actual training.
import numpy as np

rng = np.random.default_rng(42)
N, D, H1, H2, C = 100, 2, 32, 16, 3     # N points per class
reg = 1e-3

# pinwheel data: each arm one class
X = np.zeros((N * C, D))
y = np.zeros(N * C, dtype=int)
for c in range(C):
    t = np.linspace(0.2, 1.0, N)
    ang = 2 * np.pi * c / C + 2.5 * t + 0.15 * rng.standard_normal(N)
    X[c * N:(c + 1) * N] = np.c_[t * np.cos(ang), t * np.sin(ang)]
    y[c * N:(c + 1) * N] = c

params = dict(
    W1=np.sqrt(2.0 / D) * rng.standard_normal((D, H1)), b1=np.zeros(H1),
    W2=np.sqrt(2.0 / H1) * rng.standard_normal((H1, H2)), b2=np.zeros(H2),
    W3=np.sqrt(2.0 / H2) * rng.standard_normal((H2, C)), b3=np.zeros(C),
)


def loss_and_grads(P, X, y, reg):
    n = X.shape[0]
    h1 = np.maximum(0, X @ P["W1"] + P["b1"])
    h2 = np.maximum(0, h1 @ P["W2"] + P["b2"])
    s = h2 @ P["W3"] + P["b3"]
    s = s - s.max(axis=1, keepdims=True)
    logp = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    loss = -logp[np.arange(n), y].mean()
    for k in ("W1", "W2", "W3"):
        loss += 0.5 * reg * np.sum(P[k] * P[k])

    G = {}
    ds = np.exp(logp)
    ds[np.arange(n), y] -= 1
    ds /= n
    G["W3"] = h2.T @ ds + reg * P["W3"]
    G["b3"] = ds.sum(0)
    dh2 = ds @ P["W3"].T
    dh2[h2 <= 0] = 0
    G["W2"] = h1.T @ dh2 + reg * P["W2"]
    G["b2"] = dh2.sum(0)
    dh1 = dh2 @ P["W2"].T
    dh1[h1 <= 0] = 0
    G["W1"] = X.T @ dh1 + reg * P["W1"]
    G["b1"] = dh1.sum(0)
    return loss, G


def check(P, X, y, reg, per_array=4, h=1e-5):
    _, G = loss_and_grads(P, X, y, reg)
    for name in sorted(P):
        worst = 0
        for _ in range(per_array):
            ix = tuple(rng.integers(0, s) for s in P[name].shape)
            old = P[name][ix]
            P[name][ix] = old + h
            up, _ = loss_and_grads(P, X, y, reg)
            P[name][ix] = old - h
            down, _ = loss_and_grads(P, X, y, reg)
            P[name][ix] = old
            num = (up - down) / (2 * h)
            worst = max(worst, abs(num - G[name][ix]) / max(1e-8, abs(num) + abs(G[name][ix])))
        print(f"{name}: rel error {worst:.2e}")


check(params, X[::50], y[::50], reg=0.1)

lr = 0.5
for it in range(1501):
    loss, grads = loss_and_grads(params, X, y, reg)
    for k in params:
        params[k] -= lr * grads[k]
    if it % 300 == 0:
        lr *= 0.9
        print("iter %4d  loss %.4f  lr %.3f" % (it, loss, lr))
