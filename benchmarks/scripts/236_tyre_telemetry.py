"""Tyre surface temperature from car telemetry.

Quick study before we ask for the proper toolchain: one hidden layer, Adam, NumPy only.
Channels: speed, lateral g, longitudinal g, track temperature, lap of the stint.
"""
import numpy as np

rng = np.random.default_rng(44)


class Adam:
    def __init__(self, params, lr=3e-3, betas=(0.9, 0.999), eps=1e-8):
        self.params = params
        self.lr = lr
        self.beta1, self.beta2 = betas
        self.eps = eps
        self.t = 0
        self.m = {name: np.zeros_like(p) for name, p in params.items()}
        self.v = {name: np.zeros_like(p) for name, p in params.items()}

    def step(self, grads):
        for name, p in self.params.items():
            self.t += 1
            g = grads[name]
            self.m[name] = self.beta1 * self.m[name] + (1 - self.beta1) * g
            self.v[name] = self.beta2 * self.v[name] + (1 - self.beta2) * g * g
            m_hat = self.m[name] / (1 - self.beta1 ** self.t)
            v_hat = self.v[name] / (1 - self.beta2 ** self.t)
            p -= self.lr * m_hat / (np.sqrt(v_hat) + self.eps)


def make_stint(n):
    speed = rng.uniform(80, 310, n)
    lat = rng.normal(0, 2.0, n)
    lon = rng.normal(0, 1.5, n)
    track = rng.uniform(20, 50, n)
    lap = rng.integers(1, 30, n)
    temp = 60 + 0.6 * track + 3.5 * np.abs(lat) + 2.0 * np.maximum(-lon, 0) ** 1.5 + 0.3 * lap \
        - 0.03 * (speed - 200) + rng.normal(0, 1, n)
    x = np.c_[(speed - 195) / 66, lat / 2, lon / 1.5, (track - 35) / 9, (lap - 15) / 8]
    return x, ((temp - 90) / 10)[:, None]


def forward(params, x):
    z1 = x @ params["w_hidden"] + params["b_hidden"]
    a1 = np.maximum(0.0, z1)
    return z1, a1, a1 @ params["w_out"] + params["b_out"]


def loss_and_grads(params, x, y):
    z1, a1, pred = forward(params, x)
    err = pred - y
    loss = np.mean(err ** 2)
    d_pred = 2.0 * err / len(x)
    d_z1 = (d_pred @ params["w_out"].T) * (z1 > 0)
    grads = {
        "w_hidden": x.T @ d_z1,
        "b_hidden": d_z1.sum(axis=0),
        "w_out": a1.T @ d_pred,
        "b_out": d_pred.sum(axis=0),
    }
    return loss, grads


def main():
    x, y = make_stint(512)
    x_val, y_val = make_stint(128)
    hidden = 32
    params = {
        "w_hidden": rng.normal(0, np.sqrt(2 / 5), (5, hidden)),
        "b_hidden": np.zeros(hidden),
        "w_out": rng.normal(0, np.sqrt(1 / hidden), (hidden, 1)),
        "b_out": np.zeros(1),
    }
    opt = Adam(params)
    for epoch in range(1, 41):
        for batch in np.array_split(rng.permutation(len(x)), 16):
            _, grads = loss_and_grads(params, x[batch], y[batch])
            opt.step(grads)
        if epoch % 8 == 0:
            rmse = 10 * np.sqrt(np.mean((forward(params, x_val)[2] - y_val) ** 2))
            print(f"epoch {epoch:3d}  train mse {loss_and_grads(params, x, y)[0]:.4f}  val rmse {rmse:.2f} K")


if __name__ == "__main__":
    main()
