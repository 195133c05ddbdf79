"""Fare prediction for jeepney rides (toy data I made up), MLP + my own Adam.

For my portfolio. Comments welcome po!
"""
from typing import Dict, Tuple

import numpy as np

Params = Dict[str, np.ndarray]


class Adam:
    def __init__(self, lr: float = 1e-2, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8) -> None:
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.m: Params = {}
        self.v: Params = {}
        self.t = 0

    def update(self, params: Params, grads: Params) -> None:
        self.t += 1
        for name, g in grads.items():
            if name not in self.m:
                self.m[name] = np.zeros_like(g)
                self.v[name] = np.zeros_like(g)
            self.m[name] = self.beta1 * self.m[name] + (1 - self.beta1) * g
            self.v[name] = self.beta2 * self.v[name] + (1 - self.beta2) * g * g
            m_hat = self.m[name] / (1 - self.beta1 ** self.t)
            v_hat = self.v[name] / (1 - self.beta1 ** self.t)
            params[name] -= self.lr * m_hat / (np.sqrt(v_hat) + self.eps)


def make_rides(n: int, rng: np.random.Generator) -> Tuple[np.ndarray, np.ndarray]:
    km = rng.uniform(1, 15, n)
    discount = rng.integers(0, 2, n)          # student or senior
    rain = rng.integers(0, 2, n)
    fare = (13 + 1.8 * np.maximum(km - 4, 0)) * (1 - 0.2 * discount) + 0.3 * rng.normal(size=n)
    return np.stack([km / 15, discount, rain], axis=1), (fare / 30)[:, None]


def init(rng: np.random.Generator, hidden: int) -> Params:
    return {
        "W1": rng.normal(0, 0.7, (3, hidden)),
        "b1": np.zeros((1, hidden)),
        "W2": rng.normal(0, 1 / np.sqrt(hidden), (hidden, 1)),
        "b2": np.zeros((1, 1)),
    }


def loss_and_gradients(p: Params, X: np.ndarray, y: np.ndarray) -> Tuple[float, Params]:
    h = np.tanh(X @ p["W1"] + p["b1"])
    out = h @ p["W2"] + p["b2"]
    diff = out - y
    loss = float(np.mean(diff**2))
    d_out = 2 * diff / len(X)
    d_h = (d_out @ p["W2"].T) * (1 - h**2)
    grads = {
        "W1": X.T @ d_h,
        "b1": d_h.sum(axis=0, keepdims=True),
        "W2": h.T @ d_out,
        "b2": d_out.sum(axis=0, keepdims=True),
    }
    return loss, grads


def main() -> None:
    rng = np.random.default_rng(63)
    X, y = make_rides(256, rng)
    p = init(rng, hidden=20)
    opt = Adam(lr=0.02)
    for epoch in range(120):
        order = rng.permutation(len(X))
        total = 0.0
        for i in range(0, len(X), 64):
            batch = order[i:i + 64]
            loss, grads = loss_and_gradients(p, X[batch], y[batch])
            opt.update(p, grads)
            total += loss
        if epoch % 20 == 0:
            print(f"epoch {epoch:3d}: mse {total / 4:.6f}")


if __name__ == "__main__":
    main()
