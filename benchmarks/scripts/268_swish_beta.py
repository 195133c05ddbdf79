# Hidden units with a learned gate steepness: h = z * sigmoid(beta * z), one beta per unit.
# Synthetic solar panel output from irradiance, temperature, dust, tilt.
import numpy as np

rng = np.random.default_rng(61)
n = 240
X = rng.normal(size=(n, 4))
power = np.maximum(0, X[:, 0] + 0.5 * X[:, 3]) * (1 - 0.2 * np.tanh(X[:, 1])) - 0.3 * X[:, 2]
y = power[:, None] + 0.05 * rng.normal(size=(n, 1))

theta = {
    "W1": rng.normal(size=(4, 12)) * 0.5,
    "b1": np.zeros(12),
    "beta": rng.uniform(0.6, 1.8, size=12),
    "W2": rng.normal(size=(12, 1)) * 0.3,
    "b2": np.zeros(1),
}


def forward(theta, X):
    z = X @ theta["W1"] + theta["b1"]
    s = 1 / (1 + np.exp(-theta["beta"] * z))
    h = z * s
    return z, s, h, h @ theta["W2"] + theta["b2"]


def loss(theta, X, y):
    return 0.5 * np.mean((forward(theta, X)[-1] - y) ** 2)


def backward(theta, X, y):
    z, s, h, out = forward(theta, X)
    d_out = (out - y) / len(X)
    d_h = d_out @ theta["W2"].T
    slope = s + z * s * (1 - s)
    d_z = d_h * slope
    return {
        "W2": h.T @ d_out,
        "b2": d_out.sum(axis=0),
        "beta": (d_h * z ** 2 * s * (1 - s)).sum(axis=0),
        "W1": X.T @ d_z,
        "b1": d_z.sum(axis=0),
    }


rate = 0.1
for epoch in range(1, 121):
    for part in np.array_split(rng.permutation(n), 6):
        grad = backward(theta, X[part], y[part])
        for name in theta:
            theta[name] = theta[name] - rate * grad[name]
    if epoch % 24 == 0:
        print(f"epoch {epoch:3d}  loss {loss(theta, X, y):.5f}  beta {theta['beta'].min():.2f}..{theta['beta'].max():.2f}")
