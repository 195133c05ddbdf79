import numpy as np
rng = np.random.RandomState(44)
X = rng.uniform(-2, 2, (55, 2))
y = (np.sin(X[:, 0]) * X[:, 1])[:, None]
W0 = rng.randn(2, 9) * 0.5; c0 = np.zeros(9)
W1 = rng.randn(9, 1) * 0.3; c1 = np.zeros(1)
mW0, mc0, mW1, mc1 = (np.zeros_like(q) for q in (W0, c0, W1, c1))
for it in range(120):
    a = X @ W0 + c0
    r = np.maximum(a, 0.0)
    f = r @ W1 + c1
    loss = ((f - y) ** 2).mean()
    df = 2 * (f - y) / len(y)
    dW1 = r.T @ df
    dc1 = df.sum(0)
    dr = df @ W1.T
    da = dr * a
    dW0 = X.T @ da
    dc0 = da.sum(0)
    mW0 = 0.9 * mW0 - 0.002 * dW0; W0 = W0 + mW0
    mc0 = 0.9 * mc0 - 0.002 * dc0; c0 = c0 + mc0
    mW1 = 0.9 * mW1 - 0.002 * dW1; W1 = W1 + mW1
    mc1 = 0.9 * mc1 - 0.002 * dc1; c1 = c1 + mc1
    if it % 30 == 0: print(it, loss)
