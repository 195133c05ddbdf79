"""Mixture density network for the inverse of a many-valued function (Bishop's toy problem).

Forward problem: x = t + 0.3 sin(2 pi t) + noise.  We learn p(t | x) as a mixture of K Gaussians.
Network: x -> tanh(20) -> 3K numbers (logits of the mixing weights, means, log sigmas).
"""
import numpy as np

K = 3
HID = 20
LOG2PI = np.log(2 * np.pi)


def init(rng):
    return {
        "W1": rng.normal(0, 2.0, (1, HID)),
        "b1": rng.normal(0, 1.0, HID),
        "W2": rng.normal(0, 0.3, (HID, 3 * K)),
        "b2": np.concatenate([np.zeros(K), np.linspace(0.1, 0.9, K), np.full(K, -1.0)]),
    }


def log_sum_exp(a):
    top = a.max(axis=1, keepdims=True)
    return top + np.log(np.exp(a - top).sum(axis=1, keepdims=True))


def heads(p, x):
    h = np.tanh(x @ p["W1"] + p["b1"])
    o = h @ p["W2"] + p["b2"]
    logits, mu, s = o[:, :K], o[:, K:2 * K], o[:, 2 * K:]
    return h, logits - log_sum_exp(logits), mu, s


def nll_and_grads(p, x, t):
    n = x.shape[0]
    h, logpi, mu, s = heads(p, x)
    u = (t - mu) * np.exp(-s)
    logcomp = logpi - 0.5 * u ** 2 - s - 0.5 * LOG2PI
    logp = log_sum_exp(logcomp)
    nll = -logp.mean()

    resp = np.exp(logcomp - logp)            # responsibilities
    d_logits = np.exp(logpi) - resp
    d_mu = -resp * u * np.exp(-s)
    d_s = resp * (1 - u ** 2)
    d_o = np.hstack([d_logits, d_mu, d_s]) / n

    g = {"W2": h.T @ d_o, "b2": d_o.sum(axis=0)}
    d_z = (d_o @ p["W2"].T) * (1 - h ** 2)
    g["W1"] = x.T @ d_z
    g["b1"] = d_z.sum(axis=0)
    return nll, g


def adam_update(p, g, state, lr):
    state["t"] += 1
    b1, b2, eps = 0.9, 0.999, 1e-8
    scale = np.sqrt(1 - b2 ** state["t"]) / (1 - b1 ** state["t"])
    for k in p:
        state["m"][k] = b1 * state["m"][k] + (1 - b1) * g[k]
        state["v"][k] = b2 * state["v"][k] + (1 - b2) * g[k] ** 2
        p[k] -= lr * scale * state["m"][k] / (np.sqrt(state["v"][k]) + eps)


def main():
    rng = np.random.default_rng(1994)
    t = rng.uniform(0, 1, (300, 1))
    x = t + 0.3 * np.sin(2 * np.pi * t) + rng.uniform(-0.1, 0.1, t.shape)

    p = init(rng)
    state = {"t": 0, "m": {k: np.zeros_like(v) for k, v in p.items()},
             "v": {k: np.zeros_like(v) for k, v in p.items()}}
    for it in range(601):
        nll, g = nll_and_grads(p, x, t)
        adam_update(p, g, state, lr=0.01)
        if it % 100 == 0:
            print(f"iteration {it:4d}   nll {nll:+.4f}")

    for q in (0.2, 0.5, 0.8):
        _, logpi, mu, s = heads(p, np.array([[q]]))
        print(f"x = {q}: ", "  ".join(f"{w:.2f} at {m:.2f}+-{sd:.2f}"
                                      for w, m, sd in zip(np.exp(logpi[0]), mu[0], np.exp(s[0]))))


if __name__ == "__main__":
    main()
