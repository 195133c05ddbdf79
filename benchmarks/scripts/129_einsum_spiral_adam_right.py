"""Three-arm spiral, two relu layers, everything with einsum because I keep forgetting which side .T goes."""
import numpy as np

gen = np.random.default_rng(2024)
K, PER, D = 3, 60, 2


def spiral():
    xs, ys = [], []
    for k in range(K):
        r = np.linspace(0.05, 1, PER)
        th = np.linspace(k * 4, (k + 1) * 4, PER) + gen.normal(0, 0.15, PER)
        xs.append(np.stack([r * np.sin(th), r * np.cos(th)], axis=-1))
        ys.append(np.full(PER, k))
    return np.concatenate(xs), np.concatenate(ys)


def init(sizes):
    ws = [gen.normal(0, np.sqrt(2 / i), (o, i)) for i, o in zip(sizes, sizes[1:])]
    bs = [np.zeros(o) for o in sizes[1:]]
    return ws, bs


def logits(x, ws, bs):
    acts, pre = [x], []
    for depth, (w, b) in enumerate(zip(ws, bs)):
        z = np.einsum("ni,oi->no", acts[-1], w) + b
        pre.append(z)
        acts.append(z if depth == len(ws) - 1 else np.maximum(z, 0))
    return acts, pre


def loss_and_grads(x, y, ws, bs):
    acts, pre = logits(x, ws, bs)
    z = acts[-1] - acts[-1].max(axis=1, keepdims=True)
    logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    n = x.shape[0]
    loss = -logp[np.arange(n), y].mean()

    d = (np.exp(logp) - np.eye(K)[y]) / n
    gw, gb = [None] * len(ws), [None] * len(ws)
    for depth in reversed(range(len(ws))):
        gw[depth] = np.einsum("no,ni->oi", d, acts[depth])
        gb[depth] = np.einsum("no->o", d)
        if depth:
            d = np.einsum("no,oi->ni", d, ws[depth]) * (pre[depth - 1] > 0)
    return loss, gw, gb


X, y = spiral()
ws, bs = init([D, 24, 24, K])
params = ws + bs
m = [np.zeros_like(q) for q in params]
s = [np.zeros_like(q) for q in params]
lr, beta1, beta2, eps = 0.01, 0.9, 0.999, 1e-8

for t in range(1, 401):
    loss, gw, gb = loss_and_grads(X, y, ws, bs)
    for q, g, mi, si in zip(params, gw + gb, m, s):
        mi *= beta1
        mi += (1 - beta1) * g
        si *= beta2
        si += (1 - beta2) * g**2
        q -= lr * (mi / (1 - beta1**t)) / (np.sqrt(si / (1 - beta2**t)) + eps)
    if t % 50 == 0:
        acc = (logits(X, ws, bs)[0][-1].argmax(axis=1) == y).mean()
        print(f"{t:4d}  loss {loss:.4f}  acc {acc:.3f}")
