import numpy as np
rng = np.random.RandomState(3)
X = rng.randn(20, 4)
y = (X[:, :1] - X[:, 1:2] > 0).astype(float)
w1 = rng.randn(4, 5) * .5
w2 = rng.randn(5, 1) * .5
sigm = lambda v: 1 / (1 + np.exp(-v))
dw1 = np.zeros_like(w1)
dw2 = np.zeros_like(w2)
for ep in range(40):
    for i in range(20):
        xi, yi = X[i:i+1], y[i:i+1]
        h = sigm(xi @ w1)
        o = sigm(h @ w2)
        do = (o - yi) * o * (1 - o)
        dh = (do @ w2.T) * h * (1 - h)
        dw2 += h.T @ do
        dw1 += xi.T @ dh
        w2 -= 0.1 * dw2
        w1 -= 0.1 * dw1
    out = sigm(sigm(X @ w1) @ w2)
    if ep % 10 == 0: print(ep, 0.5 * ((out - y) ** 2).sum())
