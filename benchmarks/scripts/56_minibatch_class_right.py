import numpy as np
from dataclasses import dataclass, field

@dataclass
class Config:
    hidden: int = 12
    lr: float = 0.05
    batch: int = 10
    epochs: int = 6

class Classifier:
    def __init__(self, n_in, n_out, cfg):
        rng = np.random.default_rng(100)
        self.cfg = cfg
        self.p = dict(
            W1=rng.normal(0, np.sqrt(2 / n_in), (n_in, cfg.hidden)), b1=np.zeros(cfg.hidden),
            W2=rng.normal(0, np.sqrt(2 / cfg.hidden), (cfg.hidden, n_out)), b2=np.zeros(n_out))

    def _forward(self, x):
        z1 = x @ self.p["W1"] + self.p["b1"]
        a1 = np.where(z1 > 0, z1, 0)
        z2 = a1 @ self.p["W2"] + self.p["b2"]
        z2 -= z2.max(axis=1, keepdims=True)
        probs = np.exp(z2)
        probs /= probs.sum(axis=1, keepdims=True)
        return z1, a1, probs

    def _step(self, x, y):
        z1, a1, probs = self._forward(x)
        rows = np.arange(len(y))
        loss = -np.log(probs[rows, y] + 1e-12).mean()
        delta = probs.copy()
        delta[rows, y] -= 1
        delta /= len(y)
        back = (delta @ self.p["W2"].T) * (z1 > 0)
        updates = dict(W1=x.T @ back, b1=back.sum(axis=0), W2=a1.T @ delta, b2=delta.sum(axis=0))
        for name, value in updates.items():
            self.p[name] -= self.cfg.lr * value
        return loss

    def fit(self, X, y):
        rng = np.random.default_rng(0)
        for epoch in range(self.cfg.epochs):
            order = rng.permutation(len(X))
            losses = [self._step(X[i], y[i]) for i in np.split(order, len(X) // self.cfg.batch)]
            print(epoch, np.mean(losses))

rng = np.random.default_rng(1)
X = rng.normal(size=(100, 5))
y = (X[:, 0] > 0).astype(int) + 2 * (X[:, 1] > 0).astype(int)
Classifier(5, 4, Config()).fit(X, y)
