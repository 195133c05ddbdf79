# one-step-ahead forecast of a noisy pseudo-sunspot series, 2 hidden layers, Adam by hand
import numpy as np

rng = np.random.default_rng(1859)
t = np.arange(600)
series = np.sin(2 * np.pi * t / 110) ** 2 * (1 + 0.3 * np.sin(2 * np.pi * t / 47))
series += 0.03 * rng.standard_normal(600)
series = (series - series.mean()) / series.std()
LAGS = 8
X = np.stack([series[i:i - LAGS] for i in range(LAGS)], axis=1)
y = series[LAGS:, None]

sizes = [LAGS, 20, 10, 1]
params = []
for a, b in zip(sizes, sizes[1:]):
    params += [rng.standard_normal((a, b)) / np.sqrt(a), np.zeros((1, b))]


def forward(params, x):
    W1, b1, W2, b2, W3, b3 = params
    h1 = np.tanh(x @ W1 + b1)
    h2 = np.tanh(h1 @ W2 + b2)
    return h1, h2, h2 @ W3 + b3


def loss_fn(params, x, y):
    return np.mean((forward(params, x)[-1] - y) ** 2)


def grad_fn(params, x, y):
    W1, b1, W2, b2, W3, b3 = params
    h1, h2, out = forward(params, x)
    d3 = 2.0 * (out - y) / len(x)
    d2 = (d3 @ W3.T) * (1 - h2 ** 2)
    d1 = (d2 @ W2.T) * (1 - h1 ** 2)
    return [x.T @ d1, d1.sum(0, keepdims=True),
            h1.T @ d2, d2.sum(0, keepdims=True),
            h2.T @ d3, d3.sum(0, keepdims=True)]


m = [np.zeros_like(p) for p in params]
v = [np.zeros_like(p) for p in params]
beta1, beta2, eps, lr = 0.9, 0.999, 1e-8, 2e-3
step = 0
for epoch in range(40):
    for idx in np.array_split(rng.permutation(len(X)), 10):
        grads = grad_fn(params, X[idx], y[idx])
        step += 1
        for k, g in enumerate(grads):
            m[k] = beta1 * m[k] + (1 - beta1) * g
            v[k] = beta2 * v[k] + (1 - beta2) * m[k] * m[k]
            m_hat = m[k] / (1 - beta1 ** step)
            v_hat = v[k] / (1 - beta2 ** step)
            params[k] -= lr * m_hat / (np.sqrt(v_hat) + eps)
    if epoch % 8 == 0:
        print(f"{epoch:02d}  mse={loss_fn(params, X, y):.4f}")
print("final", loss_fn(params, X, y))
