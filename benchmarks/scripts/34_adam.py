import numpy as np
rng = np.random.default_rng(9)
X = rng.normal(size=(80, 6)); Y = np.eye(3)[np.argmax(X[:, :3], axis=1)]
params = {"W1": rng.normal(size=(6, 10)) * .3, "b1": np.zeros(10), "W2": rng.normal(size=(10, 3)) * .3, "b2": np.zeros(3)}
m = {k: np.zeros_like(v) for k, v in params.items()}
v = {k: np.zeros_like(p) for k, p in params.items()}
beta1, beta2, lr, eps = 0.9, 0.999, 0.01, 1e-8

def forward(X, p):
    h = np.maximum(0, X @ p["W1"] + p["b1"])
    s = h @ p["W2"] + p["b2"]
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return h, e / e.sum(axis=1, keepdims=True)

def backward(X, Y, h, probs, p):
    n = len(X)
    ds = (probs - Y) / n
    g = {"W2": h.T @ ds, "b2": ds.sum(0)}
    dh = ds @ p["W2"].T
    dh[h <= 0] = 0
    g["W1"] = X.T @ dh
    g["b1"] = dh.sum(0)
    return g

for t in range(1, 101):
    h, probs = forward(X, params)
    loss = -np.mean(np.sum(Y * np.log(probs + 1e-12), axis=1))
    grads = backward(X, Y, h, probs, params)
    for k in params:
        m[k] = beta1 * m[k] + (1 - beta1) * grads[k]
        v[k] = beta2 * v[k] + (1 - beta2) * grads[k] ** 2
        mhat = m[k] / (1 - beta1 ** t)
        vhat = v[k] / (1 - beta2 ** t)
        params[k] -= lr * mhat / (np.sqrt(vhat) + eps)
    if t % 25 == 0: print(t, loss)
