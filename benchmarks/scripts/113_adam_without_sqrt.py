import numpy as np

rng = np.random.default_rng(13)
N, D, H = 64, 5, 9
X = rng.standard_normal((N, D))
y = (X[:, [0]] * X[:, [1]] > 0).astype(float)

params = {
    'W1': rng.standard_normal((D, H)) / np.sqrt(D), 'b1': np.zeros(H),
    'W2': rng.standard_normal((H, 1)) / np.sqrt(H), 'b2': np.zeros(1),
}
m = {k: np.zeros_like(v) for k, v in params.items()}
v = {k: np.zeros_like(p) for k, p in params.items()}
beta_1, beta_2, eps, lr = 0.9, 0.999, 1e-3, 1e-4


def forward(X):
    h = np.maximum(X @ params['W1'] + params['b1'], 0)
    return h, 1 / (1 + np.exp(-(h @ params['W2'] + params['b2'])))


def gradients(X, y, h, p):
    dz = (p - y) / len(y)
    dh = dz @ params['W2'].T * (h > 0)
    return {'W2': h.T @ dz, 'b2': dz.sum(0), 'W1': X.T @ dh, 'b1': dh.sum(0)}


for t in range(1, 121):
    h, p = forward(X)
    loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    grads = gradients(X, y, h, p)
    for k in params:
        m[k] = beta_1 * m[k] + (1 - beta_1) * grads[k]
        v[k] = beta_2 * v[k] + (1 - beta_2) * grads[k] ** 2
        mhat = m[k] / (1 - beta_1 ** t)
        vhat = v[k] / (1 - beta_2 ** t)
        params[k] -= lr * mhat / (vhat + eps)
    if t % 40 == 0:
        print(t, loss)
