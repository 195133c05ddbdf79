from dataclasses import dataclass, field
import numpy as np

rng = np.random.default_rng(99)

@dataclass
class Linear:
    n_in: int
    n_out: int
    w: np.ndarray = field(init=False)
    b: np.ndarray = field(init=False)
    gw: np.ndarray = field(init=False, default=None)
    gb: np.ndarray = field(init=False, default=None)

    def __post_init__(self):
        self.w = rng.standard_normal((self.n_in, self.n_out)) * np.sqrt(2.0 / self.n_in)
        self.b = np.zeros(self.n_out)

@dataclass
class MLP:
    first: Linear
    second: Linear
    lr: float = 0.02

    def step(self, xb, yb):
        m = xb.shape[0]
        pre = xb @ self.first.w + self.first.b
        hid = np.maximum(pre, 0)
        pred = hid @ self.second.w + self.second.b
        diff = pred - yb
        loss = (diff ** 2).mean()
        g = 2 * diff / m
        self.second.gw = hid.T @ g
        self.second.gb = g.sum(0)
        gh = (g @ self.second.w.T) * (pre > 0)
        self.first.gw = xb.T @ gh / m
        self.first.gb = gh.sum(0) / m
        for lin in (self.first, self.second):
            lin.w -= self.lr * lin.gw
            lin.b -= self.lr * lin.gb
        return loss

features = rng.uniform(-1, 1, (96, 4))
labels = (features ** 2).sum(axis=1, keepdims=True)
mlp = MLP(Linear(4, 10), Linear(10, 1))
for epoch in range(8):
    perm = rng.permutation(96)
    total = 0.0
    for start in range(0, 96, 16):
        idx = perm[start:start + 16]
        total += mlp.step(features[idx], labels[idx])
    print(epoch, total / 6)
