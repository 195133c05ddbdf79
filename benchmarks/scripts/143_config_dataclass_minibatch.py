"""Churn-like toy problem; every setting lives in Config so that I can sweep them later."""
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Config:
    n_features: int = 5
    n_hidden: int = 8
    lr: float = 0.5
    epochs: int = 60
    batch_size: int = 20
    seed: int = 17


@dataclass
class Model:
    w_in: np.ndarray
    b_in: np.ndarray
    w_out: np.ndarray
    b_out: np.ndarray

    @staticmethod
    def create(cfg: Config, rng: np.random.Generator) -> "Model":
        return Model(
            w_in=rng.normal(0.0, np.sqrt(2.0 / cfg.n_features), (cfg.n_features, cfg.n_hidden)),
            b_in=np.full(cfg.n_hidden, 0.01),
            w_out=rng.normal(0.0, np.sqrt(1.0 / cfg.n_hidden), (cfg.n_hidden, 1)),
            b_out=np.zeros(1),
        )

    def forward(self, x: np.ndarray) -> dict[str, np.ndarray]:
        pre = x @ self.w_in + self.b_in
        act = np.maximum(pre, 0.0)
        prob = 1.0 / (1.0 + np.exp(-(act @ self.w_out + self.b_out)))
        return {"x": x, "pre": pre, "act": act, "prob": prob}


def bce(prob: np.ndarray, target: np.ndarray) -> float:
    prob = np.clip(prob, 1e-12, 1 - 1e-12)
    return float(np.mean(-target * np.log(prob) - (1 - target) * np.log(1 - prob)))


def make_customers(n: int, cfg: Config, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    x = rng.normal(size=(n, cfg.n_features))
    score = x[:, 0] - 0.8 * x[:, 1] + np.abs(x[:, 2]) - 0.7
    return x, (score + 0.2 * rng.normal(size=n) > 0).astype(float)[:, None]


def train(cfg: Config) -> Model:
    rng = np.random.default_rng(cfg.seed)
    X, Y = make_customers(300, cfg, rng)
    model = Model.create(cfg, rng)
    m = X.shape[0]

    for epoch in range(cfg.epochs):
        perm = rng.permutation(m)
        losses = []
        for lo in range(0, m, cfg.batch_size):
            rows = perm[lo : lo + cfg.batch_size]
            cache = model.forward(X[rows])
            losses.append(bce(cache["prob"], Y[rows]))

            d_logit = cache["prob"] - Y[rows]
            d_w_out = cache["act"].T @ d_logit / m
            d_b_out = d_logit.sum(axis=0) / m
            d_pre = (d_logit @ model.w_out.T) * (cache["pre"] > 0)
            d_w_in = cache["x"].T @ d_pre / m
            d_b_in = d_pre.sum(axis=0) / m

            model.w_in -= cfg.lr * d_w_in
            model.b_in -= cfg.lr * d_b_in
            model.w_out -= cfg.lr * d_w_out
            model.b_out -= cfg.lr * d_b_out
        if epoch % 10 == 0:
            print(f"[{epoch:02d}] loss={np.mean(losses):.4f}")
    return model


if __name__ == "__main__":
    cfg = Config()
    model = train(cfg)
    X_new, Y_new = make_customers(200, cfg, np.random.default_rng(1))
    print("accuracy on new customers:", np.mean((model.forward(X_new)["prob"] > 0.5) == Y_new))
